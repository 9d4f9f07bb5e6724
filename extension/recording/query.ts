/** What panels, exports and the command line ask of a recording, and what they get. Types only. */
import type { FilterProblemCode } from './filter/problems.ts';
import type { RecordKindName } from './record.ts';

/**
 * Everything that can be asked of a recording. Where a panel gives `of`, it asks about the recording that the one
 * it shows is compared with: the editor sends that on as a question about the other one.
 */
export interface RecordingRequests {
  rows: { params: { query: RowQuery }; result: RowWindow };
  detail: { params: { record: number; of?: string }; result: RecordDetail };
  search: { params: { query: SearchQuery }; result: SearchResult };
  hits: { params: { query: HitsQuery }; result: Hits };
  values: { params: { query: ValueQuery }; result: ValuePage };
  /** A value of a record as text for the clipboard, the whole record where there is no path. Throws a UserError where it has no such form. */
  copy: { params: { record: number; path?: string; format: CopyFormat }; result: { text: string } };
  differences: { params: { before: number; after: number }; result: RecordDifferences };
  lanes: { params: { query: LaneQuery; of?: string }; result: LaneWindow };
  stats: { params: { query: StatsQuery }; result: RangeStats };
  /** What a record led to and what it came from, across plugins; nearest first. Only what both ends of have a place in the grouping. */
  flows: { params: { record: number; grouping?: LaneGrouping }; result: readonly Flow[] };
  /** Where a record is drawn on the timeline; undefined where it is not. */
  place: {
    params: { record: number; grouping?: LaneGrouping; of?: string };
    result: FlowEnd | undefined;
  };
  compare: { params: { query: ComparisonQuery }; result: Comparison };
  /** What can be written into a filter of this recording. */
  vocabulary: { params: object; result: Vocabulary };
}
export type RecordingRequestName = keyof RecordingRequests;

/** How a record is shown: host calls that leave the plugin or log are kinds of their own. */
export type RowKind =
  Exclude<RecordKindName, 'output' | 'memory' | 'counter'> | 'effect' | 'log' | 'telemetry';

export interface RowQuery {
  /** In the language of `filter/`: `plugin:gain kind:call duration:>2ms words`; everything where empty. */
  readonly filter: string;
  /** Position in the list of the first row wanted; `end` gives the newest rows. */
  readonly first: number | 'end';
  readonly count: number;
  /** Rows of one event stand below that event's row. */
  readonly grouped?: {
    /** Indexes of the events' records whose rows are shown. */
    readonly open: readonly number[];
  };
}

export interface Row {
  /** Index of the record in the recording. */
  readonly record: number;
  readonly kind: RowKind;
  readonly plugin: string;
  /** Milliseconds since the recording's start. */
  readonly time: number;
  /** Number of the event that it belongs to; 0 for none. */
  readonly event: number;
  /** Pin, export, import or change. */
  readonly name: string;
  readonly summary: string;
  readonly status: 'ok' | 'error';
  readonly level?: LogLevel;
  readonly durationMs?: number;
  /** Bytes of the payload. */
  readonly size: number;
  /** Of an event in a grouped list: how many rows belong to it, and whether one of them failed. */
  readonly group?: { readonly rows: number; readonly error: boolean; readonly open: boolean };
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface RowWindow {
  /** Length of the filtered list as far as it is known, and of the whole recording. */
  readonly matching: number;
  readonly total: number;
  /** False while the filter has not seen every record. */
  readonly complete: boolean;
  /** Records of {@link total} that it has seen, where it is not complete. */
  readonly searched?: number;
  readonly first: number;
  readonly rows: readonly Row[];
  /** What is wrong with the filter; the rows are those of what could be understood. */
  readonly problem?: FilterProblem;
}

/** A place in a filter's text that means nothing, and what to write instead. */
export interface FilterProblem {
  readonly start: number;
  readonly end: number;
  readonly code: FilterProblemCode;
  /** What was written, and what can be: the placeholders of the code's sentence. */
  readonly values: readonly string[];
  /** In English. */
  readonly message: string;
}

/** Names that occur in a recording, the most frequent first, of each at most some hundreds. */
export interface Vocabulary {
  readonly plugins: readonly string[];
  /** Pins, exports, imports, changes. */
  readonly names: readonly string[];
  /** Event types of telemetry. */
  readonly types: readonly string[];
}

export interface RecordDetail extends Row {
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** The event can be sent again as it is. */
  readonly resendable: boolean;
  /** It has typed values: see {@link ValueQuery}. */
  readonly hasValue: boolean;
  /** Where in the sources, where known. */
  readonly source?: { readonly file: string; readonly line: number; readonly column?: number };
}

/** Children of a value in a record, a page at a time. */
export interface ValueQuery {
  readonly record: number;
  /** As `values/path.ts` writes paths; the record's own fields where absent. */
  readonly path?: string;
  readonly first: number;
  readonly count: number;
}

export interface ValuePage {
  /** Children that there are in all. */
  readonly total: number;
  readonly first: number;
  readonly nodes: readonly ValueNode[];
}

export interface ValueNode {
  readonly name: string;
  readonly path: string;
  /** `list<f32>`; empty where it has no type. */
  readonly type: string;
  /** On one line, cut where it is long. */
  readonly text: string;
  readonly children: number;
}

export type CopyFormat =
  | 'json'
  | 'wave'
  /** A command line that gives the plugin the same event again. */
  | 'command';

/** What differs between two records, field by field. */
export interface RecordDifferences {
  readonly fields: readonly {
    readonly path: string;
    readonly before: string | undefined;
    readonly after: string | undefined;
  }[];
  /** More differ and are not listed. */
  readonly more: number;
}

/** Goes from match to match of a filter. */
export interface SearchQuery {
  readonly filter: string;
  /** Record from which on, not included; before the first where -1. */
  readonly from: number;
  readonly by: 1 | -1;
  /** Of the list whose positions are wanted; see {@link RowQuery.grouped}. */
  readonly grouped?: RowQuery['grouped'];
}

export interface SearchResult {
  /** The next match; undefined where there is none that way. */
  readonly record?: number;
  readonly time?: number;
  /** Its position in the list, from 0; that of its event where that is closed. */
  readonly position?: number;
  readonly matching: number;
  readonly complete: boolean;
  readonly problem?: FilterProblem;
}

/** How many matches of a filter fall into each of so many parts of a stretch of time. */
export interface HitsQuery {
  readonly filter: string;
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
}

export interface Hits {
  readonly counts: Uint32Array;
  readonly matching: number;
  readonly complete: boolean;
}

/**
 * `calls` nests: an event, the export calls that it led to, the host calls that these made. `spans` are
 * telemetry that tells of a beginning and an end. The others are points and counters.
 */
export type LaneKind = 'calls' | 'effects' | 'logs' | 'telemetry' | 'spans' | 'lifecycle' | 'counter';

export type CounterUnit = 'bytes' | 'milliseconds' | 'per second' | 'number';

/** One row of the timeline, or several that nest. */
export interface Lane {
  /** Stays the same for as long as the recording is open. */
  readonly id: number;
  /** Name of the plugin; with another grouping that of the turn or correlation. */
  readonly group: string;
  readonly kind: LaneKind;
  /** Event type of telemetry and spans, name of a counter; empty for the others. */
  readonly name: string;
  /** Rows that its slices take below each other, at least 1. */
  readonly rows: number;
  readonly unit?: CounterUnit;
  /** Entries in it, and those of them that failed. */
  readonly count: number;
  readonly errors: number;
}

/** What lanes stand together by. */
export type LaneGrouping = 'plugin' | 'turn' | 'correlation';

export interface LaneQuery {
  /** Milliseconds since the recording's start; the whole recording where absent. */
  readonly from?: number;
  readonly to?: number;
  /** How many buckets the view can show: its width in pixels or fewer. */
  readonly buckets: number;
  readonly grouping?: LaneGrouping;
  /** Ids of the lanes whose contents are wanted; all of them where absent. */
  readonly lanes?: readonly number[];
  /** {@link LaneWindow.version} of an answer that is at hand: where no lane came since then, only what changed is told. */
  readonly since?: number;
}

export const SliceFlag = {
  /** Never merged away: one failed record makes the slice an error. */
  error: 1,
  /** It ended in a trap. */
  trap: 2,
  /** Its end is not recorded (yet). */
  open: 4,
  /** Its beginning is not recorded, or lies in an earlier recording. */
  cut: 8,
} as const;

/**
 * Slices of a lane by column, in the order of their beginnings within a row. Times in milliseconds since the
 * recording's start. A slice stands for `count` records that are closer together than a bucket.
 */
export interface LaneSlices {
  readonly lane: number;
  readonly length: number;
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Counted from 0 at the top. */
  readonly row: Uint8Array;
  readonly count: Uint32Array;
  /** Index of the first failed record in it, else of the longest one. */
  readonly record: Uint32Array;
  /** Index into {@link LaneWindow.names}: the name of that record. */
  readonly name: Uint32Array;
  /** Of {@link SliceFlag}. */
  readonly flags: Uint8Array;
}

/** A counter by bucket: its lowest and highest in it. It holds its last value until the next time. */
export interface CounterWindow {
  readonly lane: number;
  readonly times: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Over the whole recording. */
  readonly least: number;
  readonly most: number;
}

export interface LaneWindow {
  readonly from: number;
  readonly to: number;
  /** Length of the whole recording in ms. */
  readonly duration: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** How much of it is in the index, from 0 to 1. */
  readonly indexed: number;
  /**
   * All lanes that there are, group by group. With {@link LaneQuery.since} those that changed, unless lanes
   * came: then all of them, and one at least has an id that is new.
   */
  readonly lanes: readonly Lane[];
  /** Of what is told of the lanes. */
  readonly version: number;
  readonly slices: readonly LaneSlices[];
  readonly counters: readonly CounterWindow[];
  readonly names: readonly string[];
  /** Names of the plugins that were given events in more than one life, the one that was given one last first. */
  readonly reloaded: readonly string[];
}

/** What happened in a stretch of time. */
export interface StatsQuery {
  readonly from: number;
  readonly to: number;
  /** Lanes to count; all of them where absent. */
  readonly lanes?: readonly number[];
  readonly grouping?: LaneGrouping;
}

export interface RangeStats {
  readonly from: number;
  readonly to: number;
  /** Records that begin in it, and those of them that failed. */
  readonly count: number;
  readonly errors: number;
  readonly functions: readonly FunctionStats[];
  readonly counters: readonly {
    readonly lane: number;
    readonly name: string;
    readonly least: number;
    readonly mean: number;
    readonly most: number;
    readonly last: number;
  }[];
}

/** Milliseconds throughout; percentiles by nearest rank. */
export interface FunctionStats {
  readonly plugin: string;
  readonly kind: RowKind | 'span';
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  readonly totalMs: number;
  /** Without what it called itself. */
  readonly selfMs: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly longestMs: number;
  /** Record of the longest one. */
  readonly longest: number;
}

/** What an event led to, and what it came from, across plugins. */
export interface Flow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  /** `delivered`: what a plugin emitted became the event of another one. */
  readonly kind: 'made' | 'delivered';
}

export interface FlowEnd {
  readonly record: number;
  /** Milliseconds since the recording's start. */
  readonly time: number;
  readonly plugin: string;
  readonly lane: number;
  readonly row: number;
}

/** A place or a stretch that somebody marked; kept beside the recording. */
export interface Note {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the recording's start. */
  readonly from: number;
  /** Undefined for a place. */
  readonly to?: number;
  readonly record?: number;
  /** Milliseconds since the Unix epoch when it was made. */
  readonly madeAt: number;
}

/** Two stretches of recordings beside each other: one life of a plugin each. */
export interface ComparisonQuery {
  /** Which life of which plugin of this recording; the last one with events where absent. */
  readonly plugin?: string;
  readonly life?: number;
  /** Compared with: another recording, or another life of the same one. */
  readonly other: { readonly recording: string; readonly plugin?: string; readonly life?: number };
}

export interface Comparison {
  readonly plugin: string;
  readonly here: ComparedLife;
  readonly other: ComparedLife;
  /** Events that both have, and those of them that differ. */
  readonly events: number;
  readonly differing: number;
  readonly differences: readonly EventDifference[];
  /** More differ and are not listed. */
  readonly more: number;
}

export interface ComparedLife {
  readonly recording: string;
  /** Name of the plugin in that recording. */
  readonly plugin: string;
  readonly life: number;
  /** Milliseconds since that recording's start. */
  readonly from: number;
  readonly to: number;
  readonly events: number;
  /** What ran: the first digits of its hash. */
  readonly artifact: string;
}

export interface EventDifference {
  /** Number of the event in the life, from 1. */
  readonly event: number;
  readonly here: number | undefined;
  readonly other: number | undefined;
  /** Milliseconds since the starts of the two recordings. */
  readonly hereTime: number | undefined;
  readonly otherTime: number | undefined;
  /** `outputs`: what it sent or returned differs. `missing`: only one of the two has it. */
  readonly kind: 'outputs' | 'duration' | 'missing';
  readonly text: string;
}
