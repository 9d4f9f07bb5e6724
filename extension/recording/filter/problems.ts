/** What can be wrong with a filter's text: the one place of the sentences. */
import type { FilterProblem } from '../query.ts';

/** English, by what is wrong; `{0}` stands for the first value. Panels translate them, the command line says them as they are. */
export const PROBLEMS = {
  openQuote: 'The text in quotes goes on to the end. Close it with ".',
  nothingExcluded: 'Write behind the - what is not wanted: -kind:log',
  /** Field, all fields. */
  unknownField: 'There is no field "{0}". Write one of {1}, or put it in quotes to look for the text.',
  /** Field, the one that is meant. */
  misspelledField: 'There is no field "{0}". Write {1}:, or put it in quotes to look for the text.',
  /** All values. */
  missingName: 'Write one of {0} here.',
  /** Example. */
  missingValue: 'Write a value, as in {0} here.',
  /** Field, value, all values. */
  unknownValue: 'There is no {0} "{1}". Write one of {2}.',
  /** Field, value, the one that is meant. */
  misspelledValue: 'There is no {0} "{1}". Write {0}:{2}.',
  /** Two examples; in the next four as well. */
  missingEnds: 'Write a number on a side of the dots, as in {0} or {1}.',
  missingNumber: 'Here has to be a number. Write {0} or {1}.',
  /** Behind the examples: all units. */
  missingAmount: 'Here has to be a number with one of {2}. Write {0} or {1}.',
  /** Behind the examples: what is there. */
  noNumber: '"{2}" is not a number. Write {0} or {1}.',
  /** Behind the examples: what is there, all units. */
  noAmount: '"{2}" is not a number with one of {3}. Write {0} or {1}.',
} as const;

export type FilterProblemCode = keyof typeof PROBLEMS;

/** What is wrong, before its place is known. */
export type Wrong = Pick<FilterProblem, 'code' | 'values'>;

export function wrong(code: FilterProblemCode, ...values: readonly string[]): Wrong {
  return { code, values };
}

/** A problem with its place, and what the English sentence is. */
export function problemAt(
  { start, end }: { readonly start: number; readonly end: number },
  { code, values }: Wrong,
): FilterProblem {
  const message = PROBLEMS[code].replaceAll(/\{(\d)\}/g, (_, index: string) => values[Number(index)] ?? '');
  return { start, end, code, values, message };
}
