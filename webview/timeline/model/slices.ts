/** Single slices out of the columns that the host sends. */
import type { Lane, LaneSlices, LaneWindow } from '../../protocol.ts';
import type { SliceRef } from './model.ts';

/** Bits of the host's `SliceFlag`; a page imports types only from the host's side. */
export const Flag = { error: 1, trap: 2, open: 4, cut: 8 } as const;
export const failed = Flag.error | Flag.trap;

/** Columns by lane. */
export type LaneColumns = ReadonlyMap<number, LaneSlices>;

export function columnsOf(window: LaneWindow): LaneColumns {
  return new Map(window.slices.map((slices) => [slices.lane, slices]));
}

export function sliceOf(window: LaneWindow, lane: Lane, slices: LaneSlices, index: number): SliceRef {
  return {
    lane,
    from: slices.from[index] ?? 0,
    to: slices.to[index] ?? 0,
    row: slices.row[index] ?? 0,
    count: slices.count[index] ?? 1,
    record: slices.record[index] ?? 0,
    name: window.names[slices.name[index] ?? -1] ?? '',
    flags: slices.flags[index] ?? 0,
  };
}

/**
 * Index of the slice next to a chosen one; where none is chosen, of the one next to a time. Slices go by
 * their beginning, those that begin at once from the outer row to the inner one. -1 where there is none.
 */
export function neighbour(
  slices: LaneSlices,
  chosen: Pick<SliceRef, 'from' | 'row' | 'record'> | undefined,
  edge: number,
  by: 1 | -1,
): number {
  let best = -1;
  for (let index = 0; index < slices.length; index += 1) {
    const from = slices.from[index] ?? 0;
    const row = slices.row[index] ?? 0;
    if (Number.isNaN(from)) continue;
    if (chosen === undefined) {
      if (by > 0 ? from < edge : (slices.to[index] ?? 0) > edge) continue;
    } else {
      if (slices.record[index] === chosen.record) continue;
      const away = from === chosen.from ? row - chosen.row : from - chosen.from;
      if (away * by <= 0) continue;
    }
    if (best === -1) {
      best = index;
      continue;
    }
    const bestFrom = slices.from[best] ?? 0;
    const nearer = from === bestFrom ? row - (slices.row[best] ?? 0) : from - bestFrom;
    if (nearer * by < 0) best = index;
  }
  return best;
}

/** Index of the slice in these columns that stands for a record at a time in a row; -1 where there is none. */
export function sliceWith(slices: LaneSlices, record: number, time: number, row: number): number {
  let found = -1;
  for (let index = 0; index < slices.length; index += 1) {
    if (slices.row[index] !== row) continue;
    if (slices.record[index] === record) return index;
    if ((slices.from[index] ?? 0) <= time && (slices.to[index] ?? 0) >= time) found = index;
  }
  return found;
}
