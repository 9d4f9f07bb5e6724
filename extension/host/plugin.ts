/**
 * One hosted plugin over its whole life: its inbox, the instance that answers, the next one while it
 * is prepared, the swap between two events, the watchdog and what is reported of a failure.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { adviceOf, messageOf, UserError } from '../errors.ts';
import type { Artifact, BuildMode, BuildStamp, InputSpec, Project } from '../project/project.ts';
import type { LiveRecording } from '../recording/live.ts';
import {
  CallStatus,
  decodeCall,
  RecordFlag,
  RecordKind,
  type Lifecycle,
  type RawRecord,
  type RecordedPlugin,
} from '../recording/record.ts';
import { printValue } from '../values/wave.ts';
import { BoundContract } from './bound-contract.ts';
import type { Contract, EncodedEvent, Finding, PluginMetadata } from './contract.ts';
import { HELD } from './boundary.ts';
import { checkComponent } from './dev-source.ts';
import { lostFailure, reportFailure, startReport, timeoutFailure, type FailureContext } from './failure.ts';
import { Calls } from './calls.ts';
import { Exchanges } from './exchanges.ts';
import { Inbox } from './inbox.ts';
import { Instance } from './instance.ts';
import { Journal, type StateInputs } from './journal.ts';
import { LeakWatch } from './leak.ts';
import { CallRate } from './rate.ts';
import { REBUILDABLE, rebuildState } from './rebuild.ts';
import type { Frame } from './ring.ts';
import type { WorkerFailure } from './messages.ts';
import type { Answer, ProducedEvent } from './produce.ts';
import type { CallAnswer, PluginStatus } from './protocol.ts';
import type { PreparedComponent } from './prepare.ts';
import type { FailureReport } from './report.ts';
import { epochNow } from './shared.ts';
import type { Workshop } from './workshop.ts';

/** Events that are handed to a worker ahead of the one it works on. */
const AHEAD = 256;
const NOTHING = new Uint8Array();
/** Elements of a list that the text of a call's result has. */
const SHOWN = 10_000;
/** Name of the record of a control message. */
const PARAMS = 'update-params';

export interface PluginOptions {
  readonly id: string;
  readonly project: Project;
  /** Bound to the project. */
  readonly contract: Contract;
  /** The contract of which that one is. */
  readonly unbound: Contract;
  readonly params: string | undefined;
  readonly deadlineMs: number;
  readonly recording: LiveRecording;
  readonly workshop: Workshop;
  readonly cacheFolder: string;
  /** The component that runs this language's sources where a build names none; undefined where there is none. */
  readonly interpreter: string | undefined;
  readonly changed: () => void;
  /** A new build took over from the one before. */
  readonly reloaded: () => void;
  /** An instance runs that was given nothing yet. */
  readonly begun: () => void;
  /** Of a contract with a bus: something left the plugin, or a call came back. */
  readonly answered: (record: RawRecord) => void;
  readonly output: (record: {
    name: string;
    event: number;
    flags: number;
    payload: Uint8Array;
    kind: RecordKind;
  }) => void;
}

/** What runs: the instance and what it was made of. */
interface Running {
  readonly instance: Instance;
  readonly artifact: Artifact;
  readonly mode: BuildMode;
  readonly prepared: PreparedComponent;
  /** SHA-256 of the artifact in hex: of the component, or of the source that the prepared interpreter runs. */
  readonly hash: string;
  /** The parameters that it was made with. */
  readonly params: string | undefined;
  readonly metadata: PluginMetadata;
  readonly leak: LeakWatch;
}

interface Wanted {
  readonly artifact: Artifact;
  readonly mode: BuildMode;
  /** When the new artifact was noticed, in ms since the Unix epoch. */
  readonly noticedAt: number;
  /** What happened to the instance before, of the same artifact. */
  readonly after?: FailureReport;
}

export class HostedPlugin {
  readonly id: string;
  readonly options: PluginOptions;
  readonly inbox: Inbox;
  readonly #journal: Journal;
  readonly #bound: BoundContract;
  /** Name of the event that was taken last. */
  #taken = '';
  #running: Running | undefined;
  #preparing: Instance | undefined;
  #wanted: Wanted | undefined;
  #loading: Promise<void> | undefined;
  #swapping = false;
  /** Resolves when what waits for another recording may go on. */
  #held: Promise<undefined> | undefined;
  #last: Wanted | undefined;
  #params: string | undefined;
  #controls: EncodedEvent[] = [];
  readonly #calls = new Calls();
  readonly #exchanges = new Exchanges();
  #state: PluginStatus['state'] = 'waiting';
  #stateText = 'Waiting for the first build';
  #reloads = 0;
  #lastReloadMs: number | undefined;
  #build: PluginStatus['build'];
  #lastError: FailureReport | undefined;
  #findings: readonly Finding[] = [];
  #leak: Finding | undefined;
  readonly #rate = new CallRate();
  #disposed = false;
  /** Failures whose reports are being made. */
  readonly #reporting = new Set<Promise<void>>();
  readonly #watchdog: NodeJS.Timeout;
  input: PluginStatus['input'];
  /** The files that it was given, which its recorded events may refer to: absolute paths. */
  readonly inputFiles = new Set<string>();

  constructor(options: PluginOptions) {
    this.id = options.id;
    this.options = options;
    this.#params = options.params;
    this.#bound = new BoundContract(options.contract, options.unbound, options.project, () =>
      this.#answersChanged(),
    );
    this.inbox = new Inbox(options.project.config.inbox?.size ?? options.contract.limits.inbox);
    this.#journal = new Journal({
      recording: options.recording,
      project: options.project,
      contract: options.contract,
      plugin: this.#recordedAs(options.params),
    });
    this.#watchdog = setInterval(this.#watch, 25);
    this.#watchdog.unref();
  }

  get name(): string {
    return this.options.project.name;
  }

  /** The contract of what was loaded last. */
  get contract(): Contract {
    return this.#bound.contract;
  }

  get inputSpec(): InputSpec | undefined {
    return this.options.project.config.input;
  }

  get metadata(): PluginMetadata | undefined {
    return this.#running?.metadata;
  }

  /** It takes events, or soon does. */
  get runs(): boolean {
    return this.#state === 'running' || this.#state === 'starting' || this.#loading !== undefined;
  }

  /** Index of this plugin in the recording. */
  get recorded(): number {
    return this.#journal.plugin;
  }

  status(): PluginStatus {
    const running = this.#running;
    const artifact = running === undefined ? undefined : { ...running.artifact, hash: running.hash };
    return {
      id: this.id,
      name: this.name,
      folder: this.options.project.folder,
      contract: this.options.contract.id,
      language: this.options.project.language,
      state: this.#state,
      stateText: this.#stateText,
      ...(running === undefined ? {} : { kind: running.metadata.kind, mode: running.mode }),
      ...(artifact === undefined ? {} : { artifact }),
      memoryBytes: running?.instance.memoryBytes ?? 0,
      callsPerSecond: this.#rate.perSecond,
      events: this.inbox.lastNumber - this.inbox.waiting,
      waiting: this.inbox.waiting,
      reloads: this.#reloads,
      ...(this.#lastReloadMs === undefined ? {} : { lastReloadMs: this.#lastReloadMs }),
      ...(this.#build === undefined ? {} : { build: this.#build }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
      findings: this.#leak === undefined ? this.#findings : [...this.#findings, this.#leak],
      ...(this.input === undefined ? {} : { input: this.input }),
    };
  }

  /** Takes note of a build: a new artifact is loaded, a failure only shown. */
  built(stamp: BuildStamp): void {
    const { status, serial, failure, finishedAt, startedAt, diagnostics } = stamp;
    const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
    if (this.#build?.serial === serial && this.#build.status === status) {
      // A deeper look at the same build.
      if (this.#build.errors === errors) return;
      this.#build = { ...this.#build, errors };
      this.options.changed();
      return;
    }
    const durationMs = finishedAt === undefined ? undefined : finishedAt - startedAt;
    this.#build = {
      status,
      serial,
      errors,
      ...(failure === undefined ? {} : { failure }),
      ...(durationMs === undefined ? {} : { durationMs }),
    };
    const timing = durationMs === undefined ? {} : { durationMs };
    if (status === 'building')
      this.#journal.lifecycle({ change: 'build-started', text: `Build ${serial} started` });
    if (status === 'failed') {
      const first = diagnostics.find(({ severity }) => severity === 'error');
      const why =
        failure ??
        (first === undefined ? 'see the terminal' : `${first.file}:${first.line}: ${first.message}`);
      this.#journal.lifecycle({ change: 'build-failed', text: `Build ${serial} failed: ${why}`, ...timing });
    }
    if (status === 'ok') {
      this.#journal.lifecycle({ change: 'build-finished', text: `Build ${serial} finished`, ...timing });
      // A release build is made to be shipped; it does not push a development build aside.
      if (stamp.artifact !== undefined && stamp.mode === 'development')
        void this.load(stamp.artifact, stamp.mode);
    }
    this.options.changed();
  }

  /** Loads an artifact and swaps it in; a newer one that comes meanwhile replaces one that is not begun. */
  load(artifact: Artifact, mode: BuildMode): Promise<void> {
    // A build, or a file of answers, may be noticed while the host ends.
    if (this.#disposed) return Promise.resolve();
    this.#wanted = { artifact, mode, noticedAt: epochNow() };
    this.#loading ??= this.#loadAll().finally(this.#loaded);
    return this.#loading;
  }

  readonly #loaded = (): void => {
    this.#loading = undefined;
    // Who waits for room is not to wait for a plugin that did not start.
    if (!this.runs) this.inbox.wake();
  };

  async #loadAll(): Promise<void> {
    while (this.#wanted !== undefined) {
      const wanted = this.#wanted;
      this.#wanted = undefined;
      this.#last = { artifact: wanted.artifact, mode: wanted.mode, noticedAt: wanted.noticedAt };
      await this.#held;
      try {
        await this.#loadOne(wanted);
      } catch (error) {
        this.#startFailed(startReport(messageOf(error), adviceOf(error, 'the plugin')));
      }
    }
  }

  async #loadOne({ artifact, mode, noticedAt, after }: Wanted): Promise<void> {
    const { options } = this;
    const first = this.#running === undefined && after === undefined;
    if (first) this.#setState('starting', 'Initializing');
    this.#journal.lifecycle({ change: 'initializing', text: `Initializing ${basename(artifact.path)}` });
    const component = artifact.kind === 'source' ? this.#interpreter(artifact) : artifact.path;
    const [contract, prepared, source] = await Promise.all([
      this.#bound.bind(artifact),
      options.workshop.prepare({
        path: component,
        cacheFolder: options.cacheFolder,
        memoryBytes: options.contract.limits.memoryBytes,
        kernel: options.contract.kernel?.file,
      }),
      artifact.kind === 'source' ? readFile(artifact.path, 'utf8') : undefined,
    ]);
    const findings = checkComponent(contract, prepared.info, artifact.kind);
    const refused = findings.find(({ severity }) => severity === 'error');
    if (refused !== undefined) {
      this.#findings = findings;
      this.#startFailed(startReport(refused.message, refused.advice));
      return;
    }

    const made = await this.#make(prepared, source, artifact);
    if ('report' in made) {
      this.#startFailed(made.report);
      return;
    }
    const { instance, metadata, params } = made;
    let checked: ReturnType<Contract['checkMetadata']>;
    try {
      checked = contract.checkMetadata(metadata, this.#params);
    } catch (error) {
      await instance.terminate();
      throw error;
    }
    this.#findings = [...findings, ...checked.findings];
    for (const { severity, message } of this.#findings) {
      if (severity !== 'info') this.#journal.lifecycle({ change: 'diagnostic', text: message });
    }
    const next: Running = {
      instance,
      artifact,
      mode,
      prepared,
      hash: source === undefined ? prepared.info.hash : createHash('sha256').update(source).digest('hex'),
      params,
      metadata: checked.metadata,
      leak: new LeakWatch(options.contract.limits.memoryBytes),
    };
    await this.#swap(next, noticedAt, after);
  }

  #interpreter(artifact: Artifact): string {
    const { project } = this.options;
    const interpreter = artifact.interpreter ?? this.options.interpreter;
    if (interpreter !== undefined) return interpreter;
    throw new UserError(
      `There is no development interpreter for ${project.language}.`,
      'Build the plugin in release mode.',
    );
  }

  /** A new build gets the old one's state by its inputs. */
  get #rebuilds(): boolean {
    return this.options.project.config.reload?.state === 'rebuild';
  }

  /** Makes an instance that is ready to take events, or the report of why it is not. */
  async #make(
    prepared: PreparedComponent,
    source: string | undefined,
    artifact: Artifact,
  ): Promise<
    { instance: Instance; metadata: unknown; params: string | undefined } | { report: FailureReport }
  > {
    const worker = await this.options.workshop.takeWorker();
    const instance: Instance = new Instance(worker, {
      record: (name, frame) => {
        this.#record(instance, name, frame);
      },
      drained: () => {
        this.#drained(instance);
      },
      answer: (event, result) => {
        this.#exchanges.answerEarly(event, { status: CallStatus.ok, text: '', result });
      },
      failed: (failure) => {
        this.#report(this.#failed(instance, failure, this.#failureContext(prepared, artifact)));
      },
      faulted: (failure) => {
        this.#report(this.#faulted(failure, this.#failureContext(prepared, artifact)));
      },
      lost: (reason) => {
        const failure = lostFailure(reason, this.contract.exportOf(this.#taken));
        this.#report(this.#failed(instance, failure, this.#failureContext(prepared, artifact)));
      },
    });
    this.#preparing = instance;
    const params = this.#params;
    const outcome = await instance.prepare({
      script: prepared.script,
      modules: prepared.modules,
      contract: this.contract.id,
      binding: this.contract.binding,
      deadlineMs: this.options.deadlineMs,
      node: this.name,
      params,
      source,
      ...(this.#rebuilds ? { replay: REBUILDABLE } : {}),
    });
    this.#preparing = undefined;
    if ('metadata' in outcome) return { instance, metadata: outcome.metadata, params };
    await instance.terminate();
    return { report: await reportFailure(outcome, this.#failureContext(prepared, artifact)) };
  }

  #failureContext(prepared: PreparedComponent, artifact: Artifact): FailureContext {
    return {
      recording: this.#journal.recording,
      plugin: this.#journal.plugin,
      contract: this.contract,
      artifact,
      folder: this.options.project.folder,
      hash: prepared.info.hash,
      component: prepared.info.path,
      deadlineMs: this.options.deadlineMs,
    };
  }

  /** Puts the new instance in the old one's place, between two events. */
  async #swap(next: Running, noticedAt: number, after: FailureReport | undefined): Promise<void> {
    const old = after === undefined ? this.#running : undefined;
    const rebuilding = this.#rebuilds && old !== undefined;
    this.#swapping = true;
    if (old?.instance.alive === true) await old.instance.pause();
    if (old !== undefined) {
      old.instance.flush();
      this.inbox.takeBack(old.instance.taken);
      this.#endExchanges();
      this.#rate.retire(old.instance.calls);
    }
    let rebuilt: number | undefined;
    if (rebuilding) {
      rebuilt = await this.#rebuild(next.instance);
      if (rebuilt === undefined) {
        this.#swapping = false;
        await next.instance.terminate();
        if (old.instance.alive) old.instance.resume();
        this.#pump();
        return;
      }
    } else {
      this.#journal.stateBegins();
      next.instance.run();
    }
    this.#running = next;
    this.#lastError = after;
    this.#leak = undefined;
    const durationMs = epochNow() - noticedAt;
    this.#setState('running', 'Running');
    const runs = { ...this.#describe(next), ...(rebuilt === undefined ? {} : { rebuilt }), durationMs };
    if (old === undefined) {
      this.#journal.lifecycle({ change: 'running', text: `Running ${next.metadata.kind}`, ...runs });
    } else {
      this.#reloads++;
      this.#lastReloadMs = durationMs;
      this.#journal.lifecycle({
        change: 'reloaded',
        text: `Reloaded ${next.metadata.kind} in ${durationMs.toFixed(1)} ms`,
        ...runs,
      });
    }
    this.#swapping = false;
    this.#giveControls(next.instance);
    this.#pump();
    this.options.changed();
    if (!rebuilding) this.options.begun();
    if (old !== undefined) this.options.reloaded();
    if (old?.instance.alive === true) await this.#retire(old.instance);
  }

  /** Hands over the new parameters that came while no instance could take them. */
  #giveControls(instance: Instance): void {
    for (const { name, payload } of this.#controls.splice(0)) {
      instance.offerControl(name, this.inbox.nextNumber(), payload);
    }
  }

  async #retire(instance: Instance): Promise<void> {
    const timeout = setTimeout(() => void instance.terminate(), this.options.deadlineMs);
    const cleanupError = await instance.stop();
    clearTimeout(timeout);
    if (cleanupError !== undefined)
      this.#journal.lifecycle({ change: 'diagnostic', text: `Plugin cleanup error: ${cleanupError}` });
  }

  /** Brings a new instance to the state of the old one; answers from how many inputs, undefined where it failed. */
  async #rebuild(instance: Instance): Promise<number | undefined> {
    const started = epochNow();
    let inputs: StateInputs;
    try {
      inputs = await this.#journal.openState();
    } catch (error) {
      this.#startFailed(
        startReport(
          `The state cannot be rebuilt, because inputs that it is made of cannot be read any more. ${messageOf(error)}`,
          'Restart the plugin: it takes the new build with fresh state. A larger budget for recordings keeps more of them.',
        ),
      );
      return undefined;
    }
    using state = inputs;
    instance.run();
    let count = 0;
    for (const part of state.parts) count += await rebuildState(instance, part, this.contract);
    const durationMs = epochNow() - started;
    const partly =
      state.redacted === 0
        ? ''
        : `; ${state.redacted} records had fields that are not recorded, so it may differ`;
    const text = instance.alive
      ? `State rebuilt from ${count} inputs in ${durationMs.toFixed(1)} ms${partly}`
      : `The new build failed while its state was rebuilt from ${count} inputs; the old one goes on`;
    this.#journal.lifecycle({ change: instance.alive ? 'diagnostic' : 'reload-failed', text, durationMs });
    return instance.alive ? count : undefined;
  }

  #recordedAs(params: string | undefined): RecordedPlugin {
    const { project, contract, deadlineMs } = this.options;
    return {
      name: project.name,
      contract: contract.id,
      language: project.language,
      ...(params === undefined ? {} : { params }),
      limits: { memoryBytes: contract.limits.memoryBytes, deadlineMs },
    };
  }

  /** What a recording says of an instance that runs. */
  #describe(running: Running): Omit<Lifecycle, 'change' | 'text'> {
    const { params } = running;
    return {
      ...describeArtifact(running),
      ...(params === this.#journal.params ? {} : { params: params ?? null }),
    };
  }

  /** A load that led nowhere: the old instance goes on, or there is none. */
  #startFailed(report: FailureReport): void {
    this.#lastError = report;
    if (this.#running?.instance.alive === true) {
      this.#journal.lifecycle({
        change: 'reload-failed',
        text: `The new build was not taken: ${report.what}`,
        report,
      });
    } else {
      this.#setState('failed', `Failed: ${report.stateText}`);
      this.#journal.lifecycle({ change: 'failed', text: report.what, report });
    }
    this.options.changed();
  }

  /** A report reads the recording, which is not to be closed before. */
  #report(reporting: Promise<void>): void {
    const done = reporting.finally(() => this.#reporting.delete(done));
    this.#reporting.add(done);
  }

  async #failed(instance: Instance, failure: WorkerFailure, context: FailureContext): Promise<void> {
    const current = this.#running?.instance === instance;
    await instance.terminate();
    if (current) this.inbox.takeBack(instance.taken);
    const report = await reportFailure(failure, context);
    if (!current) {
      // A new build that fails while its state is rebuilt, or an old one on its way out.
      this.#lastError = report;
      this.options.changed();
      return;
    }
    this.#lastError = report;
    this.#setState('failed', `Failed: ${report.stateText}`);
    this.#journal.lifecycle({ change: 'failed', text: report.what, report });
    this.#calls.end(report.what, instance.taken);
    this.#exchanges.fail(report.what);
    this.options.changed();
    if (this.contract.afterFailure === 'restart') this.#goOn(report);
  }

  /** A call failed, and the plugin goes on: its author sees it all the same. */
  async #faulted(failure: WorkerFailure, context: FailureContext): Promise<void> {
    const report = await reportFailure(failure, context);
    if (this.#state !== 'running') return;
    this.#lastError = report;
    this.#journal.lifecycle({ change: 'diagnostic', text: report.what, report });
    this.options.changed();
  }

  /** Has a fresh instance of the same build take the next event; the one that failed is not given again. */
  #goOn(after: FailureReport): void {
    const last = this.#last;
    if (this.#disposed || last === undefined || this.#wanted !== undefined || this.#loading !== undefined)
      return;
    this.#rate.retire(this.#running?.instance.calls ?? 0);
    this.#running = undefined;
    this.#journal.lifecycle({
      change: 'restarted',
      text: 'A fresh instance goes on with the next event; what the plugin kept in its memory and in variables is lost',
    });
    this.#wanted = { ...last, noticedAt: epochNow(), after };
    this.#loading = this.#loadAll().finally(this.#loaded);
  }

  readonly #watch = (): void => {
    const { deadlineMs } = this.options;
    const running = this.#running;
    if (running?.instance.alive === true) {
      if (running.instance.callAge() > deadlineMs) {
        const failure = timeoutFailure(running.instance, deadlineMs, this.contract.exportOf(this.#taken));
        const context = this.#failureContext(running.prepared, running.artifact);
        this.#report(this.#failed(running.instance, failure, context));
      }
      this.#pump();
    }
    const preparing = this.#preparing;
    if (preparing !== undefined && preparing.callAge() > deadlineMs) {
      preparing.giveUp({ ...timeoutFailure(preparing, deadlineMs, 'start'), event: 0 });
    }
    this.#journal.count({ queue: this.inbox.waiting, dropped: this.inbox.dropped });
    if (this.#rate.measure(this.#running?.instance.calls ?? 0)) this.options.changed();
  };

  /** Queues an event; false where the inbox is full. */
  offer(event: ProducedEvent): boolean {
    const inputs = this.#running?.metadata.inputs;
    if (inputs !== undefined && inputs.length > 0 && !inputs.includes(event.name)) {
      throw new UserError(
        `${this.name} has no input pin "${event.name}"; it has ${inputs.join(', ')}.`,
        'Send the event to one of its pins.',
      );
    }
    const added = this.inbox.add(event);
    this.#pump();
    return added;
  }

  /** Makes a call, and resolves with what came of it. Throws a UserError where the plugin does not run. */
  async call(event: EncodedEvent): Promise<CallAnswer> {
    this.#checkRuns();
    while (!this.offer(event)) {
      await this.inbox.room();
      this.#checkRuns();
    }
    return await this.#calls.wait(this.inbox.lastNumber);
  }

  /** An instance runs that has taken no event. */
  get isFresh(): boolean {
    return this.#state === 'running' && !this.#swapping && this.#running?.instance.taken === 0;
  }

  /**
   * Makes a call whose answer decides what comes next; resolves with undefined where the instance was
   * replaced before it answered. Throws a UserError where the plugin does not run.
   */
  async exchange(event: ProducedEvent): Promise<Answer | undefined> {
    this.#checkRuns();
    const instance = this.#running?.instance;
    if (instance !== undefined) instance.eager = true;
    while (!this.offer(event)) {
      await this.inbox.room();
      this.#checkRuns();
    }
    return await this.#exchanges.wait(this.inbox.lastNumber);
  }

  /** Resolves when what came of every exchange is recorded; with what went wrong where that is not so. */
  async settled(): Promise<string | undefined> {
    return await this.#exchanges.settled();
  }

  /** Whoever waits for an answer of the instance before asks the next one from the beginning. */
  #endExchanges(): void {
    for (const event of this.#exchanges.events) this.inbox.withdraw(event);
    this.#exchanges.end();
  }

  #checkRuns(): void {
    if (this.#state === 'running' || this.#state === 'starting') return;
    throw new UserError(`${this.name} does not run: ${this.#stateText}.`, 'Start it, then call again.');
  }

  /** Gives the plugin new parameters, before any event that waits. */
  updateParams(params: string | undefined): void {
    const normal = this.contract.params(params);
    this.#params = normal;
    if (this.contract.freshParams === true) {
      this.#loadAgain('Other parameters: a fresh instance takes them');
      return;
    }
    const event = {
      name: PARAMS,
      payload: normal === undefined ? new Uint8Array() : new TextEncoder().encode(normal),
    };
    const running = this.#running;
    if (running === undefined || !running.instance.alive || this.#swapping) {
      if (running !== undefined) this.#controls.push(event);
      return;
    }
    if (!running.instance.offerControl(event.name, this.inbox.nextNumber(), event.payload)) {
      throw new UserError(
        'The plugin has too many parameter changes waiting.',
        'Wait until it has taken them.',
      );
    }
  }

  #pump(): void {
    const instance = this.#running?.instance;
    if (instance === undefined || this.#swapping || !instance.alive) return;
    this.inbox.taken(instance.taken);
    this.inbox.hand(
      ({ name, number, payload, data }) => instance.offer(name, number, payload, 'event', 0, data),
      AHEAD,
    );
  }

  #record(instance: Instance, name: string, frame: Frame): void {
    const kind = kindOf(frame.kind);
    if (kind === undefined) return;
    if (kind === RecordKind.event) this.#taken = name;
    const held = (frame.flags & HELD) !== 0;
    const payload = held ? (this.inbox.recorded(frame.event) ?? NOTHING) : frame.payload;
    const flags = frame.flags & ~HELD;
    const { time, event, durationMs } = frame;
    const record = this.#journal.append(kind, name, time, event, flags, payload, durationMs);
    if (kind === RecordKind.call && this.#calls.has(frame.event)) this.#called(name, frame, record);
    if (kind === RecordKind.call) this.#exchanged(frame);
    if (this.contract.bus !== undefined && frame.event > 0) {
      const leaves = kind === RecordKind.hostCall && (flags & RecordFlag.effect) !== 0;
      if (leaves || kind === RecordKind.call)
        this.options.answered({
          kind,
          name,
          time: frame.time,
          event: frame.event,
          flags,
          payload,
          plugin: this.recorded,
        });
    }
    if (kind === RecordKind.output || (frame.flags & RecordFlag.log) !== 0) {
      this.options.output({ name, event: frame.event, flags: frame.flags, payload: frame.payload, kind });
    }
    if (kind === RecordKind.memory) this.#noteMemory(instance, frame);
  }

  /** A call has ended; perhaps its answer decides what comes next. */
  #exchanged({ event, payload }: Frame): void {
    this.#exchanges.recorded(event);
    if (!this.#exchanges.has(event)) return;
    const { status, text, result } = decodeCall(payload);
    this.#exchanges.answer(event, {
      status,
      text,
      ...(result === undefined ? {} : { result: result.slice() }),
    });
  }

  /** A call that somebody waits for has ended. */
  #called(name: string, { time, event, flags, payload }: Frame, index: number): void {
    const { durationMs, status, text } = decodeCall(payload);
    const at = { ...(index < 0 ? {} : { record: index }), durationMs };
    if (status === CallStatus.trap) {
      this.#calls.trapped(event, at);
      return;
    }
    const record = { kind: RecordKind.call, name, time, event, flags, payload, plugin: this.recorded };
    const result = this.contract.values(record)?.result;
    const said = result === undefined ? text : printValue(result, { most: SHOWN });
    this.#calls.answer(event, { ok: status === CallStatus.ok, text: said, ...at });
  }

  #noteMemory(instance: Instance, frame: Frame): void {
    const running = this.#running;
    if (running?.instance !== instance || frame.payload.length < 8) return;
    const bytes = new DataView(frame.payload.buffer, frame.payload.byteOffset).getFloat64(0, true);
    const finding = running.leak.note(frame.event, bytes);
    if (finding === undefined) return;
    if (this.#leak === undefined) this.#journal.lifecycle({ change: 'diagnostic', text: finding.message });
    this.#leak = finding;
  }

  #drained(instance: Instance): void {
    if (instance === this.#running?.instance) this.#pump();
  }

  /** An instance is being made or put in place: no moment to change the recording. */
  get busy(): boolean {
    return this.#loading !== undefined || this.#swapping;
  }

  /**
   * Stops between two events until the function that it resolves with is called, so that another
   * recording can go on from there. Nothing is loaded meanwhile.
   */
  async hold(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held = promise;
    this.#swapping = true;
    const instance = this.#running?.instance;
    if (instance?.alive === true) {
      await instance.pause();
      instance.flush();
    }
    return () => {
      this.#held = undefined;
      this.#swapping = false;
      resolve(undefined);
      if (instance?.alive === true) {
        instance.resume();
        this.#giveControls(instance);
      }
      this.#pump();
    };
  }

  /** Has everything that is recorded from now on go into this recording. */
  continueIn(recording: LiveRecording): void {
    const running = this.#running?.instance.alive === true ? this.#running : undefined;
    const plugin = this.#recordedAs(this.#params);
    this.#journal.continueIn(recording, plugin, running && describeArtifact(running));
  }

  /** What the host answers is other than it was: the plugin gets it as it gets a new build. */
  #answersChanged(): void {
    this.#loadAgain('What the host answers has changed');
  }

  /** Has a fresh instance of the same build take over, for this reason. */
  #loadAgain(text: string): void {
    const last = this.#wanted ?? this.#last;
    if (this.#disposed || last === undefined) return;
    if (this.#state !== 'running' && this.#state !== 'failed') return;
    this.#journal.lifecycle({ change: 'diagnostic', text });
    void this.load(last.artifact, last.mode);
  }

  /** Makes a fresh instance of what ran last. */
  async restart(): Promise<void> {
    const last = this.#last;
    if (last === undefined) throw new UserError(`${this.name} was not built yet.`, 'Build it first.');
    const running = this.#running;
    if (running?.instance.alive === true) {
      this.inbox.takeBack(running.instance.taken);
      await this.#end(running);
      this.#calls.end('The plugin was restarted during the call.', running.instance.taken);
      this.#endExchanges();
    }
    this.#running = undefined;
    this.#journal.lifecycle({ change: 'restarted', text: 'Restarting with fresh state' });
    await this.load(last.artifact, last.mode);
  }

  /** Ends the instance in good order; events that wait are dropped and counted. */
  async stop(): Promise<void> {
    this.#wanted = undefined;
    await this.#loading;
    const running = this.#running;
    if (running?.instance.alive === true) await this.#end(running);
    this.#running = undefined;
    const dropped = this.inbox.clear();
    this.#calls.end('The plugin was stopped before the call ended.');
    this.#exchanges.end();
    this.#setState('stopped', dropped === 0 ? 'Stopped' : `Stopped; ${dropped} waiting events were dropped`);
    this.#journal.lifecycle({ change: 'stopped', text: this.#stateText });
    this.options.changed();
  }

  async #end(running: Running): Promise<void> {
    this.#swapping = true;
    this.#rate.retire(running.instance.calls);
    await this.#retire(running.instance);
    this.#swapping = false;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#wanted = undefined;
    clearInterval(this.#watchdog);
    this.#bound[Symbol.dispose]();
    await this.#loading;
    await this.#running?.instance.terminate();
    await Promise.all(this.#reporting);
    this.#calls.end('The plugin was removed.');
    this.#exchanges.end();
  }

  #setState(state: PluginStatus['state'], text: string): void {
    this.#state = state;
    this.#stateText = text;
    this.options.changed();
  }
}

function describeArtifact({ hash, artifact, prepared }: Running): Omit<Lifecycle, 'change' | 'text'> {
  const { producers } = prepared.info;
  return {
    artifact: hash,
    ...(artifact.kind === 'source' ? { runner: prepared.info.hash } : {}),
    ...(producers.length === 0 ? {} : { producers }),
  };
}

const kinds = new Set<number>(Object.values(RecordKind));

function kindOf(kind: number): RecordKind | undefined {
  return kinds.has(kind) ? (kind as RecordKind) : undefined;
}
