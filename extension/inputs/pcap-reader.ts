/** A file that is read from its beginning to its end, a few bytes at a time. */
import type { FileHandle } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.ts';

const BLOCK = 256 * 1024;

export class FileReader {
  readonly file: string;
  readonly #handle: FileHandle;
  /** What was read, which begins at `#start` of the file, and the place in it. */
  #block = Buffer.alloc(0);
  #start = 0;
  #at = 0;

  constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  /** Offset in the file of what is taken next. */
  get offset(): number {
    return this.#start + this.#at;
  }

  /** The next bytes without taking them, fewer where the file ends; valid until the next call. */
  async peek(length: number): Promise<Buffer> {
    if (this.#block.length - this.#at < length) await this.#read(length);
    return this.#block.subarray(this.#at, this.#at + length);
  }

  /** Takes bytes that were peeked at. */
  skip(length: number): void {
    this.#at += length;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #read(length: number): Promise<void> {
    const rest = this.#block.subarray(this.#at);
    const size = (await this.#stat()).size;
    // A length that is nonsense is not memory that is wanted: the file has no more than it has.
    const most = Math.min(Math.max(length, BLOCK), Math.max(size - this.offset, rest.length));
    const block = Buffer.alloc(Math.max(most, rest.length));
    rest.copy(block);
    [this.#start, this.#at] = [this.offset, 0];
    let filled = rest.length;
    while (filled < block.length) {
      const count = await this.#readAt(block, filled);
      if (count === 0) break;
      filled += count;
    }
    this.#block = block.subarray(0, filled);
  }

  async #readAt(block: Buffer, filled: number): Promise<number> {
    const position = this.#start + filled;
    try {
      return (await this.#handle.read(block, filled, block.length - filled, position)).bytesRead;
    } catch (error) {
      throw new UserError(
        `${this.file} cannot be read at offset ${position}: ${messageOf(error)}.`,
        'Check the disk it is on, and run it again.',
        { cause: error },
      );
    }
  }

  async #stat(): Promise<{ readonly size: number }> {
    const stat = await this.#handle.stat();
    if (stat.size >= this.offset) return stat;
    throw new UserError(
      `${this.file} became shorter while it was read at offset ${this.offset}: it has ${stat.size} bytes.`,
      'Run it again when nothing else writes to it, or on a copy.',
    );
  }
}
