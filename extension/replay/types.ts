/** What a replay is asked and what it answers. Pure data: it crosses process borders. */

/** What a plugin gets that makes a host call which was not recorded. */
export type Unrecorded =
  /** The replay ends there. */
  | 'stop'
  /** A value of the right type that depends on nothing but the recording. */
  | 'default'
  /** What the real host would answer now. */
  | 'live';

export const UNRECORDED: readonly Unrecorded[] = ['stop', 'default', 'live'];

export type DifferenceKind =
  /** The call came back with something else: another error, ok, a trap, no end. */
  | 'result'
  /** A host call with another argument, at `path`. */
  | 'argument'
  /** A host call that was recorded and is not made any more. */
  | 'missing'
  /** A host call that was not recorded. */
  | 'added'
  /** The same host calls in another order. */
  | 'order'
  /** Other text on stdout or stderr. */
  | 'output'
  /** What the plugin says of itself: pins, parameters. */
  | 'metadata'
  /** The event was not replayed, because the plugin or the replay ended before it. */
  | 'not-replayed';

export interface Difference {
  /** Number of the event in the recording; 0 for what happens before the first. */
  readonly event: number;
  readonly kind: DifferenceKind;
  /** Import, export, `stdout` or `stderr`. */
  readonly name: string;
  /** Where in the value: `packet.samples[3]`; undefined for the whole. */
  readonly path?: string;
  /** In WAVE where it has a WIT type; undefined where there is none on this side. */
  readonly expected?: string;
  readonly actual?: string;
  /** Index of the record in the recording, and in the trace of the replay. */
  readonly expectedRecord?: number;
  readonly actualRecord?: number;
}

/** What a run cost. */
export interface Cost {
  /** Milliseconds within export calls. */
  readonly callMs: number;
  readonly hostCalls: number;
  /** Linear memory at the end, in bytes; 0 where it was not recorded. */
  readonly memoryBytes: number;
}

/** What came of replaying one life of a plugin against an artifact. */
export interface ReplayReport {
  readonly plugin: string;
  /** Position of the life among those of the recording, from 0. */
  readonly life: number;
  /** SHA-256 in hex. */
  readonly artifact: { readonly recorded?: string; readonly replayed: string };
  readonly events: {
    readonly total: number;
    readonly same: number;
    readonly different: number;
    readonly notReplayed: number;
  };
  /** Every difference up to a limit of 10,000; `differenceCount` counts all. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  /** Host calls that were answered without a recorded answer. */
  readonly unrecorded: number;
  readonly cost: { readonly recorded: Cost; readonly replayed: Cost };
  /** Why the replay ended before the recording did; undefined where it went to the end. */
  readonly ended?: ReplayEnd;
  /** What keeps the comparison from being exact: redacted fields, a life that began before the recording. */
  readonly notes: readonly string[];
  readonly durationMs: number;
}

export interface ReplayEnd {
  readonly reason: 'trap' | 'error' | 'timeout' | 'unrecorded' | 'start' | 'host' | 'cancelled';
  /** Number of the event; 0 before the first. */
  readonly event: number;
  readonly text: string;
}

/** True where nothing differs. */
export function isSame(report: ReplayReport): boolean {
  return report.differenceCount === 0;
}
