/** Rows that a parser made, as views ask for them: the types that host, panels and command line share. */

/** A column of the table, as the plugin describes it. */
export interface ResultColumn {
  readonly caption: string;
  /** Its tooltip; often empty. */
  readonly description: string;
  /** Pixels; below 0 for the view's default. */
  readonly width: number;
}

/** Which rows are wanted. */
export interface ResultQuery {
  /** First of those that match, from 0. */
  readonly from: number;
  /** At most so many are given. */
  readonly count: number;
  readonly filter?: ResultFilter;
}

export interface ResultFilter {
  readonly text: string;
  readonly isRegex?: boolean;
  readonly matchCase?: boolean;
}

/** One row of the table. */
export interface ResultRow {
  /**
   * Its number among everything that the table has, from 0. `message`: a row of the plugin. `attachment`: a file that
   * came without a message. `error`: a call that gave an error, at its place.
   */
  readonly row: number;
  readonly kind: 'message' | 'attachment' | 'error';
  /** The plugin's cells; of other kinds one text. Long ones are cut off: `isCut`. */
  readonly cells: readonly string[];
  readonly isCut?: true;
  /** Where its bytes lie in the input, and how many they are. */
  readonly offset: number;
  readonly length: number;
  /** Index of the call that gave it; −1 where that is in an earlier recording, which this one goes on from. */
  readonly record: number;
  readonly attachment?: { readonly name: string; readonly size: number };
  /** What the real host makes of it that its author may not expect: a newline in a cell makes two rows of it. */
  readonly note?: string;
}

export interface ResultWindow {
  /** Everything that there is, and what the filter leaves. While a filter is applied, `matching` grows. */
  readonly total: number;
  readonly matching: number;
  /** Everything that is recorded so far was looked at; ask again where it was not. */
  readonly isComplete: boolean;
  readonly from: number;
  readonly rows: readonly ResultRow[];
  /** None for rows of one cell without a header. */
  readonly columns: readonly ResultColumn[];
  readonly minWidth: number;
  readonly maxWidth: number;
  /** Grows with each run: the rows before belong to another one where it is other. */
  readonly run: number;
  /** The plugin that it is of. */
  readonly plugin: string;
}

/** Where a text is found next. */
export interface ResultFind {
  readonly find: ResultFilter;
  /** Position among the matching rows to begin at. */
  readonly from: number;
  readonly backwards?: boolean;
  readonly filter?: ResultFilter;
}

/** Where it is, and that nobody waits for the answer any more because something newer was asked. */
export interface ResultFound {
  /** Position among the matching rows; undefined where there is none in that direction. */
  readonly position?: number;
  readonly isCancelled?: true;
}

/** A row with its cells as they are: long ones are cut off at a megabyte. */
export interface ResultDetail {
  readonly row: ResultRow;
  readonly bytes: ResultBytes;
}

/** The bytes that a row was made of. */
export interface ResultBytes {
  readonly offset: number;
  /** At most 64 KiB of them. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Why they cannot be shown: the file is not what it was. */
  readonly missing?: string;
}

/** What was written to a file. */
export interface ResultsSaved {
  readonly rows: number;
  readonly bytes: number;
  /** Rows that this format has no place for: errors and files without a row, in CSV. */
  readonly left: number;
}

export type ResultFormat = 'text' | 'csv' | 'jsonl';
