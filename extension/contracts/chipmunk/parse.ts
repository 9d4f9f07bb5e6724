/**
 * `parse` called straight on the core instance: the slice goes from the window into the guest's memory in
 * one copy, and what it gives goes from there into one buffer in the form that is recorded. The lifted call
 * does the same and makes an object of every row first.
 *
 * Layouts (canonical ABI). The result: uint8 case at 0; ok: list at 4; error: uint8 case at 4, its text at 8.
 * A `parse-return` of 96 bytes: option at 0, `parse-yield` at 8 (case at 8, its value at 16), consumed at 88.
 * A `parsed-message` of 12: case, string or list at 4. An `attachment` of 56: name 0, size 8, created 16,
 * modified 28, messages 40, data 48; after a message at 16.
 */
import { isUtf8 } from 'node:buffer';
import type { LoadedComponent } from '../../host/adapter.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { directCall, type DirectCall } from '../direct.ts';
import {
  encodeError,
  encodeItems,
  HEAD,
  ItemKind,
  NO_TEXT,
  PIECE,
  writeHead,
  type ParsedItem,
  type ResultHead,
} from './result.ts';
import type { Slice } from './window.ts';

/** Where the rest of a result goes than what is given at the end. The bytes are valid during the call only. */
export interface ParseSink {
  /** The head of the result, before its texts are read. */
  answer(head: Uint8Array): void;
  /** A part of the items. */
  piece(items: Uint8Array): void;
}

/** Calls `parse`, and gives what it gave as it is recorded: a part of it, or its head after all parts. Valid until the next call. */
export type Parse = (slice: Slice, timestamp: bigint | undefined, sink: ParseSink) => Uint8Array;

const PARSE = 'chipmunk:parser/parser@0.1.0#parse';
const RESULT = { size: 16, align: 4 };
const ITEM = { size: 96, align: 8 };
const Yield = { message: 0, attachment: 1, both: 2 } as const;
const ERRORS = ['unrecoverable', 'parse', 'incomplete', 'eof'] as const;
/** Bytes up to which a loop copies faster than a call into the engine. */
const SHORT = 32;
const CONTINUATION = 0x80;
const CONTINUATION_MASK = 0xc0;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Finds what a direct call needs; undefined where this component has it in another shape. */
export function directParse(component: LoadedComponent): Parse | undefined {
  const direct = directCall(component, PARSE);
  return direct === undefined ? undefined : makeParse(direct);
}

function makeParse({ call, memory, realloc, post }: DirectCall): Parse {
  const guest = new Guest(memory);
  const writer = new ResultWriter(guest);
  // An int64 parameter is a bigint, which the other direct calls do not have.
  const parse = call as unknown as (
    pointer: number,
    length: number,
    isSome: number,
    timestamp: bigint,
  ) => number;
  return (slice, timestamp, sink) => {
    const pointer = realloc(0, 0, 1, slice.length) >>> 0;
    guest.refresh();
    slice.copy(guest.bytes, pointer);
    const result = parse(pointer, slice.length, timestamp === undefined ? 0 : 1, timestamp ?? 0n) >>> 0;
    guest.refresh();
    guest.check(result, RESULT, 'the result of parse');
    const recorded = guest.bytes[result] === 0 ? writer.items(result + 4, sink) : errorAt(guest, result);
    post?.(result);
    return recorded;
  };
}

function errorAt(guest: Guest, result: number): Uint8Array {
  const first = guest.bytes[result] ?? 0;
  if (first !== 1) throw noCase('the result of parse', first, 2);
  const error = ERRORS[guest.bytes[result + 4] ?? ERRORS.length];
  if (error === undefined) throw noCase('the error of parse', guest.bytes[result + 4] ?? 0, ERRORS.length);
  if (error === 'incomplete' || error === 'eof') return encodeError(error);
  const [pointer, length] = guest.pair(result + 8);
  guest.range(pointer, length, 'the error of parse');
  const text = guest.bytes.subarray(pointer, pointer + length);
  if (!isUtf8(text)) throw new GuestFault('the error of parse is not valid UTF-8');
  return encodeError(error, decoder.decode(text));
}

function noCase(what: string, number: number, cases: number): GuestFault {
  return new GuestFault(`the case of ${what} is ${number}: there are cases 0 to ${cases - 1}`);
}

/** The guest's memory as bytes and words, refreshed when it has grown. */
class Guest {
  readonly #memory: WebAssembly.Memory;
  bytes: Uint8Array;
  words: Uint32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Uint32Array(memory.buffer);
  }

  refresh(): void {
    if (this.bytes.buffer === this.#memory.buffer) return;
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.words = new Uint32Array(this.#memory.buffer);
  }

  word(at: number): number {
    return this.words[at >> 2] ?? 0;
  }

  pair(at: number): readonly [number, number] {
    return [this.word(at), this.word(at + 4)];
  }

  /** Traps where something is not aligned or not in memory, as the real host does. */
  check(pointer: number, { size, align }: typeof RESULT, what: string, count = 1): void {
    if ((pointer & (align - 1)) !== 0) throw new GuestFault(`${what} is not aligned`);
    this.range(pointer, size * count, what);
  }

  range(pointer: number, length: number, what: string): void {
    if (pointer + length > this.bytes.length)
      throw new GuestFault(`${what} reaches beyond the end of memory`);
  }
}

type Totals = Omit<ResultHead, 'words' | 'pieces'>;

/** Gathers the items of one result. Its buffers stay for the next one. */
class ResultWriter {
  readonly #guest: Guest;
  #bytes = new Uint8Array(1 << 16);
  #table = new Uint32Array(1 << 12);
  readonly #head = new Uint8Array(HEAD);
  #at = HEAD;
  #word = 0;
  /** Where the texts begin whose encoding has not been looked at. */
  #unchecked = HEAD;

  constructor(guest: Guest) {
    this.#guest = guest;
  }

  /** The items of the list whose pointer and length are at this place. */
  items(place: number, sink: ParseSink): Uint8Array {
    const guest = this.#guest;
    const [list, count] = guest.pair(place);
    if (count > 0) guest.check(list, ITEM, 'the items of parse', count);
    const end = list + count * ITEM.size;
    const totals = this.#totals(list, end);
    sink.answer(this.#headOf(totals));
    let pieces = 0;
    let item = list;
    for (;;) {
      const next = this.#piece(item, end);
      if (pieces === 0 && next === end) return this.#finish(totals);
      sink.piece(this.#finish(this.#totals(item, next)));
      pieces++;
      item = next;
      if (item === end) return this.#headOf({ ...totals, pieces });
    }
  }

  /** What the head says of the items from one place to another. Cases that there are not are found when they are read. */
  #totals(from: number, end: number): Totals {
    const { bytes, words } = this.#guest;
    let [valued, rows, consumed] = [0, 0, 0];
    for (let item = from; item < end; item += ITEM.size) {
      const high = words[(item + 92) >> 2] ?? 0;
      consumed += (high === 0 ? 0 : high * 2 ** 32) + (words[(item + 88) >> 2] ?? 0);
      if (bytes[item] === 0) continue;
      valued++;
      if (bytes[item + 8] !== Yield.attachment) rows++;
    }
    return { items: (end - from) / ITEM.size, valued, rows, consumed };
  }

  /** Gathers items from this one on until they fill a piece; gives where the next one is. */
  #piece(from: number, end: number): number {
    const { bytes, words } = this.#guest;
    this.#at = HEAD;
    this.#word = 0;
    this.#unchecked = HEAD;
    let item = from;
    for (; item < end && this.#at + this.#word * 4 < PIECE; item += ITEM.size) {
      const kindAt = this.#word;
      this.#room(3);
      this.#table[kindAt] = 0;
      this.#table[kindAt + 1] = words[(item + 88) >> 2] ?? 0;
      this.#table[kindAt + 2] = words[(item + 92) >> 2] ?? 0;
      this.#word += 3;
      const some = bytes[item] ?? 0;
      if (some === 0) continue;
      if (some !== 1) throw noCase('a value of parse', some, 2);
      const what = bytes[item + 8] ?? 0;
      let kind = 0;
      if (what === Yield.message || what === Yield.both) kind = this.#message(item + 16);
      else if (what !== Yield.attachment) throw noCase('a value of parse', what, 3);
      if (what !== Yield.message) {
        this.#attachment(what === Yield.both ? item + 32 : item + 16);
        kind |= ItemKind.attachment;
      }
      this.#table[kindAt] = kind;
    }
    this.#checkTexts();
    return item;
  }

  #finish(totals: Totals): Uint8Array {
    const length = this.#at + this.#word * 4;
    this.#grow(this.#word * 4);
    writeHead(this.#bytes, { ...totals, words: this.#word });
    const table = this.#table.subarray(0, this.#word);
    this.#bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), this.#at);
    return this.#bytes.subarray(0, length);
  }

  #headOf(totals: Totals & { readonly pieces?: number }): Uint8Array {
    writeHead(this.#head, { ...totals, words: 0 });
    return this.#head;
  }

  #message(at: number): number {
    const { bytes } = this.#guest;
    const what = bytes[at] ?? 0;
    if (what === 0) {
      this.#text(at + 4, "a row's text");
      return ItemKind.line;
    }
    if (what !== 1) throw noCase('a message of parse', what, 2);
    const [list, count] = this.#guest.pair(at + 4);
    if (count > 0) this.#guest.check(list, { size: 8, align: 4 }, "a row's columns", count);
    this.#put(count);
    for (let column = list, end = list + count * 8; column < end; column += 8)
      this.#text(column, "a column's text");
    return ItemKind.columns;
  }

  #attachment(at: number): void {
    const guest = this.#guest;
    this.#text(at, "an attachment's name");
    this.#put(guest.word(at + 8));
    this.#put(guest.word(at + 12));
    for (const date of [at + 16, at + 28]) {
      const some = guest.bytes[date] ?? 0;
      if (some > 1) throw noCase("an attachment's date", some, 2);
      if (some === 0) this.#put(NO_TEXT);
      else this.#text(date + 4, "an attachment's date");
    }
    const [messages, count] = guest.pair(at + 40);
    if (count > 0) guest.check(messages, { size: 8, align: 8 }, "an attachment's messages", count);
    this.#put(count);
    for (let word = messages; word < messages + count * 8; word += 4) this.#put(guest.word(word));
    const [data, length] = guest.pair(at + 48);
    guest.range(data, length, "an attachment's data");
    this.#put(length);
    // Not text: what is before it is looked at without it.
    this.#checkTexts();
    this.#copy(data, length);
    this.#unchecked = this.#at;
  }

  /** The string whose pointer and length are at this place. */
  #text(place: number, what: string): void {
    const { words, bytes } = this.#guest;
    const pointer = words[place >> 2] ?? 0;
    const length = words[(place >> 2) + 1] ?? 0;
    this.#put(length);
    if (length === 0) return;
    this.#guest.range(pointer, length, what);
    // All texts together are valid where each begins with a character and the whole of them is valid.
    if (((bytes[pointer] ?? 0) & CONTINUATION_MASK) === CONTINUATION) throw notUtf8(what);
    this.#copy(pointer, length);
  }

  #checkTexts(): void {
    if (!isUtf8(this.#bytes.subarray(this.#unchecked, this.#at))) throw notUtf8('a text that parse gave');
    this.#unchecked = this.#at;
  }

  #copy(pointer: number, length: number): void {
    this.#grow(length);
    const from = this.#guest.bytes;
    const to = this.#bytes;
    const at = this.#at;
    if (length <= SHORT)
      for (let index = 0; index < length; index++) to[at + index] = from[pointer + index] ?? 0;
    else to.set(from.subarray(pointer, pointer + length), at);
    this.#at += length;
  }

  #put(word: number): void {
    this.#room(1);
    this.#table[this.#word++] = word;
  }

  #room(words: number): void {
    if (this.#word + words <= this.#table.length) return;
    const larger = new Uint32Array(this.#table.length * 2);
    larger.set(this.#table);
    this.#table = larger;
  }

  #grow(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}

function notUtf8(what: string): GuestFault {
  return new GuestFault(`${what} is not valid UTF-8`);
}

/** The interface as jco lifts it. */
export interface LiftedParser {
  parse(data: Uint8Array, timestamp: bigint | undefined): readonly LiftedItem[];
}

interface LiftedItem {
  readonly value?: LiftedYield | undefined;
  readonly consumed: bigint;
}
type LiftedMessage =
  | { readonly tag: 'line'; readonly val: string }
  | { readonly tag: 'columns'; readonly val: readonly string[] };
interface LiftedAttachment {
  readonly name: string;
  readonly size: bigint;
  readonly createdDate?: string | undefined;
  readonly modifiedDate?: string | undefined;
  readonly messages: BigUint64Array;
  readonly data: Uint8Array;
}
type LiftedYield =
  | { readonly tag: 'message'; readonly val: LiftedMessage }
  | { readonly tag: 'attachment'; readonly val: LiftedAttachment }
  | { readonly tag: 'message-and-attachment'; readonly val: readonly [LiftedMessage, LiftedAttachment] };

/** `parse` the ordinary way, for components that the direct call does not fit. */
export function liftedParse(parser: LiftedParser): Parse {
  return (slice, timestamp) => {
    const data = new Uint8Array(slice.length);
    slice.copy(data, 0);
    let items: readonly LiftedItem[];
    try {
      items = parser.parse(data, timestamp);
    } catch (error) {
      const given = payloadOf(error);
      const known = ERRORS.find((one) => one === given?.tag);
      if (given === undefined || known === undefined) throw error;
      return encodeError(known, typeof given.val === 'string' ? given.val : '');
    }
    return encodeItems(items.map(itemOf));
  };
}

function itemOf({ value, consumed }: LiftedItem): ParsedItem {
  const [message, attachment] =
    value === undefined
      ? [undefined, undefined]
      : value.tag === 'message'
        ? [value.val, undefined]
        : value.tag === 'attachment'
          ? [undefined, value.val]
          : value.val;
  return {
    consumed,
    message: message?.val,
    attachment:
      attachment === undefined
        ? undefined
        : {
            ...attachment,
            createdDate: attachment.createdDate,
            modifiedDate: attachment.modifiedDate,
            messages: [...attachment.messages],
          },
  };
}

/** The error case of a WIT result as the bindings throw it; undefined for a trap. */
export function payloadOf(error: unknown): { readonly tag: string; readonly val?: unknown } | undefined {
  if (typeof error !== 'object' || error === null || !('payload' in error)) return undefined;
  const { payload } = error;
  if (typeof payload !== 'object' || payload === null || !('tag' in payload)) return undefined;
  return { tag: String(payload.tag), val: 'val' in payload ? payload.val : undefined };
}
