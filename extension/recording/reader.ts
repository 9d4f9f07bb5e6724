import { closeSync, fstatSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ChunkStore } from './chunks.ts';
import { recordingError } from './errors.ts';
import { RecordIndex } from './index.ts';
import type { RawRecord, RecordHead, Recording, RecordingInfo } from './record.ts';
import { scan } from './scan.ts';

/** A recording in a file. */
export class RecordingFile implements Recording, Disposable {
  readonly info: RecordingInfo;
  /** Offset of the first byte that could not be read, where the file was cut off; the records before it are all there. */
  readonly truncatedAt?: number;
  readonly #fd: number;
  readonly #index: RecordIndex;
  readonly #chunks: ChunkStore;

  constructor(
    fd: number,
    info: RecordingInfo,
    index: RecordIndex,
    chunks: ChunkStore,
    truncatedAt: number | undefined,
  ) {
    this.#fd = fd;
    this.info = info;
    this.#index = index;
    this.#chunks = chunks;
    if (truncatedAt !== undefined) this.truncatedAt = truncatedAt;
  }

  get path(): string {
    return this.#chunks.path;
  }

  get count(): number {
    return this.#index.count;
  }

  at(index: number): RawRecord {
    return this.#index.record(index, this.#chunks.read(this.#index.chunkOf(index)));
  }

  head(index: number): RecordHead {
    return this.#index.head(index);
  }

  close(): void {
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a recording, whether it was finished or cut off. The file is read once, a chunk at a time.
 * Throws a UserError where it is not a recording, of a newer version, or damaged.
 */
export async function openRecording(path: string): Promise<RecordingFile> {
  let fd;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw recordingError.cannotOpen(path, error);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw recordingError.cannotOpen(path, new Error('it is not a file'));
    const index = new RecordIndex();
    const chunks = new ChunkStore(path, fd);
    const steps = scan(fd, stat.size, chunks, index);
    for (;;) {
      const step = steps.next();
      if (step.done === true)
        return new RecordingFile(fd, step.value.info, index, chunks, step.value.truncatedAt);
      await setImmediate();
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
