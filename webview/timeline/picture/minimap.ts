import type { Note } from '../../protocol.ts';
import { Boxes } from './boxes.ts';
import type { Colours } from './colours.ts';
import type { HitsIn, Overview } from '../model/model.ts';
import { panRange, timeAt, xOf } from '../model/range.ts';
import type { Range } from '../model/range.ts';
import type { Renderer } from './renderer.ts';

export const minimapHeight = 34;

export interface MinimapScene {
  readonly width: number;
  readonly duration: number;
  readonly view: Range;
  readonly overview: Overview | undefined;
  readonly hits: HitsIn | undefined;
  readonly range: Range | undefined;
  readonly marker: number | undefined;
  readonly notes: readonly Note[];
  readonly colours: Colours;
}

/** The whole recording, as the minimap shows it. */
export function wholeOf(duration: number): Range {
  return { from: 0, to: Math.max(duration, 0.001) };
}

/**
 * What a column of pixels shows of parts that may be finer or coarser than it: the most of those that it
 * touches, so that nothing is averaged away. `to` is where the parts end, `whole` what the columns show.
 */
export function columnValue(
  counts: Uint32Array,
  to: number,
  column: number,
  columns: number,
  whole: number,
): number {
  const size = to / Math.max(1, counts.length);
  const first = Math.floor(((column / columns) * whole) / size);
  const last = Math.max(first, Math.ceil((((column + 1) / columns) * whole) / size) - 1);
  let most = 0;
  for (let index = first; index <= Math.min(last, counts.length - 1); index += 1)
    most = Math.max(most, counts[index] ?? 0);
  return most;
}

/** Draws the whole recording: how much happened when, failures, matches, and what of it is in view. */
export class MinimapPainter {
  readonly #boxes = new Boxes();
  readonly #errors = new Boxes();

  /** What only changes as the recording or the search does. */
  ground(renderer: Renderer, scene: MinimapScene): void {
    renderer.begin(scene.width, minimapHeight, scene.colours.font);
    if (scene.overview !== undefined) this.#density(renderer, scene, scene.overview);
    if (scene.hits !== undefined) this.#hits(renderer, scene, scene.hits);
  }

  /** The box of the view, and what is marked; drawn over the ground. */
  over(renderer: Renderer, scene: MinimapScene): void {
    const { width, colours, view, duration } = scene;
    renderer.begin(width, minimapHeight, colours.font);
    const whole = wholeOf(duration);
    const boxes = this.#boxes;
    boxes.clear();
    for (const note of scene.notes) boxes.add(xOf(note.from, whole, width) - 1, 0, 2, 5);
    renderer.fill(colours.note, boxes);
    if (scene.range !== undefined) {
      const x = xOf(scene.range.from, whole, width);
      boxes.clear();
      boxes.add(x, 0, Math.max(1, xOf(scene.range.to, whole, width) - x), minimapHeight);
      renderer.fill(colours.range, boxes, 0.3);
    }
    if (scene.marker !== undefined) {
      boxes.clear();
      boxes.add(xOf(scene.marker, whole, width) - 1, 0, 2, minimapHeight);
      renderer.fill(colours.marker, boxes, 0.9);
    }
    const [from, to] = viewBox(view, duration, width);
    boxes.clear();
    if (from > 0) boxes.add(0, 0, from, minimapHeight);
    if (to < width) boxes.add(to, 0, width - to, minimapHeight);
    renderer.fill(colours.background, boxes, colours.highContrast ? 0.4 : 0.6);
    boxes.clear();
    boxes.add(from, 0, to - from, minimapHeight);
    renderer.outline(colours.marker, boxes);
    boxes.clear();
    boxes.add(from, minimapHeight / 2 - 6, 3, 12);
    boxes.add(to - 3, minimapHeight / 2 - 6, 3, 12);
    renderer.fill(colours.marker, boxes);
  }

  #density(renderer: Renderer, scene: MinimapScene, overview: Overview): void {
    const { width, duration, colours } = scene;
    const whole = wholeOf(duration).to;
    let most = 1;
    for (const count of overview.density) most = Math.max(most, count);
    const scale = (minimapHeight - 10) / Math.log1p(most);
    this.#boxes.clear();
    this.#errors.clear();
    for (let x = 0; x < width; x += 1) {
      const count = columnValue(overview.density, overview.to, x, width, whole);
      const height = Math.log1p(count) * scale;
      if (count > 0) this.#boxes.join(x, minimapHeight - 2 - height, 1, height);
      if (columnValue(overview.errors, overview.to, x, width, whole) > 0)
        this.#errors.join(x - 0.5, 5, 2, minimapHeight - 7);
    }
    renderer.fill(colours.lanes.counter, this.#boxes, 0.6);
    renderer.fill(colours.error, this.#errors);
  }

  #hits(renderer: Renderer, scene: MinimapScene, { hits, to }: HitsIn): void {
    const { width, duration, colours } = scene;
    const whole = wholeOf(duration).to;
    this.#boxes.clear();
    for (let x = 0; x < width; x += 1) {
      if (columnValue(hits.counts, to, x, width, whole) > 0)
        this.#boxes.join(x - 0.5, minimapHeight - 4, 2, 4);
    }
    renderer.fill(colours.hit, this.#boxes);
  }
}

/** Pixels that the box of the view has at least. */
const narrowest = 6;

/** Where the view is on the minimap: never too narrow to be seen and caught. */
export function viewBox(view: Range, duration: number, width: number): readonly [from: number, to: number] {
  const whole = wholeOf(duration);
  const from = Math.min(Math.max(0, xOf(view.from, whole, width)), width);
  const to = Math.max(Math.min(width, xOf(view.to, whole, width)), 0);
  if (to - from >= narrowest) return [from, to];
  const start = Math.max(0, Math.min((from + to - narrowest) / 2, width - narrowest));
  return [start, start + narrowest];
}

export type Grip = 'move' | 'from' | 'to' | 'new';

/** What a press at a place of the minimap takes hold of. */
export function gripAt(x: number, view: Range, duration: number, width: number): Grip {
  const [from, to] = viewBox(view, duration, width);
  // A narrow box is moved: its edges would leave nothing to catch.
  const edge = Math.min(5, (to - from) / 4);
  if (Math.abs(x - from) <= edge) return 'from';
  if (Math.abs(x - to) <= edge) return 'to';
  if (x > from && x < to) return 'move';
  return to - from < 12 && x > from - 4 && x < to + 4 ? 'move' : 'new';
}

/** The view after a drag on the minimap from one place to another. */
export function dragged(
  grip: Grip,
  view: Range,
  from: number,
  to: number,
  duration: number,
  width: number,
): Range {
  const whole = wholeOf(duration);
  const start = timeAt(from, whole, width);
  const end = timeAt(to, whole, width);
  switch (grip) {
    case 'move':
      return panRange(view, end - start);
    case 'from':
      return { from: Math.min(end, view.to), to: Math.max(view.to, end) };
    case 'to':
      return { from: Math.min(view.from, end), to: Math.max(end, view.from) };
    case 'new':
      return { from: Math.min(start, end), to: Math.max(start, end) };
  }
}
