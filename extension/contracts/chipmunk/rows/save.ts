/** Rows as files: text, CSV, JSON Lines. */
import { createWriteStream } from 'node:fs';
import { rm, writeFile as write } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, UserError } from '../../../errors.ts';
import type { ResultColumn, ResultFormat, ResultRow, ResultsSaved } from '../../../recording/results.ts';
import { visible } from '../../../recording/visible.ts';

/** Characters that go to the disk at once. */
const PIECE = 1 << 16;

/** Writes rows to a file. Throws a UserError where that fails; the file is removed then. */
export async function saveRows(
  file: string,
  format: ResultFormat,
  columns: readonly ResultColumn[],
  rows: AsyncIterable<ResultRow>,
): Promise<ResultsSaved> {
  let [written, left, bytes] = [0, 0, 0];
  const pieces = async function* (): AsyncGenerator<Buffer> {
    let text = format === 'csv' && columns.length > 0 ? csvLine(columns.map(({ caption }) => caption)) : '';
    const take = (): Buffer => {
      const piece = Buffer.from(text);
      text = '';
      bytes += piece.length;
      return piece;
    };
    for await (const row of rows) {
      const line = lineOf(row, format);
      if (line === undefined) left++;
      else {
        text += line;
        written++;
      }
      if (text.length >= PIECE) yield take();
    }
    if (text !== '') yield take();
  };
  try {
    await pipeline(Readable.from(pieces()), createWriteStream(file));
  } catch (error) {
    if (!isOfFile(error)) {
      await rm(file, { force: true });
      throw error;
    }
    throw cannotWrite(file, error);
  }
  return { rows: written, bytes, left };
}

export async function writeFile(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await write(file, bytes);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

function isOfFile(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function cannotWrite(file: string, error: unknown): UserError {
  return new UserError(`${file} cannot be written: ${messageOf(error)}`, 'Choose another place.', {
    cause: error,
  });
}

/** A row as a line with its end; undefined where the format has no place for it. */
function lineOf(row: ResultRow, format: ResultFormat): string | undefined {
  switch (format) {
    case 'text':
      return `${textOf(row)}\n`;
    case 'csv':
      return row.kind === 'message' ? csvLine(row.cells) : undefined;
    case 'jsonl': {
      const { record: _record, isCut: _isCut, ...rest } = row;
      return `${JSON.stringify(rest)}\n`;
    }
  }
}

/** One line, whatever is in the cells. */
function textOf({ kind, cells, attachment }: ResultRow): string {
  const text = cells.map(visible).join('\t');
  if (kind === 'error') return `! ${text}`;
  if (attachment === undefined) return text;
  const file = `[${visible(attachment.name)}, ${attachment.size} bytes]`;
  return kind === 'attachment' ? file : `${text}\t${file}`;
}

/** RFC 4180. */
function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(text: string): string {
  return /["\r\n,]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
