import type { Boxes } from './boxes.ts';
import type { Pattern } from './colours.ts';
import { patternPaths, tile } from './patterns.ts';
import { arrowBend, arrowHead, cut, fontSize, longestText, patternOpacity } from './renderer.ts';
import type { Renderer } from './renderer.ts';

/** Names that are measured at most before all are forgotten. */
const mostMeasured = 4096;

/** Draws on a 2D canvas at the screen's own resolution, each edge on a whole pixel of the screen. */
export function canvasRenderer(canvas: HTMLCanvasElement): Renderer {
  const found = canvas.getContext('2d');
  if (found === null) throw new Error('This webview has no 2D canvas.');
  // The type does not outlive the check in the functions below.
  const context: CanvasRenderingContext2D = found;
  const tiles = new Map<string, CanvasPattern | null>();
  const widths = new Map<string, number>();
  let ratio = 1;
  let usedFont = '';

  function measured(text: string): number {
    const known = widths.get(text);
    if (known !== undefined) return known;
    if (widths.size >= mostMeasured) widths.clear();
    const looked = text.slice(0, longestText);
    const { width } = context.measureText(looked);
    const wide = looked === '' ? 0 : (width * text.length) / looked.length;
    widths.set(text, wide);
    return wide;
  }

  function tileOf(pattern: Pattern, colour: string): CanvasPattern | null {
    const key = `${pattern} ${colour} ${ratio}`;
    const known = tiles.get(key);
    if (known !== undefined) return known;
    const drawn = patternTile(pattern, colour, ratio);
    const made = drawn === undefined ? null : context.createPattern(drawn, 'repeat');
    tiles.set(key, made);
    return made;
  }

  /** Fills in the screen's pixels: whole ones are several times as fast as parts of them, and sharper. */
  function fillBoxes(boxes: Boxes): void {
    const { data, count } = boxes;
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (let at = 0; at < count * 4; at += 4) {
      const x = data[at] ?? 0;
      const y = data[at + 1] ?? 0;
      const left = Math.round(x * ratio);
      const top = Math.round(y * ratio);
      context.fillRect(
        left,
        top,
        Math.max(1, Math.round((x + (data[at + 2] ?? 0)) * ratio) - left),
        Math.max(1, Math.round((y + (data[at + 3] ?? 0)) * ratio) - top),
      );
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  return {
    begin: (width, height, font) => {
      ratio = window.devicePixelRatio;
      const [columns, lines] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (canvas.width !== columns || canvas.height !== lines) {
        canvas.width = columns;
        canvas.height = lines;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
        usedFont = '';
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      if (usedFont === font) return;
      usedFont = font;
      widths.clear();
      context.font = `${fontSize}px ${font}`;
      context.textBaseline = 'middle';
      context.textAlign = 'left';
      context.direction = 'ltr';
    },
    fill: (colour, boxes, opacity = 1) => {
      if (boxes.count === 0 || opacity === 0) return;
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      fillBoxes(boxes);
      context.globalAlpha = 1;
    },
    pattern: (colour, pattern, boxes) => {
      if (boxes.count === 0) return;
      const made = tileOf(pattern, colour);
      if (made === null) return;
      context.globalAlpha = patternOpacity;
      context.fillStyle = made;
      fillBoxes(boxes);
      context.globalAlpha = 1;
    },
    outline: (colour, boxes, dashed = false) => {
      const { data, count } = boxes;
      if (count === 0) return;
      context.strokeStyle = colour;
      context.lineWidth = 1;
      if (dashed) context.setLineDash([3, 2]);
      for (let at = 0; at < count * 4; at += 4) {
        context.strokeRect(
          Math.round(data[at] ?? 0) + 0.5,
          (data[at + 1] ?? 0) + 0.5,
          Math.max(0, Math.round(data[at + 2] ?? 0) - 1),
          Math.max(0, (data[at + 3] ?? 0) - 1),
        );
      }
      if (dashed) context.setLineDash([]);
    },
    marks: (colour, boxes) => {
      const { data, count } = boxes;
      if (count === 0) return;
      context.fillStyle = colour;
      context.beginPath();
      for (let at = 0; at < count * 4; at += 4) {
        const [x, y] = [data[at] ?? 0, data[at + 1] ?? 0];
        context.moveTo(x - 3.5, y - 2);
        context.lineTo(x + 5.5, y - 2);
        context.lineTo(x + 1, y + 5);
      }
      context.fill();
    },
    line: (colour, points) => {
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.beginPath();
      const { data, length } = points;
      for (let at = 0; at < length; at += 2) context.lineTo(data[at] ?? 0, data[at + 1] ?? 0);
      context.stroke();
    },
    area: (colour, points, opacity) => {
      context.globalAlpha = opacity;
      context.fillStyle = colour;
      context.beginPath();
      const { data, length } = points;
      for (let at = 0; at < length; at += 2) context.lineTo(data[at] ?? 0, data[at + 1] ?? 0);
      context.fill();
      context.globalAlpha = 1;
    },
    arrow: (colour, fromX, fromY, toX, toY, dashed) => {
      const bend = arrowBend(fromX, toX);
      const [length, half] = arrowHead;
      context.strokeStyle = context.fillStyle = colour;
      context.lineWidth = 1.5;
      if (dashed) context.setLineDash([4, 3]);
      context.beginPath();
      context.moveTo(fromX, fromY);
      context.bezierCurveTo(fromX + bend, fromY, toX - bend - length, toY, toX - length, toY);
      context.stroke();
      if (dashed) context.setLineDash([]);
      context.beginPath();
      context.moveTo(toX, toY);
      context.lineTo(toX - length, toY - half);
      context.lineTo(toX - length, toY + half);
      context.fill();
    },
    text: (colour, text, x, y, width) => {
      const shown = cut(text, measured(text), width);
      if (shown === '') return;
      context.fillStyle = colour;
      context.fillText(shown, x, y);
    },
  };
}

/** Draws the tile at this many device pixels a CSS pixel. */
function patternTile(pattern: Pattern, colour: string, ratio: number): HTMLCanvasElement | undefined {
  const path = patternPaths[pattern];
  if (path === '') return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.max(1, Math.round(tile * ratio));
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  context.scale(canvas.width / tile, canvas.height / tile);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke(new Path2D(path));
  return canvas;
}
