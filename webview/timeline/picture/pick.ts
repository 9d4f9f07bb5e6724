import type { LaneWindow } from '../../protocol.ts';
import { sliceBox } from './draw.ts';
import { rowBox, trackAt } from '../model/layout.ts';
import type { LaneTrack, Track } from '../model/layout.ts';
import type { SliceRef } from '../model/model.ts';
import type { Range } from '../model/range.ts';
import { failed, sliceOf } from '../model/slices.ts';
import type { LaneColumns } from '../model/slices.ts';

/** Pixels that a pointer may miss a slice by. */
const reach = 5;

/**
 * The lane at a place, `y` from the top of all tracks, and the slice that is nearest to it there: one in the
 * row under the pointer before others, and a failed one wins a tie.
 */
export function sliceAt(
  place: { readonly x: number; readonly y: number },
  tracks: readonly Track[],
  window: LaneWindow | undefined,
  columns: LaneColumns,
  view: Range | undefined,
  width: number,
): { readonly track: LaneTrack; readonly slice: SliceRef | undefined } | undefined {
  const { x, y } = place;
  const track = tracks[trackAt(tracks, y)];
  if (track?.type !== 'lane' || y >= track.y + track.height || view === undefined) return undefined;
  const slices = columns.get(track.lane.id);
  if (slices === undefined || window === undefined) return { track, slice: undefined };
  let best = -1;
  let nearest = reach;
  for (let index = 0; index < slices.length; index += 1) {
    const from = slices.from[index] ?? NaN;
    const to = Math.max(from, slices.to[index] ?? from);
    if (!(to >= view.from && from <= view.to)) continue;
    const flags = slices.flags[index] ?? 0;
    const [top, height] = rowBox(track.lane, slices.row[index] ?? 0);
    const below = y - track.y;
    const beside = Math.max(top - below, below - top - height, 0);
    if (beside > reach) continue;
    const [left, wide] = sliceBox(from, to, flags, track.lane.kind, view, width);
    const away = Math.max(left - x, x - left - wide, 0) + beside;
    if (away < nearest || (away === nearest && (flags & failed) !== 0)) [best, nearest] = [index, away];
  }
  return { track, slice: best === -1 ? undefined : sliceOf(window, track.lane, slices, best) };
}
