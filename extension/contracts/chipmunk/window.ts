/** The part of a stream that a parser has not consumed yet, as the worker holds it: bytes in a row. */
import { GuestFault } from '../../wasm/fault.ts';
import type { Load, ParseEvent } from './event.ts';

/** Bytes in a row. */
export interface Slice {
  readonly length: number;
  /** Copies them to this place. */
  copy(target: Uint8Array, at: number): void;
}

/** What a window holds, as a copy. */
export interface WindowState {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export class Window {
  #bytes = new Uint8Array();
  /** Where in the stream they begin, and how many they are. */
  #at = 0;
  #length = 0;
  /** Where in the buffer the bytes begin: moving them to its front waits until there is need of room. */
  #start = 0;

  /** A copy; {@link restore} goes back to it. */
  get state(): WindowState {
    return { at: this.#at, bytes: this.#bytes.slice(this.#start, this.#start + this.#length) };
  }

  restore({ at, bytes }: WindowState): void {
    this.#at = at;
    this.#length = 0;
    this.#append(bytes);
  }

  /** Adds what an event brings; something that does not follow what is here begins a new stream. */
  load({ at }: Pick<Load, 'at'>, bytes: Uint8Array): void {
    if (at !== this.#at + this.#length) {
      this.#at = at;
      this.#length = 0;
    }
    this.#append(bytes);
  }

  /** The bytes of an event; what lies before them is let go, because nobody goes back. */
  slice({ offset, length }: Pick<ParseEvent, 'offset' | 'length'>): Slice {
    const from = offset - this.#at;
    if (length > 0 && (from < 0 || from + length > this.#length)) {
      throw new GuestFault(`the bytes ${offset} to ${offset + length} of the input were not given`, {
        what: `the event wants the bytes ${offset} to ${offset + length} of its input, which no event before it brought`,
        advice: 'Start the run from its beginning: an event of a parser needs those before it.',
      });
    }
    this.#drop(Math.min(Math.max(from, 0), this.#length));
    const bytes = this.#bytes.subarray(this.#start, this.#start + length);
    return {
      length,
      copy: (target, at) => {
        target.set(bytes, at);
      },
    };
  }

  #drop(count: number): void {
    this.#start += count;
    this.#at += count;
    this.#length -= count;
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (this.#length === 0) this.#start = 0;
    if (this.#start + needed > this.#bytes.length) {
      const kept = this.#bytes.subarray(this.#start, this.#start + this.#length);
      const into = needed > this.#bytes.length ? new Uint8Array(needed) : this.#bytes;
      into.set(kept);
      this.#bytes = into;
      this.#start = 0;
    }
    this.#bytes.set(bytes, this.#start + this.#length);
    this.#length = needed;
  }
}
