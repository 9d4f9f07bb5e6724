/**
 * Checks of what a panel sends. A webview shows data of the plugin, so nothing that comes from one
 * is used before it has the shape that webview/protocol.ts gives it.
 */
import type { CopyFormat, LaneGrouping, RecordingRequestName } from '../../recording/query.ts';
import type { ExportFormat, FromPanel, PanelCommand, RecordAction } from '../../../webview/protocol.ts';

type Bag = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const MOST_ROWS = 5000;
const MOST_BUCKETS = 10_000;
const MOST_NOTES = 10_000;

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

const isText64K: Check = (value) => typeof value === 'string' && value.length <= 0xffff;
const oneOf =
  (values: Readonly<Record<string, true>>): Check =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(values, value);

const formats: Readonly<Record<ExportFormat, true>> = {
  perfetto: true,
  chrome: true,
  'otlp-json': true,
  'otlp-protobuf': true,
  jsonl: true,
  csv: true,
  speedscope: true,
};
const copyFormats: Readonly<Record<CopyFormat, true>> = { json: true, wave: true, command: true };
const groupings: Readonly<Record<LaneGrouping, true>> = { plugin: true, turn: true, correlation: true };
const actions: Readonly<Record<RecordAction, true>> = { replayFrom: true, makeTest: true, breakHere: true };

const isBuckets: Check = (value) => isCount(MOST_BUCKETS)(value) && value !== 0;
const isGrouping = optional(oneOf(groupings));

const requests: Readonly<Record<RecordingRequestName, Check>> = {
  rows: fields({
    query: fields({
      filter: isText64K,
      first: (value) => value === 'end' || isIndex(value),
      count: isCount(MOST_ROWS),
      grouped: optional(fields({ open: listOf(isIndex) })),
    }),
  }),
  detail: fields({ record: isIndex, of: optional(isText) }),
  search: fields({
    query: fields({
      filter: isText64K,
      from: (value) => value === -1 || isIndex(value),
      by: (value) => value === 1 || value === -1,
      grouped: optional(fields({ open: listOf(isIndex) })),
    }),
  }),
  hits: fields({ query: fields({ filter: isText64K, from: isFinite, to: isFinite, buckets: isBuckets }) }),
  values: fields({
    query: fields({ record: isIndex, path: optional(isText64K), first: isIndex, count: isCount(MOST_ROWS) }),
  }),
  copy: fields({ record: isIndex, path: optional(isText64K), format: oneOf(copyFormats) }),
  differences: fields({ before: isIndex, after: isIndex }),
  lanes: fields({
    query: fields({
      from: optional(isFinite),
      to: optional(isFinite),
      buckets: isBuckets,
      grouping: isGrouping,
      lanes: optional(listOf(isIndex)),
      since: optional(isFinite),
    }),
    of: optional(isText),
  }),
  stats: fields({
    query: fields({ from: isFinite, to: isFinite, lanes: optional(listOf(isIndex)), grouping: isGrouping }),
  }),
  vocabulary: isBag,
  flows: fields({ record: isIndex, grouping: isGrouping }),
  place: fields({ record: isIndex, grouping: isGrouping, of: optional(isText) }),
  compare: fields({
    query: fields({
      plugin: optional(isText),
      life: optional(isIndex),
      other: fields({ recording: isText, plugin: optional(isText), life: optional(isIndex) }),
    }),
  }),
};

const isNote = fields({
  id: isText64K,
  text: isText64K,
  from: isFinite,
  to: optional(isFinite),
  record: optional(isIndex),
  madeAt: isFinite,
});

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
    requests[value['name'] as RecordingRequestName](value['params']),
  select: fields({ record: isIndex }),
  notes: fields({ notes: (value) => listOf(isNote)(value) && (value as unknown[]).length <= MOST_NOTES }),
  export: fields({
    format: oneOf(formats),
    from: optional(isFinite),
    to: optional(isFinite),
    filter: optional(isText64K),
  }),
  picture: fields({ format: (value) => value === 'png' || value === 'svg', data: isText }),
  copyText: fields({ text: isText }),
  act: fields({ action: oneOf(actions), record: isIndex }),
  keepFilters: fields({ filters: listOf(fields({ name: isText64K, filter: isText64K })) }),
  compareWith: fields({
    other: (value) => value === 'last' || value === 'choose' || value === 'none',
    plugin: optional(isText),
  }),
  openCompared: fields({ record: isIndex }),
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
