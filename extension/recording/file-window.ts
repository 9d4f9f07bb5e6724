import { readInto } from './chunks.ts';

/** Bytes that are read ahead. */
const AHEAD = 1 << 16;

/** Reads small pieces of a file that lie close together, without asking the disk for each. */
export class FileWindow {
  readonly #fd: number;
  readonly #path: string;
  readonly #buffer = Buffer.allocUnsafeSlow(AHEAD);
  #start = 0;
  #bytes: Uint8Array = this.#buffer.subarray(0, 0);

  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
  }

  /** Up to `length` bytes at `offset`, fewer at the end of the file; valid until the next call. */
  read(offset: number, length: number): Uint8Array {
    if (length > AHEAD) return readInto(this.#fd, this.#path, offset, Buffer.allocUnsafeSlow(length));
    const at = offset - this.#start;
    if (at < 0 || at + length > this.#bytes.length) {
      this.#start = offset;
      this.#bytes = readInto(this.#fd, this.#path, offset, this.#buffer);
      return this.#bytes.subarray(0, length);
    }
    return this.#bytes.subarray(at, at + length);
  }
}
