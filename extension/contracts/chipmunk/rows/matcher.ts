/** Whether a row has what is looked for. */
import { createContext, Script, type Context } from 'node:vm';
import { messageOf, UserError } from '../../../errors.ts';
import type { ResultFilter } from '../../../recording/results.ts';

/** Longest that an expression may look at 256 rows, in ms: some never come to an end. */
const PATIENCE_MS = 1000;

export interface Matcher {
  /** A text without it has it in none of its parts either. */
  readonly canSkip: boolean;
  has(text: string): boolean;
  /** For each row, whether one of its texts has it. Throws a UserError for an expression that takes too long. */
  rows(rows: readonly (readonly string[])[]): readonly boolean[];
}

/** Throws a UserError for an expression that is none. */
export function matcherOf({ text, isRegex = false, matchCase = false }: ResultFilter): Matcher {
  const expression = expressionOf(isRegex ? text : RegExp.escape(text), matchCase);
  const has = (one: string): boolean => expression.test(one);
  const rows = (all: readonly (readonly string[])[]): readonly boolean[] =>
    all.map((texts) => texts.some(has));
  if (!isRegex) return { canSkip: true, has, rows };
  return { canSkip: false, has, rows: (all) => withinTime(text, () => rows(all)) };
}

function expressionOf(source: string, matchCase: boolean): RegExp {
  try {
    return new RegExp(source, matchCase ? 'u' : 'iu');
  } catch (error) {
    throw new UserError(
      `"${source}" is no regular expression: ${messageOf(error)}`,
      'Correct it, or search for it as text.',
      { cause: error },
    );
  }
}

let timed: { readonly context: Context & { work?: () => unknown }; readonly script: Script } | undefined;

/** V8 can end a match that is under way, but only one that a script began. */
function withinTime<T>(expression: string, work: () => T): T {
  timed ??= { context: createContext({}), script: new Script('work()') };
  let result: { readonly value: T } | undefined;
  timed.context.work = () => {
    result = { value: work() };
  };
  try {
    timed.script.runInContext(timed.context, { timeout: PATIENCE_MS });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new UserError(
      `"${expression}" takes longer than ${PATIENCE_MS / 1000} s for a few rows`,
      'Write it without a repetition within a repetition.',
    );
  }
  if (result === undefined) throw new Error('the search gave nothing');
  return result.value;
}
