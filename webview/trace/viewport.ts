/** Height of every row in CSS pixels; the style sheet has the same. */
export const rowHeight = 22;

/**
 * Tallest content that the scroller gets, in CSS pixels. Positions in it are single-precision
 * floats in the compositor: half a pixel at this height. Longer lists map onto it.
 */
export const maxContentHeight = 8_000_000;

/** Height of the scrolled content for this many rows. */
export function contentHeight(rows: number): number {
  return Math.min(rows * rowHeight, maxContentHeight);
}

/** Whether scrolling by a pixel moves by more than a pixel's worth of rows. */
export function isMapped(rows: number): boolean {
  return rows * rowHeight > maxContentHeight;
}

/** The row, with a fraction, at the top of a viewport of this height. */
export function topRowOf(scrollTop: number, rows: number, viewport: number): number {
  const range = contentHeight(rows) - viewport;
  if (range <= 0) return 0;
  const fraction = Math.min(1, Math.max(0, scrollTop / range));
  return fraction * lastTopRow(rows, viewport);
}

/** The inverse of {@link topRowOf}. */
export function scrollTopOf(topRow: number, rows: number, viewport: number): number {
  const last = lastTopRow(rows, viewport);
  if (last <= 0) return 0;
  const fraction = Math.min(1, Math.max(0, topRow / last));
  return fraction * (contentHeight(rows) - viewport);
}

/** The top row at which the last row is wholly in view. */
export function lastTopRow(rows: number, viewport: number): number {
  return Math.max(0, rows - viewport / rowHeight);
}
