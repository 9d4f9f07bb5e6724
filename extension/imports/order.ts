/** The order in which events happened; a file may have them thread by thread, or any way at all. */
import { setImmediate } from 'node:timers/promises';
import { PieceKind, type Pieces } from './pieces.ts';

/** Steps that are made before others get their turn in the process. */
const AT_A_TIME = 50_000;

/**
 * The pieces by time; at one time slices before what happens at their beginning, the longer before the shorter,
 * and arrows after all that. What is alike stays as it stands in the file. Runs that are in order already are merged,
 * so that the files of most tools cost one look.
 */
export async function orderOf(pieces: Pieces): Promise<Uint32Array> {
  const { count } = pieces;
  let [from, to] = [Uint32Array.from({ length: count }, (_, piece) => piece), new Uint32Array(0)];
  let ends = runsOf(pieces);
  let steps = 0;
  while (ends.length > 1) {
    if (to.length === 0) to = new Uint32Array(count);
    const merged: number[] = [];
    let start = 0;
    for (let run = 0; run < ends.length; run += 2) {
      const middle = ends[run] ?? count;
      const end = ends[run + 1] ?? middle;
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        if (++steps % AT_A_TIME === 0) await setImmediate();
        const [one = 0, other = 0] = [from[left], from[right]];
        const takesLeft = left < middle && (right >= end || compare(pieces, one, other) <= 0);
        to[at] = takesLeft ? one : other;
        if (takesLeft) left++;
        else right++;
      }
      merged.push(end);
      start = end;
    }
    ends = merged;
    [from, to] = [to, from];
  }
  return from;
}

/** Where each run ends that is in order. */
function runsOf(pieces: Pieces): readonly number[] {
  const ends: number[] = [];
  for (let piece = 1; piece < pieces.count; piece++)
    if (compare(pieces, piece - 1, piece) > 0) ends.push(piece);
  ends.push(pieces.count);
  return ends;
}

function compare(pieces: Pieces, a: number, b: number): number {
  const byTime = pieces.timeOf(a) - pieces.timeOf(b);
  if (byTime !== 0) return byTime;
  const rank = rankOf(pieces, a);
  const byRank = rank - rankOf(pieces, b);
  if (byRank !== 0) return byRank;
  return (rank === 0 ? pieces.amountOf(b) - pieces.amountOf(a) : 0) || a - b;
}

function rankOf(pieces: Pieces, piece: number): number {
  const kind = pieces.kindOf(piece);
  if (kind === PieceKind.slice || kind === PieceKind.span) return 0;
  return kind === PieceKind.flowOut || kind === PieceKind.flowStep || kind === PieceKind.flowIn ? 2 : 1;
}
