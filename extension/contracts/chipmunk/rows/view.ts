/** The rows of a parser's last run, as views ask for them. Nothing of them is kept but where they are. */
import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../../errors.ts';
import type { ResultPart, ResultView } from '../../../host/result-view.ts';
import type { ReferredPlaces } from '../../../host/referred.ts';
import type {
  ResultDetail,
  ResultFilter,
  ResultFind,
  ResultFormat,
  ResultFound,
  ResultQuery,
  ResultRow,
  ResultsSaved,
  ResultWindow,
} from '../../../recording/results.ts';
import type { Recording } from '../../../recording/record.ts';
import { readBytes } from './bytes.ts';
import { readRow } from './cells.ts';
import { errorText, RunIndex, type RowCall } from './index.ts';
import { matcherOf } from './matcher.ts';
import { saveRows, writeFile } from './save.ts';
import { Filtered, Search } from './search.ts';
import { Tables } from './tables.ts';

/** Longest that the host process is kept from everything else, and that an answer takes, in ms. */
const SLICE_MS = 8;
const ANSWER_MS = 100;
/** Bytes of a cell in the table, and in a detail. */
const CELL = 4096;
const WHOLE_CELL = 1 << 20;
/** Rows of one window. */
const MOST_ROWS = 2000;
/** Filters whose rows are remembered: one a view. */
const FILTERS = 4;

export class ParserRows implements ResultView {
  readonly #index: RunIndex;
  readonly #tables = new Tables();
  readonly #plugin: string;
  /** In order of use, the newest last; of the run that they are of. */
  readonly #filtered = new Map<string, Filtered>();
  #run = 0;
  /** Counts what is looked for: what is under way ends when something newer is. */
  #finds = 0;
  #filters = 0;

  constructor(plugin: string, part: ResultPart) {
    this.#plugin = plugin;
    this.#index = new RunIndex(part);
  }

  continueIn(part: ResultPart, release: () => void): void {
    this.#index.continueIn(part, release);
  }

  forget(isGone: (recording: Recording) => boolean): void {
    this.#index.forget(({ recording }) => isGone(recording));
  }

  [Symbol.dispose](): void {
    this.#index.dispose();
    this.#tables.clear();
  }

  async window({ from, count, filter }: ResultQuery): Promise<ResultWindow> {
    const until = performance.now() + ANSWER_MS;
    await this.#read(until);
    const turn = filter === undefined ? this.#filters : ++this.#filters;
    const filtered = filter === undefined ? undefined : this.#filter(filter);
    const isDone =
      filtered === undefined ||
      (await inSlices(
        (isOver) => filtered.go(isOver),
        () => performance.now() > until || turn !== this.#filters,
      ));
    const { rows: total, columns, run, isComplete } = this.#index;
    const matching = filtered?.rows.length ?? total;
    const rows: ResultRow[] = [];
    for (let at = from; at < Math.min(from + Math.min(count, MOST_ROWS), matching); at++)
      rows.push(this.row(filtered === undefined ? at : filtered.rows.at(at)));
    return {
      total,
      matching,
      isComplete: isDone && isComplete,
      from,
      rows,
      columns: columns.columns,
      minWidth: Math.min(columns.minWidth, columns.maxWidth),
      maxWidth: Math.max(columns.minWidth, columns.maxWidth),
      run,
      plugin: this.#plugin,
    };
  }

  async find({ find, from, backwards = false, filter }: ResultFind): Promise<ResultFound> {
    const turn = ++this.#finds;
    await this.#read(Infinity);
    const { run } = this.#index;
    const filtered = filter === undefined ? undefined : this.#filter(filter);
    const isOld = (): boolean => turn !== this.#finds || run !== this.#index.run;
    if (filtered !== undefined && !(await inSlices((isOver) => filtered.go(isOver), isOld)))
      return { isCancelled: true };
    const search = new Search(this.#index, this.#tables, matcherOf(find));
    const count = filtered?.rows.length ?? this.#index.rows;
    let at = Math.min(from, count - 1);
    let position: number | undefined;
    const step = (isOver: () => boolean): boolean => {
      while (at >= 0 && at < count) {
        if (isOver()) return false;
        const row = filtered === undefined ? at : filtered.rows.at(at);
        const has = search.inBlock(row);
        const found = backwards ? has.findLast((one) => one <= row) : has.find((one) => one >= row);
        if (filtered === undefined ? found !== undefined : found === row) {
          position = filtered === undefined ? found : at;
          return true;
        }
        const block = search.blockOf(row);
        if (filtered !== undefined || block === undefined) at += backwards ? -1 : 1;
        else at = backwards ? block.from - 1 : block.to;
      }
      return true;
    };
    if (from > count - 1 && !backwards) return {};
    if (!(await inSlices(step, isOld))) return { isCancelled: true };
    return position === undefined ? {} : { position };
  }

  async detail(row: number, places: ReferredPlaces): Promise<ResultDetail> {
    await this.#read(Infinity);
    const call = this.#callOf(row);
    const shown = this.row(row, WHOLE_CELL);
    return { row: shown, bytes: await readBytes(this.#index, call, shown, places) };
  }

  async save(file: string, format: ResultFormat, filter: ResultFilter | undefined): Promise<ResultsSaved> {
    await this.#read(Infinity);
    const { run, rows: total, columns } = this.#index;
    const search =
      filter === undefined ? undefined : new Search(this.#index, this.#tables, matcherOf(filter));
    const rows = async function* (this: ParserRows): AsyncGenerator<ResultRow> {
      let began = performance.now();
      for (let row = 0; row < total; row++) {
        if (performance.now() - began > SLICE_MS) {
          await setImmediate();
          began = performance.now();
        }
        if (run !== this.#index.run) {
          throw new UserError(
            `${this.#plugin} has begun to make its rows anew while they were written`,
            'Save them again when it is through.',
          );
        }
        if (search === undefined || search.inBlock(row).includes(row)) yield this.row(row, Infinity);
      }
    };
    return await saveRows(file, format, columns.columns, rows.call(this));
  }

  async saveAttachment(row: number, file: string): Promise<number> {
    await this.#read(Infinity);
    const call = this.#callOf(row);
    const recording = this.#index.part(call.part)?.recording;
    const shown = this.row(row);
    if (recording === undefined || shown.attachment === undefined)
      throw new UserError(`No file came with row ${row + 1}.`, 'Choose a row with a file.');
    const table = this.#tables.of(call.part, recording, call.record);
    const cursor = table.at(row - call.first);
    cursor.next();
    const data = table.bytes.subarray(cursor.file.data, cursor.file.dataEnd);
    await writeFile(file, data);
    return data.length;
  }

  /** The row with this number, its cells cut off at so many bytes. */
  row(row: number, most = CELL): ResultRow {
    const call = this.#callOf(row);
    const { record, offset, length } = call;
    const shownRecord = this.#index.isNewest(call.part) ? record : -1;
    const place = { row, offset, length, record: shownRecord };
    const recording = this.#index.part(call.part)?.recording;
    if (recording === undefined) {
      const cells = ['(no longer kept)'];
      return {
        ...place,
        kind: 'error',
        cells,
        note: 'The recording that has this row was removed: the budget of recordings is used up by newer ones.',
      };
    }
    if (call.isError) {
      const { kind, payload } = recording.at(record);
      const text = errorText(kind, payload);
      const isCut = text.length > most;
      return { ...place, kind: 'error', cells: [text.slice(0, most)], ...(isCut ? { isCut } : {}) };
    }
    const table = this.#tables.of(call.part, recording, record);
    const cursor = table.at(row - call.first);
    cursor.next();
    const columns = this.#index.columns.columns.length;
    return readRow(table, cursor, { call, row, columns, most, record: shownRecord });
  }

  #callOf(row: number): RowCall {
    const found = this.#index.callOf(row);
    if (found === undefined) {
      throw new UserError(
        `There is no row ${row + 1}: ${this.#plugin} has made ${this.#index.rows}.`,
        'Choose another one.',
      );
    }
    return found.call;
  }

  /** Looks at what was recorded meanwhile. */
  async #read(until: number): Promise<void> {
    await inSlices(
      (isOver) => this.#index.read(isOver),
      () => performance.now() > until,
    );
    if (this.#run === this.#index.run) return;
    this.#run = this.#index.run;
    this.#filtered.clear();
    this.#tables.clear();
  }

  #filter(filter: ResultFilter): Filtered {
    const key = JSON.stringify([filter.text, filter.isRegex === true, filter.matchCase === true]);
    const filtered =
      this.#filtered.get(key) ?? new Filtered(new Search(this.#index, this.#tables, matcherOf(filter)));
    this.#filtered.delete(key);
    this.#filtered.set(key, filtered);
    const [oldest] = this.#filtered.keys();
    if (this.#filtered.size > FILTERS && oldest !== undefined) this.#filtered.delete(oldest);
    return filtered;
  }
}

/** Does something piece by piece, with everything else in between; false where it was given up before its end. */
async function inSlices(work: (isOver: () => boolean) => boolean, givesUp: () => boolean): Promise<boolean> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    if (work(() => performance.now() > end)) return true;
    if (givesUp()) return false;
    await setImmediate();
  }
}
