/**
 * Protocol Buffers' wire format, as much of it as Perfetto and OTLP need
 * (https://protobuf.dev/programming-guides/encoding/). Two dozen messages are written, none is read that has more
 * than two fields: a library with their descriptions would be a hundred times the size of this file.
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
/** Bytes that a varint takes at most. */
const LONGEST_VARINT = 10;
const FIRST_SIZE = 1 << 16;
const TWO_32 = 2 ** 32;

const utf8 = new TextEncoder();

/** Writes fields one after the other into a buffer that grows. */
export class WireWriter {
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Everything that was written so far, copied; the writer is empty then. */
  take(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > 16 * FIRST_SIZE) {
      this.#bytes = new Uint8Array(FIRST_SIZE);
      this.#view = new DataView(this.#bytes.buffer);
    }
    return bytes;
  }

  /** A whole number of at least 0 and below 2⁶⁴: uint32, uint64, bool, enum. */
  uint(field: number, value: number | bigint): void {
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  /** 64 bits as they are. */
  fixed64(field: number, value: bigint): void {
    this.#tag(field, FIXED64);
    this.#room(8);
    this.#view.setBigUint64(this.#length, value, true);
    this.#length += 8;
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, FIXED32);
    this.#room(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** What is no Unicode (a lone surrogate) becomes U+FFFD. */
  string(field: number, text: string): void {
    this.#tag(field, BYTES);
    // No character takes more bytes than three for each of its UTF-16 units.
    this.#room(LONGEST_VARINT + text.length * 3);
    const start = this.#length + 1;
    const { written } = utf8.encodeInto(text, this.#bytes.subarray(start));
    this.#length = start + written;
    this.#prefix(start);
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#tag(field, BYTES);
    this.#varint(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A message within this one; `write` writes its fields. */
  message(field: number, write: () => void): void {
    this.#tag(field, BYTES);
    this.#room(1);
    const start = ++this.#length;
    write();
    this.#prefix(start);
  }

  /** Puts the length before what was written from `start` on; one byte is free for it. */
  #prefix(start: number): void {
    const length = this.#length - start;
    let size = 1;
    for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    if (size > 1) {
      this.#room(size);
      this.#bytes.copyWithin(start + size - 1, start, this.#length);
    }
    this.#length = start - 1;
    this.#varint(length);
    this.#length += length;
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  #varint(value: number | bigint): void {
    this.#room(LONGEST_VARINT);
    let low: number;
    let high: number;
    if (typeof value === 'bigint') {
      low = Number(value & 0xffffffffn);
      high = Number((value >> 32n) & 0xffffffffn);
    } else {
      low = value >>> 0;
      high = Math.floor(value / TWO_32) >>> 0;
    }
    while (high > 0 || low >= 0x80) {
      this.#bytes[this.#length++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[this.#length++] = low;
  }

  #room(wanted: number): void {
    if (this.#length + wanted <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + wanted));
    // All of it: a length may be about to go before what is there.
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** A field of a message that somebody else wrote. */
export interface WireField {
  readonly field: number;
  /** Of varints, and of fixed fields as far as a double holds it. */
  readonly number?: number;
  /** Of strings, bytes and messages. */
  readonly bytes?: Uint8Array;
}

/** The fields of a message, as far as it can be read. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 0x80) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === VARINT) yield { field, number: varint() };
    else if (type === BYTES) {
      const length = varint();
      if (at + length > bytes.length) return;
      yield { field, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else {
      const length = type === FIXED64 ? 8 : type === FIXED32 ? 4 : undefined;
      if (length === undefined || at + length > bytes.length) return;
      const number = length === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
      yield { field, number };
      at += length;
    }
  }
}
