import type { Aspect } from './model.ts';
import { Listeners } from './listeners.ts';

/** What the model needs of the page, which tests do without. */
export interface PageFrames {
  /** Runs the work once in the next frame, however often it is asked to. */
  readonly perFrame: (work: () => void) => () => void;
  readonly reducesMotion: () => boolean;
}

/** Collects what changed: listeners are told of it, and what outlives the panel is kept, at most once a frame. */
export class Changes {
  /** Has what outlives the panel kept, as it is in the next frame. */
  readonly keep: () => void;
  readonly #frame: () => void;
  readonly #listeners = new Listeners<ReadonlySet<Aspect>>();
  #changed = new Set<Aspect>();

  constructor(perFrame: PageFrames['perFrame'], save: () => void) {
    this.keep = perFrame(save);
    this.#frame = perFrame(() => {
      const changed = this.#changed;
      this.#changed = new Set();
      this.#listeners.tell(changed);
    });
  }

  tell(aspect: Aspect): void {
    this.#changed.add(aspect);
    this.#frame();
  }

  /** Listeners are told in the order in which they came. Returns how to stop it. */
  onChange(listener: (changed: ReadonlySet<Aspect>) => void): () => void {
    return this.#listeners.add(listener);
  }
}
