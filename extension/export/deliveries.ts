/** What plugins gave into the world, until other plugins got it. */

/** Something that became an event of a plugin. */
export interface Delivery {
  /** Who gave it: the plugin, its record, and the record of the event during which it did. */
  readonly source: Source;
  /** What both ends know it by. */
  readonly id: string;
  /** The first one that got it; others follow where several did. */
  readonly isFirst: boolean;
}

export interface Source {
  readonly plugin: number;
  readonly record: number;
  readonly event: number;
  /** Nanoseconds since the recording's start; within its slice. */
  readonly time: number;
}

/** As many as may be on their way; of older ones the way is not told. */
const MOST = 65_536;
/** Ids are a few dozen characters. A longer one is no id. */
const LONGEST_ID = 1024;

export class Deliveries {
  readonly #given = new Map<string, { source: Source; taken: boolean }>();

  give(id: string, source: Source): void {
    if (id.length > LONGEST_ID) return;
    this.#given.delete(id);
    this.#given.set(id, { source, taken: false });
    if (this.#given.size <= MOST) return;
    for (const oldest of this.#given.keys()) {
      this.#given.delete(oldest);
      return;
    }
  }

  /** Says where the slice was drawn that gave this, and which event that is part of. */
  place(id: string, time: number, event: number): void {
    const found = this.#given.get(id);
    if (found !== undefined) found.source = { ...found.source, time, event };
  }

  /** Where an event came from, where that is known. */
  take(id: string, plugin: number, record: number): Delivery | undefined {
    const found = this.#given.get(id);
    if (found === undefined || (found.source.plugin === plugin && found.source.record === record))
      return undefined;
    const isFirst = !found.taken;
    found.taken = true;
    return { source: found.source, id, isFirst };
  }
}
