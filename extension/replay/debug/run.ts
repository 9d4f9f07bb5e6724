/** One way through a life, as it is stepped through: the replay itself, or a branch off another one. */
import type { RawRecord, Recording } from '../../recording/record.ts';
import { headOf, RecordKind } from '../../recording/record.ts';
import { align } from '../align.ts';
import { compareGroups, type Side } from '../compare.ts';
import type { Execution } from '../execution.ts';
import { groupOf, type Group } from '../lives.ts';
import type { Difference, ReplayEnd } from '../types.ts';
import type { Place } from './place.ts';

/** What makes a branch. */
export interface BranchPoint {
  /** The run that it branches off. */
  readonly parent: Run;
  readonly place: Place;
  /** What is other, for people: `packet.text = "x"`. */
  readonly what: string;
  /** Which host call of the event got another result, from 0; undefined where the event was edited. */
  readonly hostCall: number | undefined;
}

/** A record that stays when others are read. */
type Kept = RawRecord & { readonly index: number };

export class Run {
  /** Counted from 0 within a session. */
  readonly number: number;
  /** The id under which its trace is known. */
  readonly id: string;
  readonly execution: Execution;
  readonly branch: BranchPoint | undefined;
  #group: { readonly position: number; readonly group: Group } | undefined;

  constructor(number: number, id: string, execution: Execution, branch?: BranchPoint) {
    this.number = number;
    this.id = id;
    this.execution = execution;
    this.branch = branch;
  }

  /** Number of events in the life. */
  get length(): number {
    return this.execution.options.life.events.length;
  }

  get trace(): Recording {
    return this.execution.trace;
  }

  /** What happened with an event that was run. */
  group(position: number): Group | undefined {
    if (this.#group?.position === position) return this.#group.group;
    const group = this.execution.group(position);
    if (group !== undefined) this.#group = { position, group };
    return group;
  }

  /** Records of the event's host calls in the trace, in order. */
  hostCalls(position: number): readonly number[] {
    const records = this.group(position)?.records ?? [];
    return records.filter((index) => headOf(this.trace, index).kind === RecordKind.hostCall);
  }

  /** The end of the event's export call. */
  last(position: number): Place {
    return { position, step: this.hostCalls(position).length + 1 };
  }

  /** The record in the trace that a place is at. */
  recordAt({ position, step }: Place): number {
    const group = this.group(position);
    const first = group?.first ?? 0;
    if (step === 0) return first;
    return this.hostCalls(position)[step - 1] ?? group?.call ?? group?.records.at(-1) ?? first;
  }

  /** The place of a record of the trace; the nearest one before it where it is no place itself. */
  placeOf(record: number): Place {
    let [low, high] = [0, this.execution.done - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.group(middle)?.first ?? 0) <= record) low = middle;
      else high = middle - 1;
    }
    if (record === this.group(low)?.call) return this.last(low);
    const step = this.hostCalls(low).filter((index) => index <= record).length;
    return { position: low, step: record < (this.group(low)?.first ?? 0) ? 0 : step };
  }

  /** Why the instance ended with this event; undefined where it did not. */
  endAt(position: number): ReplayEnd | undefined {
    const { ended, done } = this.execution;
    return position === done - 1 ? ended : undefined;
  }

  /** A copy of a record of the trace: it stays when others are read. */
  record(index: number): RawRecord {
    const record = this.trace.at(index);
    return { ...record, payload: record.payload.slice() };
  }

  /** What this run is measured against at an event: the run that it branches off, or the recording. */
  expected(position: number): Side | undefined {
    const parent = this.branch?.parent;
    if (parent !== undefined) return parent.actual(position);
    return this.recorded(position);
  }

  actual(position: number): Side | undefined {
    const group = this.group(position);
    return group === undefined ? undefined : { recording: this.trace, group };
  }

  recorded(position: number): Side | undefined {
    const { recording, life } = this.execution.options;
    const group = groupOf(recording, life, position);
    return group === undefined ? undefined : { recording, group };
  }

  /** How the event differs from what is expected; without the edit itself. */
  differences(position: number): readonly Difference[] {
    const { life, contract } = this.execution.options;
    const expected = this.expected(position);
    const actual = this.actual(position);
    if (expected === undefined || actual === undefined) return [];
    // The recording was cut off within its last event: there is nothing to compare with.
    const cut = expected.group.call === undefined && position === life.events.length - 1 && !life.failed;
    if (cut && this.branch === undefined) return [];
    const edited = this.#editedRecord(position);
    return compareGroups(expected, actual, contract).filter(
      ({ kind, path, actualRecord }) =>
        actualRecord === undefined || actualRecord !== edited || kind !== 'argument' || !isResult(path),
    );
  }

  #editedRecord(position: number): number | undefined {
    const { branch } = this;
    if (branch?.hostCall === undefined || branch.place.position !== position) return undefined;
    return this.hostCalls(position)[branch.hostCall];
  }

  /** The record in the recording that a place corresponds to; that of the event where there is none. */
  recordedAt(place: Place): number {
    const side = this.recorded(place.position);
    const first = side?.group.first ?? 0;
    if (side === undefined || place.step === 0) return first;
    if (place.step > this.hostCalls(place.position).length) return side.group.call ?? first;
    return this.counterpart(place, side)?.index ?? first;
  }

  /** The record on another side that a host call of this run corresponds to. */
  counterpart({ position, step }: Place, side: Side): Kept | undefined {
    const mine = this.hostCalls(position).map((index) => ({ ...this.record(index), index }));
    const others = side.group.records.flatMap((index) => {
      const record = side.recording.at(index);
      return record.kind === RecordKind.hostCall
        ? [{ ...record, payload: record.payload.slice(), index }]
        : [];
    });
    const pairs = align<Kept>(others, mine, same, ({ name }) => name);
    return pairs.find(({ actual }) => actual !== undefined && actual === mine[step - 1])?.expected;
  }
}

function isResult(path: string | undefined): boolean {
  return path === 'result' || path?.startsWith('result.') === true || path?.startsWith('result[') === true;
}

function same(one: RawRecord, other: RawRecord): boolean {
  return one.name === other.name && Buffer.compare(one.payload, other.payload) === 0;
}
