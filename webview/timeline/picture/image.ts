import { canvasRenderer } from './canvas.ts';
import type { Colours } from './colours.ts';
import { minimapHeight } from './minimap.ts';
import { fontSize } from './renderer.ts';
import type { Renderer } from './renderer.ts';
import { rulerHeight } from './ruler.ts';
import { svgFile, svgRenderer } from './svg.ts';

/** The parts of the picture, each drawn with any renderer. */
export interface Parts {
  readonly colours: Colours;
  /** Of the lanes, in CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** From the lowest layer up. */
  readonly map: readonly ((renderer: Renderer) => void)[];
  readonly axis: (renderer: Renderer) => void;
  readonly lanes: (renderer: Renderer) => void;
  readonly overlay: (renderer: Renderer) => void;
}

/** A name beside the lanes; `y` is its middle from the top of the lanes. */
export interface Name {
  readonly text: string;
  readonly y: number;
  readonly indent: boolean;
}

const gutterWidth = 172;

/** The picture with the names of its lanes: PNG in base64, or SVG as text. */
export function imageOf(format: 'png' | 'svg', names: readonly Name[], parts: Parts): string {
  return format === 'svg' ? svgOf(names, parts) : pngOf(names, parts);
}

const layers = (parts: Parts): readonly (readonly [draw: (renderer: Renderer) => void, y: number])[] => [
  ...parts.map.map((draw) => [draw, 0] as const),
  [parts.axis, minimapHeight],
  [parts.lanes, minimapHeight + rulerHeight],
  [parts.overlay, minimapHeight + rulerHeight],
];

function svgOf(names: readonly Name[], parts: Parts): string {
  const { colours, width, height } = parts;
  let content = '';
  for (const [index, [draw, y]] of layers(parts).entries()) {
    const renderer = svgRenderer(`p${index}`);
    draw(renderer);
    content += renderer.definitions() + renderer.group(gutterWidth, y);
  }
  const beside = svgRenderer('names');
  beside.begin(gutterWidth, height, colours.font);
  for (const { text, y, indent } of names)
    beside.text(colours.text, text, indent ? 24 : 10, y, gutterWidth - 34);
  content += beside.group(0, minimapHeight + rulerHeight);
  const whole = minimapHeight + rulerHeight + height;
  return svgFile(gutterWidth + width, whole, colours.background, colours.font, content);
}

function pngOf(names: readonly Name[], parts: Parts): string {
  const { colours, width, height } = parts;
  const ratio = window.devicePixelRatio;
  const whole = document.createElement('canvas');
  whole.width = Math.round((gutterWidth + width) * ratio);
  whole.height = Math.round((minimapHeight + rulerHeight + height) * ratio);
  const context = whole.getContext('2d');
  if (context === null) throw new Error('This webview has no 2D canvas.');
  context.fillStyle = colours.background;
  context.fillRect(0, 0, whole.width, whole.height);
  for (const [draw, y] of layers(parts)) {
    const layer = document.createElement('canvas');
    draw(canvasRenderer(layer));
    // The panes below can leave no room for the lanes.
    if (layer.width === 0 || layer.height === 0) continue;
    context.drawImage(layer, Math.round(gutterWidth * ratio), Math.round(y * ratio));
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = `${fontSize}px ${colours.font}`;
  context.textBaseline = 'middle';
  context.fillStyle = colours.text;
  for (const { text, y, indent } of names) {
    if (y < 0) continue;
    context.fillText(text, indent ? 24 : 10, minimapHeight + rulerHeight + y, gutterWidth - 34);
  }
  const url = whole.toDataURL('image/png');
  const comma = url.indexOf(',');
  if (comma === url.length - 1) throw new Error('The picture is too large for this webview.');
  return url.slice(comma + 1);
}
