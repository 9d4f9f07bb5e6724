/** Finds what belongs together among the events of a trace: beginnings and ends, the two ends of arrows. */
import { setImmediate } from 'node:timers/promises';
import type { Notes } from './notes.ts';
import { decodePayload } from './payload.ts';
import { PieceKind, type Pieces } from './pieces.ts';

/** Ids of arrows that begin and end at a piece. */
interface Ends {
  gives?: string;
  takes?: string;
}

export interface Paired {
  /** Pieces that begin and never end. */
  readonly unfinished: ReadonlySet<number>;
  /** The piece that ends another one, where it has something to say. */
  readonly endings: ReadonlyMap<number, number>;
  /** Arrows, by the piece that they are drawn at: slices, spans, and flow events that no slice takes. */
  readonly arrows: ReadonlyMap<number, Ends>;
  /** When the last thing happened. */
  readonly last: number;
}

/** Spans whose ends are looked for when others name them as their parents. */
const MOST_SPANS = 100_000;
const EMPTY = '{}'.length;
/** Pieces that are looked at before others get their turn in the process. */
const AT_A_TIME = 20_000;

interface Open {
  readonly piece: number;
  /** When it ends; Infinity where another piece says so. */
  readonly end: number;
}

interface TrackState {
  readonly stack: Open[];
  /** What ended last: an arrow at that very moment is still its. */
  ended: Open | undefined;
  /** Arrows that wait for the next slice to begin. */
  readonly waiting: string[];
}

interface OpenSpan {
  readonly piece: number;
  readonly track: number;
  readonly end: number;
}

/**
 * Goes through the pieces in their order, once. Sets how long each piece takes that begins, and leaves what
 * has no end as long as the trace.
 */
export async function pair(pieces: Pieces, order: Uint32Array, notes: Notes): Promise<Paired> {
  const pairing = new Pairing(pieces, notes);
  for (const [count, piece] of order.entries()) {
    pairing.take(piece);
    if (count % AT_A_TIME === AT_A_TIME - 1) await setImmediate();
  }
  return pairing.result();
}

class Pairing {
  readonly #pieces: Pieces;
  readonly #notes: Notes;
  readonly #tracks = new Map<number, TrackState>();
  readonly #async = new Map<string, number[]>();
  readonly #spans = new Map<string, OpenSpan>();
  /** The id that the last end of each flow gave. */
  readonly #flows = new Map<string, string>();
  readonly #endings = new Map<number, number>();
  readonly #arrows = new Map<number, Ends>();
  #last = -Infinity;
  #arrowCount = 0;

  constructor(pieces: Pieces, notes: Notes) {
    this.#pieces = pieces;
    this.#notes = notes;
  }

  take(piece: number): void {
    const pieces = this.#pieces;
    const time = pieces.timeOf(piece);
    const kind = pieces.kindOf(piece);
    const isLong = kind === PieceKind.slice || kind === PieceKind.span;
    this.#last = Math.max(this.#last, isLong ? time + pieces.amountOf(piece) : time);
    switch (kind) {
      case PieceKind.slice:
        this.#begin(piece, time, time + pieces.amountOf(piece));
        break;
      case PieceKind.begin:
        this.#begin(piece, time, Infinity);
        break;
      case PieceKind.end:
        this.#end(piece, time);
        break;
      case PieceKind.asyncBegin: {
        const key = this.#idOf(piece);
        const open = this.#async.get(key);
        if (open === undefined) this.#async.set(key, [piece]);
        else open.push(piece);
        break;
      }
      case PieceKind.asyncEnd:
        this.#endAsync(piece, time);
        break;
      case PieceKind.flowOut:
      case PieceKind.flowStep:
      case PieceKind.flowIn:
        this.#flow(piece, kind, time);
        break;
      case PieceKind.span:
        this.#span(piece, time);
        break;
      case PieceKind.instant:
      case PieceKind.counter:
      case PieceKind.log:
        break;
    }
  }

  result(): Paired {
    const unfinished = new Set<number>();
    const leave = (piece: number): void => {
      unfinished.add(piece);
      this.#pieces.setAmount(piece, Math.max(0, this.#last - this.#pieces.timeOf(piece)));
    };
    for (const { stack } of this.#tracks.values())
      for (const { piece, end } of stack) if (end === Infinity) leave(piece);
    for (const open of this.#async.values()) for (const piece of open) leave(piece);
    return { unfinished, endings: this.#endings, arrows: this.#arrows, last: this.#last };
  }

  #begin(piece: number, time: number, end: number): void {
    const state = this.#stateOf(piece, time);
    for (const id of state.waiting.splice(0)) this.#arrow(piece, { takes: id });
    state.stack.push({ piece, end });
  }

  #end(piece: number, time: number): void {
    const state = this.#stateOf(piece, time);
    const at = state.stack.findLastIndex(({ end }) => end === Infinity);
    const [begun] = at < 0 ? [] : state.stack.splice(at, 1);
    if (begun === undefined) {
      this.#notes.add('Ends of what never began are left out');
      return;
    }
    this.#pieces.setAmount(begun.piece, Math.max(0, time - this.#pieces.timeOf(begun.piece)));
    if (this.#pieces.payloadOf(piece).length > EMPTY) this.#endings.set(begun.piece, piece);
    state.ended = { piece: begun.piece, end: time };
  }

  #endAsync(piece: number, time: number): void {
    const key = this.#idOf(piece);
    const open = this.#async.get(key);
    const name = this.#pieces.nameOf(piece);
    const named = open?.findLastIndex((one) => this.#pieces.nameOf(one) === name) ?? -1;
    const begun = open?.splice(named >= 0 ? named : open.length - 1, 1)[0];
    if (open?.length === 0) this.#async.delete(key);
    if (begun === undefined) {
      this.#notes.add('Ends of what never began are left out');
      return;
    }
    this.#pieces.setAmount(begun, Math.max(0, time - this.#pieces.timeOf(begun)));
    this.#endings.set(begun, piece);
  }

  #flow(piece: number, kind: PieceKind, time: number): void {
    const key = this.#idOf(piece);
    const state = this.#stateOf(piece, time);
    const came = this.#flows.get(key);
    const ends: Ends = {};
    if (kind !== PieceKind.flowOut) {
      if (came === undefined) this.#notes.add('Ends of arrows that never began are left out');
      else ends.takes = came;
    }
    if (kind === PieceKind.flowIn) {
      this.#flows.delete(key);
      // The amount says whether it is bound to the slice that goes on.
      if (this.#pieces.amountOf(piece) === 0 && ends.takes !== undefined) {
        state.waiting.push(ends.takes);
        return;
      }
    } else {
      ends.gives = `${key}#${++this.#arrowCount}`;
      this.#flows.set(key, ends.gives);
    }
    if (ends.gives === undefined && ends.takes === undefined) return;
    const around = state.stack.at(-1) ?? (state.ended?.end === time ? state.ended : undefined);
    if (around === undefined || !this.#arrow(around.piece, ends)) this.#arrow(piece, ends);
  }

  /** A span whose parent goes on in another service came from there. */
  #span(piece: number, time: number): void {
    const { spanId, parentId } = decodePayload(this.#pieces.payloadOf(piece));
    const track = this.#pieces.trackOf(piece);
    const parent = parentId === undefined ? undefined : this.#spans.get(parentId);
    if (parent !== undefined && parentId !== undefined && parent.track !== track) {
      this.#arrow(parent.piece, { gives: parentId });
      this.#arrow(piece, { takes: parentId });
    }
    if (spanId === undefined) return;
    this.#spans.set(spanId, { piece, track, end: time + this.#pieces.amountOf(piece) });
    if (this.#spans.size < MOST_SPANS) return;
    for (const [id, span] of this.#spans) if (span.end < time) this.#spans.delete(id);
    // So many that go on at once: the oldest are the least likely parents.
    for (const id of this.#spans.keys()) {
      if (this.#spans.size < MOST_SPANS / 2) break;
      this.#spans.delete(id);
    }
  }

  /** False where the piece has such an end already, of another arrow. */
  #arrow(piece: number, { gives, takes }: Ends): boolean {
    const known = this.#arrows.get(piece);
    if (known === undefined) {
      this.#arrows.set(piece, {
        ...(gives === undefined ? {} : { gives }),
        ...(takes === undefined ? {} : { takes }),
      });
      return true;
    }
    const isFree = (one: string | undefined, other: string | undefined): boolean =>
      one === undefined || other === undefined || one === other;
    if (!isFree(known.gives, gives) || !isFree(known.takes, takes)) return false;
    if (gives !== undefined) known.gives = gives;
    if (takes !== undefined) known.takes = takes;
    return true;
  }

  #idOf(piece: number): string {
    return decodePayload(this.#pieces.payloadOf(piece)).id ?? '';
  }

  /** The track of a piece, without what has ended by then. */
  #stateOf(piece: number, time: number): TrackState {
    const track = this.#pieces.trackOf(piece);
    let state = this.#tracks.get(track);
    if (state === undefined) {
      state = { stack: [], ended: undefined, waiting: [] };
      this.#tracks.set(track, state);
    }
    const { stack } = state;
    for (let top = stack.at(-1); top !== undefined && top.end < time; top = stack.at(-1)) {
      state.ended = top;
      stack.pop();
    }
    return state;
  }
}
