/** Calls whose answers decide what comes next, by the numbers of their events. */
import { CallStatus } from '../recording/record.ts';
import type { Answer } from './produce.ts';

export class Exchanges {
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();

  /** Resolves with what comes of the call; undefined where its instance is gone without an answer. */
  wait(event: number): Promise<Answer | undefined> {
    return new Promise((resolve) => this.#waiting.set(event, resolve));
  }

  get events(): readonly number[] {
    return [...this.#waiting.keys()];
  }

  has(event: number): boolean {
    return this.#waiting.has(event);
  }

  answer(event: number, answer: Answer): void {
    const resolve = this.#waiting.get(event);
    this.#waiting.delete(event);
    resolve?.(answer);
  }

  /** The instance failed; the call that it was in is said to have. */
  fail(text: string): void {
    for (const event of this.events) this.answer(event, { status: CallStatus.trap, text });
  }

  /** The instance was replaced, or ended in good order. */
  end(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const resolve of waiting) resolve(undefined);
  }
}
