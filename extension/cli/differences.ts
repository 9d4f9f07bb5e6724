/** What came of a replay, as text for people. */
import type { Difference, ReplayReport } from '../replay/types.ts';
import { verdictOfReport } from '../replay/verdict.ts';
import type { Output } from './output.ts';

/** Events that are shown, and differences of each. */
const MOST_EVENTS = 10;
const MOST_EACH = 8;
/** Characters of a value that shares its line with another. */
const SHORT = 36;

/** How a replay is told: with colours or not, and with the pins of events where they are known. */
export interface Telling {
  readonly style: Output['style'];
  /** Pin or stream of the event with this number. */
  readonly pinOf: (event: number) => string | undefined;
}

export const plainly: Output['style'] = (_, text) => text;

/** The differences event by event, the first ones in full; then why the replay ended, what it cost and what else there is to say. */
export function reportLines(report: ReplayReport, telling: Telling): readonly string[] {
  const { details } = verdictOfReport(report);
  return [
    ...differenceLines(report, telling),
    // The first of them is the first difference.
    ...details.slice(Math.min(1, report.differences.length)),
  ];
}

/** The differences alone; none where there are none. */
export function differenceLines(report: ReplayReport, telling: Telling): readonly string[] {
  const events = Map.groupBy(report.differences, ({ event }) => event);
  const lines: string[] = [];
  let shown = 0;
  for (const [event, differences] of [...events].slice(0, MOST_EVENTS)) {
    lines.push(telling.style('bold', headOf(event, telling)));
    for (const difference of differences.slice(0, MOST_EACH))
      lines.push(...linesOf(difference, telling).map((line) => `  ${line}`));
    const more = differences.length - MOST_EACH;
    if (more > 0) lines.push(`  … ${more} more in this event`);
    shown += differences.length;
  }
  const hidden = report.differenceCount - shown;
  if (hidden > 0) {
    const others = events.size - MOST_EVENTS;
    const where =
      others > 0
        ? ` in ${counted(others, 'event')}${report.differenceCount > report.differences.length ? ' or more' : ''}`
        : '';
    lines.push(`… ${counted(hidden, 'more difference')}${where}`);
  }
  return lines;
}

function headOf(event: number, { pinOf }: Telling): string {
  if (event === 0) return 'outside of events';
  const pin = pinOf(event);
  return pin === undefined ? `event ${event}` : `event ${event} (${pin})`;
}

function linesOf({ kind, name, path, expected, actual }: Difference, { style }: Telling): readonly string[] {
  const both = (title: string): readonly string[] => {
    const [before, now] = [expected ?? '(nothing)', actual ?? '(nothing)'];
    if (isShort(before) && isShort(now))
      return [`${title}: expected ${style('green', before)}, actual ${style('red', now)}`];
    return [
      title,
      ...block('expected', before, (text) => style('green', text)),
      ...block('actual  ', now, (text) => style('red', text)),
    ];
  };
  const added = (text: string): string => style('red', text);
  switch (kind) {
    case 'argument':
    case 'metadata':
      return both(path === undefined || path === '' ? name : `${name} ${path}`);
    case 'result':
      return both(path === undefined ? `${name} ended otherwise` : `${name} gives another ${path}`);
    case 'output':
      return both(name);
    case 'missing':
      return block('not any more:', expected ?? name, (text) => style('green', text)).map(outdented);
    case 'added':
      return block('new:', actual ?? name, added).map(outdented);
    case 'order':
      return block('at another place:', actual ?? name, added).map(outdented);
    case 'not-replayed':
      return [`${actual ?? 'this event'} from here on: not replayed`];
  }
}

function isShort(text: string): boolean {
  return text.length <= SHORT && !text.includes('\n') && text !== '';
}

/** A titled text, its further lines below its first. */
function block(title: string, text: string, paint: (text: string) => string): readonly string[] {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const indent = ' '.repeat(title.length + 3);
  return [`  ${title} ${paint(first)}`, ...rest.map((line) => `${indent}${paint(line)}`)];
}

function outdented(line: string): string {
  return line.slice(2);
}

/** `1 event`, `2 events`. */
function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
