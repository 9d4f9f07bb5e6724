import type { Boxes, Points } from './boxes.ts';
import type { Pattern } from './colours.ts';

/**
 * What the timeline needs to draw, in batches of one colour, so that another back end can take its place:
 * a file's (`svg.ts`), or WebGL. Everything in CSS pixels.
 */
export interface Renderer {
  /** Starts a picture of this size; everything from before is gone. */
  begin(width: number, height: number, font: string): void;
  fill(colour: string, boxes: Boxes, opacity?: number): void;
  /** Draws the pattern's lines or dots over the boxes. */
  pattern(colour: string, pattern: Pattern, boxes: Boxes): void;
  /** Outlines of one pixel inside the boxes; broken ones where `dashed`. */
  outline(colour: string, boxes: Boxes, dashed?: boolean): void;
  /** Triangles that stand with their tip down on the top edge of each box's left end. */
  marks(colour: string, boxes: Boxes): void;
  /** A line through the points, in order. */
  line(colour: string, points: Points): void;
  /** What the points go around. */
  area(colour: string, points: Points, opacity: number): void;
  /** A curve with an arrow's head at its end, which begins and ends level. */
  arrow(colour: string, fromX: number, fromY: number, toX: number, toY: number, dashed: boolean): void;
  /** One line of text, cut off with an ellipsis at the width; `y` is its middle. */
  text(colour: string, text: string, x: number, y: number, width: number): void;
}

/** Height of the letters in CSS pixels. */
export const fontSize = 11;

/** Names are read upon patterns, so these are faint. */
export const patternOpacity = 0.4;

/** Length and half of the width of an arrow's head. */
export const arrowHead = [7, 3.5] as const;

/** How far the ends of an arrow's curve go level, in pixels. */
export function arrowBend(fromX: number, toX: number): number {
  return Math.max(18, Math.min(160, Math.abs(toX - fromX) / 2));
}

/** More of a text is never looked at: nothing is wide enough to show it. */
export const longestText = 400;

/** The text, `wide` pixels of it, with an ellipsis where it is too wide; empty where not even two letters fit. */
export function cut(text: string, wide: number, width: number): string {
  if (wide <= width) return text;
  const known = Math.min(text.length, longestText);
  const fit = Math.min(known, Math.floor((text.length * width) / wide)) - 1;
  if (fit < 2) return '';
  // A letter of two halves stays whole.
  const last = text.charCodeAt(fit - 1);
  return `${text.slice(0, last >= 0xd800 && last < 0xdc00 ? fit - 1 : fit)}…`;
}
