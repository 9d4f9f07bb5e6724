import type { Pattern } from './colours.ts';

/** Side of a pattern's tile in CSS pixels; it repeats without a seam. */
export const tile = 6;

/** A pattern's strokes in its tile, as an SVG path; empty where it has none. */
export const patternPaths: Readonly<Record<Pattern, string>> = {
  plain: '',
  rising: 'M-1 7 7 -1M-1 1 1 -1M5 7 7 5',
  falling: 'M-1 -1 7 7M5 -1 7 1M-1 5 1 7',
  dots: 'M1.5 1.5h1M4.5 4.5h1',
  across: 'M0 1.5h2.5M3 4.5h2.5',
  upright: 'M1.5 0v6M4.5 0v6',
  crossed: 'M-1 7 7 -1M-1 -1 7 7',
};
