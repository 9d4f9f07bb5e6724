/** The table of functions in the statistics: sorting it and writing it down. Needs no page. */
import type { FunctionStats, RangeStats } from '../protocol.ts';
import { t } from '../text.ts';

export type FunctionColumn =
  | 'name'
  | 'plugin'
  | 'kind'
  | 'count'
  | 'errors'
  | 'totalMs'
  | 'selfMs'
  | 'p50'
  | 'p95'
  | 'p99'
  | 'longestMs';

export interface FunctionOrder {
  readonly by: FunctionColumn;
  readonly descending: boolean;
}

/** What matters most first, as a narrow pane shows no more; `hint` is the tooltip of the heading. */
export const functionColumns: readonly {
  readonly of: FunctionColumn;
  readonly label: string;
  readonly hint: string;
  readonly isTime: boolean;
  readonly isText: boolean;
}[] = [
  { of: 'name', label: t('Function'), hint: t('Pin, export or import'), isTime: false, isText: true },
  { of: 'totalMs', label: t('Total'), hint: t('All its time'), isTime: true, isText: false },
  {
    of: 'longestMs',
    label: t('Longest'),
    hint: t('The longest one; choose it to go there'),
    isTime: true,
    isText: false,
  },
  {
    of: 'selfMs',
    label: t('Self'),
    hint: t('Its time without what it called itself'),
    isTime: true,
    isText: false,
  },
  { of: 'count', label: t('Count'), hint: t('How often'), isTime: false, isText: false },
  { of: 'errors', label: t('Errors'), hint: t('How many of them failed'), isTime: false, isText: false },
  { of: 'p50', label: 'p50', hint: t('Half of them took at most this'), isTime: true, isText: false },
  { of: 'p95', label: 'p95', hint: t('95 of 100 took at most this'), isTime: true, isText: false },
  { of: 'p99', label: 'p99', hint: t('99 of 100 took at most this'), isTime: true, isText: false },
  { of: 'plugin', label: t('Plugin'), hint: t('Plugin'), isTime: false, isText: true },
  { of: 'kind', label: t('Kind'), hint: t('What it is'), isTime: false, isText: true },
];

export function sortedFunctions(
  functions: readonly FunctionStats[],
  { by, descending }: FunctionOrder,
): readonly FunctionStats[] {
  const sign = descending ? -1 : 1;
  return functions.toSorted((a, b) => {
    const [left, right] = [a[by], b[by]];
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right), 'en');
    return order === 0 ? a.name.localeCompare(b.name, 'en') : sign * order;
  });
}

/** The functions as RFC 4180 has it, in this order, times in milliseconds. */
export function functionsCsv(functions: readonly FunctionStats[]): string {
  const heads = functionColumns.map(({ of, isTime }) => (isTime && !of.endsWith('Ms') ? `${of}Ms` : of));
  const rows = functions.map((one) => functionColumns.map(({ of }) => csvField(one[of])));
  return [heads, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** All that is known of the stretch, on several lines; times in milliseconds. */
export function statsJson(stats: RangeStats): string {
  return `${JSON.stringify(stats, undefined, 2)}\n`;
}
