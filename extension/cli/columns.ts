/** Lines of cells for a terminal: as wide as they look, and with nothing in them that a terminal would obey. */
import measure from 'fast-string-truncated-width';
import { visible } from '../recording/visible.ts';

export interface Column {
  /** Cells of the terminal; undefined for the last one, which has what is left. */
  readonly width: number | undefined;
  readonly align?: 'right';
}

const GAP = '  ';
const ELLIPSIS = '…';

/** Printable ASCII: a cell each. */
const PLAIN = /^[ -~]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** How many cells of a terminal the text takes. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : measure(text).width;
}

/** The text cut to so many cells, with `…` in place of what is gone. */
export function cut(text: string, width: number): string {
  if (text.length <= width && PLAIN.test(text)) return text;
  let [cells, fits] = [0, 0];
  // The package's own way to cut miscounts marks and mixed scripts.
  for (const { segment, index } of graphemes.segment(text)) {
    cells += widthOf(segment);
    if (cells > width) return `${text.slice(0, fits)}${ELLIPSIS}`;
    if (cells <= width - 1) fits = index + segment.length;
  }
  return text;
}

/**
 * One line, without its end: cells are made visible, cut and filled up to their columns. `style` colours a cell after
 * that. `width` is that of the line; with Infinity nothing is cut.
 */
export function lineOf(
  cells: readonly string[],
  columns: readonly Column[],
  width: number,
  style: (text: string, column: number) => string = (text) => text,
): string {
  let left = width;
  const parts: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const { width: own, align } = columns[index] ?? { width: undefined };
    const room = Math.min(own ?? left, left);
    if (room < 1) break;
    const text = width === Infinity ? visible(cell) : cut(visible(cell), room);
    const isLast = index === cells.length - 1;
    const space = isLast || own === undefined ? '' : ' '.repeat(Math.max(0, room - widthOf(text)));
    const shown = text === '' ? '' : style(text, index);
    parts.push(align === 'right' ? space + shown : shown + space);
    left -= room + GAP.length;
  }
  return parts.join(GAP).trimEnd();
}
