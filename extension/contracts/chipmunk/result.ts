/**
 * What `parse` gave, as it is recorded: a head that says what the host's next step depends on, all texts in
 * one piece, and the items as numbers, so that a result of 100,000 rows is written in one go and a window of
 * it is read without the rest.
 *
 * Head (32 bytes, little-endian): uint8 case, 3 bytes of nothing, uint32 items, uint32 items with a value,
 * uint32 rows, float64 bytes consumed by all of them, uint32 words of the table, uint32 pieces. Then the
 * texts, and the data of attachments, in the order of the items. The table at the end: uint32 words, item by
 * item: kind, consumed (low, high), then by kind the lengths of its texts in bytes. An error is the head and
 * its text.
 *
 * A result of many rows is recorded in pieces, each of this form, as records {@link ROWS} before that of the
 * call, whose result is the head alone, with the number of pieces.
 */
import { decodeCall, RecordKind, type RawRecord } from '../../recording/record.ts';

export const ParseCase = { ok: 0, unrecoverable: 1, parse: 2, incomplete: 3, eof: 4 } as const;
export type ParseCase = keyof typeof ParseCase;

/** Name of the records that a result of many rows is recorded in. */
export const ROWS = 'rows';
/** Bytes above which a piece ends. */
export const PIECE = 256 * 1024;
export const HEAD = 32;
/** Bits of an item's kind: what it has. */
export const ItemKind = { line: 1, columns: 2, attachment: 4 } as const;
/** A text that is not there, where one may be. */
export const NO_TEXT = 0xffff_ffff;

/** What the host's next step depends on. */
export type ParseAnswer =
  | {
      readonly case: 'ok';
      readonly items: number;
      /** Items with a message, an attachment or both: the others were skipped. */
      readonly valued: number;
      /** Messages among them. */
      readonly rows: number;
      /** Sum over all items; above what was given where a plugin says so. */
      readonly consumed: number;
    }
  | { readonly case: Exclude<ParseCase, 'ok'>; readonly message: string };

export interface Attachment {
  readonly name: string;
  readonly size: bigint;
  readonly createdDate: string | undefined;
  readonly modifiedDate: string | undefined;
  readonly messages: readonly bigint[];
  readonly data: Uint8Array;
}

/** One `parse-return`. */
export interface ParsedItem {
  readonly consumed: bigint;
  /** A text alone is a line; a list is a row of columns. */
  readonly message: string | readonly string[] | undefined;
  readonly attachment: Attachment | undefined;
}

const cases = Object.keys(ParseCase) as ParseCase[];
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the head; undefined for bytes that are no result. */
export function readAnswer(result: Uint8Array): ParseAnswer | undefined {
  const [first] = result;
  const found = cases.find((name) => ParseCase[name] === first);
  if (found === undefined || result.length < HEAD) return undefined;
  if (found !== 'ok') return { case: found, message: decoder.decode(result.subarray(HEAD)) };
  const view = new DataView(result.buffer, result.byteOffset, result.byteLength);
  return {
    case: 'ok',
    items: view.getUint32(4, true),
    valued: view.getUint32(8, true),
    rows: view.getUint32(12, true),
    consumed: view.getFloat64(16, true),
  };
}

/**
 * The items that a record holds: the result of a call, or a piece of one. Undefined for other records, errors,
 * and calls whose items are in the pieces before them. The bytes are the record's own.
 */
export function itemsOf(record: RawRecord): Uint8Array | undefined {
  const { kind, name, payload } = record;
  if (kind === RecordKind.hostCall) return name === ROWS && payload.length >= HEAD ? payload : undefined;
  if (kind !== RecordKind.call) return undefined;
  const { result } = decodeCall(payload);
  return result?.[0] === ParseCase.ok && result.length >= HEAD && piecesOf(result) === 0 ? result : undefined;
}

/** In how many records before it the items of a result are. */
export function piecesOf(result: Uint8Array): number {
  return new DataView(result.buffer, result.byteOffset, HEAD).getUint32(28, true);
}

/** Writes an error that `parse` gave. */
export function encodeError(error: Exclude<ParseCase, 'ok'>, message = ''): Uint8Array {
  const text = encoder.encode(message);
  const bytes = new Uint8Array(HEAD + text.length);
  bytes[0] = ParseCase[error];
  bytes.set(text, HEAD);
  return bytes;
}

/** Writes items: the form that {@link ItemReader} reads. */
export function encodeItems(items: readonly ParsedItem[]): Uint8Array {
  const words: number[] = [];
  const texts: Uint8Array[] = [];
  let [valued, rows, consumed] = [0, 0, 0];
  const put = (text: string | undefined): void => {
    const bytes = text === undefined ? undefined : encoder.encode(text);
    words.push(bytes?.length ?? NO_TEXT);
    if (bytes !== undefined) texts.push(bytes);
  };
  const put64 = (value: bigint): void => {
    words.push(Number(value & 0xffff_ffffn), Number(value >> 32n));
  };
  for (const { consumed: bytes, message, attachment } of items) {
    const kind = message === undefined ? 0 : typeof message === 'string' ? ItemKind.line : ItemKind.columns;
    words.push(kind | (attachment === undefined ? 0 : ItemKind.attachment));
    put64(bytes);
    consumed += Number(bytes);
    if (message !== undefined || attachment !== undefined) valued++;
    if (typeof message === 'string') put(message);
    else if (message !== undefined) {
      words.push(message.length);
      for (const text of message) put(text);
    }
    if (message !== undefined) rows++;
    if (attachment === undefined) continue;
    put(attachment.name);
    put64(attachment.size);
    put(attachment.createdDate);
    put(attachment.modifiedDate);
    words.push(attachment.messages.length);
    for (const row of attachment.messages) put64(row);
    words.push(attachment.data.length);
    texts.push(attachment.data);
  }
  const length = texts.reduce((sum, one) => sum + one.length, 0);
  const bytes = new Uint8Array(HEAD + words.length * 4 + length);
  writeHead(bytes, { items: items.length, valued, rows, consumed, words: words.length });
  let at = HEAD;
  for (const piece of texts) {
    bytes.set(piece, at);
    at += piece.length;
  }
  const view = new DataView(bytes.buffer, at);
  words.forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  return bytes;
}

/** What is in the head of a result with items. */
export interface ResultHead {
  readonly items: number;
  readonly valued: number;
  readonly rows: number;
  readonly consumed: number;
  readonly words: number;
  /** The items are in so many records before; they are here where absent. */
  readonly pieces?: number;
}

/** Writes the head of a result with items. */
export function writeHead(bytes: Uint8Array, head: ResultHead): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD);
  view.setUint32(0, ParseCase.ok, true);
  view.setUint32(4, head.items, true);
  view.setUint32(8, head.valued, true);
  view.setUint32(12, head.rows, true);
  view.setFloat64(16, head.consumed, true);
  view.setUint32(24, head.words, true);
  view.setUint32(28, head.pieces ?? 0, true);
}

/** Where an item is in a result, without its texts. */
export interface ItemPlace {
  readonly index: number;
  readonly kind: number;
  readonly consumed: bigint;
  /** Bytes of the slice before it, by what the items before it consumed. */
  readonly offset: number;
  /** Its number among the messages of the result; the number of the next one where it has none. */
  readonly row: number;
}

/** Goes through the items of a result from the first one on, and reads those that are wanted. */
export class ItemReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #word: number;
  #text: number;
  #index = 0;
  #offset = 0;
  #row = 0;

  /** `result` is one with items: see {@link readAnswer}. */
  constructor(result: Uint8Array) {
    this.#bytes = result;
    this.#view = new DataView(result.buffer, result.byteOffset, result.byteLength);
    const words = Math.min(this.#view.getUint32(24, true), (result.length - HEAD) >> 2);
    this.#end = result.length;
    this.#word = result.length - words * 4;
    this.#text = HEAD;
  }

  /** The next item, whose content {@link read} gives or {@link skip} passes; undefined at the end. */
  next(): ItemPlace | undefined {
    if (this.#word + 12 > this.#end) return undefined;
    const kind = this.#next();
    const consumed = this.#next64();
    const place = { index: this.#index, kind, consumed, offset: this.#offset, row: this.#row };
    this.#index++;
    this.#offset += Number(consumed);
    if ((kind & (ItemKind.line | ItemKind.columns)) !== 0) this.#row++;
    return place;
  }

  /** Passes the content of the item that {@link next} gave. */
  skip(kind: number): void {
    if ((kind & ItemKind.line) !== 0) this.#text += this.#next();
    if ((kind & ItemKind.columns) !== 0) {
      for (let left = this.#count(this.#next()); left > 0; left--) this.#text += this.#next();
    }
    if ((kind & ItemKind.attachment) === 0) return;
    this.#text += this.#next();
    this.#word += 8;
    for (let date = 0; date < 2; date++) {
      const length = this.#next();
      if (length !== NO_TEXT) this.#text += length;
    }
    const messages = this.#count(this.#next());
    this.#word += messages * 8;
    this.#text += this.#next();
  }

  /** Reads the content of the item that {@link next} gave. */
  read({ kind, consumed }: Pick<ItemPlace, 'kind' | 'consumed'>): ParsedItem {
    let message: ParsedItem['message'];
    if ((kind & ItemKind.line) !== 0) message = this.#textOf(this.#next());
    if ((kind & ItemKind.columns) !== 0) {
      const columns: string[] = [];
      for (let left = this.#count(this.#next()); left > 0; left--)
        columns.push(this.#textOf(this.#next()) ?? '');
      message = columns;
    }
    const attachment = (kind & ItemKind.attachment) === 0 ? undefined : this.#attachment();
    return { consumed, message, attachment };
  }

  #attachment(): Attachment {
    const name = this.#textOf(this.#next()) ?? '';
    const size = this.#next64();
    const createdDate = this.#textOf(this.#next());
    const modifiedDate = this.#textOf(this.#next());
    const messages: bigint[] = [];
    for (let left = this.#count(this.#next()); left > 0; left--) messages.push(this.#next64());
    const length = this.#next();
    const data = this.#bytes.subarray(this.#text, this.#text + length);
    this.#text += length;
    return { name, size, createdDate, modifiedDate, messages, data };
  }

  #textOf(length: number): string | undefined {
    if (length === NO_TEXT) return undefined;
    const text = decoder.decode(this.#bytes.subarray(this.#text, this.#text + length));
    this.#text += length;
    return text;
  }

  /** A number of things that follow: never more than there is room for, in bytes that are damaged. */
  #count(wanted: number): number {
    return Math.min(wanted, (this.#end - this.#word) >> 2);
  }

  #next(): number {
    if (this.#word + 4 > this.#end) return 0;
    const word = this.#view.getUint32(this.#word, true);
    this.#word += 4;
    return word;
  }

  #next64(): bigint {
    const low = this.#next();
    return BigInt(low) | (BigInt(this.#next()) << 32n);
  }
}
