/**
 * A replay as it goes: an instance of an artifact that is given the events of a life, whose host
 * calls are answered from the recording, and whose records go to a recording of its own, the trace.
 * It runs as far as it is asked to, and can look at the memory of any moment it has passed.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { encodeAnswers, type NamedAnswer, type ReplayAnswers } from '../host/answers.ts';
import { HELD } from '../host/boundary.ts';
import type { Contract, EncodedEvent } from '../host/contract.ts';
import { checkComponent } from '../host/dev-source.ts';
import { reportFailure, timeoutFailure } from '../host/failure.ts';
import { Instance } from '../host/instance.ts';
import { ReferredFiles } from '../host/referred.ts';
import { LOOK_AT_END, type WorkerFailure } from '../host/messages.ts';
import type { PreparedComponent } from '../host/prepare.ts';
import type { DataReference } from '../host/produce.ts';
import type { FailureReport } from '../host/report.ts';
import type { Frame } from '../host/ring.ts';
import type { Workshop } from '../host/workshop.ts';
import type { Artifact } from '../project/project.ts';
import { LiveRecording } from '../recording/live.ts';
import {
  headOf,
  CallStatus,
  decodeCallTime,
  RecordFlag,
  RecordKind,
  type RawRecord,
  type Recording,
} from '../recording/record.ts';
import { scrubber, type Scrub } from '../recording/scrub.ts';
import { groupOf, readGroup, type Group, type Life } from './lives.ts';
import type { ReplayEnd, Unrecorded } from './types.ts';

/** What an execution needs of the host that it runs in. */
export interface Bench {
  readonly workshop: Workshop;
  readonly cacheFolder: string;
  /** The component that runs sources of a language in development; undefined where there is none. */
  readonly interpreter: (contract: string, language: string) => string | undefined;
}

/** What is other than in the recording: a branch. */
export interface Edits {
  /** Events by their position in the life. */
  readonly events: ReadonlyMap<number, EncodedEvent>;
  /** All answers to the host calls of an event, by its position. */
  readonly answers: ReadonlyMap<number, readonly NamedAnswer[]>;
}

/** How a replay runs that a debugger of sources is attached to. */
export interface SourceLevel {
  /** Milliseconds between loading the plugin and running it, in which the debugger sets its breakpoints. */
  readonly waitMs: number;
}

export interface ExecutionOptions {
  readonly bench: Bench;
  readonly recording: Recording;
  readonly life: Life;
  readonly contract: Contract;
  readonly artifact: Artifact;
  readonly language: string;
  /** Files that may be those that events refer to: the input that the plugin was given. */
  readonly inputs?: readonly string[] | undefined;
  /** The artifact's project: paths in it are in the trace as they are in a recording. */
  readonly folder?: string | undefined;
  readonly unrecorded: Unrecorded;
  /** Milliseconds that one call may take. */
  readonly deadlineMs: number;
  /** Keep states to go back to: for {@link Execution.memoryAt}. */
  readonly checkpoints: boolean;
  readonly edits?: Edits | undefined;
  /** Run for a debugger of sources, with debug information and without a deadline. */
  readonly sourceLevel?: SourceLevel | undefined;
}

/** Events that are handed to the worker ahead of those that it answered. */
const AHEAD = 512;
/** And of those whose data come from files, which are large. */
const DATA_AHEAD = 2;
const WATCH_MS = 25;
/** Milliseconds that a copy of the memory may take to come once its event was answered. */
const LOOK_MS = 2000;
/** Milliseconds until a failed call is taken for one that the instance survived. */
const SETTLE_MS = 250;
const NO_EDITS: Edits = { events: new Map(), answers: new Map() };

/** What an event refers to: read, or why it cannot be. */
interface Data {
  readonly position: number;
  bytes?: Uint8Array;
  error?: Error;
}

/** A moment within an event that an execution has passed. */
export interface Moment {
  /** Position of the event in the life. */
  readonly position: number;
  /** Which of its host calls, from 0; undefined for when the event was answered. */
  readonly hostCall?: number | undefined;
}

export class Execution implements AsyncDisposable {
  readonly options: ExecutionOptions;
  /** What the plugin did, as a recording of one plugin. */
  readonly trace: LiveRecording;
  /** SHA-256 of the artifact, in hex. */
  readonly hash: string;
  readonly #prepared: PreparedComponent;
  /** The component that runs: the artifact, or the interpreter of its source. */
  readonly #component: string;
  readonly #source: string | undefined;
  readonly #scrub: Scrub;
  readonly #referred: ReferredFiles;
  readonly #groups: { first: number; until: number }[] = [];
  readonly #start: number[] = [];
  readonly #ending: number[] = [];
  #instance: Instance | undefined;
  #metadata: unknown;
  #ended: ReplayEnd | undefined;
  #failure: WorkerFailure | undefined;
  /** Index of the present event's record in the trace; undefined outside of one. */
  #first: number | undefined;
  /** Position of the next event that the instance has not been given; less than {@link done} after a look back. */
  #offered = 0;
  /** Position of the event whose answers are in the ring already, while it is not. */
  #answersOffered = -1;
  /** What the next event refers to, as it is read. */
  #data: Data | undefined;
  /** What happens is in the trace already: the instance is made or run again for a look back. */
  #again = false;
  /** Takes the number of an event that was answered again, or undefined where the instance ended. */
  #answeredAgain: ((event: number | undefined) => void) | undefined;
  #progress: (() => void) | undefined;
  #restored: ((event: number | undefined) => void) | undefined;
  #memory: ((bytes: Uint8Array) => void) | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #released = false;

  private constructor(
    options: ExecutionOptions,
    component: string,
    prepared: PreparedComponent,
    source: string | undefined,
    hash: string,
  ) {
    this.options = options;
    this.#component = component;
    this.#prepared = prepared;
    this.#source = source;
    this.hash = hash;
    const { recording, life, contract, folder, inputs = [] } = options;
    this.#referred = new ReferredFiles({
      // A recording in a project's folder `recordings` is of files of the project.
      folders: [folder, ...foldersOf(recording.path)].filter((one) => one !== undefined),
      files: [...inputs, ...(contract.inputs ?? [])],
    });
    this.#scrub = scrubber(options.folder);
    this.trace = new LiveRecording({ contract: contract.id, tools: recording.info.tools });
    const recorded = recording.info.plugins[life.plugin];
    this.trace.addPlugin({
      name: recorded?.name ?? 'plugin',
      contract: contract.id,
      language: options.language,
      ...(life.params === undefined ? {} : { params: life.params }),
      limits: { memoryBytes: contract.limits.memoryBytes, deadlineMs: options.deadlineMs },
    });
  }

  /**
   * Makes the instance. A plugin that cannot be started leaves an execution that has ended; throws a
   * UserError where the artifact is none that the contract's host would take.
   */
  static async start(options: ExecutionOptions): Promise<Execution> {
    const { artifact, bench, contract, language } = options;
    const component =
      artifact.kind === 'source'
        ? (artifact.interpreter ?? bench.interpreter(contract.id, language))
        : artifact.path;
    if (component === undefined) {
      throw new UserError(
        `There is no development interpreter for ${language}.`,
        'Replay against a component file.',
      );
    }
    const [prepared, source] = await Promise.all([
      bench.workshop.prepare({
        path: component,
        cacheFolder: bench.cacheFolder,
        memoryBytes: contract.limits.memoryBytes,
        kernel: contract.kernel?.file,
        ...(options.sourceLevel === undefined ? {} : { debugInfo: true }),
      }),
      artifact.kind === 'source' ? readFile(artifact.path, 'utf8') : undefined,
    ]);
    const findings = checkComponent(contract, prepared.info, artifact.kind);
    const refused = findings.find(({ severity }) => severity === 'error');
    if (refused !== undefined) throw new UserError(refused.message, refused.advice);
    const hash =
      source === undefined ? prepared.info.hash : createHash('sha256').update(source).digest('hex');
    const execution = new Execution(options, component, prepared, source, hash);
    try {
      await execution.#make();
    } catch (error) {
      await execution[Symbol.asyncDispose]();
      throw error;
    }
    return execution;
  }

  /** Number of events that were answered, or ended the instance. */
  get done(): number {
    return this.#groups.length;
  }

  /** Why nothing more is run; undefined where the next event can be. */
  get ended(): ReplayEnd | undefined {
    return this.#ended;
  }

  /** What the plugin said of itself, as its contract lifts it. */
  get metadata(): unknown {
    return this.#metadata;
  }

  /** Records in the trace of the instance's making, and of its cleanup. */
  get start(): readonly number[] {
    return this.#start;
  }
  get ending(): readonly number[] {
    return this.#ending;
  }

  /** What happened with the event at this position of the life, in the trace; undefined where it was not run. */
  group(position: number): Group | undefined {
    const found = this.#groups[position];
    return found === undefined ? undefined : readGroup(this.trace, 0, found.first, found.until);
  }

  /** The event at this position as it was handed over. */
  event(position: number): EncodedEvent & { readonly flags: number; readonly number: number } {
    const { recording, life } = this.options;
    const record = recording.at(life.events[position] ?? -1);
    const edited = this.#edits.events.get(position);
    return {
      name: edited?.name ?? record.name,
      payload: edited?.payload ?? record.payload,
      flags: record.flags & RecordFlag.control,
      number: record.event,
    };
  }

  /** The answers that the host calls of this event got, or would get, from the recording or its edits. */
  answers(position: number): readonly NamedAnswer[] {
    const edited = this.#edits.answers.get(position);
    if (edited !== undefined) return edited;
    const { recording, life, contract } = this.options;
    const group = groupOf(recording, life, position);
    return group === undefined ? [] : answersOf(recording, group.records, contract);
  }

  /** Runs until `to` events of the life are answered, the instance ends, or the signal is given. */
  advance(to: number, signal?: AbortSignal): Promise<void> {
    const run = this.#running.then(() => this.#advance(to, signal));
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** What is known of the instance's failure, with the lines of sources where they are known; undefined where it did not fail. */
  async report(folder: string): Promise<FailureReport | undefined> {
    const failure = this.#failure;
    if (failure === undefined) return undefined;
    const { contract, artifact, deadlineMs } = this.options;
    return await reportFailure(failure, {
      recording: this.trace,
      plugin: 0,
      contract,
      artifact,
      folder,
      hash: this.#prepared.info.hash,
      component: this.#component,
      deadlineMs,
    });
  }

  /** Ends the instance in good order, with the recorded answers; what it does then is in {@link ending}. */
  async finish(): Promise<void> {
    const { recording, life, contract } = this.options;
    const instance = this.#instance;
    if (instance?.alive !== true || this.#ended !== undefined) return;
    const timeout = setTimeout(() => void instance.terminate(), this.options.deadlineMs);
    await instance.stop(encodeAnswers(answersOf(recording, life.ending, contract)));
    clearTimeout(timeout);
  }

  /** Ends the instance and keeps the trace. */
  async release(): Promise<void> {
    clearInterval(this.#watchdog);
    this.#released = true;
    await this.#instance?.terminate();
  }

  /**
   * The plugin's linear memory at a moment that was passed. Goes back to a kept state and runs again
   * from there; from the beginning where none was kept. Undefined where the moment cannot be reached again.
   */
  memoryAt(moment: Moment): Promise<Uint8Array | undefined> {
    const run = this.#running.then(() => this.#memoryAt(moment));
    this.#running = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
    this.#wake();
    await this.#running;
    this.trace.close();
  }

  get #edits(): Edits {
    return this.options.edits ?? NO_EDITS;
  }

  async #make(): Promise<void> {
    const { bench, recording, life, contract, unrecorded, checkpoints, sourceLevel } = this.options;
    const replay: ReplayAnswers = {
      unrecorded,
      start: encodeAnswers(answersOf(recording, life.start, contract)),
      checkpoints: checkpoints && this.#prepared.keepable && contract.hasResources !== true,
    };
    const instance: Instance = new Instance(await bench.workshop.takeWorker(), {
      record: (name, frame) => {
        this.#record(name, frame);
      },
      drained: () => {
        this.#wake();
      },
      failed: (failure) => {
        if (instance === this.#instance) this.#fail(failure);
      },
      lost: (reason) => {
        if (instance === this.#instance && !this.#released)
          this.#end({ reason: 'host', event: instance.taken, text: reason });
      },
      restored: (event) => this.#restored?.(event),
      memory: (bytes) => this.#memory?.(bytes),
    });
    this.#instance = instance;
    this.#watchdog ??= setInterval(this.#watch, WATCH_MS);
    this.#watchdog.unref();
    const outcome = await instance.prepare({
      script: this.#prepared.script,
      modules: this.#prepared.modules,
      contract: contract.id,
      binding: contract.binding,
      node: recording.info.plugins[life.plugin]?.name ?? 'plugin',
      params: life.params,
      source: this.#source,
      replay,
      ...sourceLevel,
    });
    if ('metadata' in outcome) {
      this.#metadata = outcome.metadata;
      instance.run();
      return;
    }
    await instance.terminate();
    this.#end({
      reason: outcome.kind === 'unrecorded' || outcome.kind === 'timeout' ? outcome.kind : 'start',
      event: 0,
      text: `${outcome.call}: ${outcome.message}`,
    });
  }

  #record(name: string, frame: Frame): void {
    const { event, kind, time, durationMs } = frame;
    if (this.#again) {
      if (kind === RecordKind.call && event !== 0) this.#answeredAgain?.(event);
      return;
    }
    const held = (frame.flags & HELD) !== 0;
    const flags = frame.flags & ~HELD;
    const given = held ? this.event(this.done).payload : frame.payload;
    const payload = kind === RecordKind.output ? this.#scrub.bytes(given) : given;
    const index = this.trace.append(0, kind as RecordKind, name, time, event, flags, payload, durationMs);
    if ((flags & RecordFlag.starting) !== 0) {
      if (kind !== RecordKind.memory) this.#start.push(index);
    } else if ((flags & RecordFlag.ending) !== 0) this.#ending.push(index);
    else if (kind === RecordKind.event) this.#first = index;
    else if (kind === RecordKind.call && event !== 0) this.#answered(index + 1);
  }

  #answered(until: number): void {
    if (this.#first === undefined) return;
    this.#groups.push({ first: this.#first, until });
    this.#first = undefined;
  }

  async #advance(to: number, signal: AbortSignal | undefined): Promise<void> {
    const { life } = this.options;
    const last = Math.min(to, life.events.length);
    if (this.done < last) await this.#catchUp();
    while (this.done < last && this.#ended === undefined && !this.#released && signal?.aborted !== true) {
      while (this.#offered < Math.min(last, this.done + AHEAD) && this.#offer(this.#offered, 'event'))
        this.#offered++;
      await this.#woken();
      // A full disk: what is not in the trace cannot be compared.
      if (this.trace.failure !== undefined) throw this.trace.failure;
    }
    await this.#settle();
  }

  /** A call that failed has most likely ended the instance, which is heard of a moment after the call. */
  async #settle(): Promise<void> {
    const last = this.#groups.at(-1);
    if (last === undefined || this.#ended !== undefined) return;
    const { kind, payload } = this.trace.at(last.until - 1);
    if (kind !== RecordKind.call || decodeCallTime(payload).status === CallStatus.ok) return;
    const until = performance.now() + SETTLE_MS;
    while (this.ended === undefined && !this.#released && performance.now() < until) await moment();
  }

  /** Hands an event over with the answers to its host calls; false where there is no room now. */
  #offer(position: number, kind: 'event' | 'rebuild'): boolean {
    const instance = this.#instance;
    if (instance === undefined) return false;
    if (this.#answersOffered !== position) {
      const answers = this.answers(position);
      if (answers.length > 0 && !instance.offerAnswers(encodeAnswers(answers))) return false;
      this.#answersOffered = position;
    }
    const { name, number, payload, flags } = this.event(position);
    const reference = this.options.contract.referenceOf?.({ name, payload });
    const data = reference === undefined ? undefined : this.#read(position, reference);
    if (reference !== undefined && data === undefined) return false;
    if (!instance.offer(name, number, payload, kind, flags, data)) return false;
    this.#data = undefined;
    this.#answersOffered = -1;
    return true;
  }

  /** What an event refers to; undefined where that is still being read, or enough of it is on its way. */
  #read(position: number, reference: DataReference): Uint8Array | undefined {
    if (this.#data?.position !== position) {
      if (this.#offered - this.done >= DATA_AHEAD) return undefined;
      const data: Data = { position };
      this.#data = data;
      void this.#referred
        .read(reference)
        .then(
          (bytes) => (data.bytes = bytes),
          (error: unknown) => (data.error = asError(error)),
        )
        .finally(() => {
          this.#wake();
        });
    }
    const { bytes, error } = this.#data;
    if (error !== undefined) throw error;
    return bytes;
  }

  #wake(): void {
    const progress = this.#progress;
    this.#progress = undefined;
    progress?.();
  }

  /** Resolves when records came in, and every so often. */
  async #woken(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#progress = resolve;
      setTimeout(resolve, 20);
    });
  }

  readonly #watch = (): void => {
    const instance = this.#instance;
    if (instance?.alive !== true || instance.callAge() <= this.options.deadlineMs) return;
    const { contract, deadlineMs, life } = this.options;
    const event = this.done < life.events.length ? this.event(this.done).name : '';
    const failure = timeoutFailure(instance, deadlineMs, contract.exportOf(event));
    instance.giveUp({ ...failure, call: 'start', event: 0 });
    void instance.terminate().then(() => {
      this.#fail(failure);
    });
  };

  #fail(failure: WorkerFailure): void {
    if (!this.#again) this.#failure ??= failure;
    const { kind, call, message, event } = failure;
    const reason = kind === 'stub' ? 'host' : kind;
    this.#end({ reason, event, text: kind === 'timeout' ? message : `${call}: ${message}` });
  }

  #end(end: ReplayEnd): void {
    this.#instance?.flush();
    if (this.#again) this.#answeredAgain?.(undefined);
    else {
      this.#ended ??= end;
      // An event that never came back still is one that was run.
      if (this.#first !== undefined) this.#answered(this.trace.count);
    }
    this.#restored?.(undefined);
    this.#wake();
  }

  async #memoryAt({ position, hostCall }: Moment): Promise<Uint8Array | undefined> {
    if (position >= this.done) return undefined;
    const wanted = this.event(position).number;
    const answered = Promise.withResolvers<undefined>();
    const memory = Promise.withResolvers<Uint8Array | undefined>();
    await this.#goBack(position);
    this.#again = true;
    this.#answeredAgain = (event) => {
      if (event === undefined || event === wanted) answered.resolve(undefined);
    };
    this.#memory = memory.resolve;
    try {
      while (this.#offered < position) await this.#offerSoon(this.#offered++, 'rebuild');
      await this.#soon((instance) => instance.look(hostCall ?? LOOK_AT_END));
      await this.#offerSoon(this.#offered++, 'event');
      if (this.#instance?.alive === true) await answered.promise;
      const timeout = setTimeout(() => memory.resolve(undefined), LOOK_MS);
      const bytes = await memory.promise;
      clearTimeout(timeout);
      return bytes;
    } finally {
      this.#again = false;
      this.#answeredAgain = undefined;
      this.#memory = undefined;
    }
  }

  /** Brings the instance into a kept state before the event at `position`, or makes it anew. */
  async #goBack(position: number): Promise<void> {
    if (this.#instance?.alive === true && this.#ended === undefined) {
      const restored = Promise.withResolvers<number | undefined>();
      this.#restored = restored.resolve;
      const { recording, life } = this.options;
      const before = position === 0 ? 0 : headOf(recording, life.events[position - 1] ?? 0).event;
      await this.#soon((instance) => instance.restore(before));
      const event = await restored.promise;
      this.#restored = undefined;
      if (event !== undefined) {
        this.#offered = event === 0 ? 0 : positionOf(recording, life, event) + 1;
        return;
      }
    }
    await this.#remake();
  }

  async #remake(): Promise<void> {
    await this.#instance?.terminate();
    this.#again = true;
    await this.#make();
    this.#again = false;
    this.#offered = 0;
  }

  /** Brings the instance back to where the trace ends, so that the replay can go on. */
  async #catchUp(): Promise<void> {
    if (this.#ended !== undefined) return;
    if (this.#instance?.alive !== true) await this.#remake();
    while (this.#offered < this.done && this.#instance?.alive === true)
      await this.#offerSoon(this.#offered++, 'rebuild');
  }

  async #offerSoon(position: number, kind: 'event' | 'rebuild'): Promise<void> {
    await this.#soon(() => this.#offer(position, kind));
  }

  /** Puts something into the instance's ring once there is room. */
  async #soon(put: (instance: Instance) => boolean): Promise<void> {
    while (this.#instance?.alive === true && !put(this.#instance)) await moment();
  }
}

function foldersOf(path: string | undefined): readonly string[] {
  return path === undefined ? [] : [dirname(path), dirname(dirname(path))];
}

/** The answers that these records hold, in their order. */
function answersOf(
  recording: Recording,
  records: readonly number[],
  contract: Contract,
): readonly NamedAnswer[] {
  return records.flatMap((index) => {
    const record: RawRecord = recording.at(index);
    if (record.kind !== RecordKind.hostCall) return [];
    const answer = contract.answerOf(record);
    return answer === undefined ? [] : [{ name: record.name, key: answer.key, bytes: answer.bytes.slice() }];
  });
}

/** The position in a life of the event with this number. */
function positionOf(recording: Recording, life: Life, event: number): number {
  let low = 0;
  let high = life.events.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (headOf(recording, life.events[middle] ?? 0).event < event) low = middle + 1;
    else high = middle;
  }
  return low;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
