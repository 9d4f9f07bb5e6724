/** Events of a made-up MUSH, so many in a second. */
import { messageOf, UserError } from '../../errors.ts';
import type { EventJson } from '../../host/contract.ts';
import { wireJson } from './event.ts';
import { generateEvents } from './generator.ts';

export interface Load {
  /** At least 1. */
  readonly characters: number;
  /** At least 1. */
  readonly rooms: number;
  /** Events in a second, from 1 to 20,000. */
  readonly rate: number;
}

const FASTEST = 20_000;
/** Time between two batches, in ms. */
const PAUSE_MS = 50;
/** What could not be published for longer than this is left out, not made up for. In ms. */
const PATIENCE_MS = 1000;

/** Publishes events at a rate until it is disposed of; no batch is sent before the one before it was taken. */
export class LoadGenerator {
  readonly load: Load;
  readonly #publish: (events: readonly EventJson[]) => Promise<unknown>;
  readonly #failed: (error: UserError) => void;
  readonly #events: ReturnType<typeof generateEvents>;
  #timer: NodeJS.Timeout | undefined;
  #due = 0;
  #sent = 0;
  #before = performance.now();
  readonly #startedAt = this.#before;
  #ended = false;

  /** `failed` is told once why nothing more comes. Throws a UserError for numbers that are none of their kind. */
  constructor(
    load: Load,
    publish: (events: readonly EventJson[]) => Promise<unknown>,
    failed: (error: UserError) => void,
  ) {
    if (!Number.isFinite(load.rate) || load.rate < 1 || load.rate > FASTEST)
      throw new UserError(
        `rate: is ${load.rate}, not a number from 1 to ${FASTEST}`,
        'Write 50, for example.',
      );
    const { characters, rooms } = load;
    this.load = load;
    this.#publish = publish;
    this.#failed = failed;
    this.#events = generateEvents({ characters, rooms, seed: Date.now() });
    // What is wrong with the numbers is said here, not at the first batch.
    this.#events.next();
    this.#wait();
  }

  get running(): boolean {
    return !this.#ended;
  }

  get sent(): number {
    return this.#sent;
  }

  /** Events in a second, over all of the time. */
  get achieved(): number {
    const took = performance.now() - this.#startedAt;
    return took <= 0 ? 0 : (this.#sent * 1000) / took;
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (!this.#ended) this.#timer = setTimeout(() => void this.#next(), PAUSE_MS);
  }

  async #next(): Promise<void> {
    const now = performance.now();
    const { rate } = this.load;
    this.#due = Math.min(this.#due + ((now - this.#before) * rate) / 1000, (PATIENCE_MS * rate) / 1000);
    this.#before = now;
    const count = Math.floor(this.#due);
    this.#due -= count;
    try {
      if (count > 0) await this.#publish(Array.from({ length: count }, () => this.#event()));
      this.#sent += count;
      this.#wait();
    } catch (error) {
      if (this.#ended) return;
      this.dispose();
      this.#failed(
        error instanceof UserError
          ? error
          : new UserError(`The load ended: ${messageOf(error)}`, 'Start it again.', { cause: error }),
      );
    }
  }

  /** With an id and a time of now: those that are generated are the same for the same seed. */
  #event(): EventJson {
    const { id: _id, timestamp: _timestamp, ...event } = wireJson(this.#events.next().value);
    return event;
  }
}
