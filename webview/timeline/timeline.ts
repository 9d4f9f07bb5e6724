import type { Compared, Connection, Notes, PanelState, Settings } from '../connection.ts';
import type { Client } from '../connection.ts';
import type {
  Flow,
  Lane,
  LaneGrouping,
  LaneWindow,
  Note,
  PanelAction,
  RecordDetail,
  SearchResult,
} from '../protocol.ts';
import { shownName } from '../../extension/recording/lanes/names.ts';
import { t } from '../text.ts';
import { comparedGroup, layout } from './layout.ts';
import type { Track } from './layout.ts';
import { joinedWindow, Mirror, otherLifeOf } from './mirror.ts';
import type { Aspect, Clock, Overview, Search, Selection, SliceRef, TimelineModel } from './model.ts';
import { modelActions } from './actions.ts';
import { find } from './find.ts';
import { Listeners } from './listeners.ts';
import { failedFilter, OverviewSource } from './overview.ts';
import {
  around,
  centreRange,
  clampRange,
  fitRange,
  glide,
  isRange,
  panRange,
  soundTime,
  spanOf,
  zoomRange,
} from './range.ts';
import type { Range } from './range.ts';
import { columnsOf, neighbour, sliceOf, sliceWith } from './slices.ts';
import { LaneSource } from './source.ts';
import { laneFilter } from './types.ts';

/** A live recording opens with this much of its end in view, in ms. */
const liveSpan = 30_000;

/** What is not in the index yet is asked for again so often, in ms. */
const indexEvery = 100;

/** What the model needs of the page, which tests do without. */
export interface PageFrames {
  /** Runs the work once in the next frame, however often it is asked to. */
  readonly perFrame: (work: () => void) => () => void;
  readonly reducesMotion: () => boolean;
}

const nothingFound: Search = { filter: '', matching: 0, complete: true };

/** Makes the model of a panel; `showInTrace` is how it opens a record where the trace is no panel of its own. */
export function timelineModel(
  connection: Connection,
  page: PageFrames,
  showInTrace?: () => void,
): TimelineModel {
  return new Timeline(connection, page, showInTrace);
}

class Timeline implements TimelineModel {
  readonly client: Client;
  readonly kept: Readonly<Record<string, unknown>>;
  state: PanelState | undefined;
  settings: Settings | undefined;
  view: Range | undefined;
  target: Range | undefined;
  duration = 0;
  startedAt = 0;
  indexed = 0;
  lanes: readonly Lane[] = [];
  problem: string | undefined;
  selection: Selection | undefined;
  flows: readonly Flow[] = [];
  range: Range | undefined;
  lane: number | undefined;
  pointer: number | undefined;
  notes: readonly Note[] = [];
  search: Search = nothingFound;
  comparison: TimelineModel['comparison'];
  paused = false;
  grouping: LaneGrouping = 'plugin';
  collapsed: ReadonlySet<string> = new Set();
  #clock: Clock = 'recording';
  types = '';

  readonly #source: LaneSource;
  readonly #overview: OverviewSource;
  readonly #mirror: Mirror;
  #reloaded: readonly string[] = [];
  /** The other life was brought into view when its lanes came. */
  #revealed = false;
  /** Both windows as one, and the two that it was made of. */
  #joined: readonly LaneWindow[] = [];
  readonly #showInTrace: (() => void) | undefined;
  readonly #listeners = new Listeners<ReadonlySet<Aspect>>();
  readonly #actionListeners = new Listeners<PanelAction>();
  readonly #actions: ReturnType<typeof modelActions> = {
    ...modelActions(this),
    follow: () => this.follow(!this.#follow || this.paused),
  };
  readonly #laneListeners = new Listeners<number>();
  readonly #frame: () => void;
  readonly #save: () => void;
  readonly #reducesMotion: () => boolean;
  readonly #views = new Map<
    string,
    { readonly view: Range | undefined; readonly chosen: number | undefined }
  >();
  #changed = new Set<Aspect>();
  #tracks: Track[] | undefined;
  #follow: boolean;
  #pausedAt = 0;
  /** The record that is selected, and the one that was when the recording was last shown. */
  #chosen: number | undefined;
  #chosenBefore: unknown;
  /** A record to show as soon as there is a view. */
  #wanted: number | undefined;
  #values: Readonly<Record<string, unknown>> = {};
  #settled = 0;
  /** The user chose a slice, and not a record that may be in one. */
  #choseSlice = false;
  /** The view is as it was opened. */
  #untouched = false;

  constructor(connection: Connection, page: PageFrames, showInTrace: (() => void) | undefined) {
    this.#reducesMotion = page.reducesMotion;
    this.#showInTrace = showInTrace;
    this.client = connection.client('timeline', {
      state: (state) => this.#onState(state),
      reveal: (record) => void this.reveal(record),
      notes: (notes) => this.#onNotes(notes),
      settings: (settings) => {
        this.settings = settings;
        this.#change('settings');
      },
      comparison: (compared) => this.#onComparison(compared),
      do: (action) => this.act(action),
    });
    this.kept = this.client.restore();
    this.#values = this.kept;
    this.#follow = this.kept['follow'] !== false;
    this.#chosenBefore = this.kept['chosen'];
    if (this.kept['clock'] === 'wall') this.#clock = 'wall';
    if (typeof this.kept['types'] === 'string') this.types = this.kept['types'];
    const grouping = this.kept['grouping'];
    if (grouping === 'turn' || grouping === 'correlation') this.grouping = grouping;
    this.#source = new LaneSource(
      (query) => this.client.ask('lanes', { query }),
      (window) => this.#onWindow(window),
      (message) => this.#fail(message),
    );
    this.#mirror = new Mirror(
      (params, channel) => this.client.ask('lanes', params, channel),
      () => this.#onMirrored(),
      (message) => this.#fail(message),
    );
    this.#overview = new OverviewSource(this.client, () => {
      const { hits, near } = this.#overview;
      if (hits !== undefined && this.search.filter !== '') {
        const { matching, complete } = hits.hits;
        this.search = { ...this.search, hits, matching, complete, ...(near === undefined ? {} : { near }) };
      }
      this.#change('search');
    });
    this.#frame = page.perFrame(() => this.#tell());
    this.#save = page.perFrame(() => this.client.save(this.#toKeep()));
  }

  get window(): LaneWindow | undefined {
    const { window } = this.#source;
    const mirrored = this.#mirror.window;
    if (window === undefined || mirrored === undefined) return window;
    const [first, second, joined] = this.#joined;
    if (first === window && second === mirrored) return joined;
    const made = joinedWindow(window, mirrored);
    this.#joined = [window, mirrored, made];
    return made;
  }

  get extent(): number {
    return Math.max(this.duration, this.#mirror.life?.to ?? 0);
  }

  get clock(): Clock {
    // Nobody knows when a trace was made whose times count from nothing real.
    return this.startedAt > 0 ? this.#clock : 'recording';
  }

  get overview(): Overview | undefined {
    return this.#overview.overview;
  }

  get loading(): boolean {
    return this.#source.loading;
  }

  get missed(): number {
    return this.paused ? Math.max(0, (this.state?.count ?? 0) - this.#pausedAt) : 0;
  }

  /** The wish to follow counts only while there is something to follow. */
  get following(): boolean {
    return this.#follow && !this.paused && (this.state?.live ?? true);
  }

  get tracks(): readonly Track[] {
    this.#tracks ??= layout({
      lanes: this.types === '' ? this.lanes : this.lanes.filter(laneFilter(this.types)),
      known:
        this.grouping === 'plugin'
          ? new Map(this.state?.plugins.map(({ name, state }) => [name, state]))
          : new Map(),
      otherwise: this.grouping === 'plugin' ? t('recorded') : '',
      collapsed: this.collapsed,
      ...(this.comparison === undefined || this.#mirror.life === undefined
        ? {}
        : {
            compared: {
              group: shownName(this.comparison.comparison.plugin),
              title: this.#mirror.life.title,
              lanes:
                this.types === '' ? this.#mirror.lanes : this.#mirror.lanes.filter(laneFilter(this.types)),
            },
          }),
    });
    return this.#tracks;
  }

  // What the editor says.
  #onState(next: PanelState): void {
    const before = this.state;
    const other = before !== undefined && (before.recording !== next.recording || next.count < before.count);
    const more = next.count !== before?.count;
    if (other) {
      this.#views.set(before.recording, { view: this.target, chosen: this.#chosen });
      this.#reset();
      this.#chosenBefore = this.#views.get(next.recording)?.chosen;
    }
    this.state = next;
    this.#tracks = undefined;
    // A view of the past stays as it is; only the end of the recording changes.
    const atEnd = this.target === undefined || this.target.to >= this.duration;
    if (more && !this.paused && (this.following || atEnd)) this.#source.invalidate();
    this.#change('recording');
  }

  #reset(): void {
    this.#source.clear();
    this.#mirror.show(undefined);
    this.#overview.clear();
    this.view =
      this.target =
      this.selection =
      this.range =
      this.lane =
      this.problem =
      this.#chosen =
        undefined;
    this.#wanted = undefined;
    this.comparison = undefined;
    this.flows = [];
    this.notes = [];
    this.lanes = this.#reloaded = [];
    this.duration = this.startedAt = this.indexed = 0;
    this.paused = false;
    this.search = { ...nothingFound, filter: this.search.filter };
    this.#settled += 1;
  }

  #onNotes(notes: Notes): void {
    if (this.state !== undefined && notes.recording !== this.state.recording) return;
    this.notes = notes.notes;
    this.#change('notes');
  }

  #onComparison({ comparison, title = '' }: Compared): void {
    this.comparison = comparison === undefined ? undefined : { comparison, title };
    if (this.selection?.other !== undefined) this.clearSelection();
    if (this.lane !== undefined && this.lane < 0) this.lane = undefined;
    this.#revealed = false;
    this.#mirror.show(comparison, title);
    this.#tracks = undefined;
    this.#change('comparison');
  }

  #onMirrored(): void {
    this.#tracks = undefined;
    // What was asked for is brought into view once it is there.
    const [first] = this.#mirror.lanes;
    if (first !== undefined && !this.#revealed) this.revealLane(first.id);
    this.#revealed = true;
    if (this.#mirror.indexed < 1) {
      setTimeout(() => {
        this.#mirror.invalidate();
        this.#change('data');
      }, indexEvery);
    }
    this.#refreshSlice();
    this.#change('data');
  }

  #onWindow(window: LaneWindow): void {
    const before = this.duration;
    this.problem = undefined;
    if (this.lanes !== window.lanes) this.#tracks = undefined;
    this.lanes = window.lanes;
    this.startedAt = window.startedAt;
    this.#reloaded = window.reloaded;
    this.indexed = window.indexed;
    if (!this.paused) this.duration = soundTime(window.duration);
    const { duration } = this;
    if (this.target === undefined || this.#untouched) this.#firstView();
    else if (this.following) {
      const { target } = this;
      const moved = panRange(target, duration - target.to);
      this.view = this.target = spanOf(target) >= duration ? fitRange(duration) : moved;
    } else if (duration > before && this.target.from <= 0 && this.target.to >= before) {
      // What shows everything goes on to do so, as a replay grows.
      this.view = this.target = fitRange(duration);
    }
    if (window.indexed < 1) {
      setTimeout(() => {
        this.#source.invalidate();
        this.#change('data');
      }, indexEvery);
    }
    this.#refreshSlice();
    this.#change('data');
  }

  #firstView(): void {
    const { kept, duration } = this;
    const last = this.#views.get(this.state?.recording ?? '')?.view;
    const range = { from: kept['from'], to: kept['to'] };
    if (!this.following && last !== undefined) this.target = clampRange(last, this.#end(last));
    else if (!this.following && kept['recording'] === this.state?.recording && isRange(range))
      this.target = clampRange(range, this.#end(range));
    else if (this.following && duration > liveSpan) this.target = { from: duration - liveSpan, to: duration };
    else this.target = fitRange(duration);
    this.view = this.target;
    // What is not read yet, or has just begun, goes on to be shown as a recording that is opened.
    this.#untouched = this.indexed < 1 || (this.following && duration < liveSpan);
    if (this.#wanted !== undefined) void this.reveal(this.#wanted);
  }

  #fail(message: string): void {
    this.problem = message;
    this.#change('problem');
  }

  /** Runs a request; what goes wrong is said, and an answer that comes after a change is left out. */
  async #try<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
    const settled = this.#settled;
    try {
      const answer = await ask();
      return settled === this.#settled ? answer : undefined;
    } catch (error) {
      if (settled === this.#settled) this.#fail(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  // The view.
  want(width: number, visible: readonly number[], near: readonly number[]): void {
    if (this.state === undefined) return;
    const isOwn = (lane: number): boolean => lane >= 0;
    const isOther = (lane: number): boolean => lane < 0;
    const [own, ownNear] = [visible.filter(isOwn), near.filter(isOwn)];
    this.#source.want({ view: this.target, width, visible: own, near: ownNear, grouping: this.grouping });
    this.#mirror.want(this.target, width, visible.filter(isOther), near.filter(isOther));
    if (this.paused) return;
    const { count } = this.state;
    const { filter } = this.search;
    this.#overview.update(count, this.duration, filter);
    const { window } = this;
    if (window !== undefined) void this.#overview.look({ from: window.from, to: window.to }, count, filter);
  }

  zoomTo(range: Range, smooth = false): void {
    this.#untouched = false;
    this.target = clampRange(range, this.#end(range));
    if (!smooth || this.view === undefined) this.view = this.target;
    // A zoom keeps following as long as the end stays in view.
    if (this.following && (this.target.to < this.duration || this.target.from > this.duration))
      this.follow(false);
    this.#save();
    this.#change('view');
  }

  /** Where the recording ends; while it is not all in the index, there may be more than that. */
  #end(range: Range): number {
    return this.indexed < 1 ? Math.max(this.extent, soundTime(range.to)) : this.extent;
  }

  zoomBy(factor: number, at?: number): void {
    const { target } = this;
    if (target === undefined) return;
    const middle = this.following ? target.to : (target.from + target.to) / 2;
    this.zoomTo(zoomRange(target, at ?? middle, factor), at === undefined);
  }

  pan(share: number): void {
    if (this.target !== undefined) this.zoomTo(panRange(this.target, share * spanOf(this.target)), true);
  }

  fit(): void {
    this.zoomTo(fitRange(this.extent), true);
  }

  zoomToSelection(): void {
    const { range, selection } = this;
    if (range !== undefined) this.zoomTo(around(range), true);
    else if (selection !== undefined && Number.isFinite(selection.time)) {
      const { slice, time, detail } = selection;
      // A slice of many that a record lies in is not what was chosen, unless it was chosen itself.
      const isChosen = slice !== undefined && (slice.count === 1 || slice.from === time);
      const from = isChosen ? slice.from : time;
      const to = isChosen ? slice.to : time + (detail?.durationMs ?? 0);
      this.zoomTo(around({ from, to: Math.max(to, from) }), true);
    }
  }

  follow(on: boolean): void {
    if (this.state !== undefined && this.state.kind !== 'live') return;
    this.#follow = on;
    if (on && this.paused) this.pause(false);
    if (this.following && this.target !== undefined) {
      this.target = panRange(this.target, this.duration - this.target.to);
      this.#source.invalidate();
    }
    this.#save();
    this.#change('mode');
  }

  pause(on: boolean): void {
    if (on === this.paused || (on && this.state?.live !== true)) return;
    this.paused = on;
    this.#pausedAt = this.state?.count ?? 0;
    if (!on) this.#source.invalidate();
    this.#change('mode');
  }

  // Choosing.
  select(record: number, slice?: SliceRef): void {
    const time = slice?.from ?? (this.selection?.record === record ? this.selection.time : 0);
    const other = slice === undefined ? undefined : otherLifeOf(slice.lane);
    this.selection = {
      record,
      time,
      ...(slice === undefined ? {} : { slice, place: { lane: slice.lane.id, row: slice.row } }),
      ...(other === undefined ? {} : { other }),
    };
    if (slice !== undefined) this.lane = slice.lane.id;
    this.#choseSlice = slice !== undefined;
    this.#choose(other === undefined ? record : undefined);
    // Other panels show the recording that is shown here.
    if (other === undefined || other.isSame) this.client.post({ type: 'select', record });
    void this.#complete(record, slice === undefined);
    this.#change('selection');
  }

  #choose(record: number | undefined): void {
    this.#chosen = record;
    this.flows = [];
    this.#settled += 1;
    if (this.search.position !== undefined) {
      const { position: _, ...search } = this.search;
      this.search = search;
      this.#change('search');
    }
    this.#save();
  }

  /** Gets what is known of the selected record, and where it is; `go` moves the view there. */
  async #complete(record: number, go: boolean): Promise<RecordDetail | undefined> {
    const { grouping } = this;
    const other = this.selection?.other;
    const of = other === undefined || other.isSame ? {} : { of: other.recording };
    const isHere = other === undefined;
    const [detail, place, flows] = await Promise.all([
      this.#try(() => this.client.ask('detail', { record, ...of })),
      // Where it is drawn in the other life, its slice says.
      isHere ? this.#try(() => this.client.ask('place', { record, grouping })) : undefined,
      isHere ? this.#try(() => this.client.ask('flows', { record, grouping })) : undefined,
    ]);
    const { selection } = this;
    if (selection?.record !== record || selection.other !== other || detail === undefined) return undefined;
    const time = selection.slice?.from ?? place?.time ?? detail.time;
    this.selection = {
      ...selection,
      time,
      detail,
      ...(place === undefined || selection.place !== undefined
        ? {}
        : { place: { lane: place.lane, row: place.row } }),
    };
    this.flows = flows ?? [];
    this.#refreshSlice();
    if (go) this.#goTo({ from: time, to: time + (detail.durationMs ?? 0) }, place?.lane);
    this.#change('selection');
    return detail;
  }

  #goTo(on: Range, lane: number | undefined): void {
    const { target } = this;
    if (target === undefined) return;
    if (on.from < target.from || on.from > target.to) {
      if (this.following) this.follow(false);
      const back = Math.min(on.to, on.from + spanOf(target));
      this.zoomTo(centreRange(target, { from: on.from, to: back }), true);
    }
    if (lane !== undefined) this.revealLane(lane);
  }

  /** After a new window the slice of the selected record may be another one: closer ones, or more in one. */
  #refreshSlice(): void {
    const { selection, window } = this;
    if (selection?.place === undefined || window === undefined) return;
    const lane = this.#laneOf(selection.place.lane);
    const slices = window.slices.find((one) => one.lane === lane?.id);
    if (lane === undefined || slices === undefined) return;
    const index = sliceWith(slices, selection.record, selection.time, selection.place.row);
    if (index === -1) return;
    const found = sliceOf(window, lane, slices, index);
    // A slice of many stands for a record only where it was itself chosen.
    if (found.count === 1 && found.record === selection.record) {
      this.selection = { ...selection, time: found.from, slice: found };
    } else if (this.#choseSlice) {
      this.selection = { ...selection, slice: { ...found, record: selection.record } };
    } else {
      const { slice: _, ...rest } = selection;
      this.selection = rest;
    }
    if (this.selection.slice?.from !== selection.slice?.from || this.selection.time !== selection.time)
      this.#change('selection');
  }

  async reveal(record: number): Promise<void> {
    this.#wanted = this.target === undefined ? record : undefined;
    if (this.#wanted !== undefined) return;
    // The editor repeats the choice to a panel that is shown again; that is no reason to stop following.
    const again = this.following && (record === this.#chosen || record === this.#chosenBefore);
    if (record !== this.selection?.record || this.selection.other !== undefined) {
      this.selection = { record, time: NaN };
      this.#choseSlice = false;
    }
    this.#choose(record);
    const detail = await this.#complete(record, false);
    const selection = this.#selected();
    if (detail === undefined || selection?.record !== record) return;
    const { time } = selection;
    if (!again) {
      const { target } = this;
      if (target !== undefined && (time < target.from || time > target.to)) this.follow(false);
      this.#goTo({ from: time, to: time }, selection.place?.lane);
    }
  }

  /** What is selected by now: it may be something else after a wait. */
  #selected(): Selection | undefined {
    return this.selection;
  }

  clearSelection(): void {
    this.selection = undefined;
    this.#chosen = undefined;
    this.flows = [];
    this.#settled += 1;
    this.#save();
    this.#change('selection');
  }

  selectRange(range: Range | undefined): void {
    if (range !== undefined && !isRange(range)) return;
    this.range =
      range === undefined
        ? undefined
        : { from: Math.max(0, range.from), to: Math.max(0, Math.min(range.to, Math.max(this.duration, 1))) };
    this.#change('range');
  }

  async step(by: 1 | -1): Promise<void> {
    const { target } = this;
    const lane = this.#chosenLane();
    if (lane === undefined || target === undefined) return;
    const within = this.#chosenIn(lane);
    const edge = by > 0 ? target.from : target.to;
    const here = this.window?.slices.find((slices) => slices.lane === lane.id);
    const index = here === undefined ? -1 : neighbour(here, within, edge, by);
    const near =
      this.window !== undefined && here !== undefined && index !== -1
        ? sliceOf(this.window, lane, here, index)
        : undefined;
    const next = near ?? (await this.#further(lane, within, edge, by));
    if (next === undefined) return;
    const view = this.target ?? target;
    if (next.from < view.from || next.to > view.to)
      this.zoomTo(centreRange(view, { from: next.from, to: Math.max(next.to, next.from) }), true);
    this.select(next.record, next);
    this.revealLane(lane.id);
  }

  /** What is selected, where it is in this lane. */
  #chosenIn(lane: Lane): Pick<SliceRef, 'from' | 'row' | 'record'> | undefined {
    const { selection } = this;
    if (selection?.place?.lane !== lane.id || Number.isNaN(selection.time)) return undefined;
    const { record, time, place, slice } = selection;
    return slice ?? { record, from: time, row: place.row };
  }

  /** The next slice may be far outside of the window: looks for it coarsely. */
  async #further(
    lane: Lane,
    within: Pick<SliceRef, 'from' | 'row' | 'record'> | undefined,
    edge: number,
    by: 1 | -1,
  ): Promise<SliceRef | undefined> {
    const other = otherLifeOf(lane);
    const from = by > 0 ? (within?.from ?? edge) : (other?.from ?? 0);
    const to = by > 0 ? (other?.to ?? this.duration) : (within?.from ?? edge);
    if (!(to > from)) return undefined;
    const query = { from, to, buckets: 1024, grouping: this.grouping, lanes: [lane.id] };
    const answer = await this.#try(() =>
      other === undefined
        ? this.client.ask('lanes', { query }, 'step')
        : this.#mirror.stretch(from, to, query.buckets, lane.id),
    );
    const slices = answer?.slices.find((one) => one.lane === lane.id);
    if (answer === undefined || slices === undefined) return undefined;
    const index = neighbour(slices, within, edge, by);
    return index === -1 ? undefined : sliceOf(answer, lane, slices, index);
  }

  #chosenLane(): Lane | undefined {
    const lanes = this.#laneOrder();
    const known = lanes.find(({ id }) => id === this.lane);
    if (known !== undefined) return known.kind === 'counter' ? undefined : known;
    const columns = this.window === undefined ? undefined : columnsOf(this.window);
    return lanes.find(({ id }) => (columns?.get(id)?.length ?? 0) > 0);
  }

  #laneOf(lane: number): Lane | undefined {
    return (lane < 0 ? this.#mirror.lanes : this.lanes).find(({ id }) => id === lane);
  }

  #laneOrder(): Lane[] {
    return this.tracks.flatMap((track) => (track.type === 'lane' ? [track.lane] : []));
  }

  async stepError(by: 1 | -1): Promise<void> {
    await this.#stepBy(failedFilter, by, 'step failed');
  }

  async stepMatch(by: 1 | -1): Promise<void> {
    const { filter } = this.search;
    if (filter === '') return;
    const found = await this.#stepBy(filter, by, 'step match');
    if (found === undefined || filter !== this.search.filter) return;
    const { position: _, problem: __, ...search } = this.search;
    this.search = {
      ...search,
      matching: found.matching,
      complete: found.complete,
      ...(found.position === undefined ? {} : { position: found.position }),
      ...(found.problem === undefined ? {} : { problem: found.problem }),
    };
    this.#change('search');
  }

  /** From the selected record on, else from the edge of the recording; around its end to the other edge. */
  async #stepBy(filter: string, by: 1 | -1, channel: string): Promise<SearchResult | undefined> {
    const edge = by > 0 ? -1 : (this.state?.count ?? 0);
    const { selection } = this;
    const from = selection === undefined || selection.other?.isSame === false ? edge : selection.record;
    const found = await find({ filter, by, from, edge }, (query) =>
      this.#try(() => this.client.ask('search', { query }, channel)),
    );
    if (found?.record !== undefined) this.select(found.record);
    return found;
  }

  setLane(lane: number | undefined): void {
    this.lane = lane;
    this.#change('lane');
  }

  stepLane(by: 1 | -1): void {
    const lanes = this.#laneOrder();
    const at = lanes.findIndex(({ id }) => id === this.lane);
    const next = lanes[at === -1 ? 0 : Math.max(0, Math.min(lanes.length - 1, at + by))];
    if (next === undefined) return;
    this.lane = next.id;
    if (this.selection?.slice !== undefined && this.selection.slice.lane.id !== next.id)
      this.clearSelection();
    this.revealLane(next.id);
    this.#change('lane');
  }

  setPointer(time: number | undefined): void {
    if (time === this.pointer) return;
    this.pointer = time;
    this.#change('pointer');
  }

  // Settings.
  setNotes(notes: readonly Note[]): void {
    this.notes = notes;
    this.client.post({ type: 'notes', notes });
    this.#change('notes');
  }

  setFilter(filter: string): void {
    if (filter === this.search.filter) return;
    this.search = { ...nothingFound, filter, complete: filter === '' };
    this.#change('search');
  }

  setGrouping(grouping: LaneGrouping): void {
    if (grouping === this.grouping) return;
    this.grouping = grouping;
    // Lanes of the other grouping have ids of their own.
    this.lane = undefined;
    this.collapsed = new Set();
    this.flows = [];
    if (this.selection?.other !== undefined) this.clearSelection();
    else if (this.selection !== undefined) {
      const { record, time, detail } = this.selection;
      this.selection = { record, time, ...(detail === undefined ? {} : { detail }) };
      void this.#complete(record, false);
    }
    this.#source.invalidate();
    this.#save();
    this.#change('mode');
  }

  get comparable(): string | undefined {
    const near = this.#nearPlugin();
    return near !== undefined && this.#reloaded.includes(near) ? near : this.#reloaded[0];
  }

  compareWith(other: 'last' | 'choose'): void {
    const calls = this.grouping === 'plugin' ? this.lanes.find(({ kind }) => kind === 'calls') : undefined;
    const plugin =
      other === 'last' ? this.comparable : (this.#nearPlugin() ?? this.#reloaded[0] ?? calls?.group);
    this.client.post({ type: 'compareWith', other, ...(plugin === undefined ? {} : { plugin }) });
  }

  /** The plugin that is chosen, or whose lane is. */
  #nearPlugin(): string | undefined {
    const { selection, lane } = this;
    if (selection?.detail !== undefined && selection.other?.isSame !== false) return selection.detail.plugin;
    return lane === undefined || lane < 0 || this.grouping !== 'plugin'
      ? undefined
      : this.#laneOf(lane)?.group;
  }

  toggleGroup(): void {
    // The lane of a group that is closed is in no track, and still says which group is meant.
    this.lane ??= this.#chosenLane()?.id;
    const { lane } = this;
    const known = lane === undefined ? this.tracks[0]?.group : this.#laneOf(lane)?.group;
    const group = lane !== undefined && lane < 0 ? comparedGroup : known;
    if (group !== undefined) this.collapse(group, !this.collapsed.has(group));
  }

  collapse(group: string, on: boolean): void {
    const collapsed = new Set(this.collapsed);
    if (on) collapsed.add(group);
    else collapsed.delete(group);
    this.collapsed = collapsed;
    this.#tracks = undefined;
    this.#change('mode');
  }

  setClock(clock: Clock): void {
    this.#clock = clock;
    this.#save();
    this.#change('mode');
  }

  setTypes(types: string): void {
    this.types = types;
    this.#tracks = undefined;
    this.#save();
    this.#change('mode');
  }

  revealLane(lane: number): void {
    const group = lane < 0 ? comparedGroup : this.#laneOf(lane)?.group;
    if (group !== undefined && this.collapsed.has(group)) this.collapse(group, false);
    this.#laneListeners.tell(lane);
  }

  open(): void {
    const { selection } = this;
    if (selection?.other?.isSame === false) {
      this.client.post({ type: 'openCompared', record: selection.record });
      return;
    }
    if (selection !== undefined) this.client.post({ type: 'select', record: selection.record });
    if (this.#showInTrace === undefined) this.client.post({ type: 'command', command: 'openTrace' });
    else this.#showInTrace();
  }

  act(action: PanelAction): void {
    const work = this.#actions[action];
    if (work !== undefined) work();
    else this.#actionListeners.tell(action);
  }

  onAction(listener: (action: PanelAction) => void): () => void {
    return this.#actionListeners.add(listener);
  }

  onChange(listener: (changed: ReadonlySet<Aspect>) => void): () => void {
    return this.#listeners.add(listener);
  }

  onRevealLane(listener: (lane: number) => void): () => void {
    return this.#laneListeners.add(listener);
  }

  // Frames and what is kept.
  #change(aspect: Aspect): void {
    this.#changed.add(aspect);
    this.#frame();
  }

  #tell(): void {
    const { view, target } = this;
    if (view !== undefined && target !== undefined && view !== target)
      this.view = this.#reducesMotion() ? target : glide(view, target);
    const changed = this.#changed;
    this.#changed = new Set();
    // A view that still glides asks for the next frame, after which this one is told.
    if (this.view !== this.target) this.#change('view');
    this.#listeners.tell(changed);
  }

  keep(values: Readonly<Record<string, unknown>>): void {
    this.#values = { ...this.#values, ...values };
    this.#save();
  }

  #toKeep(): Readonly<Record<string, unknown>> {
    return {
      ...this.#values,
      follow: this.#follow,
      from: this.target?.from,
      to: this.target?.to,
      recording: this.state?.recording,
      chosen: this.#chosen,
      grouping: this.grouping,
      clock: this.#clock,
      types: this.types,
    };
  }
}
