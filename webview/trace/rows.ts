import type { FilterProblem, Row, RowQuery, RowWindow } from '../protocol.ts';
import type { Asks } from './asks.ts';

/** Windows kept, so that scrolling back a little asks for nothing. */
const keptWindows = 8;

/** Time until an answer that is not complete is asked for again, in ms. */
export const againMs = 40;

/** Which rows there are: those of a filter, or the same with the rows of an event below it. */
export interface ListQuery {
  readonly filter: string;
  readonly grouped: boolean;
  /** Records of the events whose rows are shown. */
  readonly open: readonly number[];
}

/**
 * The filtered rows as the table sees them: known in windows around what it shows. Records only ever join
 * at the end, so a window stays right for as long as the query does; but for groups, which grow.
 */
export class RowSource {
  /** Length of the filtered list, as far as the panel knows. */
  matching = 0;
  total = 0;
  /** An answer for the query has come. */
  loaded = false;
  /** False while the filter has not seen every record. */
  complete = true;
  /** Records that it has seen, where that is known. */
  searched: number | undefined;
  problem: FilterProblem | undefined;
  query: ListQuery = { filter: '', grouped: false, open: [] };
  readonly #client: Asks;
  readonly #changed: () => void;
  readonly #failed: (message: string) => void;
  #generation = 0;
  #windows: RowWindow[] = [];
  /** The rows that the table showed last. */
  #visible = { first: 0, count: 50 };
  #wantsEnd = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Asks, changed: () => void, failed: (message: string) => void) {
    this.#client = client;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Another value is another list. */
  get generation(): number {
    return this.#generation;
  }

  /** Rows of the query before stay visible until the first answer for this one. */
  setQuery(query: ListQuery, first: number | 'end', count: number): void {
    this.query = query;
    this.#generation += 1;
    this.loaded = false;
    this.#ask(first, count);
  }

  row(index: number): Row | undefined {
    for (const window of this.#windows) {
      const row = window.rows[index - window.first];
      if (row !== undefined) return row;
    }
    return undefined;
  }

  /** Asks for these rows and as many above and below, if one of them is not known. */
  want(first: number, count: number): void {
    this.#visible = { first, count };
    const last = Math.min(first + count, this.matching) - 1;
    if (!this.loaded || last < first) return;
    if (this.row(first) !== undefined && this.row(last) !== undefined) return;
    this.#ask(Math.max(0, first - count), count * 3);
  }

  /** Asks for the newest rows, to follow them. */
  wantEnd(count: number): void {
    this.#ask('end', count * 2);
  }

  /** Asks how long the list is by now; of groups, what is in them as well. */
  wantLength(): void {
    const { first, count } = this.#visible;
    if (this.query.grouped || !this.complete) this.#ask(Math.max(0, first - count), count * 3);
    else this.#ask(this.matching, 0);
  }

  #ask(first: number | 'end', count: number): void {
    const generation = this.#generation;
    this.#wantsEnd = first === 'end';
    this.#client.ask('rows', { query: rowQuery(this.query, first, count) }).then(
      (answer) => {
        if (answer !== undefined && generation === this.#generation) this.#take(answer, first, count);
      },
      (error: unknown) => {
        if (generation === this.#generation)
          this.#failed(error instanceof Error ? error.message : String(error));
      },
    );
  }

  #take(answer: RowWindow, first: number | 'end', count: number): void {
    // Positions count those that were found so far, until that is all.
    const counted = answer.complete && this.complete;
    this.complete = answer.complete;
    this.searched = answer.complete ? undefined : answer.searched;
    this.problem = answer.problem;
    this.total = answer.total;
    if (!answer.complete) {
      clearTimeout(this.#timer);
      const generation = this.#generation;
      this.#timer = setTimeout(() => {
        if (generation !== this.#generation) return;
        if (first === 'end') this.#ask('end', count);
        else if (!this.#wantsEnd) this.wantLength();
      }, againMs);
    }
    if (!this.loaded || this.query.grouped || !counted) this.#windows = [];
    this.loaded = true;
    this.matching = answer.matching;
    if (answer.rows.length > 0) this.#windows = [answer, ...this.#windows].slice(0, keptWindows);
    this.#changed();
  }
}

export function rowQuery(
  { filter, grouped, open }: ListQuery,
  first: number | 'end',
  count: number,
): RowQuery {
  return { filter, first, count, ...(grouped ? { grouped: { open } } : {}) };
}
