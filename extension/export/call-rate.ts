const NS_PER_SECOND = 1e9;

/** How many calls a second came back. Times are nanoseconds since the recording's start. */
export class CallRate {
  readonly #tell: (time: number, value: number) => void;
  #second = -1;
  #calls = 0;

  /** `tell` gets each second's number once it is over, and 0 for the pause after it. */
  constructor(tell: (time: number, value: number) => void) {
    this.#tell = tell;
  }

  count(time: number): void {
    this.#goTo(Math.floor(time / NS_PER_SECOND));
    this.#calls++;
  }

  /** Nothing follows. */
  end(): void {
    this.#goTo(Infinity);
  }

  #goTo(second: number): void {
    if (second === this.#second) return;
    if (this.#calls > 0) {
      this.#tell(this.#second * NS_PER_SECOND, this.#calls);
      if (second > this.#second + 1) this.#tell((this.#second + 1) * NS_PER_SECOND, 0);
    }
    this.#second = second;
    this.#calls = 0;
  }
}
