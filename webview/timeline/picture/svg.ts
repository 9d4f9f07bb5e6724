import type { Boxes, Points } from './boxes.ts';
import { patternPaths, tile } from './patterns.ts';
import { arrowBend, arrowHead, cut, fontSize, patternOpacity } from './renderer.ts';
import type { Renderer } from './renderer.ts';

/** A renderer whose picture is text. Needs no page; widths of letters are estimated. */
export interface SvgRenderer extends Renderer {
  /** What was drawn, as elements without the `svg` element around them, moved by so much. */
  group(x: number, y: number): string;
  /** Patterns that were used; once for all groups of a file that have the same prefix. */
  definitions(): string;
}

/** Width of an average letter as a share of its height. */
const letter = 0.56;

/** `prefix` keeps the names of clips and patterns of several groups in one file apart. */
export function svgRenderer(prefix: string): SvgRenderer {
  let parts: string[] = [];
  let [width, height] = [0, 0];
  const patterns = new Map<string, string>();

  const each = (
    { data, count }: Boxes,
    draw: (x: number, y: number, w: number, h: number) => string,
  ): string => {
    let made = '';
    for (let at = 0; at < count * 4; at += 4)
      made += draw(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0, data[at + 3] ?? 0);
    return made;
  };
  const rectangles = (boxes: Boxes): string =>
    each(boxes, (x, y, w, h) => `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`);
  const path = ({ data, length }: Points): string => {
    let made = '';
    for (let at = 0; at < length; at += 2)
      made += `${at === 0 ? 'M' : 'L'}${short(data[at] ?? 0)} ${short(data[at + 1] ?? 0)}`;
    return made;
  };
  const add = (d: string, style: string): void => {
    if (d !== '') parts.push(`<path d="${d}" ${style}/>`);
  };

  return {
    begin: (wide, high) => {
      parts = [];
      [width, height] = [wide, high];
    },
    fill: (colour, boxes, opacity = 1) => {
      if (opacity > 0) add(rectangles(boxes), `fill="${escape(colour)}"${opacityOf(opacity)}`);
    },
    pattern: (colour, pattern, boxes) => {
      if (patternPaths[pattern] === '' || boxes.count === 0) return;
      const key = `${pattern} ${colour}`;
      const id = patterns.get(key)?.split('"')[1] ?? `${prefix}-${patterns.size}`;
      patterns.set(
        key,
        `<pattern id="${id}" width="${tile}" height="${tile}" patternUnits="userSpaceOnUse">` +
          `<path d="${patternPaths[pattern]}" stroke="${escape(colour)}" fill="none"/></pattern>`,
      );
      add(rectangles(boxes), `fill="url(#${id})"${opacityOf(patternOpacity)}`);
    },
    outline: (colour, boxes, dashed = false) => {
      const d = each(
        boxes,
        (x, y, w, h) =>
          `M${short(x + 0.5)} ${short(y + 0.5)}h${short(Math.max(0, w - 1))}v${short(Math.max(0, h - 1))}h${short(-Math.max(0, w - 1))}z`,
      );
      add(d, `fill="none" stroke="${escape(colour)}"${dashed ? ' stroke-dasharray="3 2"' : ''}`);
    },
    marks: (colour, boxes) => {
      const d = each(boxes, (x, y) => `M${short(x - 3.5)} ${short(y - 2)}h9l-4.5 7z`);
      add(d, `fill="${escape(colour)}"`);
    },
    line: (colour, points) => add(path(points), `fill="none" stroke="${escape(colour)}"`),
    area: (colour, points, opacity) => add(path(points), `fill="${escape(colour)}"${opacityOf(opacity)}`),
    arrow: (colour, fromX, fromY, toX, toY, dashed) => {
      const bend = arrowBend(fromX, toX);
      const [length, half] = arrowHead;
      const end = toX - length;
      add(
        `M${short(fromX)} ${short(fromY)}C${short(fromX + bend)} ${short(fromY)} ${short(end - bend)} ${short(toY)} ${short(end)} ${short(toY)}`,
        `fill="none" stroke="${escape(colour)}" stroke-width="1.5"${dashed ? ' stroke-dasharray="4 3"' : ''}`,
      );
      add(`M${short(toX)} ${short(toY)}l${-length} ${-half}v${2 * half}z`, `fill="${escape(colour)}"`);
    },
    text: (colour, text, x, y, room) => {
      const shown = cut(text, text.length * fontSize * letter, room);
      if (shown === '') return;
      parts.push(
        `<text x="${short(x)}" y="${short(y)}" fill="${escape(colour)}" dominant-baseline="middle">${escape(shown)}</text>`,
      );
    },
    group: (x, y) =>
      `<svg x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" overflow="hidden">${parts.join('')}</svg>`,
    definitions: () => `<defs>${[...patterns.values()].join('')}</defs>`,
  };
}

/** The whole file: groups within a picture of this size. */
export function svgFile(
  width: number,
  height: number,
  background: string,
  font: string,
  content: string,
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" ` +
    `viewBox="0 0 ${short(width)} ${short(height)}" font-family="${escape(font)}" font-size="${fontSize}">` +
    `<rect width="100%" height="100%" fill="${escape(background)}"/>${content}</svg>`
  );
}

/** Two digits after the point, and nothing that is no number. */
function short(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0';
}

function opacityOf(opacity: number): string {
  return opacity === 1 ? '' : ` fill-opacity="${short(opacity)}"`;
}

// What XML cannot hold at all is left out.
// eslint-disable-next-line no-control-regex -- They are what is looked for.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(forbidden, '')
    .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign);
}
