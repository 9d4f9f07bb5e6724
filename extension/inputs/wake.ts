/** Lets one who waits for input go on. */
export class Wake {
  #wake: (() => void) | undefined;

  /** Whoever waits now looks again. */
  now(): void {
    this.#wake?.();
  }

  /** Resolves at the next {@link now}, or when the signal is given. */
  async wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = (): void => resolve(undefined);
    this.#wake = wake;
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    this.#wake = undefined;
  }
}
