import type { Lifecycle } from '../record.ts';

/** Changes at which another life begins, or none goes on. */
const LIFE_CHANGES: ReadonlySet<string> = new Set<Lifecycle['change']>([
  'failed',
  'stopped',
  'restarted',
  'running',
  'reloaded',
  'continued',
]);

/** Counts the lives of a plugin in which it was given events. */
export class Lives {
  #count = 0;
  #lastEvent = -1;
  /** Whether the present one was given an event. */
  #hasEvents = false;

  get count(): number {
    return this.#count;
  }

  /** The record of the last event; -1 where there was none. */
  get lastEvent(): number {
    return this.#lastEvent;
  }

  /** The plugin was given an event. */
  event(record: number): void {
    this.#lastEvent = record;
    if (!this.#hasEvents) this.#count++;
    this.#hasEvents = true;
  }

  /** Its life changed; in an instance whose state was rebuilt the same one goes on. */
  change(name: string, isRebuilt: boolean): void {
    if (LIFE_CHANGES.has(name) && !isRebuilt) this.#hasEvents = false;
  }
}
