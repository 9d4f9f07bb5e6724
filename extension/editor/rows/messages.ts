import type { FromRows } from '../../../webview/protocol.ts';

type Check = (value: unknown) => boolean;

const MOST_ROWS = 5000;
const MOST_TEXT = 10_000;

const isText: Check = (value) => typeof value === 'string' && value.length <= MOST_TEXT;
const isIndex: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isFlag: Check = (value) => typeof value === 'boolean';
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.some((one) => one === value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const all: Readonly<Record<string, unknown>> = { ...value };
    return Object.entries(checks).every(([name, check]) => check(all[name]));
  };

const isFilter = fields({ text: isText, isRegex: optional(isFlag), matchCase: optional(isFlag) });

const requests: Readonly<Record<Extract<FromRows, { type: 'request' }>['name'], Check>> = {
  window: fields({
    query: fields({
      from: isIndex,
      count: (value) => isIndex(value) && (value as number) <= MOST_ROWS,
      filter: optional(isFilter),
    }),
  }),
  find: fields({
    find: fields({
      find: isFilter,
      from: isIndex,
      backwards: optional(isFlag),
      filter: optional(isFilter),
    }),
  }),
  detail: fields({ row: isIndex }),
};

const messages: Readonly<Record<FromRows['type'], Check>> = {
  ready: fields({}),
  request: (value) => {
    const { id, name, plugin, params } = value as Readonly<Record<string, unknown>>;
    if (!isIndex(id) || !optional(isText)(plugin) || typeof name !== 'string') return false;
    return Object.hasOwn(requests, name) && requests[name as keyof typeof requests](params);
  },
  select: fields({ record: isIndex }),
  export: fields({
    plugin: optional(isText),
    format: oneOf('text', 'csv', 'jsonl'),
    filter: optional(isFilter),
  }),
  saveAttachment: fields({
    plugin: optional(isText),
    row: isIndex,
    name: (value) => typeof value === 'string',
  }),
  command: fields({ command: oneOf('newPlugin', 'startPlugin', 'startInput', 'openTrace') }),
};

/** Whether a message of the table of rows is one that the editor may act on. */
export function isFromRows(value: unknown): value is FromRows {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  return (
    typeof type === 'string' && Object.hasOwn(messages, type) && messages[type as FromRows['type']](value)
  );
}
