import { doubles, integers, shorts } from '../numbers.ts';
import type { Doubles } from '../numbers.ts';
import { Pyramid } from '../pyramid.ts';
import { LatencySketch } from './latency.ts';

/** Milliseconds that neighbours may overlap by: clocks are read a little apart. */
const TOLERANCE = 0.002;

/** One entry of a lane. Times in milliseconds since the recording's start. */
export interface Entry {
  readonly record: number;
  /** Of the lanes' names. */
  readonly name: number;
  readonly from: number;
  readonly duration: number;
  /** Of `SliceFlag`, and {@link NESTED}. */
  readonly flags: number;
}

/** Bit of an entry's flags beside those of `SliceFlag`: the same record stands in the lane of calls as well. */
export const NESTED = 0x80;
/** It stands there as one that did not fail. */
export const ONLY_HERE = 0x40;
/** The bits of an entry's flags that others get to see. */
export const SHOWN_FLAGS = 0x3f;

/** What a track holds beside its entries. */
export interface TrackColumns {
  /** How long each entry took without what it called. */
  readonly self?: boolean;
  /** How durations are distributed over time. */
  readonly latency?: boolean;
}

/** One row of a lane. */
export class Track {
  readonly pyramid = new Pyramid();
  readonly #records = integers();
  readonly #names = shorts();
  readonly #self: Doubles | undefined;
  readonly latency: LatencySketch | undefined;
  /** Where the first of those stands that have no end yet, and how many there are. */
  #openFrom = Infinity;
  #opened = 0;
  /** Whether its entries are in the order of their records, as they are where one plugin has a group of its own. */
  #isSorted = true;
  #lastFrom = Infinity;
  #lastTo = -Infinity;

  constructor({ self = false, latency = false }: TrackColumns = {}) {
    this.#self = self ? doubles() : undefined;
    this.latency = latency ? new LatencySketch() : undefined;
  }

  add({ record, name, from, duration, flags }: Entry, self = duration): void {
    const entry = this.pyramid.count;
    this.pyramid.add(from, duration, flags);
    if (entry > 0 && record < this.recordOf(entry - 1)) this.#isSorted = false;
    this.#records.push(record);
    this.#names.push(name);
    this.#self?.push(self);
    this.latency?.add(duration);
    this.#lastFrom = from;
    this.#lastTo = from + duration;
  }

  /** Keeps room for something from here on, until it is closed. */
  begin(from: number): void {
    this.#openFrom = this.#opened++ === 0 ? from : Math.min(this.#openFrom, from);
  }

  close(): void {
    this.#opened--;
  }

  /** Whether it can stand beside the last one, whichever way time runs. */
  hasRoom(from: number, to: number): boolean {
    if (this.#opened > 0 && to > this.#openFrom + TOLERANCE) return false;
    return from >= this.#lastTo - TOLERANCE || to <= this.#lastFrom + TOLERANCE;
  }

  /** Whether the last one encloses this stretch. */
  encloses(from: number, to: number): boolean {
    return from >= this.#lastFrom && to <= this.#lastTo;
  }

  recordOf(entry: number): number {
    return this.#records.at(entry);
  }

  nameOf(entry: number): number {
    return this.#names.at(entry);
  }

  selfOf(entry: number): number {
    return this.#self === undefined ? this.pyramid.durationOf(entry) : this.#self.at(entry);
  }

  /** Takes what the last one called from its own time. */
  lessSelf(duration: number): void {
    const last = this.pyramid.count - 1;
    this.#self?.set(last, Math.max(0, this.#self.at(last) - duration));
  }

  /** The entry of a record; -1 where it has none. */
  entryOf(record: number): number {
    if (!this.#isSorted) {
      for (let entry = 0; entry < this.pyramid.count; entry++)
        if (this.recordOf(entry) === record) return entry;
      return -1;
    }
    let [low, high] = [0, this.pyramid.count - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const its = this.recordOf(middle);
      if (its === record) return middle;
      if (its < record) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }
}

/** Tracks of one kind below each other: what overlaps stands in tracks of its own, up to a limit. */
export class Stack {
  readonly tracks: Track[] = [];
  readonly #most: number;
  readonly #columns: TrackColumns;

  constructor(most: number, columns: TrackColumns = {}) {
    this.#most = most;
    this.#columns = columns;
  }

  /** The first track that has room, made where there is none; the last one where there are too many. */
  trackFor(from: number, to: number): Track {
    for (const track of this.tracks) if (track.hasRoom(from, to)) return track;
    const last = this.tracks.at(-1);
    if (last !== undefined && this.tracks.length >= this.#most) return last;
    const track = new Track(this.#columns);
    this.tracks.push(track);
    return track;
  }
}
