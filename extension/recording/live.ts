import { copyFileSync, appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import { recordingError } from './errors.ts';
import { RecordIndex } from './index.ts';
import {
  channelOf,
  DATA_HEAD,
  FIXED_HEAD,
  FORMAT_VERSION,
  MAX_PLUGINS,
  MESSAGE_HEAD,
  Opcode,
  RECORD_HEAD,
  setLater,
  setNanoseconds,
  storableDuration,
  storableTime,
} from './layout.ts';
import { RecordKind } from './record.ts';
import type {
  RawRecord,
  RecordChunks,
  RecordedPlugin,
  RecordHead,
  Recording,
  RecordingInfo,
} from './record.ts';
import { RecordingWriter } from './writer.ts';

/** A chunk is closed when it reaches this size or this age: a killed process loses no more. */
const CHUNK_BYTES = 1 << 20;
const CHUNK_MS = 40;
/** So many records at a time the age is looked at as well: a busy process is late with its timers. */
const LOOK_EVERY = 64;

export interface LiveOptions {
  /** File to write; a temporary one, removed by {@link LiveRecording.close}, where absent. */
  readonly path?: string | undefined;
  readonly contract: string;
  /** Milliseconds since the Unix epoch; now where absent. */
  readonly startedAt?: number | undefined;
  /** Versions of the tools that took part. */
  readonly tools?: Readonly<Record<string, string>> | undefined;
}

/** A recording that is being made: an MCAP file that is still open, and where everything in it is. */
export class LiveRecording implements Recording, Disposable {
  readonly info: RecordingInfo;
  readonly #plugins: RecordedPlugin[] = [];
  readonly #index = new RecordIndex();
  readonly #writer: RecordingWriter;
  readonly #temporary: string | undefined;
  readonly #listeners = new Set<(count: number) => void>();
  #buffer = new Uint8Array(CHUNK_BYTES);
  #view = new DataView(this.#buffer.buffer);
  #used = 0;
  /** Index of the first record of the open chunk. */
  #first = 0;
  /** When the open chunk got its first record, by the clock of `performance`. */
  #begun = 0;
  #told = 0;
  #timer: NodeJS.Timeout | undefined;
  #failure: UserError | undefined;
  #closed = false;
  #holders = 0;
  #released = false;

  /** Throws a UserError where the file cannot be created. */
  constructor(options: LiveOptions) {
    this.#temporary = options.path === undefined ? mkdtempSync(join(tmpdir(), 'hotplug-')) : undefined;
    this.info = {
      version: FORMAT_VERSION,
      contract: options.contract,
      startedAt: options.startedAt ?? Date.now(),
      tools: options.tools ?? {},
      plugins: this.#plugins,
    };
    const path = options.path ?? join(this.#temporary ?? '', 'live.mcap');
    this.#writer = new RecordingWriter(path, this.info, this.#index);
  }

  get path(): string {
    return this.#writer.path;
  }

  get count(): number {
    return this.#index.count;
  }

  /** Bytes of the file so far. */
  get bytes(): number {
    return this.#writer.bytes;
  }

  /** Why nothing more is recorded, for example a full disk. What was recorded stays readable. */
  get failure(): UserError | undefined {
    return this.#failure;
  }

  /** Adds a plugin and returns its index. */
  addPlugin(plugin: RecordedPlugin): number {
    const index = this.#plugins.length;
    if (index >= MAX_PLUGINS) throw new RangeError(`A recording holds at most ${MAX_PLUGINS} plugins.`);
    this.#guard(() => {
      this.#writer.addPlugin(index, plugin);
    });
    this.#plugins.push(plugin);
    return index;
  }

  /**
   * Adds a record and returns its index. The payload is copied. `durationMs`: how long a host call took
   * from `time` on; a call says so in its payload. Times and durations that the file cannot hold become
   * the nearest ones that it can. Never throws for the disk's sake: once {@link failure} is set, nothing is
   * added and the answer is -1.
   */
  append(
    plugin: number,
    kind: RecordKind,
    name: string,
    time: number,
    event: number,
    flags: number,
    payload: Uint8Array,
    durationMs = 0,
  ): number {
    if (plugin >= this.#plugins.length)
      throw new RangeError(`There is no plugin ${plugin} in this recording.`);
    const names = this.#index.names;
    const nameId = names.idOf(name);
    const nameBytes = names.bytesOf(nameId);
    const nameLength = nameBytes.length;
    const head = FIXED_HEAD + nameLength;
    const size = head + payload.length;
    if (this.#closed || this.#failure !== undefined) return -1;
    if (this.#used + size > this.#buffer.length && !this.#makeRoom(size)) return -1;
    if (this.#used === 0) this.#begun = performance.now();
    else if (this.#index.count % LOOK_EVERY === 0 && performance.now() - this.#begun > CHUNK_MS) {
      if (!this.#makeRoom(size)) return -1;
      this.#begun = performance.now();
    }

    const at = this.#used;
    const channel = channelOf(plugin, kind);
    const sane = storableTime(time);
    const took = kind === RecordKind.call ? 0 : storableDuration(durationMs, sane);
    // The payload first: it may be one of this very buffer.
    this.#buffer.set(payload, at + head);
    this.#buffer.set(nameBytes, at + FIXED_HEAD);
    const view = this.#view;
    view.setUint8(at, Opcode.message);
    view.setUint32(at + 1, size - RECORD_HEAD, true);
    view.setUint32(at + 5, 0, true);
    view.setUint16(at + RECORD_HEAD, channel, true);
    view.setUint32(at + RECORD_HEAD + 2, this.#index.count, true);
    setNanoseconds(view, at + RECORD_HEAD + 6, sane);
    setLater(view, at + RECORD_HEAD + 14, at + RECORD_HEAD + 6, took);
    view.setUint32(at + MESSAGE_HEAD, event, true);
    view.setUint8(at + MESSAGE_HEAD + 4, flags);
    view.setUint16(at + MESSAGE_HEAD + DATA_HEAD - 2, nameLength, true);
    this.#used = at + size;
    this.#timer ??= setTimeout(this.#onTimer, CHUNK_MS).unref();
    const index = this.#index.add(
      sane,
      channel,
      nameId,
      event,
      flags,
      this.#writer.chunks.count,
      at + head,
      payload.length,
    );
    if (kind === RecordKind.call) this.#index.setCall(index, view, at + head, payload.length);
    else this.#index.setDuration(index, took);
    return index;
  }

  at(index: number): RawRecord {
    if (this.#released) throw new Error(`The recording ${this.path} was closed.`);
    const chunk = this.#index.chunkOf(index);
    const chunks = this.#writer.chunks;
    return this.#index.record(index, chunk === chunks.count ? this.#buffer : chunks.read(chunk));
  }

  head(index: number): RecordHead {
    return this.#index.head(index);
  }

  get chunks(): RecordChunks {
    return {
      of: (index) => this.#index.chunkOf(index),
      read: (chunk) => {
        if (this.#released) throw new Error(`The recording ${this.path} was closed.`);
        const { chunks } = this.#writer;
        return chunk === chunks.count ? undefined : chunks.read(chunk);
      },
    };
  }

  /** Calls `listener` with the number of records after they came in, at most ten times a second. Returns how to end that. */
  onGrow(listener: (count: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Brings everything so far into the file. Throws a UserError where that fails. */
  flush(): void {
    this.#seal();
    this.#tell();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Writes a finished copy of the recording so far. Throws a UserError where that fails. */
  save(file: string): { readonly records: number; readonly bytes: number } {
    this.flush();
    try {
      copyFileSync(this.path, file);
      appendFileSync(file, this.#writer.ending());
      return { records: this.count, bytes: statSync(file).size };
    } catch (error) {
      throw recordingError.cannotCreate(file, error);
    }
  }

  /** Keeps the recording readable, past {@link close} as well, until the function that it returns is called. */
  hold(): () => void {
    let held = true;
    this.#holders++;
    return () => {
      if (!held) return;
      held = false;
      this.#holders--;
      if (this.#closed) this.#release();
    };
  }

  /** Finishes the file, or removes it if it was a temporary one. Throws a UserError where its end cannot be written. */
  close(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    try {
      if (this.#temporary === undefined) {
        this.flush();
        this.#writer.finish();
      }
    } finally {
      this.#closed = true;
      this.#listeners.clear();
      this.#release();
    }
  }

  #release(): void {
    if (this.#holders > 0 || this.#released) return;
    this.#released = true;
    this.#writer.close();
    if (this.#temporary !== undefined) rmSync(dirname(this.path), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#seal();
    this.#tell();
  };

  #tell(): void {
    if (this.#told === this.count) return;
    this.#told = this.count;
    for (const listener of this.#listeners) listener(this.count);
  }

  /** Closes the open chunk, and makes the next one big enough. False where the disk refuses. */
  #makeRoom(size: number): boolean {
    if (!this.#seal()) return false;
    const length = Math.max(size, CHUNK_BYTES);
    if (this.#buffer.length !== length) {
      this.#buffer = new Uint8Array(length);
      this.#view = new DataView(this.#buffer.buffer);
    }
    return true;
  }

  #seal(): boolean {
    if (this.#failure !== undefined) return false;
    const count = this.count - this.#first;
    if (count === 0) return true;
    const sealed = this.#guard(() => {
      this.#writer.addChunk({ records: this.#buffer.subarray(0, this.#used), first: this.#first, count });
    });
    if (!sealed) return false;
    this.#first += count;
    this.#used = 0;
    return true;
  }

  /** Runs a write; where it fails, what is in memory stays there and nothing is added any more. */
  #guard(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#failure = error;
      return false;
    }
  }
}
