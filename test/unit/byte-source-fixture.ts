import type { ByteSource, Piece } from '../../extension/inputs/byte-source.ts';

export const never = new AbortController().signal;

/** Reads a source to its end, as much at a time as each number says in turn. */
export async function readAll(source: ByteSource, ...most: readonly number[]): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (;;) {
    const wanted = most[pieces.length % Math.max(1, most.length)] ?? 1 << 20;
    const piece = await source.read(wanted, never);
    if (piece === undefined) break;
    // The source uses its buffer again.
    pieces.push({ ...piece, bytes: Uint8Array.from(piece.bytes) });
  }
  await source.close();
  return pieces;
}

export function joined(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(pieces.map(({ bytes }) => bytes));
}
