import type { Client } from '../client.ts';
import type { Row, RowFilter, RowWindow } from '../protocol.ts';

/** Windows kept, so that scrolling back a little asks for nothing. */
const keptWindows = 8;

/**
 * The filtered rows as the table sees them: known in windows around what it shows. Records only
 * ever join at the end, so a window stays right for as long as the filter does.
 */
export class RowSource {
  /** Length of the filtered list, as far as the panel knows. */
  matching = 0;
  total = 0;
  /** An answer for the filter has come. */
  loaded = false;
  readonly #client: Client;
  readonly #changed: () => void;
  readonly #failed: (message: string) => void;
  #filter: RowFilter = {};
  #generation = 0;
  #windows: RowWindow[] = [];

  constructor(client: Client, changed: () => void, failed: (message: string) => void) {
    this.#client = client;
    this.#changed = changed;
    this.#failed = failed;
  }

  /** Rows of the filter before stay visible until the first answer for this one. */
  setFilter(filter: RowFilter, first: number | 'end', count: number): void {
    this.#filter = filter;
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
    const last = Math.min(first + count, this.matching) - 1;
    if (!this.loaded || last < first) return;
    if (this.row(first) !== undefined && this.row(last) !== undefined) return;
    this.#ask(Math.max(0, first - count), count * 3);
  }

  /** Asks for the newest rows, to follow them. */
  wantEnd(count: number): void {
    this.#ask('end', count * 2);
  }

  /** Asks how long the list is by now. */
  wantLength(): void {
    this.#ask(this.matching, 1);
  }

  /** The position of this record in the filtered list, or of the next one after it. */
  async locate(record: number): Promise<number | undefined> {
    const generation = this.#generation;
    let low = 0;
    let high = this.matching;
    let lowRecord = 0;
    let highRecord = Math.max(this.total, record + 1);
    const step = 64;
    while (low < high) {
      const share = (record - lowRecord) / Math.max(1, highRecord - lowRecord);
      const guess = low + Math.floor(share * (high - low)) - step / 2;
      const first = Math.max(low, Math.min(guess, high - 1));
      const answer = await this.#client.rows({ filter: this.#filter, first, count: step }, 'locate');
      if (answer === undefined || generation !== this.#generation) return undefined;
      const head = answer.rows.at(0);
      const tail = answer.rows.at(-1);
      if (head === undefined || tail === undefined) return undefined;
      if (record < head.record) {
        if (first === low) return low;
        [high, highRecord] = [first, head.record];
      } else if (record > tail.record) {
        [low, lowRecord] = [first + answer.rows.length, tail.record];
      } else {
        return first + answer.rows.findIndex((row) => row.record >= record);
      }
    }
    return low < this.matching ? low : undefined;
  }

  #ask(first: number | 'end', count: number): void {
    const generation = this.#generation;
    this.#client.rows({ filter: this.#filter, first, count }).then(
      (answer) => {
        if (answer === undefined || generation !== this.#generation) return;
        if (!this.loaded) this.#windows = [];
        this.loaded = true;
        this.matching = answer.matching;
        this.total = answer.total;
        if (answer.rows.length > 0) this.#windows = [answer, ...this.#windows].slice(0, keptWindows);
        this.#changed();
      },
      (error: unknown) => {
        if (generation === this.#generation)
          this.#failed(error instanceof Error ? error.message : String(error));
      },
    );
  }
}
