import type {
  FromRows,
  ResultColumn,
  ResultFilter,
  ResultFind,
  ResultFound,
  ResultQuery,
  ResultRow,
  ResultWindow,
  RowsRun,
  ToRows,
} from '../../../webview/protocol.ts';
import { hostile } from './recording.ts';

const levels = ['INFO', 'WARN', 'DEBUG'] as const;

/** Rows of any number that are never in memory: each follows from its number. */
export class MadeRows {
  total: number;
  run = 1;
  columns: readonly ResultColumn[] = [
    { caption: 'Time', description: 'When it was logged', width: 180 },
    { caption: 'Level', description: '', width: 60 },
    { caption: 'Message', description: '', width: -1 },
  ];
  progress: RowsRun | undefined;
  /** A filter looks at so many rows an answer. */
  step = 400_000;
  #looked = 0;
  #asked = '';

  constructor(total: number) {
    this.total = total;
  }

  state(isThere: boolean): ToRows {
    const run = this.progress === undefined ? {} : { run: this.progress };
    return {
      type: 'state',
      recording: 'live 1',
      count: this.total + this.run,
      plugins: isThere ? [{ name: 'text-log', state: 'Running', ...run }] : [],
    };
  }

  answer(request: Extract<FromRows, { type: 'request' }>): ToRows {
    const { id } = request;
    try {
      const result = this.#answer(request);
      return { type: 'response', id, ok: true, result };
    } catch (error) {
      return { type: 'response', id, ok: false, message: (error as Error).message };
    }
  }

  #answer(request: Extract<FromRows, { type: 'request' }>): unknown {
    switch (request.name) {
      case 'window':
        return this.window(request.params.query);
      case 'find':
        return this.find(request.params.find);
      case 'detail': {
        const row = this.row(request.params.row);
        const bytes = new TextEncoder().encode(`${row.cells.join(' ')}\n`);
        return { row, bytes: { offset: row.offset, bytes, length: bytes.length } };
      }
    }
  }

  window({ from, count, filter }: ResultQuery): ResultWindow {
    const key = JSON.stringify(filter);
    if (key !== this.#asked) this.#looked = 0;
    this.#asked = key;
    this.#looked = filter === undefined ? this.total : Math.min(this.total, this.#looked + this.step);
    const list = filter === undefined ? undefined : this.#matching(filter, this.#looked);
    const matching = list?.length ?? this.total;
    const rows: ResultRow[] = [];
    for (let at = from; at < Math.min(matching, from + count); at++) rows.push(this.row(list?.[at] ?? at));
    return {
      total: this.total,
      matching,
      isComplete: this.#looked === this.total,
      from,
      rows,
      columns: this.columns,
      minWidth: 30,
      maxWidth: 600,
      run: this.run,
      plugin: 'text-log',
    };
  }

  find({ find, from, backwards = false }: ResultFind): ResultFound {
    const test = testOf(find);
    for (let at = from; at >= 0 && at < this.total; at += backwards ? -1 : 1)
      if (test(this.row(at))) return { position: at };
    return {};
  }

  row(row: number): ResultRow {
    const place = { row, offset: row * 64, length: 64, record: row };
    if (row === 5) return { ...place, kind: 'error', cells: ['parse: not a line of this log'] };
    if (row === 6) {
      const attachment = { name: 'core.bin', size: 2048 };
      return { ...place, kind: 'attachment', cells: ['core.bin'], attachment };
    }
    if (row === 7)
      return {
        ...place,
        kind: 'message',
        cells: [hostile, 'a\nb\u0004', 'x', 'one more'],
        note: 'Chipmunk makes 2 rows of it: it ends a row at a newline.',
      };
    return { ...place, kind: 'message', cells: [`10:00:00.${row}`, levels[row % 3] ?? '', `message ${row}`] };
  }

  #matching(filter: ResultFilter, until: number): readonly number[] {
    const test = testOf(filter);
    const list: number[] = [];
    for (let row = 0; row < until; row++) if (test(this.row(row))) list.push(row);
    return list;
  }
}

function testOf({ text, isRegex = false, matchCase = false }: ResultFilter): (row: ResultRow) => boolean {
  const source = isRegex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const expression = new RegExp(source, matchCase ? 'u' : 'iu');
  return ({ cells }) => cells.some((cell) => expression.test(cell));
}
