import type { Groups } from './groups.ts';
import type { Matches } from './matches.ts';
import { RecordSet } from './record-set.ts';
import { BLOCK, type Shapes } from './shapes.ts';

/** A row of a grouped list. */
export interface GroupedRow {
  readonly record: number;
  /** Of an event: the rows below it that match, whether one of them failed, and whether they are shown. */
  readonly group?: { readonly rows: number; readonly error: boolean; readonly open: boolean };
}

/** An event whose rows are shown. */
interface OpenGroup {
  readonly event: number;
  /** Position of the event in the list. */
  readonly position: number;
  readonly rows: readonly number[];
}

/** The matches of a filter, those of an event below the event's row. */
export class GroupedMatches {
  readonly #matches: Matches;
  readonly #groups: Groups;
  readonly #shapes: Shapes;
  /** Records that have a row of their own: events that match or have matches, and what belongs to no event. */
  readonly #tops = new RecordSet();
  /** Records of each block whose matches are among the tops. */
  readonly #fed: number[] = [];

  constructor(matches: Matches, groups: Groups, shapes: Shapes) {
    this.#matches = matches;
    this.#groups = groups;
    this.#shapes = shapes;
  }

  /** Takes in what was found since. */
  update(): void {
    const { found } = this.#matches;
    const { known } = this.#groups;
    for (let block = 0; block * BLOCK < known; block++) {
      const first = block * BLOCK;
      const fed = this.#fed[block] ?? 0;
      const end = Math.min(this.#matches.doneIn(block), known - first);
      if (fed >= end) continue;
      for (const index of found.between(first + fed, first + end))
        this.#tops.add(this.#groups.eventOf(index) ?? index);
      this.#fed[block] = end;
    }
  }

  /** The list with these events open. */
  list(open: readonly number[]): GroupedList {
    const groups: OpenGroup[] = [];
    let shown = 0;
    const { known } = this.#groups;
    const events = [...new Set(open)]
      .filter((event) => event < known && this.#tops.has(event))
      .sort((a, b) => a - b);
    for (const event of events) {
      const rows = [...this.#rowsOf(event)];
      if (rows.length === 0) continue;
      groups.push({ event, position: this.#tops.rank(event) + shown, rows });
      shown += rows.length;
    }
    return new GroupedList(this.#tops, groups, shown, (record, isOpen) => this.#row(record, isOpen));
  }

  /** Matches that belong to an event. */
  *#rowsOf(event: number): Generator<number, void> {
    const end = Math.min(this.#groups.lastOf(event) + 1, this.#groups.known);
    for (const index of this.#matches.found.between(event + 1, end)) {
      if (this.#groups.eventOf(index) === event) yield index;
    }
  }

  #row(record: number, open: boolean): GroupedRow {
    if (this.#shapes.of(record)?.row !== 'event') return { record };
    let rows = 0;
    let error = false;
    for (const index of this.#rowsOf(record)) {
      rows++;
      error ||= this.#shapes.of(index)?.status !== 'ok';
    }
    return { record, group: { rows, error, open } };
  }
}

/** A grouped list as it is with some groups open. */
export class GroupedList {
  readonly #tops: RecordSet;
  readonly #groups: readonly OpenGroup[];
  readonly #row: (record: number, isOpen: boolean) => GroupedRow;
  readonly length: number;

  constructor(
    tops: RecordSet,
    groups: readonly OpenGroup[],
    shown: number,
    row: (record: number, isOpen: boolean) => GroupedRow,
  ) {
    this.#tops = tops;
    this.#groups = groups;
    this.#row = row;
    this.length = tops.size + shown;
  }

  at(position: number): GroupedRow | undefined {
    const before = this.#groups.findLast((group) => group.position <= position);
    const below = before === undefined ? 0 : position - before.position;
    const inner = before?.rows[below - 1];
    if (inner !== undefined) return { record: inner };
    const record = this.#tops.select(position - this.#shownBefore(position));
    if (record === undefined) return undefined;
    return this.#row(record, before?.event === record);
  }

  /** Position of a record's row, or of the row of its event where that is closed. */
  positionOf(record: number, event: number | undefined): number | undefined {
    const group = this.#groups.find((one) => one.event === event);
    const inner = group?.rows.indexOf(record) ?? -1;
    if (group !== undefined && inner >= 0) return group.position + 1 + inner;
    const top = event ?? record;
    if (!this.#tops.has(top)) return undefined;
    const shown = this.#groups
      .filter((one) => one.event < top)
      .reduce((sum, { rows }) => sum + rows.length, 0);
    return this.#tops.rank(top) + shown;
  }

  /** Rows within groups that stand before a position, which is not within a group. */
  #shownBefore(position: number): number {
    let shown = 0;
    for (const group of this.#groups) {
      if (group.position >= position) break;
      shown += group.rows.length;
    }
    return shown;
  }
}
