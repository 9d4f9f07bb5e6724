/** What can be written at a place of a filter's text. */
import type { Vocabulary } from '../query.ts';
import { FIELDS, fieldNamed, fixedValues, isAmount, type FieldInfo } from './fields.ts';
import type { AmountField, FieldName } from './filter.ts';
import { valueText } from './print.ts';
import { wordsOf, type Word, type Written } from './words.ts';

/** One thing that can be written. */
export interface Completion {
  /** What a list shows. */
  readonly label: string;
  /** What it means, in one line; English. */
  readonly detail: string;
  /** What replaces the text from `start` to `end`. */
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

const MOST = 100;

/**
 * Completions for the text with the cursor at `cursor`, the likeliest first: fields, and names that occur,
 * where a word begins; the values of the field behind its colon. An inserted field ends in its colon, so that
 * its values are asked for next.
 */
export function complete(text: string, cursor: number, vocabulary: Vocabulary): readonly Completion[] {
  const at = Math.max(0, Math.min(Math.floor(cursor), text.length));
  const word = wordsOf(text).find(({ start, end }) => start <= at && at <= end);
  if (word === undefined) return fieldsFor('', at, at);
  if (word.field === undefined || at <= word.field.end) return wordCompletions(text, word, at, vocabulary);
  const info = fieldNamed(word.field.name);
  const value = word.values.find(({ start, end }) => start <= at && at <= end);
  if (info === undefined || value === undefined) return [];
  return valuesFor(text, info, value, at, vocabulary);
}

function wordCompletions(
  text: string,
  word: Word,
  at: number,
  vocabulary: Vocabulary,
): readonly Completion[] {
  const start = word.start + (word.negated ? 1 : 0);
  if (at < start) return [];
  const typed = text.slice(start, at).toLowerCase();
  // A field that is there is replaced with its colon.
  const end = word.field === undefined ? word.end : word.field.end + 1;
  const fields = fieldsFor(typed, start, end);
  if (typed.length < 2 || word.field !== undefined) return fields;
  const names = namesFor(typed, start, end, vocabulary);
  return [...fields, ...names].slice(0, MOST);
}

function fieldsFor(typed: string, start: number, end: number): readonly Completion[] {
  return FIELDS.filter(({ name, aliases }) => [name, ...aliases].some((one) => one.startsWith(typed))).map(
    ({ name, explanation, example }) => ({
      label: `${name}:`,
      detail: `${explanation}, as in ${example}`,
      insert: `${name}:`,
      start,
      end,
    }),
  );
}

/** Plugins and names whose beginning was typed as a plain word. */
function namesFor(typed: string, start: number, end: number, vocabulary: Vocabulary): readonly Completion[] {
  const fields: readonly (readonly [FieldName, readonly string[]])[] = [
    ['plugin', vocabulary.plugins],
    ['fn', vocabulary.names],
    ['type', vocabulary.types],
  ];
  return fields.flatMap(([field, names]) =>
    names
      .filter((name) => name.toLowerCase().includes(typed))
      .map((name) => {
        const insert = `${field}:${valueText(name)}`;
        return { label: insert, detail: WHAT[field] ?? '', insert, start, end };
      }),
  );
}

const WHAT: Partial<Record<FieldName, string>> = {
  plugin: 'A plugin of this recording',
  fn: 'A name in this recording',
  type: 'A type of telemetry in this recording',
};

function valuesFor(
  text: string,
  info: FieldInfo,
  { start, end }: Written,
  at: number,
  vocabulary: Vocabulary,
): readonly Completion[] {
  const typed = text.slice(start, at).replace(/^"/, '').toLowerCase();
  const known = knownValues(info, vocabulary);
  const begins = known.filter(({ label }) => label.toLowerCase().startsWith(typed));
  const holds = known.filter(
    ({ label }) => !label.toLowerCase().startsWith(typed) && label.toLowerCase().includes(typed),
  );
  return [...begins, ...holds].slice(0, MOST).map((one) => ({ ...one, start, end }));
}

function knownValues(
  info: FieldInfo,
  vocabulary: Vocabulary,
): readonly Pick<Completion, 'label' | 'detail' | 'insert'>[] {
  const { name } = info;
  const fixed = fixedValues(name);
  if (fixed !== undefined)
    return fixed.map(({ value, explanation }) => ({ label: value, detail: explanation, insert: value }));
  if (isAmount(name)) return AMOUNTS[name].map(([label, detail]) => ({ label, detail, insert: label }));
  return namesOf(name, vocabulary).map((label) => ({
    label,
    detail: WHAT[name] ?? '',
    insert: valueText(label),
  }));
}

function namesOf(field: FieldName, { plugins, names, types }: Vocabulary): readonly string[] {
  if (field === 'plugin') return plugins;
  if (field === 'fn') return names;
  return field === 'type' ? types : [];
}

/** Forms of numbers, to begin from. */
const AMOUNTS: Readonly<Record<AmountField, readonly (readonly [string, string])[]>> = {
  duration: [
    ['>1ms', 'Longer than a millisecond'],
    ['>10ms', 'Longer than ten milliseconds'],
    ['>100us', 'Longer than a tenth of a millisecond'],
    ['1ms..5ms', 'Between two durations'],
  ],
  time: [
    ['>1s', 'After the first second'],
    ['<1s', 'In the first second'],
    ['1s..2s', 'Between two times'],
  ],
  size: [
    ['>1kib', 'Larger than a kibibyte'],
    ['>1mib', 'Larger than a mebibyte'],
    ['1kib..4kib', 'Between two sizes'],
  ],
  event: [
    ['1', 'The first event of each plugin'],
    ['10..20', 'Between two numbers'],
    ['>100', 'After a hundred events'],
  ],
};
