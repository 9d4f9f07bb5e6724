import type { CounterUnit, Lane, LaneKind } from '../query.ts';
import { CounterSeries } from './counter.ts';
import type { Group } from './group.ts';
import { shownName } from './names.ts';
import { Stack } from './track.ts';
import type { Track } from './track.ts';

/** Tracks that one kind of slice takes at most; what overlaps more than that lies on the last one. */
const MOST_TRACKS = { events: 8, calls: 16, hostCalls: 16, spans: 32, lifecycle: 4, points: 1 } as const;

/** Positions in the stacks of a lane of calls. */
export const CallStack = { events: 0, calls: 1, hostCalls: 2 } as const;

/** Percentiles of calls that are counters. */
export const PERCENTILES = [
  { name: 'latency p50', part: 0.5 },
  { name: 'latency p95', part: 0.95 },
  { name: 'latency p99', part: 0.99 },
] as const;
export const RATE = 'calls/s';

/** Something that has begun and whose end is not recorded yet. */
export interface OpenEntry {
  readonly track: Track;
  readonly record: number;
  /** Of the lanes' names. */
  readonly name: number;
  readonly from: number;
  /** Where it ends for now; with the recording where undefined. */
  to: number | undefined;
  /** Milliseconds of what it called, where that is known. */
  called?: number;
  flags: number;
}

/** What the timeline holds of one lane. */
export class LaneData {
  readonly id: number;
  readonly group: Group;
  readonly kind: LaneKind;
  readonly name: string;
  readonly unit: CounterUnit | undefined;
  /** From the top; each has as many rows as it needs. */
  readonly stacks: readonly Stack[];
  readonly series: CounterSeries | undefined;
  readonly open = new Set<OpenEntry>();
  count = 0;
  errors = 0;
  #shown: Lane;
  #changedAt = 0;

  constructor(id: number, group: Group, kind: LaneKind, name: string, unit?: CounterUnit) {
    this.id = id;
    this.group = group;
    this.kind = kind;
    this.name = name;
    this.unit = unit;
    this.stacks = stacksOf(kind);
    this.series = kind === 'counter' && !isDerived(name) ? new CounterSeries() : undefined;
    this.#shown = {
      id,
      group: group.shownName,
      kind,
      name: shownName(name),
      rows: 1,
      ...(unit === undefined ? {} : { unit }),
      count: 0,
      errors: 0,
    };
  }

  /** Tracks from the top; a track's position is its row. */
  tracks(): readonly Track[] {
    const [first, ...others] = this.stacks;
    return others.length === 0
      ? (first?.tracks ?? [])
      : this.stacks.flatMap(({ tracks }): readonly Track[] => tracks);
  }

  stack(position: number): Stack {
    const stack = this.stacks[position];
    if (stack === undefined) throw new RangeError(`A lane of ${this.kind} has no stack ${position}.`);
    return stack;
  }

  /** As it is told to others; the same object for as long as nothing changed. */
  get shown(): Lane {
    return this.#shown;
  }

  /** Version at which that changed last. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Brings what is told of it up to date, with this version where it changed; false where it did not. */
  update(version: number): boolean {
    const { errors } = this;
    const count = this.series?.count ?? (this.kind === 'counter' ? this.group.callCount : this.count);
    const before = this.#shown;
    let rows = 0;
    for (const { tracks } of this.stacks) rows += tracks.length;
    rows = Math.max(1, rows);
    if (this.#changedAt > 0 && before.count === count && before.errors === errors && before.rows === rows)
      return false;
    this.#shown = { ...before, rows, count, errors };
    this.#changedAt = version;
    return true;
  }
}

/** Whether a counter of this name is computed from the calls of its group. */
export function isDerived(name: string): boolean {
  return name === RATE || PERCENTILES.some((one) => one.name === name);
}

function stacksOf(kind: LaneKind): readonly Stack[] {
  switch (kind) {
    case 'calls':
      return [
        new Stack(MOST_TRACKS.events, { self: true }),
        new Stack(MOST_TRACKS.calls, { self: true, latency: true }),
        new Stack(MOST_TRACKS.hostCalls),
      ];
    case 'spans':
      return [new Stack(MOST_TRACKS.spans)];
    case 'lifecycle':
      return [new Stack(MOST_TRACKS.lifecycle)];
    case 'effects':
    case 'logs':
    case 'telemetry':
      return [new Stack(MOST_TRACKS.points)];
    case 'counter':
      return [];
  }
}
