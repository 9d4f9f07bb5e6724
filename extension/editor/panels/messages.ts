/**
 * Checks of what a panel sends. A webview shows data of the plugin, so nothing that comes from one
 * is used before it has the shape that webview/protocol.ts gives it.
 */
import { RecordKind } from '../../recording/record.ts';
import type { RowKind } from '../../recording/query.ts';
import type { FromPanel, LaneQuery, PanelCommand, RowQuery } from '../../../webview/protocol.ts';

type Bag = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const MOST_ROWS = 5000;
const MOST_BUCKETS = 10_000;

const isBag = (value: unknown): value is Bag =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isFinite: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isIndex: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isCount =
  (most: number): Check =>
  (value) =>
    isIndex(value) && (value as number) <= most;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isBag(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const rowKinds: readonly RowKind[] = [
  ...(Object.keys(RecordKind) as (keyof typeof RecordKind)[]).filter(
    (kind) => kind !== 'output' && kind !== 'memory',
  ),
  'effect',
  'log',
  'telemetry',
];
const isRowKind: Check = (value) => rowKinds.some((kind) => kind === value);

const isRowQueryShape = fields({
  filter: fields({
    text: optional(isText),
    kinds: optional(listOf(isRowKind)),
    plugins: optional(listOf(isText)),
  }),
  first: (value) => value === 'end' || isIndex(value),
  count: isCount(MOST_ROWS),
});
const isLaneQueryShape = fields({
  from: optional(isFinite),
  to: optional(isFinite),
  buckets: (value) => isCount(MOST_BUCKETS)(value) && value !== 0,
});

const isRowQuery = (value: unknown): value is RowQuery => isRowQueryShape(value);
const isLaneQuery = (value: unknown): value is LaneQuery => isLaneQueryShape(value);

const requests: Readonly<Record<string, Check>> = {
  rows: fields({ query: isRowQuery }),
  detail: fields({ record: isIndex }),
  lanes: fields({ query: isLaneQuery }),
};

const commands: Readonly<Record<PanelCommand, true>> = {
  newPlugin: true,
  sendEvent: true,
  saveRecording: true,
  openTrace: true,
  openTimeline: true,
  backToLive: true,
  replayRecording: true,
  debugRecording: true,
  retry: true,
  openWith: true,
};

const messages: Readonly<Record<FromPanel['type'], Check>> = {
  ready: isBag,
  request: (value) =>
    isBag(value) &&
    isIndex(value['id']) &&
    typeof value['name'] === 'string' &&
    Object.hasOwn(requests, value['name']) &&
    (requests[value['name']]?.(value['params']) ?? false),
  select: fields({ record: isIndex }),
  sendAgain: fields({ plugin: isText, record: isIndex }),
  openSource: fields({ file: isText, line: isIndex, column: optional(isIndex) }),
  compareReplay: fields({ plugin: isText }),
  command: fields({ command: (value) => typeof value === 'string' && Object.hasOwn(commands, value) }),
};

/** Whether a panel's message is one that the editor may act on. */
export function isFromPanel(value: unknown): value is FromPanel {
  if (!isBag(value) || typeof value['type'] !== 'string') return false;
  const { type } = value as { readonly type: string };
  return Object.hasOwn(messages, type) && messages[type as FromPanel['type']](value);
}
