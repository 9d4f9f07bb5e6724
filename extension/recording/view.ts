import type { Description, Telemetry } from '../host/contract.ts';
import { detailOf, rowOf } from './describe.ts';
import type { Describers } from './describe.ts';
import { Lanes } from './lanes.ts';
import type { LaneQuery, LaneWindow, RecordDetail, Row, RowFilter, RowQuery, RowWindow } from './query.ts';
import type { RawRecord, Recording } from './record.ts';
import { FilteredRows, filterKey } from './rows.ts';

/** Lists of filtered rows that are kept: what a few panels ask for in turn. */
const KEPT_FILTERS = 6;
const MOST_ROWS = 10_000;

/** Answers the panels' questions about a recording, finished or growing. */
export class RecordingView {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #all: FilteredRows;
  /** In order of use, the newest last. */
  readonly #filtered = new Map<string, FilteredRows>();
  readonly #lanes: Lanes;

  constructor(
    recording: Recording,
    describe: (record: RawRecord) => Description | undefined,
    telemetry: (record: RawRecord) => Telemetry | undefined,
  ) {
    this.#recording = recording;
    this.#describers = { describe, telemetry };
    this.#all = new FilteredRows(recording, this.#describers, {});
    this.#lanes = new Lanes(recording, this.#describers);
  }

  /** A window of the filtered list. `first` and `count` outside of it are brought into it. */
  rows(query: RowQuery): RowWindow {
    this.#all.update();
    const list = this.#list(query.filter);
    const count = Math.min(Math.max(0, Math.floor(query.count)), MOST_ROWS);
    const newest = Math.max(0, list.length - count);
    const first =
      query.first === 'end' ? newest : Math.min(Math.max(0, Math.floor(query.first)), list.length);
    const rows: Row[] = [];
    for (let position = first; position < Math.min(first + count, list.length); position++) {
      const row = rowOf(this.#recording, list.at(position), this.#describers);
      if (row !== undefined) rows.push(row);
    }
    return { matching: list.length, total: this.#all.length, first, rows };
  }

  /** Everything about one record. Throws a RangeError where there is none or it is a sample of the memory. */
  detail(index: number): RecordDetail {
    const found = detailOf(this.#recording, index, this.#describers);
    if (found === undefined)
      throw new RangeError(`Record ${index} is a sample of the memory; it has no detail.`);
    return found;
  }

  lanes(query: LaneQuery): LaneWindow {
    return this.#lanes.query(query);
  }

  #list(filter: RowFilter): FilteredRows {
    const key = filterKey(filter);
    if (key === filterKey({})) return this.#all;
    const list = this.#filtered.get(key) ?? new FilteredRows(this.#recording, this.#describers, filter);
    this.#filtered.delete(key);
    this.#filtered.set(key, list);
    if (this.#filtered.size > KEPT_FILTERS) {
      const oldest = this.#filtered.keys().next();
      if (oldest.done !== true) this.#filtered.delete(oldest.value);
    }
    list.update();
    return list;
  }
}
