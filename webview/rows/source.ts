import type { ResultFilter, ResultRow, ResultWindow } from '../protocol.ts';
import type { RowsClient } from './client.ts';

/** Windows kept, so that scrolling back a little asks for nothing. */
const keptWindows = 8;

/** The rows that the filter leaves, known in windows around what is shown. */
export class Source {
  /** The last answer; undefined before the first, and where nothing makes rows. */
  last: ResultWindow | undefined;
  /** An answer to the present question has come. */
  loaded = false;
  plugin: string | undefined;
  filter: ResultFilter | undefined;
  readonly #client: RowsClient;
  readonly #changed: () => void;
  readonly #failed: (message: string) => void;
  #generation = 0;
  #windows: ResultWindow[] = [];

  constructor(client: RowsClient, changed: () => void, failed: (message: string) => void) {
    this.#client = client;
    this.#changed = changed;
    this.#failed = failed;
  }

  get matching(): number {
    return this.last?.matching ?? 0;
  }

  /** Shows other rows from now on; those before stay until the first answer. */
  reset(plugin: string | undefined, filter: ResultFilter | undefined): void {
    this.plugin = plugin;
    this.filter = filter;
    this.#generation += 1;
    this.loaded = false;
    this.ask(0, 100);
  }

  row(position: number): ResultRow | undefined {
    for (const window of this.#windows) {
      const row = window.rows[position - window.from];
      if (row !== undefined) return row;
    }
    return undefined;
  }

  /** Asks for these rows and as many above and below, if one of them is not known. */
  want(first: number, count: number): void {
    const last = Math.min(first + count, this.matching) - 1;
    if (!this.loaded || last < first) return;
    if (this.row(first) !== undefined && this.row(last) !== undefined) return;
    this.ask(Math.max(0, first - count), count * 3);
  }

  /** Asks for rows, and how many there are by now. */
  ask(from: number, count: number): void {
    const generation = this.#generation;
    const query = { from, count, ...(this.filter === undefined ? {} : { filter: this.filter }) };
    this.#client.ask('window', { query }, this.plugin).then(
      (answer) => {
        if (generation !== this.#generation) return;
        if (answer === undefined) {
          // Nothing makes rows, or something newer was asked meanwhile.
          if (this.last === undefined) this.#changed();
          return;
        }
        if (!this.loaded || answer.run !== this.last?.run) this.#windows = [];
        this.loaded = true;
        this.last = answer;
        if (answer.rows.length > 0) this.#windows = [answer, ...this.#windows].slice(0, keptWindows);
        this.#changed();
        if (!answer.isComplete) this.ask(from, count);
      },
      (error: unknown) => {
        if (generation === this.#generation)
          this.#failed(error instanceof Error ? error.message : String(error));
      },
    );
  }
}
