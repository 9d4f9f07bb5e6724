import type { RecordKindName } from './record.ts';

/** Which records to list. All conditions must hold. */
export interface RowFilter {
  /** Words that must all occur in the row's text, whatever their case. */
  readonly text?: string;
  readonly kinds?: readonly RowKind[];
  readonly plugins?: readonly string[];
}

/** How a record is shown: host calls that leave the plugin or log are kinds of their own. */
export type RowKind = Exclude<RecordKindName, 'output' | 'memory'> | 'effect' | 'log' | 'telemetry';

export interface RowQuery {
  readonly filter: RowFilter;
  /** Position in the filtered list of the first row wanted; `end` gives the newest rows. */
  readonly first: number | 'end';
  readonly count: number;
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
  readonly durationMs?: number;
}

export interface RowWindow {
  /** Length of the filtered list, and of the whole recording. */
  readonly matching: number;
  readonly total: number;
  readonly first: number;
  readonly rows: readonly Row[];
}

export interface RecordDetail extends Row {
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** The event can be sent again as it is. */
  readonly resendable: boolean;
  /** Where in the sources, where known. */
  readonly source?: { readonly file: string; readonly line: number; readonly column?: number };
}

export interface LaneQuery {
  /** Milliseconds since the recording's start; the whole recording where absent. */
  readonly from?: number;
  readonly to?: number;
  /** How many buckets the view can show: its width in pixels or fewer. */
  readonly buckets: number;
}

/** One row of the timeline. */
export interface Lane {
  readonly plugin: string;
  readonly kind: 'calls' | 'hostCalls' | 'logs' | 'reloads' | 'telemetry';
  readonly slices: readonly Slice[];
}

/** Records that fall into one bucket; a single record where `count` is 1. */
export interface Slice {
  /** Milliseconds since the recording's start. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Index of the first failed record in it, else of the first one; in the lane of reloads of the last one. */
  readonly record: number;
  readonly name: string;
  /** Never merged away: one failed record makes the slice an error. */
  readonly error: boolean;
}

export interface LaneWindow {
  readonly from: number;
  readonly to: number;
  /** Length of the whole recording in ms. */
  readonly duration: number;
  readonly lanes: readonly Lane[];
  /** Memory of each plugin over the window: times in ms, bytes. */
  readonly memory: readonly {
    readonly plugin: string;
    readonly times: readonly number[];
    readonly bytes: readonly number[];
  }[];
}
