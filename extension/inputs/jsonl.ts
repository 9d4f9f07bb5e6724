import { isUtf8 } from 'node:buffer';
import { messageOf, UserError } from '../errors.ts';
import type { EventJson } from '../host/contract.ts';
import { openFile } from './file.ts';

export interface JsonLine {
  readonly event: EventJson;
  /** `file:line`, for messages. */
  readonly where: string;
}

/** A line longer than this is not an event; the file has no line ends. */
const LONGEST = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The events of a JSON Lines file, read as they are asked for. A byte order mark, CRLF and empty lines are
 * fine. Throws a UserError with file and line for a line that is not a JSON object.
 */
export async function* readJsonLines(path: string): AsyncGenerator<JsonLine> {
  let number = 0;
  for await (const bytes of lines(path)) {
    number++;
    const where = `${path}:${number}`;
    const text = decode(bytes, where);
    if (text !== '') yield { event: parse(text, where), where };
  }
}

async function* lines(path: string): AsyncGenerator<Buffer> {
  await using file = await openFile(path);
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)]);
      [parts, length, start] = [[], 0, end + 1];
    }
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > LONGEST) {
      throw new UserError(
        `${path} has a line of more than ${LONGEST >> 20} MiB.`,
        'Write one event a line: JSON Lines, not one JSON document.',
      );
    }
  }
  if (length > 0) yield Buffer.concat(parts);
}

/** Trimming takes a byte order mark away with the spaces. */
function decode(bytes: Buffer, where: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8').trim();
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  throw new UserError(
    `${where}: ${utf16 ? 'the file is UTF-16 text' : 'these bytes are not UTF-8 text'}.`,
    'Save the file as UTF-8.',
  );
}

function parse(text: string, where: string): EventJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${where}: this is not JSON: ${messageOf(error)}.`, 'Write one JSON object a line.', {
      cause: error,
    });
  }
  if (isEvent(value)) return value;
  const what = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  throw new UserError(`${where}: an event is due, and this is ${what}.`, 'Write one JSON object a line.');
}

function isEvent(value: unknown): value is EventJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
