/**
 * One result of `parse` with every row within reach: where each 256th begins is kept, so that a row among
 * 150,000 costs as much as one among 256. The layout is that of {@link ../result.ts}.
 */
import { HEAD, ItemKind, NO_TEXT } from '../result.ts';

/** Rows from one place that is kept to the next. */
export const BLOCK = 256;
const MARK = 3;
const HIGH = 2 ** 32;

/** The items of a result that have something: its rows, and files without one. Items that have nothing are passed over. */
export class ResultTable {
  readonly bytes: Uint8Array;
  readonly count: number;
  readonly view: DataView;
  /** Where the numbers begin, and the texts end. */
  readonly table: number;
  /** For each block: where its numbers and its texts begin, and bytes of the slice before it. */
  readonly #marks: Float64Array;
  /** Where somebody was last: the row after it costs nothing. */
  #last: RowCursor | undefined;

  /** `result` is one with items, and nobody's but this object's. */
  constructor(result: Uint8Array) {
    this.bytes = result;
    this.view = new DataView(result.buffer, result.byteOffset, result.byteLength);
    const words = Math.min(this.view.getUint32(24, true), (result.length - HEAD) >> 2);
    this.table = result.length - words * 4;
    const cursor = new RowCursor(this);
    const marks: number[] = [];
    let count = 0;
    for (;;) {
      if (count % BLOCK === 0) marks.push(...cursor.place);
      if (!cursor.next()) break;
      count++;
    }
    this.count = count;
    this.#marks = Float64Array.from(marks);
  }

  /** How many bytes of memory this takes. */
  get size(): number {
    return this.bytes.length + this.#marks.byteLength;
  }

  /** A cursor before this row, valid until the next one is asked for. */
  at(row: number): RowCursor {
    if (this.#last?.row === row) return this.#last;
    const block = Math.floor(row / BLOCK);
    const [word, text, offset] = this.#marks.subarray(block * MARK, (block + 1) * MARK);
    const cursor = new RowCursor(this, [word ?? this.view.byteLength, text ?? HEAD, offset ?? 0]);
    cursor.row = block * BLOCK;
    while (cursor.row < row && cursor.next());
    this.#last = cursor;
    return cursor;
  }

  /** Where all texts of a block lie. */
  texts(block: number): Uint8Array {
    const from = this.#marks[block * MARK + 1] ?? this.table;
    const to =
      (block + 1) * BLOCK < this.count ? (this.#marks[(block + 1) * MARK + 1] ?? this.table) : this.table;
    return this.bytes.subarray(from, to);
  }
}

/** Goes from row to row; what it stands on is what its fields say. */
export class RowCursor {
  readonly #table: ResultTable;
  #word: number;
  #text: number;
  #sum: number;
  /** The row that {@link next} goes to. */
  row = 0;
  kind = 0;
  /** Bytes of the slice before its own, and its own. */
  offset = 0;
  consumed = 0;
  /** Where the row's texts lie: beginning and end of each. */
  readonly cells: number[] = [];
  /** Where the name and the data of its file lie, and how many bytes it says that it has. */
  readonly file = { name: 0, nameEnd: 0, data: 0, dataEnd: 0, size: 0 };

  constructor(table: ResultTable, [word, text, sum]: readonly number[] = []) {
    this.#table = table;
    this.#word = word ?? table.table;
    this.#text = text ?? HEAD;
    this.#sum = sum ?? 0;
  }

  get place(): readonly [number, number, number] {
    return [this.#word, this.#text, this.#sum];
  }

  /** Goes to the next row; false at the end. */
  next(): boolean {
    const { length } = this.#table.bytes;
    while (this.#word + 12 <= length) {
      this.kind = this.#next();
      this.consumed = this.#next() + this.#next() * HIGH;
      this.offset = this.#sum;
      this.#sum += this.consumed;
      if (this.kind === 0) continue;
      this.#read();
      this.row++;
      return true;
    }
    return false;
  }

  #read(): void {
    this.cells.length = 0;
    if ((this.kind & ItemKind.line) !== 0) this.#cell();
    if ((this.kind & ItemKind.columns) !== 0) {
      for (let left = this.#room(this.#next()); left > 0; left--) this.#cell();
    }
    if ((this.kind & ItemKind.attachment) === 0) return;
    const { file } = this;
    [file.name, file.nameEnd] = this.#pass();
    file.size = this.#next() + this.#next() * HIGH;
    this.#pass();
    this.#pass();
    const messages = this.#room(this.#next());
    this.#word += messages * 8;
    [file.data, file.dataEnd] = this.#pass();
  }

  #cell(): void {
    const length = this.#next();
    this.cells.push(this.#text, this.#text + length);
    this.#text += length;
  }

  #pass(): readonly [number, number] {
    const length = this.#next();
    const from = this.#text;
    if (length !== NO_TEXT) this.#text += length;
    return [from, this.#text];
  }

  /** A number of things that follow: never more than there is room for, in bytes that are damaged. */
  #room(wanted: number): number {
    return Math.min(wanted, Math.max(0, this.#table.bytes.length - this.#word) >> 2);
  }

  #next(): number {
    const { view } = this.#table;
    if (this.#word + 4 > view.byteLength) return 0;
    const word = view.getUint32(this.#word, true);
    this.#word += 4;
    return word;
  }
}
