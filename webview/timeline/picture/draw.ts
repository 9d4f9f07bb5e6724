import type { CounterWindow, LaneKind, LaneSlices, LaneWindow } from '../../protocol.ts';
import { Boxes, Points } from './boxes.ts';
import { lanePatterns, trapPattern } from './colours.ts';
import type { Colours } from './colours.ts';
import { formatValue, scaleOf, shareOf } from '../model/counters.ts';
import { heights, inset, mostRows, rowBox } from '../model/layout.ts';
import type { LaneTrack, Track } from '../model/layout.ts';
import { otherLifeOf } from '../model/mirror.ts';
import { xOf } from '../model/range.ts';
import type { Range } from '../model/range.ts';
import type { Renderer } from './renderer.ts';
import { failed, Flag } from '../model/slices.ts';
import type { LaneColumns } from '../model/slices.ts';
import type { Tick } from './ticks.ts';

/** Everything that a picture of the lanes shows; `tracks` are those in view. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** How far the lanes are scrolled, in CSS pixels. */
  readonly top: number;
  readonly view: Range;
  readonly ticks: readonly Tick[];
  readonly tracks: readonly Track[];
  readonly window: LaneWindow | undefined;
  readonly columns: LaneColumns;
  readonly counters: ReadonlyMap<number, CounterWindow>;
  readonly duration: number;
  readonly colours: Colours;
  readonly lane: number | undefined;
}

/** Narrower slices are plain bars; wider ones are tinted boxes that hold a name. */
const boxFrom = 6;
const nameFrom = 34;
/** Narrowest that a slice is drawn, and one that failed. */
const thinnest = 1.5;
const thinnestFailed = 2;
/** Room for the text above a counter's curve. */
const scaleHeight = 13;
/** Pixels past the edge that a box may begin at: far ones would lose precision. */
const beyond = 8;

/** Where a slice begins and how wide it is drawn; cut to just outside of the view. */
export function sliceBox(
  from: number,
  to: number,
  flags: number,
  kind: LaneKind,
  view: Range,
  width: number,
): readonly [x: number, w: number] {
  const least = (flags & failed) !== 0 || kind === 'lifecycle' ? thinnestFailed : thinnest;
  const start = xOf(from, view, width);
  const end = Math.max(start + least, xOf(to, view, width) - 0.5);
  const x = Math.max(start, -beyond);
  return [x, Math.max(least, Math.min(end, width + beyond) - x)];
}

const kinds = Object.keys(lanePatterns).filter((kind): kind is LaneKind => kind in lanePatterns);

interface Batch {
  readonly bars: Boxes;
  readonly boxes: Boxes;
  readonly edges: Boxes;
}

const batch = (): Batch => ({ bars: new Boxes(1024), boxes: new Boxes(), edges: new Boxes() });

interface Name {
  text: string;
  x: number;
  y: number;
  width: number;
}

/** Draws lanes. What it needs for a frame is kept for the next one, so that panning makes no garbage. */
export class LanePainter {
  readonly #kinds = new Map<LaneKind, Batch>(kinds.map((kind) => [kind, batch()]));
  readonly #failed = batch();
  readonly #traps = new Boxes();
  readonly #torn = new Boxes();
  readonly #some = new Boxes();
  readonly #names: Name[] = [];
  #named = 0;
  readonly #points = new Points();
  readonly #band = new Points();
  /** How many rectangles the last picture had. */
  drawn = 0;

  draw(renderer: Renderer, scene: Scene): void {
    const { width, height, colours } = scene;
    renderer.begin(width, height, colours.font);
    this.#ground(renderer, scene);
    for (const group of this.#kinds.values()) clear(group);
    clear(this.#failed);
    this.#traps.clear();
    this.#torn.clear();
    this.#named = 0;
    for (const track of scene.tracks) {
      if (track.type !== 'lane') continue;
      if (track.lane.kind === 'counter') this.#counter(renderer, scene, track);
      else {
        const slices = scene.columns.get(track.lane.id);
        if (slices !== undefined) this.#collect(scene, track, slices);
      }
    }
    this.#flush(renderer, scene);
    this.#unknown(renderer, scene);
  }

  /** Lines of the ruler, group's stripes, the chosen lane. */
  #ground(renderer: Renderer, scene: Scene): void {
    const { width, height, view, colours, top } = scene;
    const some = this.#some;
    some.clear();
    for (const { time } of scene.ticks) some.add(Math.round(xOf(time, view, width)), 0, 1, height);
    renderer.fill(colours.line, some, colours.highContrast ? 0.35 : 0.55);
    some.clear();
    for (const track of scene.tracks)
      if (track.type === 'group') some.add(0, track.y - top, width, track.height);
    renderer.fill(colours.stripe, some, colours.highContrast ? 0 : 0.5);
    some.clear();
    for (const track of scene.tracks)
      if (track.type === 'group' && track.y > 0) some.add(0, track.y - top, width, 1);
    renderer.fill(colours.line, some);
    some.clear();
    for (const track of scene.tracks) {
      if (track.type === 'lane' && track.lane.id === scene.lane)
        some.add(0, track.y - top, width, track.height);
    }
    renderer.fill(colours.stripe, some, colours.highContrast ? 0.08 : 0.6);
  }

  #collect(scene: Scene, track: LaneTrack, slices: LaneSlices): void {
    const { width, view, top } = scene;
    const { lane } = track;
    const own = this.#kinds.get(lane.kind);
    if (own === undefined) return;
    const { from, to, row, flags, length } = slices;
    for (let index = 0; index < length; index += 1) {
      const start = from[index] ?? NaN;
      // A slice that runs backwards is drawn where it begins.
      const end = Math.max(start, to[index] ?? start);
      // Also false for what is not a number.
      if (!(end >= view.from && start <= view.to)) continue;
      const flag = flags[index] ?? 0;
      const bad = (flag & failed) !== 0;
      const [x, w] = sliceBox(start, end, flag, lane.kind, view, width);
      const [inLane, h] = rowBox(lane, row[index] ?? 0);
      const y = track.y - top + inLane;
      const into = bad ? this.#failed : own;
      // What has no row of its own may be a thousand boxes over each other: they are filled once.
      const isCrowded = lane.rows > mostRows && (row[index] ?? 0) >= mostRows - 1;
      if (w < boxFrom || isCrowded) {
        if (bad) into.bars.add(x, y, w, h);
        else into.bars.join(x, y, w, h);
        continue;
      }
      into.boxes.add(x, y, w, h);
      if (start >= view.from) into.edges.add(x, y, 2, h);
      if ((flag & Flag.trap) !== 0) this.#traps.add(x, y, w, h);
      if ((flag & Flag.cut) !== 0) this.#tear(x + 2, y, h);
      if ((flag & Flag.open) !== 0) this.#tear(x + w - 6, y, h);
      if (w >= nameFrom) this.#name(scene, slices, index, Math.max(x, 0) + 6, y + h / 2 + 0.5, x + w);
    }
  }

  /** An end that is not recorded looks torn: two gaps across the box. */
  #tear(x: number, y: number, h: number): void {
    this.#torn.add(x, y, 1.5, h);
    this.#torn.add(x + 3, y, 1.5, h);
  }

  #name(scene: Scene, slices: LaneSlices, index: number, x: number, y: number, end: number): void {
    const name = scene.window?.names[slices.name[index] ?? -1] ?? '';
    const count = slices.count[index] ?? 1;
    const room = Math.min(end, scene.width) - x - 4;
    if (room < nameFrom - 10) return;
    const known = this.#names[this.#named];
    const text = count > 1 ? `${count} × ${name}` : name;
    this.#named += 1;
    if (known === undefined) this.#names.push({ text, x, y, width: room });
    else {
      known.text = text;
      known.x = x;
      known.y = y;
      known.width = room;
    }
  }

  #flush(renderer: Renderer, scene: Scene): void {
    const { colours } = scene;
    let drawn = 0;
    for (const [kind, { bars, boxes, edges }] of this.#kinds) {
      const colour = colours.lanes[kind];
      renderer.fill(colour, bars);
      this.#boxes(renderer, colours, colour, boxes, edges);
      renderer.pattern(colour, lanePatterns[kind], boxes);
      drawn += bars.count + boxes.count + edges.count;
    }
    const { bars, boxes, edges } = this.#failed;
    renderer.fill(colours.error, bars);
    this.#boxes(renderer, colours, colours.error, boxes, edges);
    renderer.pattern(colours.error, trapPattern, this.#traps);
    renderer.fill(colours.background, this.#torn);
    renderer.marks(colours.error, bars);
    renderer.marks(colours.error, boxes);
    this.drawn = drawn + bars.count + boxes.count + edges.count;
    for (let index = 0; index < this.#named; index += 1) {
      const name = this.#names[index];
      if (name !== undefined) renderer.text(colours.text, name.text, name.x, name.y, name.width);
    }
  }

  #boxes(renderer: Renderer, colours: Colours, colour: string, boxes: Boxes, edges: Boxes): void {
    if (colours.highContrast) {
      renderer.outline(colour, boxes);
      return;
    }
    renderer.fill(colour, boxes, 0.32);
    renderer.fill(colour, edges);
  }

  /** A step chart with the band between lowest and highest of each bucket, and the ends of its scale. */
  #counter(renderer: Renderer, scene: Scene, track: LaneTrack): void {
    const { view, width, top, colours } = scene;
    const counter = scene.counters.get(track.lane.id);
    if (counter === undefined || counter.times.length === 0) return;
    const scale = scaleOf(counter);
    // The line of the scale's upper end stands above the curve.
    const above = track.y - top + scaleHeight;
    const room = heights.counter - scaleHeight - inset;
    const yOf = (value: number): number => above + (1 - shareOf(value, scale)) * room;
    const colour = colours.lanes.counter;
    const until = Math.min(width + 1, xOf(otherLifeOf(track.lane)?.to ?? scene.duration, view, width));
    const steps = stepsIn(counter, view);
    const points = this.#points;
    points.clear();
    let last: number | undefined;
    for (let index = steps.first; index < steps.end; index += 1) {
      const value = counter.high[index] ?? NaN;
      if (!Number.isFinite(value)) continue;
      const x = Math.max(-1, xOf(counter.times[index] ?? 0, view, width));
      if (last !== undefined) points.add(x, last);
      last = yOf(value);
      points.add(x, last);
    }
    if (last === undefined) return;
    points.add(Math.max(until, points.data[points.length - 2] ?? 0), last);
    this.#bandOf(counter, steps, yOf, view, width);
    const ground = yOf(Math.max(scale.bottom, 0));
    const start = points.data[0] ?? 0;
    const end = points.data[points.length - 2] ?? 0;
    if (!colours.highContrast) {
      renderer.area(colour, this.#band, 0.3);
      this.#band.clear();
      this.#band.add(start, ground);
      for (let at = 0; at < points.length; at += 2)
        this.#band.add(points.data[at] ?? 0, points.data[at + 1] ?? 0);
      this.#band.add(end, ground);
      renderer.area(colour, this.#band, 0.16);
    }
    renderer.line(colour, points);
    const { unit } = track.lane;
    renderer.text(colours.dim, formatValue(scale.top, unit), 4, above - 5, 90);
    if (scale.bottom < 0)
      renderer.text(colours.dim, formatValue(scale.bottom, unit), 4, above + room - 5, 90);
  }

  #bandOf(
    counter: CounterWindow,
    steps: { readonly first: number; readonly end: number },
    yOf: (value: number) => number,
    view: Range,
    width: number,
  ): void {
    const band = this.#band;
    band.clear();
    for (let index = steps.first; index < steps.end; index += 1) {
      const value = counter.high[index] ?? NaN;
      if (Number.isFinite(value))
        band.add(Math.max(-1, xOf(counter.times[index] ?? 0, view, width)), yOf(value));
    }
    for (let index = steps.end - 1; index >= steps.first; index -= 1) {
      const value = counter.low[index] ?? NaN;
      if (Number.isFinite(value))
        band.add(Math.max(-1, xOf(counter.times[index] ?? 0, view, width)), yOf(value));
    }
  }

  /** Time that is not loaded yet, and time outside of the recording or of the life that is compared, is shaded. */
  #unknown(renderer: Renderer, scene: Scene): void {
    const { window, view, width, height, top, colours } = scene;
    if (window === undefined) return;
    const shade = this.#some;
    shade.clear();
    const around = (from: number, to: number, y: number, h: number): void => {
      const start = xOf(from, view, width);
      const end = xOf(to, view, width);
      if (start > 0) shade.add(0, y, Math.min(start, width), h);
      if (end < width) shade.add(Math.max(end, 0), y, width - Math.max(end, 0), h);
    };
    const to = Math.min(scene.duration, Math.max(window.to, 0));
    let y = 0;
    for (const track of scene.tracks) {
      const other = track.type === 'lane' ? otherLifeOf(track.lane) : undefined;
      if (other === undefined) continue;
      const at = track.y - top;
      if (at > y) around(Math.max(0, window.from), to, y, at - y);
      around(other.from, other.to, at, track.height);
      y = at + track.height;
    }
    if (y < height) around(Math.max(0, window.from), to, y, height - y);
    renderer.fill(colours.stripe, shade, colours.highContrast ? 0.15 : 0.45);
  }
}

function clear({ bars, boxes, edges }: Batch): void {
  bars.clear();
  boxes.clear();
  edges.clear();
}

/** The steps of a counter that a view shows: from the one that still holds at its beginning. */
export function stepsIn(
  counter: Pick<CounterWindow, 'times'>,
  view: Range,
): { readonly first: number; readonly end: number } {
  const { times } = counter;
  let first = 0;
  let end = times.length;
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index] ?? 0;
    if (time <= view.from) first = index;
    if (time > view.to) {
      end = index;
      break;
    }
  }
  return { first, end };
}
