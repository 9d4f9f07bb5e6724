/** What a selection is in the lanes that came. */
import type { Lane, LaneWindow } from '../../protocol.ts';
import type { Selection, SliceRef } from './model.ts';
import type { Range } from './range.ts';
import { sliceOf, sliceWith } from './slices.ts';

/** The stretch that it takes; undefined as long as nobody knows where it is. */
export function stretchOf({ slice, time, detail }: Selection): Range | undefined {
  if (!Number.isFinite(time)) return undefined;
  // A slice of many that a record lies in is not what was chosen, unless it was chosen itself.
  const isChosen = slice !== undefined && (slice.count === 1 || slice.from === time);
  const from = isChosen ? slice.from : time;
  const to = isChosen ? slice.to : time + (detail?.durationMs ?? 0);
  return { from, to: Math.max(to, from) };
}

/** Where among the slices of a lane it is; undefined where it is not in this lane. */
export function placeIn(
  lane: Lane,
  selection: Selection | undefined,
): Pick<SliceRef, 'from' | 'row' | 'record'> | undefined {
  if (selection?.place?.lane !== lane.id || Number.isNaN(selection.time)) return undefined;
  const { record, time, place, slice } = selection;
  return slice ?? { record, from: time, row: place.row };
}

/**
 * It after a new window, in which its slice may be another one: closer ones, or more in one. `lane` is the
 * one of its place, `choseSlice` says that a slice was chosen and not a record that may be in one.
 */
export function inWindow(
  selection: Selection,
  window: LaneWindow,
  lane: Lane,
  choseSlice: boolean,
): Selection {
  const slices = window.slices.find((one) => one.lane === lane.id);
  if (slices === undefined || selection.place === undefined) return selection;
  const index = sliceWith(slices, selection.record, selection.time, selection.place.row);
  if (index === -1) return selection;
  const found = sliceOf(window, lane, slices, index);
  // A slice of many stands for a record only where it was itself chosen.
  if (found.count === 1 && found.record === selection.record)
    return { ...selection, time: found.from, slice: found };
  if (choseSlice) return { ...selection, slice: { ...found, record: selection.record } };
  const { slice: _, ...rest } = selection;
  return rest;
}
