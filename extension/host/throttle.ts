/** Runs an action soon after it was asked for, and not more often than every `ms` milliseconds. */
export class Throttle {
  readonly #ms: number;
  readonly #action: () => void;
  #timer: NodeJS.Timeout | undefined;
  #last = -Infinity;
  #disposed = false;

  constructor(ms: number, action: () => void) {
    this.#ms = ms;
    this.#action = action;
  }

  poke(): void {
    if (this.#timer !== undefined || this.#disposed) return;
    const wait = Math.max(0, this.#last + this.#ms - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#last = performance.now();
      this.#action();
    }, wait);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}
