import { readSync } from 'node:fs';
import { crc32, decompress } from './compression.ts';
import type { Compression } from './compression.ts';
import { recordingError } from './errors.ts';

/** Where a chunk lies in the file, and what it needs to be read. */
export interface ChunkInfo {
  /** Offset of the Chunk record. */
  readonly offset: number;
  /** Offset and length of its bytes as stored. */
  readonly dataOffset: number;
  readonly dataLength: number;
  readonly compression: Compression;
  readonly size: number;
  /** 0 where the writer left it out. */
  readonly crc: number;
}

/** Unpacked chunks that are kept: eight full ones, or many of the small ones that a quiet plugin leaves. */
const CACHED_BYTES = 8 << 20;
const CACHED_CHUNKS = 4096;

/** Reads the chunks of one file, finished or growing, and keeps the last few unpacked. */
export class ChunkStore {
  readonly path: string;
  readonly #fd: number;
  readonly #chunks: ChunkInfo[] = [];
  /** In order of use, the newest last. */
  readonly #unpacked = new Map<number, Uint8Array>();
  #unpackedBytes = 0;

  constructor(path: string, fd: number) {
    this.path = path;
    this.#fd = fd;
  }

  get count(): number {
    return this.#chunks.length;
  }

  add(chunk: ChunkInfo): number {
    return this.#chunks.push(chunk) - 1;
  }

  /** Offset in the file of the Chunk record. */
  offsetOf(id: number): number {
    return this.#chunks[id]?.offset ?? 0;
  }

  /**
   * The chunk's uncompressed bytes. Throws a UserError where the file does not hold them any more. Without
   * `keep` no other chunk has to go for this one: it is not asked for again soon.
   */
  read(id: number, keep = true): Uint8Array {
    const known = this.#unpacked.get(id);
    if (known !== undefined) {
      this.#unpacked.delete(id);
      this.#unpacked.set(id, known);
      return known;
    }
    const chunk = this.#chunks[id];
    if (chunk === undefined)
      throw new RangeError(`There is no chunk ${id}: the recording has ${this.#chunks.length}.`);
    const bytes = this.#unpack(chunk);
    const isFull = this.#unpackedBytes + bytes.length > CACHED_BYTES || this.#unpacked.size >= CACHED_CHUNKS;
    if (!keep && isFull) return bytes;
    this.#unpackedBytes += bytes.length;
    for (const [oldest, { length }] of this.#unpacked) {
      if (this.#unpackedBytes <= CACHED_BYTES && this.#unpacked.size < CACHED_CHUNKS) break;
      this.#unpacked.delete(oldest);
      this.#unpackedBytes -= length;
    }
    this.#unpacked.set(id, bytes);
    return bytes;
  }

  #unpack(chunk: ChunkInfo): Uint8Array {
    const stored = readAt(this.#fd, this.path, chunk.dataOffset, chunk.dataLength);
    if (stored.length < chunk.dataLength)
      throw recordingError.damaged(this.path, chunk.offset, 'the file ends within this chunk');
    let bytes;
    try {
      bytes = decompress(chunk.compression, stored, chunk.size);
    } catch (error) {
      throw recordingError.damaged(this.path, chunk.offset, 'the chunk cannot be unpacked', error);
    }
    if (bytes.length !== chunk.size) {
      throw recordingError.damaged(
        this.path,
        chunk.offset,
        `the chunk has ${bytes.length} bytes where it says ${chunk.size}`,
      );
    }
    if (chunk.crc !== 0 && crc32(bytes) !== chunk.crc) {
      throw recordingError.damaged(this.path, chunk.offset, 'the checksum of the chunk is wrong');
    }
    // Payloads are cut out of this: plain arrays, as those of the open chunk are.
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** Reads up to `length` bytes at `offset`; fewer at the end of the file. */
export function readAt(fd: number, path: string, offset: number, length: number): Uint8Array {
  return readInto(fd, path, offset, Buffer.allocUnsafeSlow(length));
}

/** Fills `bytes` from `offset` on, and gives the part of it that the file has. */
export function readInto(fd: number, path: string, offset: number, bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  let done = 0;
  try {
    while (done < length) {
      const read = readSync(fd, bytes, done, length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
  } catch (error) {
    throw recordingError.cannotRead(path, offset + done, error);
  }
  return bytes.subarray(0, done);
}
