/** Shortest time between two samples, in ms. */
const SPAN = 100;

/** Numbers of a plugin that the host counts, recorded when they have changed, at most ten times a second. */
export class Counters {
  readonly #record: (name: string, value: number) => void;
  readonly #known = new Map<string, number>();
  #at = -Infinity;

  constructor(record: (name: string, value: number) => void) {
    this.#record = record;
  }

  /** Takes the numbers as they are at `now`, in ms by a clock that never goes back. They count from 0. */
  look(values: Readonly<Record<string, number>>, now: number): void {
    if (now - this.#at < SPAN) return;
    for (const [name, value] of Object.entries(values)) {
      if (value === (this.#known.get(name) ?? 0)) continue;
      this.#known.set(name, value);
      this.#record(name, value);
      this.#at = now;
    }
  }

  /** What was recorded so far is in a recording that is full: the next one counts from 0. */
  forget(): void {
    this.#known.clear();
  }
}
