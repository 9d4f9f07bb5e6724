import { rowOf, summaryOf } from './describe.ts';
import type { Describers } from './describe.ts';
import { integers } from './numbers.ts';
import { headOf, type Recording } from './record.ts';
import type {
  Hits,
  HitsQuery,
  Row,
  RowQuery,
  RowWindow,
  SearchQuery,
  SearchResult,
  Vocabulary,
} from './query.ts';
import { candidate } from './row-kind.ts';

/** Lists of filtered rows that are kept: what a few panels ask for in turn. */
const KEPT_FILTERS = 6;
const MOST_ROWS = 10_000;

/** The rows of a recording, filtered. */
export class Rows {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #all: FilteredRows;
  readonly #filtered = new Map<string, FilteredRows>();

  constructor(recording: Recording, describers: Describers) {
    this.#recording = recording;
    this.#describers = describers;
    this.#all = new FilteredRows(recording, describers, []);
  }

  window(query: RowQuery): RowWindow {
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
    return { matching: list.length, total: this.#all.length, complete: true, first, rows };
  }

  search({ filter, from, by }: SearchQuery): SearchResult {
    const list = this.#list(filter);
    const matching = list.length;
    let position = by === 1 ? 0 : matching - 1;
    while (position >= 0 && position < matching && (list.at(position) - from) * by <= 0) position += by;
    if (position < 0 || position >= matching) return { matching, complete: true };
    const record = list.at(position);
    const time = headOf(this.#recording, record).time - this.#recording.info.startedAt;
    return { record, time, position, matching, complete: true };
  }

  hits({ filter, from, to, buckets }: HitsQuery): Hits {
    const list = this.#list(filter);
    const counts = new Uint32Array(Math.max(1, Math.floor(buckets)));
    for (let position = 0; position < list.length; position++) {
      const time = headOf(this.#recording, list.at(position)).time - this.#recording.info.startedAt;
      const bucket = Math.floor(((time - from) / (to - from)) * counts.length);
      if (time >= from && time < to) counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    return { counts, matching: list.length, complete: true };
  }

  vocabulary(): Vocabulary {
    return { plugins: this.#recording.info.plugins.map(({ name }) => name), names: [], types: [] };
  }

  #list(filter: string): FilteredRows {
    const words = filter
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) {
      this.#all.update();
      return this.#all;
    }
    const key = words.join(' ');
    const list = this.#filtered.get(key) ?? new FilteredRows(this.#recording, this.#describers, words);
    this.#filtered.delete(key);
    this.#filtered.set(key, list);
    const [oldest] = this.#filtered.keys();
    if (this.#filtered.size > KEPT_FILTERS && oldest !== undefined) this.#filtered.delete(oldest);
    list.update();
    return list;
  }
}

/** The records that pass one filter, found once each: asking again looks only at what is new. */
class FilteredRows {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #words: readonly string[];
  readonly #found = integers();
  #scanned = 0;

  constructor(recording: Recording, describers: Describers, words: readonly string[]) {
    this.#recording = recording;
    this.#describers = describers;
    this.#words = words;
  }

  get length(): number {
    return this.#found.length;
  }

  /** Index of the record that is row `position` of the filtered list. */
  at(position: number): number {
    return this.#found.at(position);
  }

  update(): void {
    const count = this.#recording.count;
    for (; this.#scanned < count; this.#scanned++) {
      if (this.#matches(this.#scanned)) this.#found.push(this.#scanned);
    }
  }

  /** The head decides most; the payload is looked at only where it can change the answer. */
  #matches(index: number): boolean {
    const recording = this.#recording;
    const head = headOf(recording, index);
    const possible = candidate(head);
    if (possible === undefined) return false;
    if (this.#words.length === 0) return true;
    const plugin = recording.info.plugins[head.plugin]?.name ?? '';
    const known = `${plugin}\n${head.name}`.toLowerCase();
    const missing = this.#words.filter((word) => !known.includes(word));
    if (missing.length === 0) return true;
    const summary = summaryOf(recording.at(index), possible, this.#describers).toLowerCase();
    return missing.every((word) => summary.includes(word));
  }
}
