import type { Client } from '../client.ts';
import type { LaneWindow } from '../protocol.ts';
import { spanOf } from './range.ts';
import type { Range } from './range.ts';

/** What the view has of the recording: a window three times its width, replaced as it moves. */
export class LaneSource {
  window: LaneWindow | undefined;
  /** Length of the recording in ms as far as the panel knows. */
  duration = 0;
  readonly #client: Client;
  readonly #changed: (before: number) => void;
  readonly #failed: (message: string) => void;
  #stale = true;
  /** What was last asked for, until it comes. */
  #asked: string | undefined;
  /** Counts recordings: an answer about the one before says nothing of this one. */
  #generation = 0;

  /** `changed` is called with the length that was known before. */
  constructor(client: Client, changed: (before: number) => void, failed: (message: string) => void) {
    this.#client = client;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** There is more than the window knows of. What it has stays in view until the answer comes. */
  invalidate(): void {
    this.#stale = true;
    this.#asked = undefined;
  }

  clear(): void {
    this.window = undefined;
    this.duration = 0;
    this.#generation += 1;
    this.invalidate();
  }

  /** Asks for what the view needs, if the window lacks it or is too coarse or much too fine for it. */
  want(view: Range | undefined, width: number): void {
    if (width <= 0) return;
    if (view === undefined) {
      if (this.window === undefined || this.#stale) this.#ask({ buckets: Math.round(width) });
      return;
    }
    const span = spanOf(view);
    if (this.window !== undefined && !this.#stale && this.#covers(this.window, view)) return;
    // Steps of a quarter of the view, so that a pan asks for the same window until it leaves it.
    const step = span / 4;
    const from = Math.max(0, Math.floor((view.from - span) / step) * step);
    const to = Math.ceil((view.to + span) / step) * step;
    const buckets = Math.round((width * (to - from)) / span);
    this.#ask({ from, to, buckets: Math.max(1, Math.min(buckets, 8192)) });
  }

  #covers(window: LaneWindow, view: Range): boolean {
    const from = Math.max(0, view.from);
    const to = Math.min(this.duration, view.to);
    if (window.from > from || window.to < to) return false;
    const share = spanOf(view) / Math.max(spanOf(window), Number.MIN_VALUE);
    const whole = window.from <= 0 && window.to >= this.duration;
    return share > (whole ? 0.5 : 0.2) || spanOf(window) <= 0;
  }

  #ask(query: { from?: number; to?: number; buckets: number }): void {
    const key = JSON.stringify(query);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#stale = false;
    const generation = this.#generation;
    this.#client.lanes(query).then(
      (window) => {
        if (generation !== this.#generation) return;
        if (this.#asked === key) this.#asked = undefined;
        if (window === undefined) return;
        const before = this.duration;
        this.window = window;
        this.duration = window.duration;
        this.#changed(before);
      },
      (error: unknown) => {
        if (generation !== this.#generation) return;
        // Asked again when there is more or the view moves, not in a loop.
        this.#failed(error instanceof Error ? error.message : String(error));
      },
    );
  }
}
