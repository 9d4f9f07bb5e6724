/** The rows of a recording as lines for a terminal. */
import type { FunctionStats, RangeStats, Row, RowKind } from '../recording/query.ts';
import { lineOf, widthOf, type Column } from './columns.ts';
import type { Output } from './output.ts';

type Style = Output['style'];

/** Cells that the names of plugins and functions take at most where the width is limited. */
const MOST_PLUGIN = 24;
const NAME = 24;
/** Lines that are narrower than this have half of that for names. */
const WIDE = 110;
const TIME = 12;
const KIND = 9;
const DURATION = 10;
/** Of each line: whether it failed, for who sees no colours. */
const FAILED = '!';

const TITLES = ['time (ms)', '', 'plugin', 'kind', 'name', 'took', 'summary'] as const;

/** The columns for a recording of these plugins. */
export function columnsFor(plugins: readonly string[], width: number): readonly Column[] {
  const part = width < WIDE ? 2 : 1;
  const widest = plugins.reduce((most, name) => Math.max(most, widthOf(name)), TITLES[2].length);
  return [
    { width: TIME, align: 'right' },
    { width: FAILED.length },
    { width: width === Infinity ? widest : Math.min(widest, MOST_PLUGIN / part) },
    { width: KIND },
    { width: NAME / part },
    { width: DURATION, align: 'right' },
    { width: undefined },
  ];
}

export function titleLine(columns: readonly Column[], width: number, style: Style): string {
  return lineOf(TITLES, columns, width, (text) => style('bold', text));
}

/** `below`: it belongs to the event of a row above. */
export function rowLine(
  row: Row,
  columns: readonly Column[],
  width: number,
  style: Style,
  below: boolean,
): string {
  const name = shortName(row.name);
  const cells = [
    row.time.toFixed(3),
    row.status === 'error' ? FAILED : '',
    row.plugin,
    row.kind,
    below ? `  ${name}` : name,
    row.durationMs === undefined ? '' : duration(row.durationMs),
    row.summary,
  ];
  return lineOf(cells, columns, width, (text, column) => {
    if (row.status === 'error') return column === 0 ? text : style('red', text);
    return column === 3 ? styleOfKind(row, text, style) : text;
  });
}

/** The word says it; the colour helps to find it. */
function styleOfKind({ kind, level }: Row, text: string, style: Style): string {
  const isBad = level === 'error' || level === 'warn';
  if (kind === 'log') return isBad ? style('yellow', text) : style('dim', text);
  const styles: Partial<Record<RowKind, Parameters<Style>[0]>> = {
    event: 'bold',
    effect: 'green',
    lifecycle: 'yellow',
    hostCall: 'dim',
  };
  const own = styles[kind];
  return own === undefined ? text : style(own, text);
}

/** A function without its interface: `streamkit:plugin/host@0.1.0#send-output` is `send-output`. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('#') + 1);
}

export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${ms.toFixed(1)} ms` : `${ms.toFixed(3)} ms`;
}

const STATS_TITLES = [
  'count',
  'failed',
  'total',
  'self',
  'p50',
  'p95',
  'p99',
  'longest',
  'kind',
  'function',
] as const;
const FIGURE: Column = { width: 10, align: 'right' };
const STATS_COLUMNS: readonly Column[] = [
  ...Array.from({ length: 8 }, () => FIGURE),
  { width: KIND },
  { width: undefined },
];

/** What took how long, the longest first. */
export function statsLines(stats: RangeStats, width: number, style: Style): readonly string[] {
  const { from, to, count, errors, functions, counters } = stats;
  const lines = [
    style('bold', `${count} records from ${from.toFixed(3)} to ${to.toFixed(3)} ms, ${errors} failed`),
  ];
  if (functions.length > 0)
    lines.push(lineOf(STATS_TITLES, STATS_COLUMNS, width, (text) => style('bold', text)));
  for (const one of functions.toSorted((a, b) => b.totalMs - a.totalMs))
    lines.push(functionLine(one, width, style));
  for (const { name, least, mean, most, last } of counters)
    lines.push(
      lineOf(
        [
          `${name}: ${figure(least)} to ${figure(most)}, ${figure(mean)} on average, ${figure(last)} at the end`,
        ],
        [{ width: undefined }],
        width,
      ),
    );
  return lines;
}

function functionLine(one: FunctionStats, width: number, style: Style): string {
  const { plugin, kind, name, count, errors, totalMs, selfMs, p50, p95, p99, longestMs } = one;
  const times = [totalMs, selfMs, p50, p95, p99, longestMs].map(duration);
  const cells = [
    String(count),
    errors === 0 ? '' : String(errors),
    ...times,
    kind,
    `${plugin} ${shortName(name)}`,
  ];
  return lineOf(cells, STATS_COLUMNS, width, (text, column) => (column === 1 ? style('red', text) : text));
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(6);
}
