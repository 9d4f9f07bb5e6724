/**
 * What the timeline knows and what can be done with it. The picture (`picture.ts`) draws it and moves it by
 * mouse and keyboard; everything in DOM around the picture (`around.ts`) shows it in words and has buttons
 * for it. Both only read it and call its methods, and are told of changes; `timeline.ts` makes the one
 * implementation, out of the parts in `parts.ts`. All times are milliseconds since the recording's start.
 */
import type { Client, PanelState, Settings } from '../../connection.ts';
import type {
  Comparison,
  Flow,
  Hits,
  FilterProblem,
  Lane,
  LaneGrouping,
  LaneWindow,
  Note,
  PanelAction,
  RecordDetail,
} from '../../protocol.ts';
import type { Track } from './layout.ts';
import type { OtherLife } from './mirror.ts';
import type { Range } from './range.ts';

/** What changed since a listener was told last. */
export type Aspect =
  /** Another recording, or another state of it: everything may be different. */
  | 'recording'
  /** Contents of lanes, duration, share that is indexed. */
  | 'data'
  | 'view'
  | 'selection'
  | 'range'
  | 'lane'
  | 'pointer'
  | 'notes'
  | 'search'
  | 'settings'
  | 'comparison'
  /** Following, paused, grouping, collapsed groups, clock. */
  | 'mode'
  | 'problem';

/** One slice out of the columns of a lane. */
export interface SliceRef {
  readonly lane: Lane;
  readonly from: number;
  readonly to: number;
  readonly row: number;
  /** Records that it stands for. */
  readonly count: number;
  readonly record: number;
  readonly name: string;
  /** Of `SliceFlag`. */
  readonly flags: number;
}

export interface Selection {
  readonly record: number;
  readonly time: number;
  /** Where it is drawn, once that is known; absent where it is not drawn. */
  readonly place?: { readonly lane: number; readonly row: number };
  /** The slice that was chosen; absent where another panel chose the record. */
  readonly slice?: SliceRef;
  /** Once the host sent it. */
  readonly detail?: RecordDetail;
  /** It is a record of the life that the one in view is compared with; its times are where it is drawn. */
  readonly other?: OtherLife;
}

export interface Search {
  /** Empty where nothing is searched. */
  readonly filter: string;
  /** By part of the whole recording, for the minimap. */
  readonly hits?: HitsIn;
  /** By part of what is near the view, for the ruler. */
  readonly near?: HitsIn;
  /** Position of the selected match from 0, where the selected record is one. */
  readonly position?: number;
  readonly matching: number;
  readonly complete: boolean;
  readonly problem?: FilterProblem;
}

/** Matches by part of a stretch. */
export interface HitsIn extends Range {
  readonly hits: Hits;
}

/** Times as they run in the recording, or as clocks on the wall showed them. */
export type Clock = 'recording' | 'wall';

/** Minimap columns: how many records, and how many failed ones, begin in each part of the recording. */
export interface Overview {
  readonly density: Uint32Array;
  readonly errors: Uint32Array;
  /** They are counted from the beginning to here. */
  readonly to: number;
}

export interface TimelineModel {
  readonly client: Client;
  /** Undefined until the editor said which recording there is. */
  readonly state: PanelState | undefined;
  readonly settings: Settings | undefined;

  /** What is in view; undefined until something came. Moves towards `target` where motion is allowed. */
  readonly view: Range | undefined;
  readonly target: Range | undefined;
  /** Length of the recording, as long as the picture shows it: it stands still while paused. */
  readonly duration: number;
  /** What there is to see ends here: later than {@link duration} where another life beside it is longer. */
  readonly extent: number;
  /** Milliseconds since the Unix epoch; 0 until something came, and where nobody knows. */
  readonly startedAt: number;
  /** How much of the recording is in the index, from 0 to 1. */
  readonly indexed: number;
  /** All lanes of the grouping, whether in view or not. */
  readonly lanes: readonly Lane[];
  /** Groups and lanes as they stand below each other, with those of collapsed groups left out. */
  readonly tracks: readonly Track[];
  /** The last window that came: contents of the lanes near the view, coarser or finer than wanted until the next. */
  readonly window: LaneWindow | undefined;
  readonly overview: Overview | undefined;
  /** A request for what is in view is under way. */
  readonly loading: boolean;
  /** Why the last request failed; undefined after one that did not. */
  readonly problem: string | undefined;

  readonly selection: Selection | undefined;
  /** What the selected record came from and led to. */
  readonly flows: readonly Flow[];
  /** The stretch that the user marked: statistics and zoom to selection are of it. */
  readonly range: Range | undefined;
  /** The lane that keys go through. */
  readonly lane: number | undefined;
  /** The time under the pointer. */
  readonly pointer: number | undefined;
  readonly notes: readonly Note[];
  readonly search: Search;
  readonly comparison: { readonly comparison: Comparison; readonly title: string } | undefined;
  /** The plugin that {@link compareWith} compares with its run before; undefined where none has one. */
  readonly comparable: string | undefined;
  /** The newest stays in view. Only where the recording is live and not paused. */
  readonly following: boolean;
  /** The picture stands still; `missed` records came meanwhile. */
  readonly paused: boolean;
  readonly missed: number;
  readonly grouping: LaneGrouping;
  /** Names of groups whose lanes are hidden. */
  readonly collapsed: ReadonlySet<string>;
  /** Always that of the recording where {@link startedAt} is 0. */
  readonly clock: Clock;
  /** Globs of telemetry types whose lanes are shown, as `types.ts` reads them; all of them where empty. */
  readonly types: string;

  /** Shows this stretch, as near as the recording allows; `smooth` lets it glide there. */
  zoomTo(range: Range, smooth?: boolean): void;
  /** A factor below 1 shows less. Around the time `at`, the middle where absent. */
  zoomBy(factor: number, at?: number): void;
  /** By a share of the view: 1 is a whole view to the right. */
  pan(share: number): void;
  fit(): void;
  /** The marked stretch, else the selected slice; nothing where there is neither. */
  zoomToSelection(): void;
  follow(on: boolean): void;
  pause(on: boolean): void;

  /** Chooses a record as the user does: other panels go there too. */
  select(record: number, slice?: SliceRef): void;
  /** Shows a record that something else chose. */
  reveal(record: number): Promise<void>;
  clearSelection(): void;
  selectRange(range: Range | undefined): void;
  /** To the next or previous slice of the lane. */
  step(by: 1 | -1): Promise<void>;
  /** To the next or previous failed record of the recording. */
  stepError(by: 1 | -1): Promise<void>;
  /** To the next or previous match of the search. */
  stepMatch(by: 1 | -1): Promise<void>;
  setLane(lane: number | undefined): void;
  /** To the lane below or above. */
  stepLane(by: 1 | -1): void;
  setPointer(time: number | undefined): void;

  setNotes(notes: readonly Note[]): void;
  setFilter(filter: string): void;
  setGrouping(grouping: LaneGrouping): void;
  /** Hides or shows the lanes of a group. */
  collapse(group: string, on: boolean): void;
  /** Asks for the run before, or another recording, of the plugin that is chosen, to be put beside this one. */
  compareWith(other: 'last' | 'choose'): void;
  /** Hides the lanes of the group that the keys go through, or shows them again. */
  toggleGroup(): void;
  setClock(clock: Clock): void;
  setTypes(types: string): void;
  /** Opens its group and scrolls until the lane is in view; the picture does the scrolling. */
  revealLane(lane: number): void;

  /** Opens the selected record in the trace; one of another recording in an editor of that. */
  open(): void;
  /**
   * Does what a key, a button or a command of the editor asks for. What the model itself can do is done;
   * the rest (`search`, `addNote`, `showTable`, ...) is left to those that listen with {@link onAction}.
   */
  act(action: PanelAction): void;
  /** Told of every action that the model does not do itself. */
  onAction(listener: (action: PanelAction) => void): () => void;
  /**
   * Says what the picture has room for: asks for what of it is missing, if nothing is under way yet.
   * `near` are lanes that may come into view soon.
   */
  want(width: number, visible: readonly number[], near: readonly number[]): void;
  /** Told at most once a frame. Returns how to stop it. */
  onChange(listener: (changed: ReadonlySet<Aspect>) => void): () => void;
  /** Told of lanes that shall be scrolled into view. */
  onRevealLane(listener: (lane: number) => void): () => void;

  /** What {@link keep} kept when the panel was last open. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Keeps settings of the panel beside the model's own: never recorded data. */
  keep(values: Readonly<Record<string, unknown>>): void;
}
