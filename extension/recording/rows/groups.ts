import { headOf, RecordKind, type Recording } from '../record.ts';
import type { Deadline } from './deadline.ts';

/** Events of a plugin whose rows may still come: a worker handles one at a time, in their order. */
const OPEN_EVENTS = 64;
const LOOK_EVERY = 4096;
const BLOCK_BITS = 13;
const BLOCK = 1 << BLOCK_BITS;
/** It belongs to no event. */
const NONE = 0xffffffff;

/** Which event each record belongs to: four bytes a record, found from the first record on. */
export class Groups {
  readonly #recording: Recording;
  /** Of an event's record the index of the last one that belongs to it, else that of the event's record. */
  readonly #links: Uint32Array[] = [];
  /** By plugin, the last events by their number. */
  readonly #events: Map<number, number>[] = [];
  #known = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** Records whose event is known, from the first one on. */
  get known(): number {
    return this.#known;
  }

  get isComplete(): boolean {
    return this.#known === this.#recording.count;
  }

  update(deadline: Deadline): void {
    const { count } = this.#recording;
    while (this.#known < count) {
      const index = this.#known++;
      this.#add(index);
      if (this.#known % LOOK_EVERY === 0 && deadline.isOver) return;
    }
  }

  /** The record of the event that a record belongs to; undefined for events, and for what belongs to none. */
  eventOf(index: number): number | undefined {
    const link = this.#link(index);
    return link === NONE || link >= index ? undefined : link;
  }

  /** The last record that belongs to an event; the event itself where nothing does. */
  lastOf(event: number): number {
    const link = this.#link(event);
    return link === NONE ? event : Math.max(event, link);
  }

  #add(index: number): void {
    const { kind, plugin, event } = headOf(this.#recording, index);
    if (kind === RecordKind.event) {
      this.#remember(plugin, event, index);
      this.#setLink(index, index);
      return;
    }
    const found = event === 0 ? undefined : this.#events[plugin]?.get(event);
    this.#setLink(index, found ?? NONE);
    const isRow = kind !== RecordKind.memory && kind !== RecordKind.counter;
    if (found !== undefined && isRow) this.#setLink(found, index);
  }

  #remember(plugin: number, event: number, index: number): void {
    const events = (this.#events[plugin] ??= new Map<number, number>());
    // A life that began anew counts anew: the last one with a number is meant.
    events.delete(event);
    events.set(event, index);
    const [oldest] = events.keys();
    if (events.size > OPEN_EVENTS && oldest !== undefined) events.delete(oldest);
  }

  #link(index: number): number {
    return this.#links[index >>> BLOCK_BITS]?.[index & (BLOCK - 1)] ?? NONE;
  }

  #setLink(index: number, link: number): void {
    const block = (this.#links[index >>> BLOCK_BITS] ??= new Uint32Array(BLOCK).fill(NONE));
    block[index & (BLOCK - 1)] = link;
  }
}
