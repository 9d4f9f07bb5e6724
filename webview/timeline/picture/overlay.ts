import { shownName } from '../../../extension/recording/lanes/names.ts';
import { formatCount } from '../../format.ts';
import { t } from '../../text.ts';
import type { Comparison, Flow } from '../../protocol.ts';
import { Boxes } from './boxes.ts';
import type { Colours } from './colours.ts';
import { sliceBox } from './draw.ts';
import { rowBox } from '../model/layout.ts';
import type { LaneTrack, Track } from '../model/layout.ts';
import { otherLifeOf } from '../model/mirror.ts';
import type { SliceRef } from '../model/model.ts';
import { xOf } from '../model/range.ts';
import type { Range } from '../model/range.ts';
import type { Renderer } from './renderer.ts';
import type { LaneColumns } from '../model/slices.ts';

/** What is drawn over the lanes, and drawn again where only that changed. */
export interface OverlayScene {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly view: Range;
  /** Those in view, and where each lane is, in view or not. */
  readonly tracks: readonly Track[];
  readonly places: ReadonlyMap<number, Extract<Track, { type: 'lane' }>>;
  readonly slice: SliceRef | undefined;
  /** Time of the selected record. */
  readonly marker: number | undefined;
  readonly pointer: number | undefined;
  readonly range: Range | undefined;
  readonly flows: readonly Flow[];
  readonly comparison: Comparison | undefined;
  /** Of the comparison. */
  readonly differing: Differing | undefined;
  readonly columns: LaneColumns;
  readonly colours: Colours;
}

/** What differs on one side: the events' records, and their times where they are drawn. */
interface DifferingSide {
  readonly records: ReadonlySet<number>;
  /** Ascending. `isLonger` where only the durations differ. */
  readonly times: readonly { readonly time: number; readonly isLonger: boolean }[];
}

export type Differing = Readonly<Record<'here' | 'other', DifferingSide>>;

export function differingOf(comparison: Comparison): Differing {
  const { differences } = comparison;
  const sideOf = (side: 'here' | 'other'): DifferingSide => {
    const times = differences.flatMap(({ kind, hereTime, otherTime: its }) => {
      const time = side === 'here' ? hereTime : otherTime(its, comparison);
      return time === undefined ? [] : [{ time, isLonger: kind === 'duration' }];
    });
    return {
      records: new Set(differences.flatMap((difference) => difference[side] ?? [])),
      times: times.sort((a, b) => a.time - b.time),
    };
  };
  return { here: sideOf('here'), other: sideOf('other') };
}

/** Draws the selection, what it led to, the marked stretch, the lines at selection and pointer, a comparison. */
export class OverlayPainter {
  readonly #boxes = new Boxes();
  readonly #edges = new Boxes();

  draw(renderer: Renderer, scene: OverlayScene): void {
    const { width, height, view, colours, range } = scene;
    renderer.begin(width, height, colours.font);
    if (range !== undefined) this.#range(renderer, scene, range);
    if (scene.comparison !== undefined) this.#comparison(renderer, scene, scene.comparison);
    if (scene.pointer !== undefined) {
      this.#one(xOf(scene.pointer, view, width), 0, 1, height);
      renderer.fill(colours.hover, this.#boxes, 0.5);
    }
    if (scene.marker !== undefined) {
      this.#one(xOf(scene.marker, view, width) - 1, 0, 2, height);
      renderer.fill(colours.marker, this.#boxes, 0.9);
    }
    if (scene.slice !== undefined) this.#slice(renderer, scene, scene.slice);
    for (const flow of scene.flows) {
      // What is nested in one lane shows by itself what it came from.
      if (flow.kind === 'delivered' || flow.from.lane !== flow.to.lane) arrow(renderer, scene, flow);
    }
  }

  #one(x: number, y: number, width: number, height: number): void {
    this.#boxes.clear();
    this.#boxes.add(x, y, width, height);
  }

  #range(renderer: Renderer, scene: OverlayScene, range: Range): void {
    const { width, height, view, colours } = scene;
    const from = Math.max(-2, xOf(range.from, view, width));
    const to = Math.min(width + 2, xOf(range.to, view, width));
    if (to < 0 || from > width) return;
    this.#one(from, 0, Math.max(1, to - from), height);
    renderer.fill(colours.range, this.#boxes, colours.highContrast ? 0.15 : 0.3);
    this.#boxes.clear();
    this.#boxes.add(from, 0, 1, height);
    this.#boxes.add(to - 1, 0, 1, height);
    renderer.fill(colours.marker, this.#boxes);
  }

  #slice(renderer: Renderer, scene: OverlayScene, slice: SliceRef): void {
    const { width, view, colours, top } = scene;
    const track = scene.places.get(slice.lane.id);
    if (track === undefined) return;
    const [x, w] = sliceBox(slice.from, slice.to, slice.flags, slice.lane.kind, view, width);
    if (x > width || x + w < 0) return;
    const [inLane, h] = rowBox(track.lane, slice.row);
    const y = track.y - top + inLane;
    this.#one(x - 2, y - 2, w + 4, h + 4);
    renderer.outline(colours.marker, this.#boxes);
    this.#one(x - 1, y - 1, w + 2, h + 2);
    renderer.outline(colours.marker, this.#boxes);
  }

  /** The two lives below each other from where the one of this recording begins, with what differs. */
  #comparison(renderer: Renderer, scene: OverlayScene, comparison: Comparison): void {
    const { width, view, colours, top } = scene;
    const { here, other } = comparison;
    for (const track of scene.tracks) {
      if (track.type !== 'compared') continue;
      const own = track.side === 'here' ? here : other;
      const y = track.y - top + 3;
      const h = track.height - 6;
      const from = xOf(here.from, view, width);
      const to = xOf(here.from + (own.to - own.from), view, width);
      this.#one(Math.max(-2, from), y, Math.min(width + 4, to) - Math.max(-2, from), h);
      renderer.fill(colours.stripe, this.#boxes, colours.highContrast ? 0.1 : 0.8);
      renderer.outline(colours.dim, this.#boxes);
      this.#boxes.clear();
      this.#edges.clear();
      for (const difference of comparison.differences) {
        const time =
          track.side === 'here' ? difference.hereTime : otherTime(difference.otherTime, comparison);
        if (time === undefined) continue;
        const x = xOf(time, view, width);
        if (x < -4 || x > width + 4) continue;
        (difference.kind === 'duration' ? this.#edges : this.#boxes).add(x - 1, y, 3, h);
      }
      renderer.fill(colours.hit, this.#edges);
      renderer.fill(colours.error, this.#boxes);
      renderer.marks(colours.error, this.#boxes);
      const label = Math.max(6, from + 6);
      renderer.text(
        colours.text,
        t('{0} events', formatCount(own.events)),
        label,
        y + h / 2 + 0.5,
        to - label - 4,
      );
    }
    if (scene.differing !== undefined) this.#differing(renderer, scene, comparison, scene.differing);
  }

  /** Marks what differs in the lanes of calls of both: a line where it begins, and a frame around the event. */
  #differing(renderer: Renderer, scene: OverlayScene, { plugin }: Comparison, differing: Differing): void {
    const { width, view, colours, top } = scene;
    const group = shownName(plugin);
    for (const track of scene.tracks) {
      if (track.type !== 'lane' || track.lane.kind !== 'calls') continue;
      const isOther = otherLifeOf(track.lane) !== undefined;
      if (!isOther && track.lane.group !== group) continue;
      const { records, times } = isOther ? differing.other : differing.here;
      const y = track.y - top;
      this.#boxes.clear();
      this.#edges.clear();
      for (const { time, isLonger } of times) {
        const x = xOf(time, view, width);
        if (x >= -4 && x <= width + 4)
          (isLonger ? this.#edges : this.#boxes).add(x - 1, y + 2, 2, track.height - 4);
      }
      renderer.fill(colours.hit, this.#edges, 0.8);
      renderer.marks(colours.hit, this.#edges);
      renderer.fill(colours.error, this.#boxes, 0.8);
      renderer.marks(colours.error, this.#boxes);
      this.#frames(scene, track, records);
      renderer.outline(colours.marker, this.#boxes, true);
    }
  }

  /** The boxes of single events that differ. */
  #frames(scene: OverlayScene, track: LaneTrack, records: ReadonlySet<number>): void {
    const { width, view, top } = scene;
    this.#boxes.clear();
    const slices = scene.columns.get(track.lane.id);
    if (slices === undefined) return;
    const { from, to, row, record, count, flags } = slices;
    for (let index = 0; index < slices.length; index += 1) {
      if (count[index] !== 1 || !records.has(record[index] ?? -1)) continue;
      const start = from[index] ?? NaN;
      const end = Math.max(start, to[index] ?? start);
      if (!(end >= view.from && start <= view.to)) continue;
      const [x, w] = sliceBox(start, end, flags[index] ?? 0, track.lane.kind, view, width);
      const [inLane, h] = rowBox(track.lane, row[index] ?? 0);
      this.#boxes.add(x - 1, track.y - top + inLane - 1, w + 2, h + 2);
    }
  }
}

/** A time of the other recording as if both lives had begun at once. */
function otherTime(time: number | undefined, comparison: Comparison): number | undefined {
  return time === undefined ? undefined : time - comparison.other.from + comparison.here.from;
}

/** From the end of one record's box to the beginning of another's, whose lanes may be out of view. */
function arrow(renderer: Renderer, scene: OverlayScene, flow: Flow): void {
  const { view, width, colours, top } = scene;
  const from = scene.places.get(flow.from.lane);
  const to = scene.places.get(flow.to.lane);
  if (from === undefined || to === undefined) return;
  const far = 4 * width;
  const x = Math.max(-far, Math.min(far, xOf(flow.from.time, view, width)));
  const end = Math.max(-far, Math.min(far, xOf(flow.to.time, view, width)));
  if (Math.max(x, end) < 0 || Math.min(x, end) > width) return;
  const [fromY, fromHeight] = rowBox(from.lane, flow.from.row);
  const [toY, toHeight] = rowBox(to.lane, flow.to.row);
  renderer.arrow(
    colours.marker,
    x,
    from.y - top + fromY + fromHeight / 2,
    end,
    to.y - top + toY + toHeight / 2,
    flow.kind === 'made',
  );
}
