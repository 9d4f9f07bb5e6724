/** Calls whose answers decide what comes next, by the numbers of their events. */
import { CallStatus } from '../recording/record.ts';
import type { Answer } from './produce.ts';

export class Exchanges {
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  /** Events that were answered before what came of them is recorded. */
  readonly #early = new Set<number>();
  /** Why an answer that was given ahead has no record. */
  #failure: string | undefined;
  #recorded: ((failure: string | undefined) => void)[] = [];

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

  /** Answers ahead of the record. */
  answerEarly(event: number, answer: Answer): void {
    this.#failure = undefined;
    if (this.#waiting.has(event)) this.#early.add(event);
    this.answer(event, answer);
  }

  /** The record of a call has come. */
  recorded(event: number): void {
    if (this.#early.delete(event)) this.#tell();
  }

  /** Resolves when everything that was answered is recorded; with the reason where it will not be. */
  settled(): Promise<string | undefined> {
    if (this.#early.size === 0) return Promise.resolve(this.#failure);
    return new Promise((resolve) => this.#recorded.push(resolve));
  }

  #tell(): void {
    if (this.#early.size > 0) return;
    for (const resolve of this.#recorded.splice(0)) resolve(this.#failure);
  }

  #forget(): void {
    this.#early.clear();
    this.#tell();
  }

  /** The instance failed; the call that it was in is said to have. */
  fail(text: string): void {
    for (const event of this.events) this.answer(event, { status: CallStatus.trap, text });
    if (this.#early.size > 0) this.#failure = text;
    this.#forget();
  }

  /** The instance was replaced, or ended in good order. */
  end(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#failure = undefined;
    for (const resolve of waiting) resolve(undefined);
    this.#forget();
  }
}
