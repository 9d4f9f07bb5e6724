import { attributes, element } from '../../dom.ts';
import { visible } from '../../../extension/recording/visible.ts';
import { laneLabel } from '../../kinds.ts';
import type { Comparison, CounterWindow, LaneWindow } from '../../protocol.ts';
import { t } from '../../text.ts';
import { onThemeChange } from '../../theme.ts';
import { canvasRenderer } from './canvas.ts';
import { readColours } from './read-colours.ts';
import { formatValue, valueAt } from '../model/counters.ts';
import { LanePainter } from './draw.ts';
import type { Scene } from './draw.ts';
import { comparedLabel, gutter } from './gutter.ts';
import type { Gutter } from './gutter.ts';
import { imageOf } from './image.ts';
import { connectInput, connectRuler } from './input.ts';
import { laneIds, totalHeight, tracksBetween } from '../model/layout.ts';
import type { LaneTrack, Track } from '../model/layout.ts';
import { connectMinimap } from './minimap-input.ts';
import { MinimapPainter } from './minimap.ts';
import type { MinimapScene } from './minimap.ts';
import type { Picture } from './drawn.ts';
import type { Aspect, SliceRef, TimelineModel } from '../model/model.ts';
import { differingOf, OverlayPainter } from './overlay.ts';
import type { Differing, OverlayScene } from './overlay.ts';
import { sliceAt } from './pick.ts';
import { around, orderedRange, timeAt } from '../model/range.ts';
import type { Range } from '../model/range.ts';
import type { Renderer } from './renderer.ts';
import { noteAt, RulerPainter } from './ruler.ts';
import type { RulerScene } from './ruler.ts';
import { columnsOf, sliceOf } from '../model/slices.ts';
import type { LaneColumns } from '../model/slices.ts';
import { legend } from './swatch.ts';
import { ticks, wallTicks } from './ticks.ts';
import type { Tick } from './ticks.ts';
import { tooltip } from './tooltip.ts';
import { sliceText, timeText } from '../words.ts';

/** Pixels that two ticks of the ruler are apart at least. */
const tickGap = 96;

/** Draws the model and moves it by mouse; keys are bound around it. */
export function timelinePicture(model: TimelineModel): Picture {
  return new DrawnTimeline(model);
}

class DrawnTimeline implements Picture {
  readonly element = element('div', 'picture');
  readonly legend = legend();
  readonly #model: TimelineModel;
  readonly #body = element('div', 'body');
  readonly #stage = element('div', 'stage');
  readonly #frame = element('div', 'still');
  readonly #map = element('canvas', 'minimap');
  readonly #mapBox = element('canvas', 'minimap-box');
  readonly #chart = element('div', 'chart');
  readonly #axis = element('canvas', 'axis');
  readonly #lanes = element('canvas', 'lanes');
  readonly #overlay = element('canvas', 'overlay');
  readonly #renderers: Readonly<Record<'map' | 'mapBox' | 'axis' | 'lanes' | 'overlay', Renderer>>;
  readonly #names: Gutter;
  readonly #tip = tooltip();
  readonly #lanePainter = new LanePainter();
  readonly #overlayPainter = new OverlayPainter();
  readonly #rulerPainter = new RulerPainter();
  readonly #mapPainter = new MinimapPainter();
  #colours = readColours();
  #known: LaneWindow | undefined;
  #columns: LaneColumns = new Map();
  #counters: ReadonlyMap<number, CounterWindow> = new Map();
  #tracksKnown: readonly Track[] | undefined;
  #places: ReadonlyMap<number, LaneTrack> = new Map();
  #pointerX: number | undefined;
  #compared: Comparison | undefined;
  #differences: Differing | undefined;
  /** What the minimap's ground was drawn of. */
  #ground: readonly unknown[] = [];
  #asked = false;
  #everything = true;
  /** Size of the stage's visible part, measured when it changes and not in every frame. */
  #width = 0;
  #height = 0;

  constructor(model: TimelineModel) {
    this.#model = model;
    for (const canvas of [this.#map, this.#mapBox, this.#axis, this.#lanes, this.#overlay])
      canvas.setAttribute('aria-hidden', 'true');
    attributes(this.#stage, {
      role: 'application',
      tabindex: '0',
      'aria-label': t('Timeline'),
      'aria-roledescription': t('timeline'),
      'aria-describedby': 'timeline-selection',
    });
    this.#names = gutter({
      collapse: (group, on) => model.collapse(group, on),
      choose: (lane) => model.setLane(lane),
    });
    this.#frame.append(this.#lanes, this.#overlay);
    this.#stage.append(this.#frame);
    this.#body.append(this.#names.element, this.#stage);
    const map = element('div', 'map');
    this.#chart.append(this.#map, this.#mapBox);
    map.append(element('div', 'corner', t('Overview')), this.#chart);
    const head = element('div', 'head');
    head.append(element('div', 'corner', t('Time')), this.#axis);
    this.element.append(map, head, this.#body, this.#tip.element);
    this.#renderers = {
      map: canvasRenderer(this.#map),
      mapBox: canvasRenderer(this.#mapBox),
      axis: canvasRenderer(this.#axis),
      lanes: canvasRenderer(this.#lanes),
      overlay: canvasRenderer(this.#overlay),
    };
    this.#connect();
  }

  focus(): void {
    this.#stage.focus({ preventScroll: true });
  }

  scroll(by: 1 | -1): void {
    this.#body.scrollBy(0, by * this.#body.clientHeight * 0.9);
  }

  inView(most: number): readonly SliceRef[] {
    const { window, view } = this.#model;
    if (window === undefined || view === undefined) return [];
    this.#index();
    const found: SliceRef[] = [];
    for (const track of this.#tracksInView()) {
      if (track.type !== 'lane') continue;
      const slices = this.#columns.get(track.lane.id);
      if (slices === undefined) continue;
      const start = found.length;
      for (let index = 0; index < slices.length && found.length < most; index += 1) {
        const from = slices.from[index] ?? NaN;
        if (Math.max(from, slices.to[index] ?? from) >= view.from && from <= view.to)
          found.push(sliceOf(window, track.lane, slices, index));
      }
      const own = found.splice(start).sort((one, other) => one.from - other.from || one.row - other.row);
      found.push(...own);
      if (found.length >= most) break;
    }
    return found;
  }

  image(format: 'png' | 'svg'): Promise<string> {
    return new Promise((resolve) => resolve(this.#image(format)));
  }

  #image(format: 'png' | 'svg'): string {
    const scenes = this.#scenes();
    if (scenes === undefined) throw new Error(t('There is nothing to make a picture of yet.'));
    const names = this.#tracksInView().flatMap((track) => {
      const text =
        track.type === 'lane'
          ? laneLabel(track.lane)
          : track.type === 'group'
            ? track.group
            : comparedLabel(track);
      const y = track.y - this.#body.scrollTop;
      return [{ text: visible(text), y: y + Math.min(track.height, 26) / 2, indent: track.type !== 'group' }];
    });
    return imageOf(format, names, {
      colours: this.#colours,
      width: this.#width,
      height: this.#height,
      map: [
        (renderer) => this.#mapPainter.ground(renderer, scenes.map),
        (renderer) => this.#mapPainter.over(renderer, scenes.map),
      ],
      axis: (renderer) => this.#rulerPainter.draw(renderer, scenes.axis),
      lanes: (renderer) => this.#lanePainter.draw(renderer, scenes.lanes),
      overlay: (renderer) => this.#overlayPainter.draw(renderer, scenes.overlay),
    });
  }

  #connect(): void {
    const model = this.#model;
    const redraw = (): void => {
      this.#everything = true;
      this.#draw();
    };
    model.onChange((changed) => this.#changed(changed));
    model.onRevealLane((lane) => this.#scrollTo(lane));
    this.#body.addEventListener('scroll', redraw, { passive: true });
    onThemeChange(() => {
      this.#colours = readColours();
      redraw();
    });
    new ResizeObserver(() => {
      this.#width = this.#stage.clientWidth;
      this.#height = this.#body.clientHeight;
      redraw();
    }).observe(this.#body);
    const view = (): Range | undefined => model.target;
    const mark = (one: number, other: number): void => model.selectRange(orderedRange(one, other));
    connectInput(this.#stage, this.#body, {
      view,
      mark,
      move: (next) => model.zoomTo(next),
      hover: (x, y) => this.#hover(x, y),
      click: (x, y) => {
        this.focus();
        const found = this.#at(x, y);
        if (found?.slice !== undefined) model.select(found.slice.record, found.slice);
        else {
          model.clearSelection();
          if (found !== undefined) model.setLane(found.track.lane.id);
        }
      },
      doubleClick: (x, y) => {
        const slice = this.#at(x, y)?.slice;
        if (slice !== undefined && slice.to > slice.from) model.zoomTo(around(slice), true);
      },
    });
    connectRuler(this.#axis, {
      view,
      mark,
      click: (x) => {
        const note = model.view && noteAt(x, model.notes, model.view, this.#width);
        if (note?.record !== undefined) model.select(note.record);
        if (note?.to !== undefined) model.selectRange({ from: note.from, to: note.to });
        else if (note === undefined) model.selectRange(undefined);
      },
      hover: (x) => {
        this.#hover(x, -1);
        const note =
          x === undefined || model.view === undefined
            ? undefined
            : noteAt(x, model.notes, model.view, this.#width);
        if (note === undefined || x === undefined) return;
        const box = this.#axis.getBoundingClientRect();
        const at = timeText(note.from, model.clock, model.startedAt);
        this.#tip.show(visible(note.text), [at], box.left + x, box.bottom);
      },
    });
    connectMinimap(this.#chart, {
      view,
      duration: () => model.duration,
      move: (next) => model.zoomTo(next),
    });
  }

  #changed(changed: ReadonlySet<Aspect>): void {
    // What only the overlay and the ruler show leaves the lanes as they are.
    const light: readonly Aspect[] = [
      'pointer',
      'selection',
      'range',
      'notes',
      'search',
      'settings',
      'problem',
    ];
    for (const aspect of changed) if (!light.includes(aspect)) this.#everything = true;
    // The model tells within a frame.
    this.#paint();
  }

  #draw(): void {
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => {
      this.#asked = false;
      this.#paint();
    });
  }

  /** Columns by lane and places of lanes, made anew where they changed. */
  #index(): void {
    const { window, tracks } = this.#model;
    if (window !== this.#known) {
      this.#known = window;
      this.#columns = window === undefined ? new Map() : columnsOf(window);
      this.#counters = new Map(window?.counters.map((counter) => [counter.lane, counter]));
    }
    if (tracks !== this.#tracksKnown) {
      this.#tracksKnown = tracks;
      this.#places = new Map(
        tracks.flatMap((track) => (track.type === 'lane' ? [[track.lane.id, track] as const] : [])),
      );
    }
  }

  #tracksInView(): readonly Track[] {
    const { tracks } = this.#model;
    const top = this.#body.scrollTop;
    return tracks.slice(...tracksBetween(tracks, top, top + this.#height));
  }

  #paint(): void {
    const model = this.#model;
    if (this.#width === 0) return;
    this.#index();
    const { tracks } = model;
    const top = this.#body.scrollTop;
    const [first, end] = tracksBetween(tracks, top, top + this.#height);
    const [nearFirst, nearEnd] = tracksBetween(tracks, top - this.#height, top + 2 * this.#height);
    model.want(this.#width, laneIds(tracks, first, end), laneIds(tracks, nearFirst, nearEnd));
    attributes(this.#stage, { 'aria-busy': String(model.loading) });
    if (this.#everything) {
      const height = Math.max(totalHeight(tracks), this.#height);
      this.#stage.style.height = `${height}px`;
      this.#names.show(tracks.slice(first, end), height, model.lane);
    }
    const scenes = this.#scenes();
    if (scenes === undefined) return;
    if (this.#everything) this.#lanePainter.draw(this.#renderers.lanes, scenes.lanes);
    this.#everything = false;
    this.#overlayPainter.draw(this.#renderers.overlay, scenes.overlay);
    this.#rulerPainter.draw(this.#renderers.axis, scenes.axis);
    const { map } = scenes;
    const ground = [map.width, map.duration, map.overview, map.hits, map.colours, window.devicePixelRatio];
    if (ground.some((part, index) => part !== this.#ground[index])) {
      this.#ground = ground;
      this.#mapPainter.ground(this.#renderers.map, map);
    }
    this.#mapPainter.over(this.#renderers.mapBox, map);
    const time = scenes.overlay.pointer ?? Math.min(scenes.lanes.view.to, model.duration);
    this.#names.values((lane) => {
      const value = valueAt(this.#counters.get(lane), time);
      const unit = this.#places.get(lane)?.lane.unit;
      return value === undefined ? '' : formatValue(value, unit);
    });
  }

  #scenes():
    | {
        readonly lanes: Scene;
        readonly overlay: OverlayScene;
        readonly axis: RulerScene;
        readonly map: MinimapScene;
      }
    | undefined {
    const model = this.#model;
    const { view, window, duration, range, notes, search, clock, startedAt, selection } = model;
    if (view === undefined || this.#width === 0) return undefined;
    const width = this.#width;
    const height = this.#height;
    // The view may have moved below a pointer that did not.
    const pointer = this.#pointerX === undefined ? model.pointer : timeAt(this.#pointerX, view, width);
    const top = this.#body.scrollTop;
    const colours = this.#colours;
    const tracks = this.#tracksInView();
    const found = this.#ticks(view);
    const marker = selection !== undefined && Number.isFinite(selection.time) ? selection.time : undefined;
    const slice = selection?.slice;
    return {
      lanes: {
        width,
        height,
        top,
        view,
        ticks: found,
        tracks,
        window,
        columns: this.#columns,
        counters: this.#counters,
        duration,
        colours,
        lane: model.lane,
      },
      overlay: {
        width,
        height,
        top,
        view,
        tracks,
        places: this.#places,
        slice,
        marker,
        pointer,
        range,
        flows: model.flows,
        comparison: model.comparison?.comparison,
        differing: this.#differing(),
        columns: this.#columns,
        colours,
      },
      axis: {
        width,
        view,
        ticks: found,
        notes,
        hits: search.near,
        range,
        marker,
        pointer:
          pointer === undefined || pointer < 0
            ? undefined
            : { time: pointer, text: timeText(pointer, clock, startedAt) },
        colours,
      },
      map: {
        width,
        duration,
        view,
        overview: model.overview,
        hits: search.hits,
        range,
        marker,
        notes,
        colours,
      },
    };
  }

  /** The events that differ, by side; made anew for another comparison. */
  #differing(): Differing | undefined {
    const comparison = this.#model.comparison?.comparison;
    if (comparison !== this.#compared) {
      this.#compared = comparison;
      this.#differences = comparison === undefined ? undefined : differingOf(comparison);
    }
    return this.#differences;
  }

  #ticks(view: Range): Tick[] {
    const { clock, startedAt } = this.#model;
    if (clock === 'recording') return ticks(view, this.#width, tickGap);
    const offset = -new Date(startedAt).getTimezoneOffset() * 60_000;
    return wallTicks(view, this.#width, tickGap, startedAt, offset);
  }

  #at(x: number, y: number): ReturnType<typeof sliceAt> {
    const { tracks, window, view } = this.#model;
    this.#index();
    return sliceAt({ x, y }, tracks, window, this.#columns, view, this.#width);
  }

  #hover(x: number | undefined, y: number): void {
    const model = this.#model;
    this.#pointerX = x;
    const { view } = model;
    model.setPointer(x === undefined || view === undefined ? undefined : timeAt(x, view, this.#width));
    const slice = x === undefined || y < 0 ? undefined : this.#at(x, y)?.slice;
    if (x === undefined || slice === undefined) {
      this.#tip.hide();
      return;
    }
    const { title, facts } = sliceText(slice, model.clock, model.startedAt);
    const box = this.#stage.getBoundingClientRect();
    this.#tip.show(title, facts, box.left + x, box.top + y);
  }

  #scrollTo(lane: number): void {
    this.#index();
    const track = this.#places.get(lane);
    if (track === undefined) return;
    const { scrollTop } = this.#body;
    if (track.y < scrollTop) this.#body.scrollTop = track.y;
    else if (track.y + track.height > scrollTop + this.#height)
      this.#body.scrollTop = track.y + track.height - this.#height;
  }
}
