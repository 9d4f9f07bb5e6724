/** What came of a replay, in words: for the status bar, lenses, panels and the command line. */
import type { Replayed } from '../host/protocol.ts';
import type { Cost, Difference, ReplayEnd, ReplayReport } from './types.ts';

export type VerdictKind = 'running' | 'same' | 'different' | 'none' | 'failed';

export interface Verdict {
  readonly kind: VerdictKind;
  /** A few words without a full stop: `same, 400 events`, `3 of 400 events differ`. */
  readonly text: string;
  /** What more there is to say, a line each: first difference, how it ended, cost, notes. */
  readonly details: readonly string[];
}

/** Characters of a value that are shown in a sentence. */
const SHOWN = 60;

/** The verdict on a replay in whatever state it is. */
export function verdictOf(replayed: DistributiveOmit<Replayed, 'plugin'>): Verdict {
  switch (replayed.state) {
    case 'running':
      return {
        kind: 'running',
        text: 'replaying',
        details: ['The last run is replayed against the new build.'],
      };
    case 'none':
      return { kind: 'none', text: 'nothing to replay', details: [replayed.text] };
    case 'failed':
      return { kind: 'failed', text: 'replay failed', details: [replayed.text] };
    case 'done':
      return verdictOfReport(replayed.report);
  }
}

/** The verdict on a replay that was made. */
export function verdictOfReport(report: ReplayReport): Verdict {
  const { ended, notes, cost } = report;
  if (ended?.reason === 'cancelled')
    return {
      kind: 'none',
      text: 'replay cancelled',
      details: [`${report.events.same} events were the same until then.`],
    };
  const [first] = report.differences;
  return {
    kind: report.differenceCount === 0 ? 'same' : 'different',
    text: textOf(report),
    details: [
      ...(first === undefined ? [] : [`First difference: ${differenceText(first)}`]),
      ...(ended === undefined || report.events.notReplayed === 0 ? [] : [ended.text]),
      costText(cost.recorded, cost.replayed),
      ...(report.unrecorded === 0
        ? []
        : [
            `${counted(report.unrecorded, 'host call')} ${report.unrecorded === 1 ? 'was' : 'were'} not recorded and got a default answer.`,
          ]),
      ...notes,
    ].filter((line) => line !== ''),
  };
}

function textOf({ events, ended, differences, differenceCount }: ReplayReport): string {
  const differ =
    events.different === 0
      ? undefined
      : `${events.different} of ${counted(events.total, 'event')} ${events.different === 1 ? 'differs' : 'differ'}`;
  if (ended !== undefined && events.notReplayed > 0) {
    const end = `${endText(ended)}; ${counted(events.notReplayed, 'event')} not replayed`;
    // The event that ended it differs by that already.
    return events.different <= 1 || differ === undefined ? end : `${differ}; ${end}`;
  }
  if (differ !== undefined) return differ;
  const count = counted(events.total, 'event');
  return differenceCount === 0 ? `same, ${count}` : `${count} same, ${listed(partsOf(differences))} differs`;
}

/** What differs outside of events. */
function partsOf(differences: readonly Difference[]): readonly string[] {
  const parts = differences.map(({ kind, name }) =>
    kind === 'metadata' ? 'metadata' : name === 'cleanup' ? 'cleanup' : 'start or end',
  );
  return [...new Set(parts)];
}

function endText({ reason, event }: ReplayEnd): string {
  const at = event === 0 ? 'before the first event' : `at event ${event}`;
  switch (reason) {
    case 'trap':
      return `trapped ${at}`;
    case 'error':
      return `ended with an error ${at}`;
    case 'timeout':
      return `did not come back ${at}`;
    case 'unrecorded':
      return `stopped ${at}, at a host call that was not recorded`;
    case 'start':
      return 'did not start';
    case 'host':
      return `ended by the host ${at}`;
    case 'cancelled':
      return 'cancelled';
  }
}

/** One difference in one line: `event 17: send-output packet.samples[0]: 0.5 → 0.25`. */
export function differenceText(difference: Difference): string {
  const { event } = difference;
  return `${event === 0 ? 'outside of events' : `event ${event}`}: ${whatDiffers(difference)}`;
}

/** The same without the event. */
export function whatDiffers({ kind, name, path, expected, actual }: Difference): string {
  const where = path === undefined || path === '' ? name : `${name} ${path}`;
  switch (kind) {
    case 'argument':
    case 'result':
    case 'metadata':
      return `${where}: ${short(expected)} → ${short(actual)}`;
    case 'missing':
      return `${name} is not called any more`;
    case 'added':
      return `${name} is called, which it was not`;
    case 'order':
      return `${name} is called at another place`;
    case 'output':
      return `${name}: ${short(expected)} → ${short(actual)}`;
    case 'not-replayed':
      return 'it and what follows it was not replayed';
  }
}

function short(value: string | undefined): string {
  const line = (value ?? '').replaceAll(/\s*\n\s*/g, ' ').trim();
  if (line === '') return 'nothing';
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
}

function costText(before: Cost, after: Cost): string {
  const memory =
    after.memoryBytes === 0
      ? []
      : [
          `${kibibytes(after.memoryBytes)} of memory (${before.memoryBytes === 0 ? 'not recorded' : `was ${kibibytes(before.memoryBytes)}`})`,
        ];
  return [
    `${milliseconds(after.callMs)} in calls (was ${milliseconds(before.callMs)})`,
    `${counted(after.hostCalls, 'host call')} (was ${before.hostCalls})`,
    ...memory,
  ].join(', ');
}

/** `0.42 ms`, `37 ms` */
export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
}

function kibibytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** `Omit` of each of a union's members by itself. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
