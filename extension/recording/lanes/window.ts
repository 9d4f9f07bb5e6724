import { SliceFlag, type LaneSlices } from '../query.ts';
import { SHOWN_FLAGS } from './track.ts';
import type { LaneData } from './lane.ts';

/** A stretch of time in milliseconds, and the width of what can be told apart in it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** Length of the recording: what is open ends there. */
  readonly end: number;
}

/** The names that one window uses, by their ids. */
export class WindowNames {
  readonly texts: string[] = [];
  readonly #ids = new Map<string, number>();

  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#ids.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

interface Slice {
  readonly from: number;
  readonly to: number;
  readonly row: number;
  readonly count: number;
  readonly record: number;
  readonly name: number;
  readonly flags: number;
}

/** The slices of one lane by column; `nameOf` gives the id of a name in the window. */
export function slicesOf(
  lane: LaneData,
  stretch: Stretch,
  nameOf: (name: number, record: number) => number,
): LaneSlices {
  const { from, to, width, end } = stretch;
  const slices: Slice[] = [];
  for (const [row, track] of lane.tracks().entries()) {
    const first = slices.length;
    for (const span of track.pyramid.spans(from, to, width)) {
      const record = track.recordOf(span.entry);
      const name = nameOf(track.nameOf(span.entry), record);
      const isOpen = span.to === Infinity;
      slices.push({
        ...span,
        to: isOpen ? Math.max(span.from, end) : span.to,
        row,
        record,
        name,
        flags: span.flags & SHOWN_FLAGS,
      });
    }
    for (const open of lane.open) {
      const its = Math.max(
        open.from,
        open.to === undefined || (open.flags & SliceFlag.open) !== 0 ? end : open.to,
      );
      if (open.track !== track || its < from || open.from > to) continue;
      const { record, flags } = open;
      slices.push({
        from: open.from,
        to: its,
        row,
        count: 1,
        record,
        name: nameOf(open.name, record),
        flags,
      });
    }
    sortFrom(slices, first);
  }
  return columnsOf(lane.id, slices);
}

/** By their beginnings, which they nearly are. */
function sortFrom(slices: Slice[], first: number): void {
  for (let at = first + 1; at < slices.length; at++) {
    if ((slices[at]?.from ?? 0) >= (slices[at - 1]?.from ?? 0)) continue;
    const sorted = slices.splice(first).sort((a, b) => a.from - b.from);
    for (const slice of sorted) slices.push(slice);
    return;
  }
}

function columnsOf(lane: number, slices: readonly Slice[]): LaneSlices {
  const { length } = slices;
  const columns = {
    lane,
    length,
    from: new Float64Array(length),
    to: new Float64Array(length),
    row: new Uint8Array(length),
    count: new Uint32Array(length),
    record: new Uint32Array(length),
    name: new Uint32Array(length),
    flags: new Uint8Array(length),
  };
  for (const [at, slice] of slices.entries()) {
    columns.from[at] = slice.from;
    columns.to[at] = slice.to;
    columns.row[at] = slice.row;
    columns.count[at] = slice.count;
    columns.record[at] = slice.record;
    columns.name[at] = slice.name;
    columns.flags[at] = slice.flags;
  }
  return columns;
}
