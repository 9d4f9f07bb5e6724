/**
 * The live recording of a host. One that was named is one file for as long as the host runs. Else
 * the recordings are files of a folder, each up to a share of a budget: what is full is followed by
 * the next one, and the oldest are removed.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { keepWithin, LIVE_BUDGET, liveName } from '../recording/budget.ts';
import { recordingError } from '../recording/errors.ts';
import { LiveRecording } from '../recording/live.ts';
import type { RecordingStatus } from './protocol.ts';

/** So many files make up the budget: what is removed is the oldest quarter, never all of it. */
const SHARES = 4;
/** A recording is full at so many records as well: where each one is takes memory. */
const MOST_RECORDS = 1 << 23;
/** A next file that cannot be made is tried again after so many bytes. */
const RETRY_BYTES = 16 << 20;

export interface RecorderOptions {
  /** The one file; `folder` counts where absent. */
  readonly file?: string | undefined;
  /** Folder of live recordings; a temporary one where absent. */
  readonly folder?: string | undefined;
  /** Bytes of live recordings that are kept in the folder; with Infinity the recording stays one file. */
  readonly budget?: number | undefined;
  readonly tools: Readonly<Record<string, string>>;
}

export class Recorder {
  readonly #tools: RecorderOptions['tools'];
  /** Undefined for a named file. */
  readonly #folder: string | undefined;
  readonly #temporary: boolean;
  readonly #budget: number;
  readonly #share: number;
  #recording: LiveRecording;
  #number = 1;
  /** Bytes of the folder's other recordings. */
  #others = 0;
  #fullAt: number;

  /** Throws a UserError where the recording cannot be made. */
  constructor({ file, folder, budget = LIVE_BUDGET, tools }: RecorderOptions) {
    this.#tools = tools;
    this.#temporary = file === undefined && folder === undefined;
    this.#folder = file === undefined ? (folder ?? mkdtempSync(join(tmpdir(), 'hotplug-'))) : undefined;
    this.#budget = budget;
    this.#share = budget === Infinity ? 0 : budget / SHARES;
    this.#fullAt = this.#share;
    this.#recording = this.#open(file ?? this.#nextFile());
    void this.keep();
  }

  /** The recording that is written now. */
  get recording(): LiveRecording {
    return this.#recording;
  }

  /** Whether it is time for the next file: at once, at the next good moment, or not at all. */
  get full(): 'no' | 'soon' | 'now' {
    if (this.#folder === undefined || this.#budget === Infinity) return 'no';
    const { bytes, count } = this.#recording;
    if (bytes >= 2 * this.#fullAt || count >= 2 * MOST_RECORDS) return 'now';
    return bytes >= this.#fullAt || count >= MOST_RECORDS ? 'soon' : 'no';
  }

  /** Whether what failed can be followed by another file. */
  get canRenew(): boolean {
    return this.#folder !== undefined && this.#recording.failure !== undefined;
  }

  /** Makes the next file; `switched` has what writes go on in it, then the full one is finished. Throws a UserError where it cannot be made. */
  next(switched: (recording: LiveRecording) => void): void {
    const full = this.#recording;
    let recording: LiveRecording;
    try {
      recording = this.#open(this.#nextFile());
    } catch (error) {
      this.#fullAt = full.bytes + RETRY_BYTES;
      throw error;
    }
    this.#fullAt = this.#share;
    this.#recording = recording;
    switched(recording);
    try {
      full.close();
    } catch {
      // Its end cannot be written: it reads as one that was cut off, and `failure` has said why.
    }
    this.#others += full.bytes;
  }

  /** Removes the oldest recordings that do not fit into the budget beside what the present one may become. */
  async keep(): Promise<void> {
    if (this.#folder === undefined) return;
    const { path } = this.#recording;
    try {
      const kept = await keepWithin(this.#folder, this.#budget - this.#share, [path]);
      if (path === this.#recording.path) this.#others = Math.max(0, kept - this.#recording.bytes);
    } catch {
      // The folder cannot be listed: there is nothing that could be removed from it.
    }
  }

  status(): RecordingStatus {
    const { path, count, bytes, failure } = this.#recording;
    return {
      file: path,
      records: count,
      bytes,
      keptBytes: this.#others + bytes,
      ...(this.#folder === undefined || this.#budget === Infinity ? {} : { budgetBytes: this.#budget }),
      ...(failure === undefined ? {} : { failure: `${failure.message} ${failure.advice}` }),
    };
  }

  /** Finishes the recording. Throws a UserError where its end cannot be written. */
  close(): void {
    try {
      this.#recording.close();
    } finally {
      if (this.#temporary && this.#folder !== undefined)
        rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  #open(path: string): LiveRecording {
    return new LiveRecording({ path, contract: 'hotplug', tools: this.#tools });
  }

  #nextFile(): string {
    const path = join(this.#folder ?? '', liveName(new Date(), process.pid, this.#number++));
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      throw recordingError.cannotCreate(path, error);
    }
    return path;
  }
}
