import type { LaneWindow, Slice } from '../protocol.ts';
import { sliceBox, slicesOf } from './draw.ts';
import type { LaneTrack, Track } from './layout.ts';
import type { Range } from './range.ts';

/** Pixels that a pointer may miss a slice by. */
const reach = 5;

/** The lane at a place on the stage and the slice that is nearest to it there; a failed one wins a tie. */
export function sliceAt(
  place: { readonly x: number; readonly y: number },
  tracks: readonly Track[],
  window: LaneWindow | undefined,
  view: Range | undefined,
  width: number,
): { readonly track: LaneTrack; readonly slice: Slice | undefined } | undefined {
  const { x, y } = place;
  const track = tracks
    .filter((one) => one.type === 'lane')
    .find((lane) => y >= lane.y && y < lane.y + lane.height);
  if (track === undefined || view === undefined) return undefined;
  let best: Slice | undefined;
  let nearest = reach;
  for (const slice of slicesOf(window, track)) {
    const [left, wide] = sliceBox(slice, track, view, width);
    const away = Math.max(left - x, x - left - wide, 0);
    if (away < nearest || (away === nearest && slice.error)) [best, nearest] = [slice, away];
  }
  return { track, slice: best };
}

/** The slice next to this one in its lane; where there is none, the one next to a time. */
export function neighbour(
  slices: readonly Slice[],
  slice: Slice | undefined,
  edge: number,
  by: 1 | -1,
): Slice | undefined {
  if (by > 0) {
    return slices.find((one) =>
      slice === undefined ? one.from >= edge : one.from > slice.from && one.record > slice.record,
    );
  }
  return slices.findLast((one) =>
    slice === undefined ? one.to <= edge : one.from < slice.from && one.record < slice.record,
  );
}
