import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { messageOf, UserError } from '../errors.ts';
import { ChunkStore } from './chunks.ts';
import { recordingError } from './errors.ts';
import { RecordIndex } from './index.ts';
import type { RawRecord, RecordChunks, RecordHead, Recording, RecordingInfo } from './record.ts';
import type { RecordingHead } from './fields.ts';
import { FileScan } from './scan.ts';
import { readStatistics } from './statistics.ts';

/** Milliseconds that a file is read at a time before others are let run. */
const SLICE_MS = 5;
/** Listeners are told at most this often, in ms. */
const TELL_MS = 100;

/** A recording in a file; its records come in while the file is read. */
export class RecordingFile implements Recording, Disposable {
  readonly info: RecordingInfo;
  readonly expected: Recording['expected'];
  /** Resolves when everything that can be read is in the index, or when it was closed before. */
  readonly complete: Promise<void>;
  readonly #fd: number;
  readonly #then: Stats;
  readonly #scan: FileScan;
  readonly #index: RecordIndex;
  readonly #chunks: ChunkStore;
  readonly #listeners = new Set<(count: number) => void>();
  #failure: UserError | undefined;
  #ended = false;
  #closed = false;

  /** `steps` is what is left of the scan. */
  constructor(file: OpenFile, head: RecordingHead, steps: Iterator<undefined> | undefined) {
    this.#fd = file.fd;
    this.#then = file.then;
    this.#scan = file.scan;
    this.#index = file.index;
    this.#chunks = file.chunks;
    // The list grows where plugins joined later.
    this.info = { ...head, plugins: file.scan.plugins };
    const statistics = readStatistics(file.scan.window, file.then.size);
    this.expected = statistics && {
      count: statistics.count,
      durationMs: Math.max(0, statistics.endTime - head.startedAt),
    };
    this.#ended = steps === undefined;
    this.complete = steps === undefined ? Promise.resolve() : this.#readOn(steps);
  }

  get path(): string {
    return this.#chunks.path;
  }

  get count(): number {
    return this.#index.count;
  }

  get indexed(): number {
    return this.#ended ? 1 : Math.min(1, this.#scan.position / this.#then.size);
  }

  /** Where the file is damaged or was changed while it was read; what came before stays readable. */
  get failure(): UserError | undefined {
    return this.#failure;
  }

  /** Offset of the first byte that could not be read, where the file was cut off; the records before it are all there. */
  get truncatedAt(): number | undefined {
    return this.#scan.truncatedAt;
  }

  /** Throws a UserError where the file does not hold the record any more. */
  at(index: number): RawRecord {
    return this.#index.record(index, this.#read(this.#index.chunkOf(index)));
  }

  get chunks(): RecordChunks {
    return { of: (index) => this.#index.chunkOf(index), read: (chunk) => this.#read(chunk) };
  }

  #read(chunk: number): Uint8Array {
    if (this.#closed) throw new Error(`The recording ${this.path} was closed.`);
    try {
      return this.#chunks.read(chunk);
    } catch (error) {
      throw this.#explained(error, this.#chunks.offsetOf(chunk));
    }
  }

  head(index: number): RecordHead {
    return this.#index.head(index);
  }

  onGrow(listener: (count: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listeners.clear();
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #readOn(steps: Iterator<undefined>): Promise<void> {
    let told = performance.now();
    while (!this.#ended) {
      await setImmediate();
      // The number of the file may be another file's by now.
      if (this.#closed) return;
      this.#ended = this.#runOn(steps);
      if (!this.#ended && performance.now() - told < TELL_MS) continue;
      told = performance.now();
      for (const listener of this.#listeners) listener(this.count);
    }
  }

  /** Reads for a while; true at the end, or where it cannot go on. */
  #runOn(steps: Iterator<undefined>): boolean {
    try {
      if (!runFor(SLICE_MS, steps)) return false;
      // What became shorter meanwhile looks like one that was cut off before.
      if (this.truncatedAt !== undefined && fstatSync(this.#fd).size < this.#then.size)
        this.#failure = recordingError.changed(this.path, this.truncatedAt);
    } catch (error) {
      this.#failure = this.#explained(error, this.#scan.position);
    }
    return true;
  }

  /** Damage that was not there when the file was opened was done since. */
  #explained(error: unknown, offset: number): UserError {
    const { path } = this;
    let now: Stats;
    try {
      now = fstatSync(this.#fd);
    } catch (cause) {
      return recordingError.cannotRead(path, offset, cause);
    }
    const { size, mtimeMs } = this.#then;
    if (now.size < size || now.mtimeMs !== mtimeMs) return recordingError.changed(path, offset, error);
    return error instanceof UserError ? error : recordingError.damaged(path, offset, messageOf(error), error);
  }
}

/** A file whose recording is being read. */
interface OpenFile {
  readonly fd: number;
  /** As it was when it was opened. */
  readonly then: Stats;
  readonly scan: FileScan;
  readonly index: RecordIndex;
  readonly chunks: ChunkStore;
}

/**
 * Opens a recording, whether it was finished or cut off, and resolves when all of it was read, a chunk
 * at a time. Throws a UserError where it is not a recording, of a newer version, or damaged.
 */
export async function openRecording(path: string): Promise<RecordingFile> {
  const recording = await openRecordingInBackground(path);
  await recording.complete;
  const { failure } = recording;
  if (failure === undefined) return recording;
  recording.close();
  throw failure;
}

/**
 * The same, and resolves as soon as the first records were read: the others, and perhaps plugins, come in
 * afterwards, until {@link RecordingFile.complete}. The event loop is never held up for long. Damage that is
 * met later is the recording's `failure`.
 */
export async function openRecordingInBackground(path: string): Promise<RecordingFile> {
  const file = openFile(path);
  const { scan, index } = file;
  try {
    const steps = scan.steps();
    for (;;) {
      const done = runFor(SLICE_MS, steps, () => scan.head !== undefined && index.count > 0);
      if (scan.head !== undefined && (done || index.count > 0))
        return new RecordingFile(file, scan.head, done ? undefined : steps);
      await setImmediate();
    }
  } catch (error) {
    closeSync(file.fd);
    throw error;
  }
}

function openFile(path: string): OpenFile {
  let fd;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw recordingError.cannotOpen(path, error);
  }
  try {
    const then = fstatSync(fd);
    if (!then.isFile()) throw recordingError.cannotOpen(path, new Error('it is not a file'));
    const index = new RecordIndex();
    const chunks = new ChunkStore(path, fd);
    return { fd, then, scan: new FileScan(fd, then.size, chunks, index), index, chunks };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Takes steps until the time is over or there is `enough`; true when there are no more. */
function runFor(ms: number, steps: Iterator<undefined>, enough: () => boolean = () => false): boolean {
  const until = performance.now() + ms;
  while (performance.now() < until && !enough()) if (steps.next().done === true) return true;
  return false;
}
