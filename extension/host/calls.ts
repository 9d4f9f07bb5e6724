/** Calls that somebody asked for and waits for: what came of each, by the number of its event. */
import type { CallAnswer } from './protocol.ts';

interface Waiting {
  readonly answer: (answer: CallAnswer) => void;
  /** The plugin trapped in it; what there is to say of that comes with the report. */
  trapped?: Pick<CallAnswer, 'record' | 'durationMs'>;
}

export class Calls {
  readonly #waiting = new Map<number, Waiting>();

  /** Resolves with what comes of the call that is the event of this number, in whatever way it ends. */
  wait(event: number): Promise<CallAnswer> {
    return new Promise((answer) => this.#waiting.set(event, { answer }));
  }

  has(event: number): boolean {
    return this.#waiting.has(event);
  }

  answer(event: number, answer: CallAnswer): void {
    const waiting = this.#waiting.get(event);
    this.#waiting.delete(event);
    waiting?.answer(answer);
  }

  /** The call ended with a trap, whose report is being made. */
  trapped(event: number, at: Pick<CallAnswer, 'record' | 'durationMs'>): void {
    const waiting = this.#waiting.get(event);
    if (waiting !== undefined) waiting.trapped = at;
  }

  /** Nothing more will come of the calls up to this event. */
  end(text: string, upTo = Infinity): void {
    for (const [event, { trapped }] of [...this.#waiting])
      if (event <= upTo) this.answer(event, { ok: false, text, ...trapped });
  }
}
