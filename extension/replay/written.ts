/** A recording that is made of lives of other recordings, for a project's recordings. */
import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { toolVersions } from '../host/versions.ts';
import { recordingError } from '../recording/errors.ts';
import { LiveRecording } from '../recording/live.ts';
import {
  RecordFlag,
  RecordKind,
  type Lifecycle,
  type RawRecord,
  type RecordedPlugin,
} from '../recording/record.ts';

/** A life as it is to be written. */
export interface WrittenLife {
  /** Index of its plugin where it comes from: lives with the same one are of one plugin. */
  readonly plugin: number;
  readonly recorded: RecordedPlugin;
  /** What the instance is of, and the parameters that it was made with, as JSON text. */
  readonly artifact: string | undefined;
  readonly params: string | undefined;
  /** Everything that happened but changes of life, in order; each is looked at before the next is asked for. */
  readonly records: Iterable<RawRecord>;
  /** How it ended; undefined where it goes on. */
  readonly end?: { readonly change: 'stopped' | 'failed'; readonly text: string } | undefined;
}

/** Is written beside its place, and put there as a whole. */
export class WrittenRecording implements AsyncDisposable {
  readonly #file: string;
  readonly #aside: string;
  readonly #recording: LiveRecording;
  /** Indexes of the plugins, by those that they have where they come from. */
  readonly #plugins = new Map<number, number>();

  /** Throws a UserError where nothing can be written beside the file. */
  constructor(file: string, contract: string) {
    this.#file = file;
    this.#aside = join(dirname(file), `.${basename(file)}-${randomUUID()}`);
    this.#recording = new LiveRecording({ path: this.#aside, contract, tools: toolVersions() });
  }

  add({ plugin: from, recorded, artifact, params, records, end }: WrittenLife): void {
    const plugin = this.#plugins.get(from) ?? this.#recording.addPlugin(recorded);
    this.#plugins.set(from, plugin);
    let time: number | undefined;
    const lifecycle = (lifecycle: Lifecycle): void => {
      const payload = new TextEncoder().encode(JSON.stringify(lifecycle));
      const when = time ?? Date.now();
      this.#recording.append(plugin, RecordKind.lifecycle, lifecycle.change, when, 0, 0, payload);
    };
    const own = this.#recording.info.plugins[plugin]?.params;
    const running: Lifecycle = {
      change: 'running',
      text: 'Running',
      ...(artifact === undefined ? {} : { artifact }),
      ...(params === own ? {} : { params: params ?? null }),
    };
    let [begun, runs] = [false, false];
    for (const record of records) {
      time = record.time;
      if (!begun) lifecycle({ change: 'initializing', text: 'Initializing' });
      begun = true;
      if (!runs && (record.flags & RecordFlag.starting) === 0) {
        lifecycle(running);
        runs = true;
      }
      const { kind, name, event, flags, payload, durationMs } = record;
      this.#recording.append(plugin, kind, name, time, event, flags, payload, durationMs);
    }
    if (!runs) lifecycle(running);
    if (end !== undefined) lifecycle(end);
  }

  /** Puts the recording into its place. Throws a UserError where that fails. */
  async finish(): Promise<{ readonly records: number; readonly bytes: number }> {
    this.#recording.close();
    const { count: records, bytes } = this.#recording;
    try {
      await rename(this.#aside, this.#file);
    } catch (error) {
      throw recordingError.cannotCreate(this.#file, error);
    }
    return { records, bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#recording.close();
    } finally {
      await rm(this.#aside, { force: true });
    }
  }
}
