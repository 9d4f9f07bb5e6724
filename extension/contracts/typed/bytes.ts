/** Bytes that are written and read one thing after the other. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
/** For texts that are cut, perhaps within a character. */
const lenient = new TextDecoder();
const FIRST = 256;
/** Bytes of room that are kept from one payload to the next. */
const KEPT = 1 << 20;
/** Code units of a text whose bytes may be few enough for a count of one byte, and bytes of UTF-8 for each. */
const SHORT = 0x80;
const MOST_PER_UNIT = 3;

/** Grows as it is written; numbers are little-endian, counts are LEB128. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written so far, as bytes of its own. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #room(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  byte(value: number): void {
    // Making room may replace the bytes.
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  count(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#room(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value), true);
  }

  f32(value: number): void {
    const at = this.#room(4);
    this.#view.setFloat32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  text(value: string): void {
    if (value.length < SHORT) {
      // The count of a short text is one byte, so that its bytes can be put behind it before they are counted.
      const at = this.#room(1 + value.length * MOST_PER_UNIT);
      const { written } = encoder.encodeInto(value, this.#bytes.subarray(at + 1));
      if (written < 0x80) {
        this.#bytes[at] = written;
        this.#length = at + 1 + written;
        return;
      }
      this.#length = at;
    }
    const bytes = encoder.encode(value);
    this.count(bytes.length);
    this.bytes(bytes);
  }

  /** Forgets what was written; the room for it stays where it is no more than most payloads need. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length <= KEPT) return;
    this.#bytes = new Uint8Array(FIRST);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

/** Thrown for bytes that are not what they should be. */
export class DamagedBytes extends Error {
  override readonly name = 'DamagedBytes';
}

/** Reads what a {@link ByteWriter} wrote; throws {@link DamagedBytes} where it goes past the end, or makes no sense. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #mostOfText: number;
  #at = 0;

  /** Of each text no more than `mostOfText` bytes are given, for what shows its beginning. */
  constructor(bytes: Uint8Array, mostOfText = Infinity) {
    this.#bytes = bytes;
    this.#mostOfText = mostOfText;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #step(size: number): number {
    if (size > this.left) throw new DamagedBytes('the bytes end too early');
    const at = this.#at;
    this.#at += size;
    return at;
  }

  byte(): number {
    return this.#view.getUint8(this.#step(1));
  }

  count(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 28; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new DamagedBytes('a count is too large');
  }

  u16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#step(8), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.#step(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#step(8), true);
  }

  /** The next bytes, not copied. */
  bytes(length: number): Uint8Array {
    const at = this.#step(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(): string {
    const bytes = this.bytes(this.count());
    if (bytes.length > this.#mostOfText) return lenient.decode(bytes.subarray(0, this.#mostOfText));
    try {
      return decoder.decode(bytes);
    } catch (error) {
      throw new DamagedBytes('a text is not UTF-8', { cause: error });
    }
  }
}
