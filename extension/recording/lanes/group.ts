import { SliceFlag, type CounterUnit, type LaneKind } from '../query.ts';
import { DerivedCounters } from './derived.ts';
import type { LaneData, OpenEntry } from './lane.ts';
import { CallStack, PERCENTILES, RATE } from './lane.ts';
import { shownName } from './names.ts';
import type { LaneSet } from './set.ts';
import { Spans } from './spans.ts';
import type { Entry } from './track.ts';

interface OpenEvent extends OpenEntry {
  readonly number: number;
  /** Milliseconds of its calls so far. */
  called: number;
  to: number;
}

/** What stands together on the timeline: a plugin, or what belongs to a turn or a correlation. */
export class Group {
  readonly name: string;
  readonly shownName: string;
  /** Its place among the others. */
  readonly order: number;
  readonly spans: Spans;
  readonly derived = new DerivedCounters();
  readonly #set: LaneSet;
  #calls: LaneData | undefined;
  #callCount = 0;
  #event: OpenEvent | undefined;
  /** Milliseconds of the host calls since the last call. */
  #hosted = 0;

  constructor(set: LaneSet, name: string, order: number) {
    this.#set = set;
    this.name = name;
    this.shownName = shownName(name);
    this.order = order;
    this.spans = new Spans(set, this);
  }

  /** Its lane of calls; undefined where nothing was called. */
  get calls(): LaneData | undefined {
    return this.#calls;
  }

  /** Export calls that came back. */
  get callCount(): number {
    return this.#callCount;
  }

  /** An event was handed over; the one before is over. */
  beginEvent(entry: Entry, number: number): void {
    this.endEvent();
    this.#hosted = 0;
    const lane = this.#callLane();
    const track = lane.stack(CallStack.events).trackFor(entry.from, entry.from);
    const { record, name, from } = entry;
    this.#event = { track, record, name, from, to: from, flags: SliceFlag.open, number, called: 0 };
    lane.open.add(this.#event);
    lane.count++;
  }

  /** Nothing more comes of the last event. */
  endEvent(): void {
    const event = this.#event;
    const lane = this.#calls;
    if (event === undefined || lane === undefined) return;
    this.#event = undefined;
    lane.open.delete(event);
    const { record, name, from, to, flags, called } = event;
    const duration = Math.max(0, to - from);
    event.track.add({ record, name, from, duration, flags }, Math.max(0, duration - called));
  }

  /** The instance is gone: an event whose call never came back ends here. */
  abandonEvent(time: number, flags: number): void {
    const event = this.#event;
    const lane = this.#calls;
    if (event === undefined || lane === undefined || (event.flags & SliceFlag.open) === 0) return;
    event.to = Math.max(event.to, time);
    if ((flags & SliceFlag.error) !== 0 && (event.flags & SliceFlag.error) === 0) lane.errors++;
    event.flags = (event.flags & ~SliceFlag.open) | flags;
    this.endEvent();
  }

  /** An export call came back. */
  call(entry: Entry, event: number): void {
    const lane = this.#callLane();
    const { from, duration, flags } = entry;
    const { tracks } = lane.stack(CallStack.calls);
    const track = lane.stack(CallStack.calls).trackFor(from, from + duration);
    const parent = tracks[tracks.indexOf(track) - 1];
    if (parent?.encloses(from, from + duration) === true) parent.lessSelf(duration);
    track.add(entry, Math.max(0, duration - this.#hosted));
    this.#hosted = 0;
    this.#callCount++;
    this.#count(lane, flags);
    const open = this.#event;
    if (open?.number !== event) return;
    open.to = Math.max(open.to, from + duration);
    open.called += duration;
    if ((flags & SliceFlag.error) !== 0 && (open.flags & SliceFlag.error) === 0) lane.errors++;
    open.flags = (open.flags & ~SliceFlag.open) | flags;
  }

  /** The plugin asked something of its host. */
  hostCall(entry: Entry, event: number): void {
    const lane = this.#callLane();
    const { from, duration, flags } = entry;
    const to = from + duration;
    lane.stack(CallStack.hostCalls).trackFor(from, to).add(entry);
    this.#count(lane, flags);
    const caller =
      duration > 0
        ? lane.stack(CallStack.calls).tracks.findLast((track) => track.encloses(from, to))
        : undefined;
    if (caller === undefined) this.#hosted += duration;
    else caller.lessSelf(duration);
    const open = this.#event;
    if (open?.number === event) open.to = Math.max(open.to, to);
  }

  /** Something in a lane of its own kind. */
  add(kind: LaneKind, laneName: string, entry: Entry): void {
    const lane = this.#set.lane(this, kind, laneName);
    lane
      .stack(0)
      .trackFor(entry.from, entry.from + entry.duration)
      .add(entry);
    this.#count(lane, entry.flags);
  }

  sample(name: string, unit: CounterUnit, time: number, value: number): void {
    if (Number.isFinite(value)) this.#set.lane(this, 'counter', name, unit).series?.add(time, value);
  }

  #count(lane: LaneData, flags: number): void {
    lane.count++;
    if ((flags & SliceFlag.error) !== 0) lane.errors++;
  }

  #callLane(): LaneData {
    if (this.#calls === undefined) {
      this.#calls = this.#set.lane(this, 'calls');
      if (!this.#set.hasCallCounters) return this.#calls;
      this.#set.lane(this, 'counter', RATE, 'per second');
      for (const { name } of PERCENTILES) this.#set.lane(this, 'counter', name, 'milliseconds');
    }
    return this.#calls;
  }
}
