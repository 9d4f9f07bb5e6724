import type { Lane, LaneWindow, Slice } from '../protocol.ts';
import type { Colours } from './colours.ts';
import type { LaneTrack, Track } from './layout.ts';
import { laneKey } from './layout.ts';
import { spanOf } from './range.ts';
import type { Range } from './range.ts';
import type { Boxes, Renderer } from './renderer.ts';
import { ticks } from './ticks.ts';

/** Everything that a picture of the lanes shows. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly view: Range;
  readonly tracks: readonly Track[];
  readonly window: LaneWindow | undefined;
  readonly colours: Colours;
  readonly activeLane: string | undefined;
  readonly selected: { readonly lane: string; readonly slice: Slice } | undefined;
  /** Time of the record that another panel or this one chose. */
  readonly marker: number | undefined;
  readonly pointer: number | undefined;
}

/** Narrower slices are plain bars; wider ones are tinted boxes that hold a name. */
const boxFrom = 6;
const nameFrom = 34;
const inset = 4;

function xOf(time: number, view: Range, width: number): number {
  return ((time - view.from) / spanOf(view)) * width;
}

/** The slice's box in its lane: at least wide enough to see, an error a little wider. */
export function sliceBox(
  slice: Slice,
  track: LaneTrack,
  view: Range,
  width: number,
): readonly [x: number, w: number] {
  const x = xOf(slice.from, view, width);
  const narrowest = slice.error || track.kind === 'reloads' ? 3 : 1.5;
  return [x, Math.max(narrowest, xOf(slice.to, view, width) - x - 0.5)];
}

export function slicesOf(window: LaneWindow | undefined, track: LaneTrack): readonly Slice[] {
  return (
    window?.lanes.find((lane: Lane) => lane.plugin === track.plugin && lane.kind === track.kind)?.slices ?? []
  );
}

export function drawScene(renderer: Renderer, scene: Scene): void {
  const { width, height, view, colours, tracks } = scene;
  renderer.begin(width, height);
  const lines: Boxes = [];
  for (const { time } of ticks(view, width, 96)) lines.push(Math.round(xOf(time, view, width)), 0, 1, height);
  renderer.fill(colours.line, lines, colours.highContrast ? 0.35 : 0.55);

  const edges: Boxes = [];
  for (const track of tracks) {
    if (track.type === 'plugin') {
      renderer.fill(colours.stripe, [0, track.y, width, track.height], colours.highContrast ? 0 : 0.5);
      if (track.y > 0) edges.push(0, track.y, width, 1);
    }
    if (track.type === 'lane' && laneKey(track.plugin, track.kind) === scene.activeLane) {
      renderer.fill(colours.stripe, [0, track.y, width, track.height], colours.highContrast ? 0.08 : 0.6);
    }
  }
  renderer.fill(colours.line, edges);
  for (const track of tracks) if (track.type === 'lane') drawLane(renderer, scene, track);
  drawUnknown(renderer, scene);

  if (scene.pointer !== undefined) renderer.fill(colours.hover, [scene.pointer, 0, 1, height], 0.5);
  if (scene.marker !== undefined) {
    const x = Math.round(xOf(scene.marker, view, width));
    renderer.fill(colours.marker, [x - 1, 0, 2, height], 0.9);
  }
}

function drawLane(renderer: Renderer, scene: Scene, track: LaneTrack): void {
  const { width, view, colours } = scene;
  const colour = colours.lanes[track.kind];
  const [y, height] = [track.y + inset, track.height - 2 * inset];
  const bars: Boxes = [];
  const boxes: Boxes = [];
  const failedBars: Boxes = [];
  const failedBoxes: Boxes = [];
  const names: { text: string; x: number; width: number }[] = [];
  for (const slice of slicesOf(scene.window, track)) {
    if (slice.to < view.from || slice.from > view.to) continue;
    const [start, wide] = sliceBox(slice, track, view, width);
    // Boxes that begin far outside would lose precision, and their names would be out of sight.
    const x = Math.max(start, -8);
    const w = Math.min(start + wide, width + 8) - x;
    const box = w >= boxFrom;
    (slice.error ? (box ? failedBoxes : failedBars) : box ? boxes : bars).push(x, y, w, height);
    if (w >= nameFrom) {
      const text = slice.count > 1 ? `${slice.count} × ${slice.name}` : slice.name;
      names.push({ text, x: Math.max(x, 0) + 6, width: w - 10 });
    }
  }
  renderer.fill(colour, bars, 0.9);
  drawBoxes(renderer, colour, boxes, colours.highContrast);
  renderer.fill(colours.error, failedBars);
  drawBoxes(renderer, colours.error, failedBoxes, colours.highContrast);
  renderer.marks(colours.error, failedBars);
  renderer.marks(colours.error, failedBoxes);
  for (const name of names) renderer.text(colours.text, name.text, name.x, y + height / 2 + 0.5, name.width);

  const { selected } = scene;
  if (selected?.lane !== laneKey(track.plugin, track.kind)) return;
  const [x, w] = sliceBox(selected.slice, track, view, width);
  renderer.outline(colours.marker, [Math.max(x, -8) - 2, y - 2, Math.min(w, width + 16) + 4, height + 4]);
}

function drawBoxes(renderer: Renderer, colour: string, boxes: Boxes, highContrast: boolean): void {
  if (highContrast) {
    renderer.outline(colour, boxes);
    return;
  }
  renderer.fill(colour, boxes, 0.32);
  const edges: Boxes = [];
  for (let index = 0; index + 3 < boxes.length; index += 4) {
    edges.push(boxes[index] ?? 0, boxes[index + 1] ?? 0, 2, boxes[index + 3] ?? 0);
  }
  renderer.fill(colour, edges);
}

/** Time that is not loaded yet, and time outside of the recording, is shaded. */
function drawUnknown(renderer: Renderer, scene: Scene): void {
  const { window, view, width, height, colours } = scene;
  if (window === undefined) return;
  const shade: Boxes = [];
  const start = xOf(Math.max(0, window.from), view, width);
  const end = xOf(Math.min(window.duration, Math.max(window.to, 0)), view, width);
  if (start > 0) shade.push(0, 0, Math.min(start, width), height);
  if (end < width) shade.push(Math.max(end, 0), 0, width - Math.max(end, 0), height);
  renderer.fill(colours.stripe, shade, colours.highContrast ? 0.15 : 0.45);
}

/** The time axis; a thin bar along its top shows which part of the recording is in view. */
export function drawAxis(renderer: Renderer, scene: Scene, height: number, duration: number): void {
  const { width, view, colours } = scene;
  renderer.begin(width, height);
  const lines: Boxes = [];
  for (const { time, label } of ticks(view, width, 96)) {
    const x = Math.round(xOf(time, view, width));
    lines.push(x, height - 7, 1, 7);
    renderer.text(colours.dim, label, x + 5, height - 9, 92);
  }
  renderer.fill(colours.line, lines);
  const whole = { from: 0, to: Math.max(duration, view.to, 1) };
  const from = Math.max(0, xOf(view.from, whole, width));
  const to = Math.min(width, xOf(view.to, whole, width));
  renderer.fill(colours.marker, [from, 0, Math.max(3, to - from), 2]);
  if (scene.marker === undefined) return;
  const x = Math.round(xOf(scene.marker, view, width));
  renderer.fill(colours.marker, [x - 1, 4, 2, height - 4], 0.9);
}
