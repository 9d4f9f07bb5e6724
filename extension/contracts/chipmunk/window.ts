/** The part of a stream that a parser has not consumed yet, as the worker holds it: the pieces as they came. */
import { GuestFault } from '../../wasm/fault.ts';
import type { Load, ParseEvent } from './event.ts';

/** Bytes that lie in a row, perhaps in several pieces. */
export interface Slice {
  readonly length: number;
  /** Copies them to this place. */
  copy(target: Uint8Array, at: number): void;
}

interface Piece {
  /** Where in the stream it begins. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

export class Window {
  #pieces: readonly Piece[] = [];

  /** What it holds now; {@link restore} goes back to it. The bytes are shared: nobody changes them. */
  get state(): readonly unknown[] {
    return this.#pieces;
  }

  restore(state: readonly unknown[]): void {
    this.#pieces = state as readonly Piece[];
  }

  /** Adds what an event brings; something that does not follow what is here begins a new stream. */
  load({ at }: Load, bytes: Uint8Array): void {
    const last = this.#pieces.at(-1);
    const follows = last !== undefined && last.at + last.bytes.length === at;
    this.#pieces = follows ? [...this.#pieces, { at, bytes }] : [{ at, bytes }];
  }

  /** The bytes of an event; what lies before them is let go, because nobody goes back. */
  slice({ offset, length }: ParseEvent): Slice {
    const pieces = this.#pieces.filter(({ at, bytes }) => at + bytes.length > offset);
    this.#pieces = pieces;
    const [first] = pieces;
    const last = pieces.at(-1);
    const has =
      first === undefined || last === undefined
        ? 0
        : last.at + last.bytes.length - Math.max(first.at, offset);
    if (length > 0 && (first === undefined || first.at > offset || has < length)) {
      throw new GuestFault(`the bytes ${offset} to ${offset + length} of the input were not given`, {
        what: `the event wants the bytes ${offset} to ${offset + length} of its input, which no event before it brought`,
        advice: 'Start the run from its beginning: an event of a parser needs those before it.',
      });
    }
    return { length, copy: (target, at) => copyPieces(pieces, offset, length, target, at) };
  }
}

function copyPieces(
  pieces: readonly Piece[],
  offset: number,
  length: number,
  target: Uint8Array,
  at: number,
): void {
  for (const piece of pieces) {
    const from = Math.max(offset - piece.at, 0);
    const to = Math.min(offset + length - piece.at, piece.bytes.length);
    if (to > from) target.set(piece.bytes.subarray(from, to), at + piece.at + from - offset);
  }
}
