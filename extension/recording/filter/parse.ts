/** Reads a filter. Any text is one: what means nothing is a problem with its place, and is left out. */
import type { FilterProblem } from '../query.ts';
import {
  FIELDS,
  fieldNamed,
  fixedNamed,
  fixedValues,
  isAmount,
  isPatternField,
  KINDS,
  LEVELS,
  STATUSES,
  type FieldInfo,
  type FixedValue,
} from './fields.ts';
import type { AmountField, Bound, Filter, Pattern, Range, Term } from './filter.ts';
import { nearest } from './nearest.ts';
import { problemAt, wrong, type Wrong } from './problems.ts';
import { hasUnit, readAmount, unitsOf } from './units.ts';
import { wordsOf, type Word, type Written } from './words.ts';

type Problems = FilterProblem[];

export function parse(text: string): Filter {
  const problems: Problems = [];
  const terms = wordsOf(text)
    .map((word) => termOf(word, problems))
    .filter((term) => term !== undefined);
  return { terms, problems: problems.sort((a, b) => a.start - b.start) };
}

function termOf(word: Word, problems: Problems): Term | undefined {
  const { negated, field, values, start, end } = word;
  for (const value of values) {
    if (value.open) problems.push(problemAt(value, wrong('openQuote')));
  }
  if (field === undefined) {
    const any = values.map(patternOf).filter((pattern) => !isEmpty(pattern));
    if (any.length > 0) return { negated, field: 'text', any };
    if (negated && values[0]?.pieces.length === 0)
      problems.push(problemAt({ start, end }, wrong('nothingExcluded')));
    return undefined;
  }
  const info = fieldNamed(field.name);
  if (info !== undefined) return fieldTerm(info, word, problems);
  const near = nearest(field.name, allNames());
  const name = shown(field.name);
  problems.push(
    problemAt(
      field,
      near === undefined
        ? wrong('unknownField', name, listed(FIELDS.map((known) => known.name)))
        : wrong('misspelledField', name, near),
    ),
  );
  return undefined;
}

function allNames(): readonly string[] {
  return FIELDS.flatMap(({ name, aliases }) => [name, ...aliases]);
}

function fieldTerm(info: FieldInfo, { negated, values, end }: Word, problems: Problems): Term | undefined {
  const { name, example } = info;
  const given = values.filter(({ pieces }) => pieces.length > 0);
  for (const { start } of values.filter(({ pieces }) => pieces.length === 0)) {
    const what = fixedValues(name)?.map(({ value }) => value) ?? [];
    const before = { start: Math.max(0, start - 1), end: Math.min(start, end) };
    problems.push(
      problemAt(
        before,
        what.length > 0 ? wrong('missingName', listed(what)) : wrong('missingValue', example),
      ),
    );
  }
  if (isAmount(name)) return some(rangesOf(name, given, problems), (any) => ({ negated, field: name, any }));
  if (isPatternField(name)) return some(given.map(patternOf), (any) => ({ negated, field: name, any }));
  if (name === 'kind')
    return some(fixedOf(KINDS, given, info, problems), (any) => ({ negated, field: name, any }));
  if (name === 'status')
    return some(fixedOf(STATUSES, given, info, problems), (any) => ({ negated, field: name, any }));
  return some(fixedOf(LEVELS, given, info, problems), (any) => ({ negated, field: 'level', any }));
}

/** A term of values; none where every one of them was a problem. */
function some<T>(any: readonly T[], make: (any: readonly T[]) => Term): Term | undefined {
  return any.length === 0 ? undefined : make(any);
}

function fixedOf<T extends string>(
  known: readonly FixedValue<T>[],
  given: readonly Written[],
  { name }: FieldInfo,
  problems: Problems,
): readonly T[] {
  const found: T[] = [];
  for (const value of given) {
    const text = textOf(value);
    const named = fixedNamed(known, text);
    if (named !== undefined) {
      if (!found.includes(named)) found.push(named);
      continue;
    }
    const all = known.map((one) => one.value);
    const near = nearest(text, all);
    problems.push(
      problemAt(
        value,
        near === undefined
          ? wrong('unknownValue', name, shown(text), listed(all))
          : wrong('misspelledValue', name, shown(text), near),
      ),
    );
  }
  return found;
}

const COMPARISON = /^(>=|<=|>|<)(.*)$/s;

function rangesOf(field: AmountField, given: readonly Written[], problems: Problems): readonly Range[] {
  const found: Range[] = [];
  for (const value of given) {
    const range = rangeOf(field, textOf(value));
    if ('code' in range) problems.push(problemAt(value, range));
    else found.push(range);
  }
  return found;
}

/** A range, or what is wrong with it. */
function rangeOf(field: AmountField, text: string): Range | Wrong {
  const [, sign, compared] = COMPARISON.exec(text) ?? [];
  if (sign !== undefined && compared !== undefined) {
    const amount = readAmount(compared, field);
    if (amount === undefined) return wrongAmount(field, compared);
    const bound: Bound = { ...amount, open: sign.length === 1 };
    return sign.startsWith('>') ? { from: bound } : { to: bound };
  }
  const dots = text.indexOf('..');
  if (dots >= 0) return betweenOf(field, text.slice(0, dots), text.slice(dots + 2));
  const amount = readAmount(text, field);
  if (amount === undefined) return wrongAmount(field, text);
  const bound: Bound = { ...amount, open: false };
  return { from: bound, to: bound, about: true };
}

function betweenOf(field: AmountField, first: string, last: string): Range | Wrong {
  if (first === '' && last === '') return wrong('missingEnds', ...EXAMPLES[field]);
  const to = last === '' ? undefined : readAmount(last, field);
  if (last !== '' && to === undefined) return wrongAmount(field, last);
  // 2..5ms is 2ms..5ms.
  const unit = hasUnit(last) ? to?.unit : undefined;
  const from = first === '' ? undefined : readAmount(first, field, unit);
  if (first !== '' && from === undefined) return wrongAmount(field, first);
  return {
    ...(from === undefined ? {} : { from: { ...from, open: false } }),
    ...(to === undefined ? {} : { to: { ...to, open: false } }),
  };
}

const EXAMPLES: Readonly<Record<AmountField, readonly [string, string]>> = {
  duration: ['duration:>2ms', 'duration:1ms..5ms'],
  time: ['time:>1.5s', 'time:1s..2s'],
  size: ['size:>1kib', 'size:100b..2kib'],
  event: ['event:17', 'event:10..20'],
};

function wrongAmount(field: AmountField, text: string): Wrong {
  const units = unitsOf(field);
  const examples = EXAMPLES[field];
  if (text === '')
    return units.length === 0
      ? wrong('missingNumber', ...examples)
      : wrong('missingAmount', ...examples, listed(units));
  return units.length === 0
    ? wrong('noNumber', ...examples, shown(text))
    : wrong('noAmount', ...examples, shown(text), listed(units));
}

/** Values of fixed sets and numbers mean the same in quotes. */
function textOf({ pieces }: Written): string {
  return pieces.map(({ text }) => text).join('');
}

function patternOf({ pieces }: Written): Pattern {
  const parts = [''];
  for (const { text, quoted } of pieces) {
    const [first = '', ...more] = quoted ? [text] : text.split(/\*+/);
    parts.push(`${parts.pop() ?? ''}${first}`, ...more);
  }
  // Stars on both sides of nothing are one.
  return { parts: parts.filter((part, index) => part !== '' || index === 0 || index === parts.length - 1) };
}

function isEmpty({ parts }: Pattern): boolean {
  return parts.every((part) => part === '');
}

function listed(names: readonly string[]): string {
  return names.join(', ');
}

/** What somebody typed, as a message repeats it. */
function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
