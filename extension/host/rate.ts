import { epochNow } from './shared.ts';

/** Shortest time over which a rate is taken, in ms. */
const SPAN = 1000;

/** Calls a second, from a counter that each instance starts anew. */
export class CallRate {
  #at = epochNow();
  #calls = 0;
  /** Calls of instances that are gone. */
  #before = 0;
  perSecond = 0;

  /** Adds the calls of an instance that is gone. */
  retire(calls: number): void {
    this.#before += calls;
  }

  /** Looks at the counter of the present instance; answers whether the rate changed. */
  measure(calls: number): boolean {
    const now = epochNow();
    const elapsed = now - this.#at;
    if (elapsed < SPAN) return false;
    const total = this.#before + calls;
    const perSecond = Math.max(0, Math.round(((total - this.#calls) * 1000) / elapsed));
    const changed = perSecond !== this.perSecond;
    this.#at = now;
    this.#calls = total;
    this.perSecond = perSecond;
    return changed;
  }
}
