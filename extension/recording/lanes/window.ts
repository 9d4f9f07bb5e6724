import type { Span } from '../pyramid.ts';
import { SliceFlag, type LaneSlices } from '../query.ts';
import type { LaneData, OpenEntry } from './lane.ts';
import { SHOWN_FLAGS } from './track.ts';
import type { Track } from './track.ts';

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

/** A slice of one row; of what is open still, the entry is not in the track. */
type Slice = Span & { readonly open?: OpenEntry };

/** The slices of one lane by column; `nameOf` gives the id of a name in the window. */
export function slicesOf(
  lane: LaneData,
  stretch: Stretch,
  nameOf: (name: number, record: number) => number,
): LaneSlices {
  const tracks = lane.tracks();
  const rows = tracks.map((track) => rowOf(lane, track, stretch));
  const length = rows.reduce((sum, row) => sum + row.length, 0);
  const columns = {
    lane: lane.id,
    length,
    from: new Float64Array(length),
    to: new Float64Array(length),
    row: new Uint8Array(length),
    count: new Uint32Array(length),
    record: new Uint32Array(length),
    name: new Uint32Array(length),
    flags: new Uint8Array(length),
  };
  let at = 0;
  for (const [row, track] of tracks.entries()) {
    for (const slice of rows[row] ?? []) {
      const { from, to, count, entry, flags, open } = slice;
      const record = open?.record ?? track.recordOf(entry);
      columns.from[at] = from;
      columns.to[at] = to === Infinity ? Math.max(from, stretch.end) : to;
      columns.row[at] = row;
      columns.count[at] = count;
      columns.record[at] = record;
      columns.name[at] = nameOf(open?.name ?? track.nameOf(entry), record);
      columns.flags[at] = flags & SHOWN_FLAGS;
      at++;
    }
  }
  return columns;
}

/** The slices of one track, by their beginnings. */
function rowOf(lane: LaneData, track: Track, { from, to, width, end }: Stretch): readonly Slice[] {
  const slices: Slice[] = track.pyramid.spans(from, to, width);
  for (const open of lane.open) {
    if (open.track !== track) continue;
    const its = Math.max(open.from, (open.flags & SliceFlag.open) !== 0 ? end : (open.to ?? end));
    if (its < from || open.from > to) continue;
    slices.push({ from: open.from, to: its, count: 1, entry: -1, flags: open.flags, open });
  }
  for (let at = 1; at < slices.length; at++) {
    if ((slices[at]?.from ?? 0) < (slices[at - 1]?.from ?? 0)) return slices.sort((a, b) => a.from - b.from);
  }
  return slices;
}
