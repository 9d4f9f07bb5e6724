import type { FromConsole } from '../../../webview/protocol.ts';

type Check = (value: unknown) => boolean;

/** What each field of a message must be. */
type Checks = Readonly<Record<FromConsole['type'], Readonly<Record<string, Check>>>>;

const MOST_PATTERNS = 10_000;

const isText: Check = (value) => typeof value === 'string';
const isOptionalText: Check = (value) => value === undefined || typeof value === 'string';
const isIndex: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const all: Readonly<Record<string, unknown>> = { ...value };
    return Object.entries(checks).every(([name, check]) => check(all[name]));
  };

const checks: Checks = {
  ready: {},
  line: { id: isIndex, text: isText },
  place: { character: isOptionalText, room: isOptionalText },
  choose: { number: isIndex },
  sendAgain: { number: isIndex },
  save: {
    from: isIndex,
    to: isIndex,
    filter: fields({ stream: isText, eventType: isText }),
    answers: (value) => typeof value === 'boolean',
  },
  import: {},
  subscribe: {
    id: isIndex,
    plugin: isText,
    patterns: (value) => Array.isArray(value) && value.length <= MOST_PATTERNS && value.every(isText),
  },
  // The generator says what is wrong with its numbers.
  startLoad: {
    load: fields({
      characters: (value) => typeof value === 'number',
      rooms: (value) => typeof value === 'number',
      rate: (value) => typeof value === 'number',
    }),
  },
  stopLoad: {},
  clear: {},
  command: { command: (value) => ['saveRecording', 'startPlugin', 'openTrace'].some((one) => one === value) },
};

/** Whether a message of the event console is one that the editor may act on. */
export function isFromConsole(value: unknown): value is FromConsole {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value;
  if (typeof type !== 'string' || !Object.hasOwn(checks, type)) return false;
  return fields(checks[type as FromConsole['type']])(value);
}
