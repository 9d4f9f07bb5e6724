/** Breakpoints on events and host calls: what they match, their conditions, hit counts and messages. */
import { messageOf, UserError, adviceOf } from '../../errors.ts';
import { parseExpression, type Expression } from './expression.ts';

/** Where a breakpoint stops. */
export type Target =
  /** When an event is handed over whose pin or stream matches. */
  | { readonly kind: 'event'; readonly matches: (name: string) => boolean }
  /** Where an event is handed to an export whose name matches, and after a host call whose name does. */
  | { readonly kind: 'function'; readonly matches: (name: string) => boolean };

export interface Breakpoint {
  readonly id: number;
  readonly target: Target;
  readonly condition?: Expression;
  /** Whether the n-th match stops, counted from 1 at the beginning of the life. */
  readonly hits?: (hit: number) => boolean;
  /** It writes this instead of stopping. */
  readonly log?: LogMessage;
}

/** Texts and expressions in turn. */
export type LogMessage = readonly (string | Expression)[];

/** A breakpoint as people write it. */
export interface BreakpointText {
  /** Name of a host call or an export, `event` or `event:PATTERN`; `*` and `?` stand for other characters. */
  readonly name: string;
  readonly condition?: string | undefined;
  readonly hits?: string | undefined;
  readonly log?: string | undefined;
}

const HITS = /^\s*(>=|>|<=|<|==|=|%)?\s*(\d+)\s*$/;

/** Reads a breakpoint. Throws a UserError that says which part of it is wrong and where. */
export function readBreakpoint(id: number, text: BreakpointText): Breakpoint {
  const condition = text.condition?.trim() ?? '';
  const logged = condition.startsWith('log:') ? condition.slice('log:'.length).trim() : undefined;
  const log = text.log ?? logged;
  return {
    id,
    target: readTarget(text.name),
    ...(condition === '' || logged !== undefined
      ? {}
      : { condition: part('Condition', () => parseExpression(condition)) }),
    ...(text.hits === undefined || text.hits.trim() === '' ? {} : { hits: readHits(text.hits) }),
    ...(log === undefined || log === '' ? {} : { log: part('Message', () => readLog(log)) }),
  };
}

function part<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${name}: ${messageOf(error)}`, adviceOf(error, 'the log'), { cause: error });
  }
}

function readTarget(name: string): Target {
  const trimmed = name.trim();
  const [, pattern] = /^event(?::\s*(.*))?$/.exec(trimmed) ?? [undefined, undefined];
  if (/^event\b(?!-)/.test(trimmed) && (trimmed === 'event' || pattern !== undefined))
    return { kind: 'event', matches: glob(pattern ?? '*') };
  if (trimmed === '')
    throw new UserError(
      'A breakpoint needs a name.',
      'Write the function of a host call, for example send-output, or event, or event:in*.',
    );
  return { kind: 'function', matches: globOfCall(trimmed) };
}

/** Matches a name: `*` stands for any characters, `?` for one. */
function glob(pattern: string): (name: string) => boolean {
  const source = pattern
    .trim()
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'us');
  return (name) => expression.test(name);
}

/**
 * `now` is found as `wasi:clocks/wall-clock#now`, too, and `get` as `wasi:keyvalue/store#bucket.get`; names
 * may be written with underscores.
 */
function globOfCall(pattern: string): (name: string) => boolean {
  const matches = glob(pattern);
  const dashed = glob(pattern.replaceAll('_', '-'));
  return (name) => {
    const short = name.slice(name.lastIndexOf('#') + 1);
    const names = [name, short, short.slice(short.lastIndexOf('.') + 1)];
    return names.some((one) => matches(one) || dashed(one));
  };
}

function readHits(text: string): (hit: number) => boolean {
  const [, operator = '==', digits = ''] = HITS.exec(text) ?? [];
  if (digits === '')
    throw new UserError(
      `Hit count: expected a number, or one of = > >= < <= % before it, in "${text}"`,
      'Write 3 for the third hit, >=3 from the third on, %3 for every third.',
    );
  const count = Number(digits);
  switch (operator) {
    case '>':
      return (hit) => hit > count;
    case '>=':
      return (hit) => hit >= count;
    case '<':
      return (hit) => hit < count;
    case '<=':
      return (hit) => hit <= count;
    case '%':
      return (hit) => count > 0 && hit % count === 0;
    default:
      return (hit) => hit === count;
  }
}

/** Reads `text {expression} text`; `{{` and `}}` are braces. */
function readLog(text: string): LogMessage {
  const parts: (string | Expression)[] = [];
  let plain = '';
  for (let at = 0; at < text.length;) {
    const two = text.slice(at, at + 2);
    if (two === '{{' || two === '}}') {
      plain += two[0] ?? '';
      at += 2;
    } else if (text[at] === '{') {
      const end = text.indexOf('}', at);
      if (end < 0)
        throw new UserError(
          `Column ${at + 1}: { without } in "${text}"`,
          'Write {expression}, or {{ for a brace.',
        );
      if (plain !== '') parts.push(plain);
      plain = '';
      parts.push(parseExpression(text.slice(at + 1, end)));
      at = end + 1;
    } else {
      plain += text[at] ?? '';
      at++;
    }
  }
  if (plain !== '') parts.push(plain);
  return parts;
}
