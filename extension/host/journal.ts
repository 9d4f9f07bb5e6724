/** What is recorded of one plugin, and where: a recording that is full is followed by another one. */
import { basename } from 'node:path';
import type { Project } from '../project/project.ts';
import type { LiveRecording } from '../recording/live.ts';
import { openRecording } from '../recording/reader.ts';
import {
  headOf,
  RecordFlag,
  RecordKind,
  type Lifecycle,
  type RawRecord,
  type RecordedPlugin,
} from '../recording/record.ts';
import { scrubber, type Scrub } from '../recording/scrub.ts';
import { readRules, redactParams, type Redaction } from '../values/redact.ts';
import type { Contract } from './contract.ts';
import { Counters } from './counters.ts';
import type { RebuildRequest } from './rebuild.ts';
import { epochNow } from './shared.ts';

export interface JournalOptions {
  readonly recording: LiveRecording;
  readonly project: Project;
  readonly contract: Pick<Contract, 'redact'>;
  readonly plugin: RecordedPlugin;
}

const NOTHING = new Uint8Array();

/** The records of an earlier recording that hold inputs of the present state. */
interface Earlier {
  readonly file: string;
  /** Index of the plugin in that recording. */
  readonly plugin: number;
  readonly from: number;
  readonly to: number;
}

/** The recordings that hold the inputs of the present state, oldest first, open until they are disposed of. */
export interface StateInputs extends Disposable {
  readonly parts: readonly RebuildRequest[];
  /** How many of the inputs and answers are without fields that are not recorded. */
  readonly redacted: number;
}

export class Journal {
  readonly #name: string;
  readonly #scrub: Scrub;
  readonly #contract: Pick<Contract, 'redact'>;
  /** What is not recorded; undefined where everything is. */
  readonly #redaction: Redaction | undefined;
  #recording: LiveRecording;
  #plugin: number;
  #earlier: Earlier[] = [];
  /** Index of the first record in the present recording that belongs to the present state. */
  #from: number;
  /** Name of the recording in which what runs was started. */
  #began: string | undefined;
  #params: string | undefined;
  readonly #counters = new Counters((name, value) => {
    const payload = new Uint8Array(new Float64Array([value]).buffer);
    this.#recording.append(this.#plugin, RecordKind.counter, name, epochNow(), 0, 0, payload);
  });

  /** Throws a UserError where the project's rules of what is not recorded cannot be read. */
  constructor({ recording, project, contract, plugin }: JournalOptions) {
    this.#name = project.name;
    this.#scrub = scrubber(project.folder);
    this.#contract = contract;
    const rules = project.config.record?.redact ?? [];
    this.#redaction = rules.length === 0 ? undefined : readRules(rules);
    this.#recording = recording;
    this.#plugin = recording.addPlugin(this.#asRecorded(plugin));
    this.#from = recording.count;
    this.#params = plugin.params;
  }

  /** The recording that is written now. */
  get recording(): LiveRecording {
    return this.#recording;
  }

  /** Index of the plugin in it. */
  get plugin(): number {
    return this.#plugin;
  }

  /** The parameters that the recording says the plugin was started with. */
  get params(): string | undefined {
    return this.#params;
  }

  /** `durationMs` is that of a host call. Gives the record's index in the present recording; -1 where nothing is recorded any more. */
  append(
    kind: RecordKind,
    name: string,
    time: number,
    event: number,
    flags: number,
    payload: Uint8Array,
    durationMs = 0,
  ): number {
    // Compilers put the paths of sources into what a panic or a failed assertion says.
    const bytes = kind === RecordKind.output ? this.#scrub.bytes(payload) : payload;
    const redacted =
      this.#redaction === undefined
        ? undefined
        : this.#redact(
            { kind, name, time, event, flags, payload: bytes, plugin: this.#plugin },
            this.#redaction,
          );
    return this.#recording.append(
      this.#plugin,
      kind,
      name,
      time,
      event,
      redacted === undefined ? flags : flags | RecordFlag.redacted,
      redacted ?? bytes,
      durationMs,
    );
  }

  /** The record's payload without what is not recorded; undefined where it has nothing of that. */
  #redact(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
    try {
      return this.#contract.redact(record, redaction);
    } catch {
      // What cannot be taken apart may have it anywhere.
      return NOTHING;
    }
  }

  #asRecorded(plugin: RecordedPlugin): RecordedPlugin {
    if (plugin.params === undefined || this.#redaction === undefined) return plugin;
    return { ...plugin, params: redactParams(plugin.params, this.#redaction) ?? plugin.params };
  }

  /** Adds a change of the plugin's life, without what says where on this machine it happened. */
  lifecycle(lifecycle: Lifecycle): void {
    const { change } = lifecycle;
    if (change === 'running' || change === 'reloaded') this.#began = basename(this.#recording.path);
    const payload = new TextEncoder().encode(JSON.stringify(this.#scrub.value(lifecycle)));
    this.append(RecordKind.lifecycle, change, epochNow(), 0, 0, payload);
  }

  /** Adds those of the host's numbers that have changed, where the last ones are some while ago. */
  count(counters: Readonly<Record<string, number>>): void {
    this.#counters.look(counters, performance.now());
  }

  /** The present state has seen none of the inputs so far. */
  stateBegins(): void {
    this.#earlier = [];
    this.#from = this.#recording.count;
  }

  /** Opens what holds the inputs of the present state. Throws a UserError where a recording is gone or damaged. */
  async openState(): Promise<StateInputs> {
    const closing: (() => void)[] = [];
    const close = (): void => {
      for (const one of closing.splice(0)) one();
    };
    try {
      const parts: RebuildRequest[] = [];
      for (const { file, plugin, from, to } of this.#earlier) {
        const recording = await openRecording(file);
        closing.push(() => {
          recording.close();
        });
        parts.push({ recording, plugin, from, to: Math.min(to, recording.count) });
      }
      const recording = this.#recording;
      closing.push(recording.hold());
      parts.push({ recording, plugin: this.#plugin, from: this.#from, to: recording.count });
      const redacted = this.#redaction === undefined ? 0 : parts.reduce(countRedacted, 0);
      return { parts, redacted, [Symbol.dispose]: close };
    } catch (error) {
      close();
      throw error;
    }
  }

  /** Goes on in another recording; `running` says what runs, where something does. */
  continueIn(
    recording: LiveRecording,
    plugin: RecordedPlugin,
    running: Partial<Lifecycle> | undefined,
  ): void {
    const before = this.#recording;
    this.#earlier.push({ file: before.path, plugin: this.#plugin, from: this.#from, to: before.count });
    this.#recording = recording;
    this.#plugin = recording.addPlugin(this.#asRecorded(plugin));
    this.#params = plugin.params;
    this.#from = recording.count;
    this.#counters.forget();
    const file = basename(before.path);
    const began = running === undefined ? undefined : (this.#began ?? file);
    this.lifecycle({
      change: 'continued',
      text:
        began === undefined
          ? `${this.#name} goes on from ${file}`
          : `${this.#name} goes on from ${file}; its life began in ${began}`,
      ...running,
      ...(began === undefined ? {} : { began }),
    });
  }
}

function countRedacted(sum: number, { recording, plugin, from, to }: RebuildRequest): number {
  let count = sum;
  for (let index = from; index < to; index++) {
    const { flags, kind, plugin: owner } = headOf(recording, index);
    if (owner !== plugin || (flags & RecordFlag.redacted) === 0) continue;
    if (kind === RecordKind.event || kind === RecordKind.hostCall) count++;
  }
  return count;
}
