/** Rows as cells: what the plugin gave, and what Chipmunk makes of it. */
import type { ResultRow } from '../../../recording/results.ts';
import { ItemKind } from '../result.ts';
import type { RowCall } from './index.ts';
import type { ResultTable, RowCursor } from './table.ts';

/** What stands between the cells of a line. */
const SEPARATOR = 4;
const NEWLINE = 10;
const CONTINUATION = 0x80;
const CONTINUATION_MASK = 0xc0;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where the cells of a row lie: beginning and end of each. A line is cut at U+0004 where the plugin has columns, as the real host does. */
function cellRanges(table: ResultTable, { kind, cells }: RowCursor, columns: number): readonly number[] {
  if ((kind & ItemKind.line) === 0 || columns === 0) return cells;
  const [from = 0, to = 0] = cells;
  const ranges: number[] = [];
  let start = from;
  for (const text = table.bytes.subarray(0, to); ;) {
    const at = text.indexOf(SEPARATOR, start);
    ranges.push(start, at === -1 ? to : at);
    if (at === -1) return ranges;
    start = at + 1;
  }
}

/** Reads a text, at most so many bytes of it and no half of a character. */
function readText(table: ResultTable, from: number, to: number, most: number): string {
  let end = to;
  if (to - from > most) {
    end = from + most;
    while (end > from && ((table.bytes[end] ?? 0) & CONTINUATION_MASK) === CONTINUATION) end--;
  }
  return decoder.decode(table.bytes.subarray(from, end));
}

/** All texts of a row that are searched, each up to so many bytes. */
export function textsOf(table: ResultTable, cursor: RowCursor, columns: number, most: number): string[] {
  const texts = cellTexts(table, cellRanges(table, cursor, columns), most);
  if ((cursor.kind & ItemKind.attachment) !== 0)
    texts.push(readText(table, cursor.file.name, cursor.file.nameEnd, most));
  return texts;
}

function cellTexts(table: ResultTable, ranges: readonly number[], most: number): string[] {
  const texts: string[] = [];
  for (let at = 0; at + 1 < ranges.length; at += 2)
    texts.push(readText(table, ranges[at] ?? 0, ranges[at + 1] ?? 0, most));
  return texts;
}

/** The row that the cursor stands on, its cells cut off at so many bytes. */
export function readRow(
  table: ResultTable,
  cursor: RowCursor,
  {
    call,
    row,
    columns,
    most,
    record,
  }: {
    readonly call: RowCall;
    readonly row: number;
    readonly columns: number;
    readonly most: number;
    readonly record: number;
  },
): ResultRow {
  const { kind, file, offset, consumed } = cursor;
  const ranges = cellRanges(table, cursor, columns);
  const hasFile = (kind & ItemKind.attachment) !== 0;
  const isMessage = (kind & (ItemKind.line | ItemKind.columns)) !== 0;
  const name = hasFile ? readText(table, file.name, file.nameEnd, most) : '';
  const note = noteOf(table, cursor, ranges, { call, columns });
  const isCut = ranges.some((end, at) => at % 2 === 1 && end - (ranges[at - 1] ?? 0) > most);
  return {
    row,
    kind: isMessage ? 'message' : 'attachment',
    cells: isMessage ? cellTexts(table, ranges, most) : [name],
    ...(isCut ? { isCut } : {}),
    offset: call.offset + offset,
    length: consumed,
    record,
    ...(hasFile ? { attachment: { name, size: file.dataEnd - file.data } } : {}),
    ...(note === undefined ? {} : { note }),
  };
}

function noteOf(
  { bytes }: ResultTable,
  { kind, cells, file, offset, consumed }: RowCursor,
  ranges: readonly number[],
  { call, columns }: { call: RowCall; columns: number },
): string | undefined {
  const notes: string[] = [];
  const [from = 0] = cells;
  const to = cells.at(-1) ?? from;
  const lines = 1 + count(bytes, from, to, NEWLINE);
  if (lines > 1) notes.push(`Chipmunk makes ${lines} rows of it: it ends a row at a newline.`);
  const given = ranges.length / 2;
  const isList = (kind & ItemKind.columns) !== 0;
  if (isList && count(bytes, from, to, SEPARATOR) > 0)
    notes.push('Chipmunk ends a cell at U+0004, so that the cells after it move to the right.');
  if (isList && columns === 0 && given > 1)
    notes.push(`Chipmunk shows its ${given} cells as one: the plugin has no columns.`);
  if (columns > 0 && given > columns)
    notes.push(
      `It has ${given} cells, and the plugin ${columns === 1 ? 'one column' : `${columns} columns`}.`,
    );
  if (offset + consumed > call.length)
    notes.push(
      `The plugin says that it has consumed ${offset + consumed} bytes until here, and was given ${call.length}.`,
    );
  if ((kind & ItemKind.attachment) !== 0 && file.size !== file.dataEnd - file.data)
    notes.push(
      `The plugin says that the file has ${file.size} bytes, and it has ${file.dataEnd - file.data}.`,
    );
  return notes.length === 0 ? undefined : notes.join(' ');
}

function count(bytes: Uint8Array, from: number, to: number, wanted: number): number {
  let found = 0;
  const text = bytes.subarray(0, to);
  for (let at = text.indexOf(wanted, from); at !== -1; at = text.indexOf(wanted, at + 1)) found++;
  return found;
}
