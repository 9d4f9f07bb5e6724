import { UserError } from '../errors.ts';

const utf8 = new TextDecoder();

/** An offset as messages show it. */
export function offsetText(offset: number): string {
  return `offset 0x${offset.toString(16)}`;
}

/** The error for a binary that ends early or says something that cannot be. */
export function malformed(file: string, offset: number, what: string): UserError {
  return new UserError(
    `${file} is damaged at ${offsetText(offset)}: ${what}.`,
    'Build it again, or copy it again if it came from elsewhere.',
  );
}

/**
 * A cursor over part of a WebAssembly binary. Every read checks the bounds and throws a UserError
 * that names the file and the offset.
 */
export class Reader {
  readonly bytes: Uint8Array;
  readonly file: string;
  /** Offset in `bytes` of the next read, and of the end of what may be read. */
  position: number;
  readonly end: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, file: string, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.file = file;
    this.position = start;
    this.end = Math.min(end, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  /** Moves on by `count` bytes and gives the offset before. */
  skip(count: number): number {
    const at = this.position;
    if (count < 0 || count > this.end - at) {
      throw malformed(this.file, at, `${count} bytes are due and ${Math.max(0, this.end - at)} are left`);
    }
    this.position = at + count;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.skip(8), true);
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  uleb32(): number {
    const at = this.position;
    const value = this.uleb64();
    if (value > 0xffffffffn) throw malformed(this.file, at, 'a number has more than 32 bits');
    return Number(value);
  }

  /** An unsigned LEB128 number of at most 64 bits. */
  uleb64(): bigint {
    const at = this.position;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (value > 0xffffffffffffffffn) break;
        return value;
      }
    }
    throw malformed(this.file, at, 'a number has more than 64 bits');
  }

  /** A signed LEB128 number; bits above the 32nd are dropped, as line tables need no more. */
  sleb32(): number {
    const at = this.position;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift + 7 < 32 && byte & 0x40 ? value | (-1 << (shift + 7)) : value;
    }
    throw malformed(this.file, at, 'a number has more than 64 bits');
  }

  /** A length and that many bytes of UTF-8. */
  name(): string {
    const length = this.uleb32();
    const start = this.skip(length);
    return utf8.decode(this.bytes.subarray(start, start + length));
  }

  /** A C string: UTF-8 up to a zero byte. */
  cString(): string {
    const zero = this.bytes.indexOf(0, this.position);
    if (zero < 0 || zero >= this.end) throw malformed(this.file, this.position, 'a string has no end');
    const start = this.skip(zero + 1 - this.position);
    return utf8.decode(this.bytes.subarray(start, zero));
  }
}

/** The unsigned LEB128 form of a number, as short as it gets. */
export function uleb(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return bytes;
}

export function concat(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
