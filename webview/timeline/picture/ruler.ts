import type { Note } from '../../protocol.ts';
import { Boxes, Points } from './boxes.ts';
import type { Colours } from './colours.ts';
import type { HitsIn } from '../model/model.ts';
import { xOf } from '../model/range.ts';
import type { Range } from '../model/range.ts';
import type { Renderer } from './renderer.ts';
import type { Tick } from './ticks.ts';

export const rulerHeight = 30;

/** A flag's size in pixels; its pole is its left edge. */
const flag = { width: 9, height: 7, top: 2 } as const;

export interface RulerScene {
  readonly width: number;
  readonly view: Range;
  readonly ticks: readonly Tick[];
  readonly notes: readonly Note[];
  readonly hits: HitsIn | undefined;
  readonly range: Range | undefined;
  readonly marker: number | undefined;
  /** The time under the pointer, as text too. */
  readonly pointer: { readonly time: number; readonly text: string } | undefined;
  readonly colours: Colours;
}

/** Draws the time axis: ticks, notes as flags, matches of the search, the marked stretch, the pointer's time. */
export class RulerPainter {
  readonly #boxes = new Boxes();
  readonly #flag = new Points();

  draw(renderer: Renderer, scene: RulerScene): void {
    const { width, view, colours } = scene;
    const boxes = this.#boxes;
    renderer.begin(width, rulerHeight, colours.font);
    if (scene.range !== undefined) this.#range(renderer, scene, scene.range);
    boxes.clear();
    for (const { time, label } of scene.ticks) {
      const x = Math.round(xOf(time, view, width));
      boxes.add(x, rulerHeight - 7, 1, 7);
      renderer.text(colours.dim, label, x + 5, rulerHeight - 9, 92);
    }
    renderer.fill(colours.line, boxes);
    if (scene.hits !== undefined) this.#hits(renderer, scene, scene.hits);
    for (const note of scene.notes) this.#note(renderer, scene, note);
    if (scene.marker !== undefined) {
      boxes.clear();
      boxes.add(xOf(scene.marker, view, width) - 1, 4, 2, rulerHeight - 4);
      renderer.fill(colours.marker, boxes, 0.9);
    }
    if (scene.pointer !== undefined) this.#pointer(renderer, scene, scene.pointer);
  }

  #range(renderer: Renderer, scene: RulerScene, range: Range): void {
    const { width, view, colours } = scene;
    const from = Math.max(-2, xOf(range.from, view, width));
    const to = Math.min(width + 2, xOf(range.to, view, width));
    if (to < 0 || from > width) return;
    this.#boxes.clear();
    this.#boxes.add(from, 0, Math.max(1, to - from), rulerHeight);
    renderer.fill(colours.range, this.#boxes, colours.highContrast ? 0.15 : 0.4);
    this.#boxes.clear();
    this.#boxes.add(from, 0, 1, rulerHeight);
    this.#boxes.add(to - 1, 0, 1, rulerHeight);
    renderer.fill(colours.marker, this.#boxes);
  }

  #hits(renderer: Renderer, scene: RulerScene, { hits, from, to }: HitsIn): void {
    const { width, view, colours } = scene;
    const { counts } = hits;
    const size = (to - from) / Math.max(1, counts.length);
    this.#boxes.clear();
    for (let index = 0; index < counts.length; index += 1) {
      if ((counts[index] ?? 0) === 0) continue;
      const x = xOf(from + index * size, view, width);
      const end = xOf(from + (index + 1) * size, view, width);
      if (end < 0 || x > width) continue;
      this.#boxes.join(x, rulerHeight - 3, Math.max(2, end - x), 3);
    }
    renderer.fill(colours.hit, this.#boxes);
  }

  #note(renderer: Renderer, scene: RulerScene, note: Note): void {
    const { width, view, colours } = scene;
    const x = Math.round(xOf(note.from, view, width));
    const end = note.to === undefined ? x : xOf(note.to, view, width);
    if (!(end >= -flag.width && x <= width)) return;
    this.#boxes.clear();
    if (end > x) this.#boxes.add(Math.max(-2, x), flag.top, Math.min(end, width + 2) - Math.max(-2, x), 2);
    this.#boxes.add(x, flag.top, 1.5, rulerHeight - flag.top);
    renderer.fill(colours.note, this.#boxes);
    const points = this.#flag;
    points.clear();
    points.add(x, flag.top);
    points.add(x + flag.width, flag.top + flag.height / 2);
    points.add(x, flag.top + flag.height);
    renderer.area(colours.note, points, 1);
  }

  #pointer(renderer: Renderer, scene: RulerScene, pointer: { time: number; text: string }): void {
    const { width, view, colours } = scene;
    const x = xOf(pointer.time, view, width);
    const room = pointer.text.length * 6.5 + 12;
    const left = Math.min(Math.max(0, x - room / 2), Math.max(0, width - room));
    this.#boxes.clear();
    this.#boxes.add(left, 0, room, 15);
    renderer.fill(colours.background, this.#boxes);
    renderer.outline(colours.hover, this.#boxes);
    renderer.text(colours.text, pointer.text, left + 6, 8, room - 6);
  }
}

/** The note whose flag is at a place of the ruler; the last one drawn lies on top. */
export function noteAt(x: number, notes: readonly Note[], view: Range, width: number): Note | undefined {
  return notes.findLast((note) => {
    const at = xOf(note.from, view, width);
    return x >= at - 3 && x <= at + flag.width + 2;
  });
}
