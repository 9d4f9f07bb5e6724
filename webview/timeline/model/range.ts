/** A stretch of time in ms since the recording's start. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Shortest stretch that the view shows: a microsecond. */
const shortest = 0.001;

/** Empty time that may show past either end, as a share of the view. */
const margin = 0.05;

export function spanOf(range: Range): number {
  return range.to - range.from;
}

/** A time or length that can be drawn: what is not a number, infinite or below zero counts as 0. */
export function soundTime(time: number): number {
  return Number.isFinite(time) && time > 0 ? time : 0;
}

/** Whether both ends are numbers, the first before the last. */
export function isRange(range: { readonly from: unknown; readonly to: unknown }): range is Range {
  const { from, to } = range;
  return Number.isFinite(from) && Number.isFinite(to) && Number(to) > Number(from);
}

/** The same stretch with its ends in order, whichever was set first. */
export function orderedRange(one: number, other: number): Range {
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

/** Keeps the view's span within what makes sense and the view near the recording. */
export function clampRange(range: Range, duration: number): Range {
  if (!Number.isFinite(range.from) || !Number.isFinite(range.to)) return fitRange(duration);
  const longest = Math.max(10, duration * (1 + 2 * margin));
  const span = Math.min(Math.max(spanOf(range), shortest), longest);
  const lowest = -margin * span;
  const highest = Math.max(duration + margin * span - span, lowest);
  const centre = (range.from + range.to) / 2;
  const from = Math.min(Math.max(centre - span / 2, lowest), highest);
  return { from, to: from + span };
}

/** Scales the view around a time, which stays where it is. A factor below 1 shows less. */
export function zoomRange(range: Range, at: number, factor: number): Range {
  const span = Math.max(spanOf(range) * factor, shortest);
  const share = spanOf(range) > 0 ? (at - range.from) / spanOf(range) : 0.5;
  const from = at - share * span;
  return { from, to: from + span };
}

export function panRange(range: Range, by: number): Range {
  return { from: range.from + by, to: range.to + by };
}

/** The view that shows everything. */
export function fitRange(duration: number): Range {
  const span = Math.max(soundTime(duration), 1);
  return { from: -0.01 * span, to: span * 1.01 };
}

/** Centres the view on this stretch; zooms in only if it would be a sliver. */
export function centreRange(range: Range, on: Range): Range {
  const span = Math.max(spanOf(range), spanOf(on) * 1.5);
  const from = (on.from + on.to) / 2 - span / 2;
  return { from, to: from + span };
}

/** The view that a stretch fills, with a little room at its sides. */
export function around(range: Range): Range {
  const room = Math.max(spanOf(range) * 0.05, shortest);
  return { from: range.from - room, to: range.to + room };
}

/** Where a time is drawn in a view of this width, in pixels. */
export function xOf(time: number, view: Range, width: number): number {
  return ((time - view.from) / spanOf(view)) * width;
}

/** The time at a place in a view of this width. */
export function timeAt(x: number, view: Range, width: number): number {
  return view.from + (x / Math.max(1, width)) * spanOf(view);
}

/** Share of the way that an animated move goes in each frame. */
const ease = 0.35;

/** The view one frame later on its way to `target`, which it is where next to nothing is left of the way. */
export function glide(view: Range, target: Range): Range {
  const from = view.from + (target.from - view.from) * ease;
  const to = view.to + (target.to - view.to) * ease;
  const rest = Math.abs(from - target.from) + Math.abs(to - target.to);
  return rest < spanOf(target) * 0.002 ? target : { from, to };
}
