import type { ProducedEvent } from './produce.ts';

/** An event on its way to the plugin, with its number. */
export interface QueuedEvent extends ProducedEvent {
  readonly number: number;
}

/**
 * Events that wait for a plugin, bounded as the real host's queues are: who sends waits while it is
 * full. An event leaves only once an instance took it, so a reload or a crash loses none.
 */
export class Inbox {
  readonly #capacity: number;
  /** Not handed to any instance yet. */
  #waiting: QueuedEvent[] = [];
  /** Handed to an instance that has not taken them yet. */
  #offered: QueuedEvent[] = [];
  /** Taken by an instance whose record of it was not read yet, in order. */
  readonly #taken = new Map<number, QueuedEvent>();
  #lastRecorded = 0;
  #roomWanted: (() => void)[] = [];
  #lastNumber = 0;
  /** Events that the plugin did not get: there was no room for them, or it was stopped. */
  dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get waiting(): number {
    return this.#waiting.length + this.#offered.length;
  }

  /** Number of the newest event. */
  get lastNumber(): number {
    return this.#lastNumber;
  }

  /** Counts an event that goes past the queue: a control message. */
  nextNumber(): number {
    return ++this.#lastNumber;
  }

  /** Puts an event at the end; false where the queue is full. */
  add({ name, payload, data }: ProducedEvent): boolean {
    if (this.#waiting.length >= this.#capacity) return false;
    const number = this.nextNumber();
    this.#waiting.push({ name, payload, number, ...(data === undefined ? {} : { data }) });
    return true;
  }

  /** Takes an event out that no instance has taken. */
  withdraw(number: number): void {
    const isOther = (event: QueuedEvent): boolean => event.number !== number;
    this.#waiting = this.#waiting.filter(isOther);
    this.#offered = this.#offered.filter(isOther);
  }

  /** Makes room by dropping the oldest event that no instance was handed, and answers its number; undefined where there is none. */
  dropOldest(): number | undefined {
    return this.#waiting.shift()?.number;
  }

  /** Resolves when there is room, or when the queue was emptied. */
  room(): Promise<void> {
    if (this.#waiting.length < this.#capacity) return Promise.resolve();
    return new Promise((resolve) => this.#roomWanted.push(resolve));
  }

  /** Hands events to `offer` in order until it refuses one or `most` are on their way. */
  hand(offer: (event: QueuedEvent) => boolean, most: number): void {
    let count = 0;
    while (this.#offered.length < most) {
      const event = this.#waiting[count];
      if (event === undefined || !offer(event)) break;
      this.#offered.push(event);
      count++;
    }
    if (count > 0) this.#waiting.splice(0, count);
    if (this.#waiting.length < this.#capacity) this.wake();
  }

  /** Forgets the events up to this number: an instance took them. */
  taken(number: number): void {
    let count = 0;
    for (
      let event = this.#offered[0];
      event !== undefined && event.number <= number;
      event = this.#offered[count]
    ) {
      if (event.number > this.#lastRecorded) this.#taken.set(event.number, event);
      count++;
    }
    if (count > 0) this.#offered.splice(0, count);
  }

  /** Gives the payload of an event whose record has come, and forgets it. */
  recorded(number: number): Uint8Array | undefined {
    this.#lastRecorded = number;
    const event = this.#taken.get(number) ?? this.#offered.find((offered) => offered.number === number);
    // Records come in order: what is older was taken by a worker that was ended before it could record it.
    for (const older of this.#taken.keys()) {
      if (older > number) break;
      this.#taken.delete(older);
    }
    return event?.payload;
  }

  /** Takes back what an instance did not take, in order, for the next one. */
  takeBack(taken: number): void {
    this.taken(taken);
    this.#waiting = [...this.#offered, ...this.#waiting];
    this.#offered = [];
  }

  /** Drops everything; returns how many events that were. */
  clear(): number {
    const dropped = this.waiting;
    this.dropped += dropped;
    this.#waiting = [];
    this.#offered = [];
    this.wake();
    return dropped;
  }

  /** Has those who wait for room look again: there is some, or nobody takes events any more. */
  wake(): void {
    const wanted = this.#roomWanted;
    this.#roomWanted = [];
    for (const resolve of wanted) resolve();
  }
}
