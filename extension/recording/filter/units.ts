/** Numbers with units. */
import type { AmountField, Bound, Range } from './filter.ts';

/** What a unit is in the base of its field: milliseconds, bytes. */
const TIMES: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1e3,
  min: 6e4,
};
const SIZES: Readonly<Record<string, number>> = { b: 1, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

const UNITS: Readonly<Record<AmountField, Readonly<Record<string, number>>>> = {
  duration: TIMES,
  time: TIMES,
  size: SIZES,
  event: { '': 1 },
};
/** Of a number that has none. */
const USUAL: Readonly<Record<AmountField, string>> = { duration: 'ms', time: 'ms', size: 'b', event: '' };

/** Micro sign and Greek letter. */
const MICRO = /^[µμ]s$/;
const AMOUNT = /^(\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?)\s*([a-zµμ]*)$/i;

/** Names of a field's units. */
export function unitsOf(field: AmountField): readonly string[] {
  return Object.keys(UNITS[field]).filter((unit) => unit !== '');
}

/** Reads `1.5ms`; undefined where it is no number of this field. `unit` is what a number without one has. */
export function readAmount(
  text: string,
  field: AmountField,
  unit = USUAL[field],
): Pick<Bound, 'value' | 'unit'> | undefined {
  const [, digits, written = ''] = AMOUNT.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  const lower = MICRO.test(written.toLowerCase()) ? 'us' : written.toLowerCase();
  const named = lower === '' ? unit : lower;
  const known = Object.hasOwn(UNITS[field], named);
  return known && Number.isFinite(value) ? { value, unit: named } : undefined;
}

/** Whether a text says its unit itself. */
export function hasUnit(text: string): boolean {
  return (AMOUNT.exec(text)?.[2] ?? '') !== '';
}

/** A test of numbers in the base of the field: milliseconds, bytes, numbers of events. */
export function rangeTest(field: AmountField, range: Range): (value: number) => boolean {
  const { from, to, about } = range;
  if (about === true && from !== undefined) {
    const middle = inBase(field, from);
    const half = precision(field, from) / 2;
    return (value) => value === middle || (value >= middle - half && value < middle + half);
  }
  const least = from === undefined ? -Infinity : inBase(field, from);
  const most = to === undefined ? Infinity : inBase(field, to);
  const above = from?.open === true ? (value: number) => value > least : (value: number) => value >= least;
  const below = to?.open === true ? (value: number) => value < most : (value: number) => value <= most;
  return (value) => above(value) && below(value);
}

/** The number in the base of its field: milliseconds, bytes, numbers of events. */
export function inBase(field: AmountField, { value, unit }: Bound): number {
  return value * (UNITS[field][unit] ?? 1);
}

/** What the last digit of a number stands for, in the base of the field. Events are counted. */
function precision(field: AmountField, { value, unit }: Bound): number {
  if (field === 'event') return 0;
  const fraction = /\.(\d+)$/.exec(String(value))?.[1] ?? '';
  return 10 ** -fraction.length * (UNITS[field][unit] ?? 1);
}

/** The text of a number, as {@link readAmount} reads it. */
export function amountText({ value, unit }: Bound): string {
  return `${value}${unit}`;
}
