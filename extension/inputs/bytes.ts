import { createHash, type Hash } from 'node:crypto';
import { stat, type FileHandle } from 'node:fs/promises';
import { basename, isAbsolute, relative, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { messageOf, UserError } from '../errors.ts';
import type { DataReference } from '../host/produce.ts';
import { FILE_BUFFERING } from './buffering.ts';
import type { ByteSource, Piece } from './byte-source.ts';
import { openFile } from './file.ts';
import { bytesText } from './size.ts';

export interface BytesOptions {
  /** Folder of the project, which references are relative to. */
  readonly folder?: string;
  /** Waits at the end for what is written behind it. */
  readonly follow?: boolean;
  /** How often a followed file is looked at, in ms. Default: upstream's second. */
  readonly pollMs?: number;
}

/** Files up to this are recorded themselves. */
const INLINE = 64 * 1024;
/** Read, and hashed, at a time. */
const STEP = 1024 * 1024;
const POLL_MS = 1000;
/** How much less than the last time may be asked for before what was hashed ahead is of no use. */
const SLACK = FILE_BUFFERING.enough;

/** Opens a file as a stream of its bytes; throws a UserError that names it where it cannot be read. */
export async function openBytes(file: string, options: BytesOptions = {}): Promise<ByteSource> {
  const handle = await openFile(file);
  try {
    return new FileBytes(file, handle, (await handle.stat()).size, options);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Bytes that were read before they were asked for. */
interface Ahead {
  readonly bytes: Uint8Array;
  readonly filled: number;
  /** Of the first so many bytes. */
  readonly hash: Hash;
  readonly hashed: number;
}

class FileBytes implements ByteSource {
  readonly title: string;
  readonly buffering = FILE_BUFFERING;
  readonly notes: readonly string[] = [];
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #name: string;
  readonly #options: BytesOptions;
  readonly #isInline: boolean;
  /** Where the file ends as far as it is known, and where the next piece begins. */
  #end: number;
  #offset = 0;
  readonly #buffers = new Buffers();
  /** What is read while the plugin works. */
  #ahead: Promise<Ahead> | undefined;
  #isClosed = false;

  constructor(file: string, handle: FileHandle, size: number, options: BytesOptions) {
    this.#file = file;
    this.#handle = handle;
    this.#end = size;
    this.#options = options;
    this.#name = nameOf(file, options.folder);
    this.#isInline = size <= INLINE && options.follow !== true;
    this.title = `${basename(file)} (${bytesText(size)})`;
  }

  get total(): number | undefined {
    return this.#options.follow === true ? undefined : this.#end;
  }

  async read(most: number, signal: AbortSignal): Promise<Piece | undefined> {
    signal.throwIfAborted();
    if (this.#isClosed || most < 1) return undefined;
    await this.#check();
    if (this.#offset >= this.#end && !(await this.#grows(signal))) return undefined;
    const wanted = Math.min(most, this.#end - this.#offset);
    this.#ahead ??= this.#fill(this.#buffers.take(wanted), 0, wanted);
    const ahead = await this.#ahead;
    signal.throwIfAborted();
    const length = Math.min(ahead.filled, wanted);
    const bytes = ahead.bytes.subarray(0, length);
    const reference = this.#isInline ? undefined : this.#reference(ahead, bytes);
    this.#offset += length;
    this.#goOn(ahead, length, most);
    return reference === undefined ? { bytes } : { bytes, reference };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#ahead?.catch(() => undefined);
    await this.#handle.close();
  }

  #reference({ hash, hashed }: Ahead, bytes: Uint8Array): DataReference {
    const all = hashed <= bytes.length ? hash.update(bytes.subarray(hashed)) : sha256().update(bytes);
    return { file: this.#name, offset: this.#offset, length: bytes.length, sha256: all.digest('hex') };
  }

  /** Begins to read what will be asked for next, behind what was read too far. */
  #goOn({ bytes, filled }: Ahead, given: number, most: number): void {
    this.#ahead = undefined;
    const size = Math.min(Math.max(most, filled - given), this.#end - this.#offset);
    if (size <= 0) return;
    const next = this.#buffers.take(size);
    next.set(bytes.subarray(given, Math.min(filled, given + size)));
    this.#ahead = this.#fill(next, Math.min(filled - given, size), size);
    // Whoever reads next is told; nobody may.
    this.#ahead.catch(() => undefined);
  }

  /** Reads until the buffer is full; the first `filled` bytes are there. Throws where the file ends before. */
  async #fill(bytes: Uint8Array, filled: number, size: number): Promise<Ahead> {
    const start = this.#offset;
    const hash = sha256();
    const most = this.#isInline ? 0 : size - SLACK;
    let hashed = 0;
    let end = filled;
    for (;;) {
      if (end <= most) {
        hash.update(bytes.subarray(hashed, end));
        hashed = end;
      }
      if (end >= size) return { bytes, filled: end, hash, hashed };
      const count = await this.#readAt(bytes, end, Math.min(STEP, size - end), start + end);
      if (count === 0) throw this.#gone(`ends at ${start + end} now`, start + end);
      end += count;
    }
  }

  async #readAt(bytes: Uint8Array, at: number, length: number, position: number): Promise<number> {
    try {
      return (await this.#handle.read(bytes, at, length, position)).bytesRead;
    } catch (error) {
      throw new UserError(
        `${this.#file} cannot be read at offset ${position}: ${messageOf(error)}.`,
        'Check the disk it is on, and run it again.',
        { cause: error },
      );
    }
  }

  /** Throws where the file is not what it was when it was opened. */
  async #check(): Promise<void> {
    const { size, nlink } = await this.#handle.stat();
    if (nlink === 0) throw this.#gone('was removed or replaced', this.#offset);
    if (size < this.#end)
      throw this.#gone(`became shorter, ${size} bytes instead of ${this.#end}`, this.#offset);
    if (this.#options.follow === true) this.#end = size;
  }

  /** Waits until there is more; false where nobody waits. */
  async #grows(signal: AbortSignal): Promise<boolean> {
    if (this.#options.follow !== true) return false;
    while (this.#offset >= this.#end) {
      try {
        await setTimeout(this.#options.pollMs ?? POLL_MS, undefined, { signal });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      }
      if (this.#isClosed) return false;
      // A file that was replaced is another one under this name, as after a rotation of logs.
      await stat(this.#file).catch((error: unknown) => {
        throw this.#gone(messageOf(error), this.#offset);
      });
      await this.#check();
    }
    return true;
  }

  #gone(what: string, offset: number): UserError {
    return new UserError(
      `${this.#file} changed while it was read at offset ${offset}: it ${what}.`,
      'Run it again when nothing else writes to it, or on a copy.',
    );
  }
}

/**
 * Two buffers that are used in turn, shared so that they can be lent to the plugin's thread: one has what
 * the plugin works on, the other one what is read meanwhile.
 */
class Buffers {
  #next = new SharedArrayBuffer(0);
  #other = new SharedArrayBuffer(0);

  take(size: number): Uint8Array {
    const buffer = this.#next.byteLength < size ? new SharedArrayBuffer(size) : this.#next;
    this.#next = this.#other;
    this.#other = buffer;
    return new Uint8Array(buffer, 0, size);
  }
}

function nameOf(file: string, folder: string | undefined): string {
  if (folder === undefined) return basename(file);
  const path = relative(folder, file);
  const isBelow = path !== '' && !isAbsolute(path) && path.split(sep)[0] !== '..';
  return isBelow ? path.split(sep).join('/') : basename(file);
}

function sha256(): Hash {
  return createHash('sha256');
}
