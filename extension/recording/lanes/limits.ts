const SECOND = 1000;
/** Event types that are counted; of more, none is known to be dropped. */
const MOST_TYPES = 4096;

/** Finds the telemetry that a host drops, because there is too much of its type in a second. */
export class RateLimits {
  readonly #windows = new Map<string, { from: number; count: number }>();
  #dropped = 0;

  /** Events that were dropped so far. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether an event at this time (in milliseconds) is dropped; a second begins with the first event of its type. */
  drops(eventType: string, time: number, most: number): boolean {
    const window = this.#windows.get(eventType);
    if (window === undefined) {
      if (this.#windows.size < MOST_TYPES) this.#windows.set(eventType, { from: time, count: 1 });
      return false;
    }
    if (time - window.from >= SECOND || time < window.from) {
      window.from = time;
      window.count = 1;
      return false;
    }
    if (window.count < most) {
      window.count++;
      return false;
    }
    this.#dropped++;
    return true;
  }
}
