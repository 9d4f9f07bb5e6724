import { setImmediate } from 'node:timers/promises';

/** Waits until it is woken up, or for some time. */
export class Waiting {
  #wake: (() => void) | undefined;
  #isDue = false;

  /** Ends the wait, or the next one where nobody waits. */
  wake(): void {
    this.#isDue = true;
    this.#wake?.();
  }

  /** True where it was woken up, false where `milliseconds` went by before. */
  async wait(milliseconds?: number): Promise<boolean> {
    if (!this.#isDue) {
      await new Promise<void>((resolve) => {
        const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = undefined;
    }
    const wasDue = this.#isDue;
    this.#isDue = false;
    return wasDue;
  }

  /** Gives others a turn. */
  async turn(): Promise<void> {
    await setImmediate();
  }
}
