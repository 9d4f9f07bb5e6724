/** A filter as it was understood. The language: docs/filters.md. Types only. */
import type { FilterProblem, LogLevel, RowKind } from '../query.ts';

/** A record passes where every term lets it pass. */
export interface Filter {
  readonly terms: readonly Term[];
  /** What was left out, in the order of the text. */
  readonly problems: readonly FilterProblem[];
}

/** Lets pass what has any of these, or none of them where it is negated. */
export type Term = { readonly negated: boolean } & (
  | { readonly field: 'text'; readonly any: readonly Pattern[] }
  | { readonly field: PatternField; readonly any: readonly Pattern[] }
  | { readonly field: 'kind'; readonly any: readonly RowKind[] }
  | { readonly field: 'status'; readonly any: readonly FilterStatus[] }
  /** This level or a worse one. */
  | { readonly field: 'level'; readonly any: readonly LogLevel[] }
  | { readonly field: AmountField; readonly any: readonly Range[] }
);

/** Fields of names and texts. */
export type PatternField = 'plugin' | 'fn' | 'type' | 'turn' | 'correlation' | 'span' | 'payload';
/** Fields of numbers. */
export type AmountField = 'duration' | 'time' | 'size' | 'event';
export type FieldName = PatternField | AmountField | 'kind' | 'status' | 'level';

export type FilterStatus = 'ok' | 'error' | 'trap';

/** A text; the parts have anything between them, so that one part is the text itself and `a*` is `a` and nothing. */
export interface Pattern {
  readonly parts: readonly string[];
}

/** Numbers between two ends. */
export interface Range {
  readonly from?: Bound;
  readonly to?: Bound;
  /** One number, as precise as it is written: `from` and `to` are it, and `1.5s` is everything that rounds to it. */
  readonly about?: true;
}

export interface Bound {
  readonly value: number;
  /** As {@link ./units.ts} names it; empty for plain numbers. */
  readonly unit: string;
  /** The number itself is outside. */
  readonly open: boolean;
}
