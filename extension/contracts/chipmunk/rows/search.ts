/** Which rows have what is looked for: 256 rows at a time, so that whoever searches can pause in between. */
import { Numbers } from './numbers.ts';
import { textsOf } from './cells.ts';
import { errorText, type RowCall, type RunIndex } from './index.ts';
import type { Matcher } from './matcher.ts';
import { BLOCK, type ResultTable } from './table.ts';
import type { Tables } from './tables.ts';

/** Bytes of a cell that are searched. */
const SEARCHED = 1 << 20;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class Search {
  readonly #index: RunIndex;
  readonly #tables: Tables;
  readonly #matcher: Matcher;
  /** The last block that was looked at. */
  #last: { readonly key: number; readonly rows: readonly number[] } | undefined;

  constructor(index: RunIndex, tables: Tables, matcher: Matcher) {
    this.#index = index;
    this.#tables = tables;
    this.#matcher = matcher;
  }

  /** The first row of the block that this row is in, and the row after its last; undefined where there is no such row. */
  blockOf(row: number): { readonly from: number; readonly to: number } | undefined {
    const found = this.#index.callOf(row);
    if (found === undefined) return undefined;
    const { first, count } = found.call;
    const from = row - ((row - first) % BLOCK);
    return { from, to: Math.min(from + BLOCK, first + count) };
  }

  /** Those rows of this row's block that have it, in order. */
  inBlock(row: number): readonly number[] {
    const found = this.#index.callOf(row);
    if (found === undefined) return [];
    const { call } = found;
    const block = Math.floor((row - call.first) / BLOCK);
    const key = call.first + block * BLOCK;
    if (this.#last?.key !== key) this.#last = { key, rows: this.#search(call, block) };
    return this.#last.rows;
  }

  #search(call: RowCall, block: number): readonly number[] {
    const recording = this.#index.part(call.part)?.recording;
    if (recording === undefined) return [];
    const first = call.first + block * BLOCK;
    if (call.isError) {
      const { kind, payload } = recording.at(call.record);
      return this.#matcher.rows([[errorText(kind, payload)]])[0] === true ? [first] : [];
    }
    const table = this.#tables.of(call.part, recording, call.record);
    if (this.#canSkip(table, block)) return [];
    const columns = this.#index.columns.columns.length;
    const cursor = table.at(block * BLOCK);
    const texts: (readonly string[])[] = [];
    while (texts.length < BLOCK && cursor.next()) texts.push(textsOf(table, cursor, columns, SEARCHED));
    const has = this.#matcher.rows(texts);
    return has.flatMap((one, at) => (one ? [first + at] : []));
  }

  #canSkip(table: ResultTable, block: number): boolean {
    if (!this.#matcher.canSkip) return false;
    const texts = table.texts(block);
    return texts.length <= SEARCHED && !this.#matcher.has(decoder.decode(texts));
  }
}

/** The rows that a filter leaves, as far as it has looked. */
export class Filtered {
  readonly rows = new Numbers();
  readonly #search: Search;
  #next = 0;

  constructor(search: Search) {
    this.#search = search;
  }

  /** Looks on, until `isOver` says that it is enough for now; true where nothing is left. */
  go(isOver: () => boolean): boolean {
    for (;;) {
      const block = this.#search.blockOf(this.#next);
      if (block === undefined) return true;
      if (isOver()) return false;
      for (const row of this.#search.inBlock(this.#next)) if (row >= this.#next) this.rows.push(row);
      this.#next = block.to;
    }
  }
}
