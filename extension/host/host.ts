/** The host: every hosted plugin, the live recording, and the requests of whoever drives them. */
import { isAbsolute, join, resolve } from 'node:path';
import { interpreterPath } from '../assets.ts';
import { adviceOf, messageOf, UserError } from '../errors.ts';
import type { Feed } from '../inputs/feed.ts';
import { recognise } from '../project/recognise.ts';
import { finishedStamp, followStamp, readStamp } from '../project/stamp.ts';
import { isStream, titleOf, type EventSpec, type InputSpec, type StreamSpec } from '../project/project.ts';
import { answer, type ViewRequestName } from '../recording/answers.ts';
import type { LiveRecording } from '../recording/live.ts';
import type { RecordDetail } from '../recording/query.ts';
import { RecordFlag, RecordKind } from '../recording/record.ts';
import { bindContract } from './bound-contract.ts';
import { Buses, type BusRequest } from './buses.ts';
import { cacheFolderOf } from './cache-folder.ts';
import type { Contract } from './contract.ts';
import { feedPlugin } from './feeding.ts';
import { LogRelay } from './logs.ts';
import { OpenedRecordings } from './opened.ts';
import type { Handler, HostPart, MakePart, PartRequest } from './part.ts';
import { HostedPlugin } from './plugin.ts';
import { Recorder } from './recorder.ts';
import type { ReferredPlaces } from './referred.ts';
import { ExportsPart, type ExportRequest } from './exports.ts';
import { ResultsPart, type ResultRequest } from './results.ts';
import { Run } from './run.ts';
import type { OpenRun, RunFigures, SourcePlugin } from './produce.ts';
import type {
  HostApi,
  HostEventName,
  HostEvents,
  HostRequestName,
  HostRequests,
  InputStatus,
  PluginStatus,
  StartPlugin,
} from './protocol.ts';
import { Throttle } from './throttle.ts';
import { Workshop } from './workshop.ts';

/** Shortest time between two status messages of one plugin, in ms. */
const STATUS_MS = 100;
/** And between two messages of how much is recorded. */
const RECORDING_MS = 1000;

export interface HostOptions {
  /** File of the live recording, written as long as the host runs; `recordingFolder` counts where absent. */
  readonly recording?: string | undefined;
  /** Folder of live recordings, each followed by the next one when it is full; a temporary one where absent. */
  readonly recordingFolder?: string | undefined;
  /** Bytes of recordings that are kept in that folder; 1 GiB where absent. With Infinity the recording stays one file. */
  readonly recordingBudget?: number | undefined;
  /** Where transpiled components are kept between runs. */
  readonly cacheFolder: string;
  readonly contracts: Readonly<Record<string, Contract>>;
  /** Makes the part that replays. */
  readonly replays: MakePart;
  /** Opens an input as a stream of events. */
  readonly openInput: (spec: EventSpec, contract: Contract) => Promise<Feed>;
  /** Opens a stream of bytes for a plugin that is called until it is through with it. */
  readonly openRun: OpenRun;
  /**
   * Told what each run of a component came to, by the SHA-256 of its file in hex. The host does not end before
   * what this gives; it is not to reject.
   */
  readonly runEnded?: (binary: string, figures: RunFigures) => Promise<void>;
  /** Versions that the recording names. */
  readonly tools: Readonly<Record<string, string>>;
}

interface Hosted {
  readonly plugin: HostedPlugin;
  readonly status: Throttle;
  /** Ends following the project's builds. */
  unfollow?: () => void;
  /** Ends the input that runs. */
  stopInput?: () => void;
  /** The stream that it is given, again from the beginning with each fresh instance. */
  run?: Run;
  /** Plugins that take their bytes from this one. */
  readonly takers: Set<Hosted>;
}

type Handlers = { readonly [K in HostRequestName]: Handler<K> };

export class Host implements HostApi {
  readonly #options: HostOptions;
  readonly #hosted = new Map<string, Hosted>();
  readonly #recorder: Recorder;
  readonly #recordingStatus: Throttle;
  /** Resolves when the recording that is being changed has been. */
  #changing: Promise<void> | undefined;
  #disposed = false;
  /** Every recording that requests name by an id: `live`, files, and what other parts of the host add. */
  readonly opened: OpenedRecordings;
  readonly #workshop = new Workshop();
  readonly #listeners = new Map<HostEventName, Set<(data: never) => void>>();
  readonly #logs: LogRelay;
  readonly #replays: HostPart;
  readonly #buses: Buses;
  readonly #results: ResultsPart;
  readonly #exports: ExportsPart;
  /** Runs that somebody is being told of. */
  readonly #telling = new Set<Promise<void>>();
  readonly #handlers: Handlers;
  #nextId = 1;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#recorder = new Recorder({
      file: options.recording,
      folder: options.recordingFolder,
      budget: options.recordingBudget,
      tools: options.tools,
    });
    this.#recordingStatus = new Throttle(RECORDING_MS, () => {
      this.#emit('recording', this.#recorder.status());
    });
    this.opened = new OpenedRecordings({
      contracts: options.contracts,
      grew: (recording, count, file) => {
        this.#emit('grew', { recording, count, ...(file === undefined ? {} : { opened: file }) });
        if (recording === 'live') this.#liveGrew();
      },
    });
    this.opened.add('live', this.#recorder.recording);
    this.#logs = new LogRelay((line) => {
      this.#emit('log', line);
    });
    this.#replays = options.replays({
      contracts: options.contracts,
      workshop: this.#workshop,
      cacheFolder: cacheFolderOf(options.cacheFolder),
      opened: this.opened,
      recording: () => this.recording,
      plugin: (id) => this.#find(id).plugin,
      emit: (name, data) => this.#emit(name, data),
    });
    this.#buses = new Buses({
      contracts: options.contracts,
      plugin: (id) => this.#find(id).plugin,
      emit: (news) => {
        this.#emit('bus', news);
      },
      note: (plugin, text) => {
        this.#emit('log', { plugin: plugin.name, level: 'warn', source: 'host', text, event: 0 });
      },
    });
    this.#results = new ResultsPart({
      contracts: options.contracts,
      recording: (id) => this.opened.recording(id),
      places: (name) => this.#placesOf(name),
    });
    this.#exports = new ExportsPart({
      contracts: options.contracts,
      opened: this.opened,
      recording: () => this.recording,
      status: (status) => {
        this.#emit('telemetry', status);
      },
    });
    this.#handlers = {
      ...this.#makeHandlers(),
      ...this.#replays.handlers,
      ...this.#buses.handlers,
      ...this.#results.handlers,
      ...this.#exports.handlers,
    };
    this.#workshop.warm();
  }

  get recording(): LiveRecording {
    return this.#recorder.recording;
  }

  async request<K extends HostRequestName>(
    name: K,
    params: HostRequests[K]['params'],
  ): Promise<HostRequests[K]['result']> {
    const handler: Handlers[K] = this.#handlers[name];
    return await handler(params);
  }

  on<K extends HostEventName>(name: K, listener: (data: HostEvents[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const hosted of this.#hosted.values()) {
      hosted.stopInput?.();
      hosted.unfollow?.();
      hosted.status.dispose();
      await hosted.plugin.dispose();
    }
    this.#hosted.clear();
    this.#buses.dispose();
    this.#results.dispose();
    await this.#exports.dispose();
    await this.#replays.dispose();
    await this.#workshop.dispose();
    await this.#changing;
    await Promise.all(this.#telling);
    this.opened.dispose();
    this.#recordingStatus.dispose();
    this.#recorder.close();
  }

  #liveGrew(): void {
    this.#recordingStatus.poke();
    if (this.#disposed) return;
    const { full } = this.#recorder;
    const busy = [...this.#hosted.values()].some(({ plugin }) => plugin.busy);
    if (full === 'now' || (full === 'soon' && !busy)) void this.#nextRecording();
  }

  /** Has every plugin go on in another recording, each between two of its events. */
  #nextRecording(): Promise<void> {
    this.#changing ??= this.#changeRecording().finally(() => (this.#changing = undefined));
    return this.#changing;
  }

  async #changeRecording(): Promise<void> {
    const plugins = [...this.#hosted.values()].map(({ plugin }) => plugin);
    const goOn = await Promise.all(plugins.map(async (plugin) => await plugin.hold()));
    const full = this.recording;
    try {
      this.#recorder.next((recording) => {
        // Those that came meanwhile, too.
        const continued = [...this.#hosted.values()].map(({ plugin }) => {
          const before = plugin.recorded;
          plugin.continueIn(recording);
          return { before, now: plugin.recorded };
        });
        this.#results.continued(full, recording, continued);
        this.opened.add('live', recording);
        this.#exports.continued();
      });
      this.#emit('recording', this.#recorder.status());
    } catch (error) {
      this.#emit('log', {
        plugin: '',
        level: 'error',
        source: 'host',
        text: `${messageOf(error)} ${adviceOf(error, 'the log')}`,
        event: 0,
      });
    } finally {
      for (const one of goOn) one();
    }
    await this.#recorder.keep();
    this.#results.removed();
  }

  /** After a full disk: whoever starts a plugin wants to have it recorded. */
  async #renewRecording(): Promise<void> {
    if (this.#recorder.canRenew) await this.#nextRecording();
  }

  #makeHandlers(): Omit<Handlers, PartRequest | BusRequest | ResultRequest | ExportRequest> {
    const ofView =
      <K extends ViewRequestName>(name: K) =>
      (params: HostRequests[K]['params']): Promise<HostRequests[K]['result']> =>
        new Promise((resolve) => resolve(answer(this.opened.view(params.recording), name, params)));
    return {
      start: async (params) => await this.#start(params),
      stop: async ({ plugin }) => {
        const hosted = this.#find(plugin);
        this.#stopInput(hosted);
        hosted.unfollow?.();
        delete hosted.unfollow;
        await hosted.plugin.stop();
        return undefined;
      },
      restart: async ({ plugin }) => {
        const hosted = this.#find(plugin);
        this.#follow(hosted);
        await this.#renewRecording();
        await hosted.plugin.restart();
        return undefined;
      },
      remove: async ({ plugin }) => {
        const hosted = this.#find(plugin);
        this.#stopInput(hosted);
        hosted.unfollow?.();
        await hosted.plugin.stop();
        await hosted.plugin.dispose();
        hosted.status.dispose();
        this.#hosted.delete(plugin);
        this.#buses.leave(hosted.plugin);
        this.#emit('removed', { plugin });
        return undefined;
      },
      list: () => Promise.resolve([...this.#hosted.values()].map(({ plugin }) => this.#statusOf(plugin))),
      send: async ({ plugin, events }) => {
        const hosted = this.#find(plugin).plugin;
        const encoded = events.map((event) => hosted.contract.encodeEvent(event));
        for (const event of encoded) await deliver(hosted, event);
        return { accepted: encoded.length };
      },
      sendAgain: async ({ plugin, record }) => {
        const hosted = this.#find(plugin).plugin;
        const { kind, name, payload, flags } = this.recording.at(record);
        if (kind !== RecordKind.event || (flags & RecordFlag.control) !== 0) {
          throw new UserError(`Record ${record} is not an event.`, 'Choose a record of kind event.');
        }
        await deliver(hosted, { name, payload: payload.slice() });
        return { accepted: 1 };
      },
      callExport: async ({ plugin, call, args }) => {
        const hosted = this.#find(plugin).plugin;
        if (hosted.contract.wit !== undefined) {
          throw new UserError(
            `The exports of ${hosted.name} are called by its host, ${hosted.contract.title}.`,
            'Send it an event instead.',
          );
        }
        return await hosted.call(hosted.contract.encodeEvent({ call, args }));
      },
      updateParams: ({ plugin, params }) => {
        this.#find(plugin).plugin.updateParams(params);
        return Promise.resolve(undefined);
      },
      metadata: ({ plugin }) => Promise.resolve(this.#find(plugin).plugin.metadata),
      startInput: async ({ plugin, input }) => {
        await this.#startInput(this.#find(plugin), input);
        return undefined;
      },
      stopInput: ({ plugin }) => {
        this.#stopInput(this.#find(plugin));
        return Promise.resolve(undefined);
      },
      rows: ofView('rows'),
      detail: ({ recording, record }) =>
        Promise.resolve(this.#located(this.opened.view(recording).detail(record))),
      lanes: ofView('lanes'),
      search: ofView('search'),
      hits: ofView('hits'),
      vocabulary: ofView('vocabulary'),
      stats: ofView('stats'),
      flows: ofView('flows'),
      place: ofView('place'),
      values: ofView('values'),
      copy: ofView('copy'),
      differences: ofView('differences'),
      saveRecording: ({ file }) => Promise.resolve(this.recording.save(file)),
      recordingStatus: () => Promise.resolve(this.#recorder.status()),
      openRecording: async (params) =>
        'file' in params ? await this.opened.open(params.file) : this.opened.use(params.recording),
      closeRecording: ({ recording }) => {
        if (recording !== 'live') this.opened.close(recording);
        return Promise.resolve(undefined);
      },
    };
  }

  async #start(params: StartPlugin): Promise<PluginStatus> {
    const { project } = params;
    const contract = this.#options.contracts[project.contract];
    if (contract === undefined) {
      throw new UserError(
        `${project.folder} is for the contract "${project.contract}", which Hotplug does not know.`,
        `Use one of: ${Object.keys(this.#options.contracts).join(', ')}.`,
      );
    }
    const bound = await bindContract(contract, project, params.artifact);
    await this.#renewRecording();
    const given =
      params.params ??
      (project.config.params === undefined ? undefined : JSON.stringify(project.config.params));
    const id = `${project.name}-${this.#nextId++}`;
    const status = new Throttle(STATUS_MS, () => {
      this.#emit('status', this.#statusOf(plugin));
    });
    const plugin: HostedPlugin = new HostedPlugin({
      id,
      project,
      contract: bound,
      unbound: contract,
      params: contract.params(given),
      deadlineMs: params.deadlineMs ?? project.config.deadlineMs ?? contract.limits.deadlineMs,
      recording: this.recording,
      workshop: this.#workshop,
      cacheFolder: cacheFolderOf(this.#options.cacheFolder),
      interpreter: interpreterPath(contract.id, project.language),
      changed: () => {
        status.poke();
      },
      reloaded: () => {
        this.#replays.reloaded(plugin);
      },
      begun: () => {
        const begun = this.#hosted.get(id);
        begun?.run?.begin();
        for (const taker of begun?.takers ?? []) void taker.run?.start();
      },
      answered: (call) => {
        this.#buses.answered(plugin, call);
      },
      output: (record) => {
        this.#log(plugin, contract, record);
      },
    });
    const hosted: Hosted = { plugin, status, takers: new Set() };
    this.#hosted.set(id, hosted);
    this.#buses.join(plugin);
    if (params.artifact === undefined) this.#follow(hosted);
    else await plugin.load(params.artifact, 'release');
    if (project.config.input !== undefined) await this.#startInput(hosted, project.config.input);
    return this.#statusOf(plugin);
  }

  /** Takes every build of the project from now on. */
  #follow(hosted: Hosted): void {
    if (hosted.unfollow !== undefined) return;
    const following = followStamp(hosted.plugin.options.project.folder, (stamp) => {
      hosted.plugin.built(stamp);
    });
    hosted.unfollow = () => {
      following.dispose();
    };
  }

  async #startInput(hosted: Hosted, spec: InputSpec): Promise<void> {
    this.#stopInput(hosted);
    const { plugin, status } = hosted;
    const progress = (input: InputStatus): void => {
      plugin.input = input;
      status.poke();
    };
    const failed = (title: string, error: UserError): void => {
      this.#emit('log', {
        plugin: plugin.name,
        level: 'error',
        source: 'host',
        text: `Input ${title}: ${error.message} ${error.advice}`,
        event: 0,
      });
    };
    if (isStream(spec)) {
      await this.#startRun(hosted, spec, progress, failed);
      return;
    }
    const feed = await this.#options.openInput(spec, plugin.contract);
    hosted.stopInput = feedPlugin(feed, {
      realTime: spec.realTime === true,
      deliver: async (event) => {
        if (!(await this.#buses.publish(plugin, event))) await deliver(plugin, event);
      },
      progress,
      failed: (error) => {
        failed(feed.title, error);
      },
    });
  }

  async #startRun(
    hosted: Hosted,
    spec: StreamSpec,
    progress: (input: InputStatus) => void,
    failed: (title: string, error: UserError) => void,
  ): Promise<void> {
    const { plugin } = hosted;
    const { folder } = plugin.options.project;
    if ('file' in spec) plugin.inputFiles.add(resolve(folder, spec.file));
    const run = new Run({
      plugin,
      title: titleOf(spec),
      open: async (signal) =>
        await this.#options.openRun(spec, {
          contract: plugin.contract,
          plugin: plugin.name,
          folder,
          signal,
          source: async (source) => await this.#source(hosted, source),
        }),
      progress,
      failed: (error) => {
        failed(titleOf(spec), error);
      },
      binary: () => {
        const { artifact } = plugin.status();
        return artifact?.kind === 'component' ? artifact.hash : undefined;
      },
      ended: (binary, figures) => {
        const told = this.#options.runEnded?.(binary, figures);
        if (told === undefined) return;
        this.#telling.add(told);
        void told.finally(() => this.#telling.delete(told));
      },
    });
    hosted.run = run;
    hosted.stopInput = () => {
      run.stop();
      delete hosted.run;
      for (const { takers } of this.#hosted.values()) takers.delete(hosted);
    };
    await run.start();
  }

  /** A fresh instance of the plugin in this folder, for another one that takes its bytes. */
  async #source(taker: Hosted, folder: string): Promise<SourcePlugin> {
    const { config, ...project } = (await recognise(folder)) ?? noPlugin(folder);
    // What it reads is asked for here.
    const { input: _, ...others } = config;
    let hosted = [...this.#hosted.values()].find(({ plugin }) => plugin.options.project.folder === folder);
    if (hosted === undefined) {
      const { id } = await this.#start({ project: { ...project, config: others } });
      hosted = this.#find(id);
      const stamp = await finishedStamp(folder);
      // What is followed are builds for development; a release build is better than none.
      if (stamp?.mode === 'release' && stamp.artifact !== undefined)
        await hosted.plugin.load(stamp.artifact, 'release');
    }
    this.#stopInput(hosted);
    const { plugin } = hosted;
    // The taker begins again where the source does, but for this time.
    hosted.takers.delete(taker);
    if (!plugin.isFresh && (plugin.runs || plugin.status().state === 'failed')) await plugin.restart();
    await untilFresh(plugin);
    hosted.takers.add(taker);
    return { name: plugin.name, call: async (event) => await plugin.exchange(event) };
  }

  #stopInput(hosted: Hosted): void {
    hosted.stopInput?.();
    delete hosted.stopInput;
  }

  /** A recording names sources relative to the project; where that is hosted, the file is known. */
  #located(detail: RecordDetail): RecordDetail {
    const { source } = detail;
    if (source === undefined || isAbsolute(source.file)) return detail;
    const hosted = [...this.#hosted.values()].find(({ plugin }) => plugin.name === detail.plugin);
    if (hosted === undefined) return detail;
    const file = join(hosted.plugin.options.project.folder, source.file);
    return { ...detail, source: { ...source, file } };
  }

  /** Where what a plugin was given may lie. */
  #placesOf(name: string): ReferredPlaces {
    const hosted = [...this.#hosted.values()].filter(({ plugin }) => plugin.name === name);
    return {
      folders: hosted.map(({ plugin }) => plugin.options.project.folder),
      files: hosted.flatMap(({ plugin }) => [...(plugin.contract.inputs ?? []), ...plugin.inputFiles]),
    };
  }

  #statusOf(plugin: HostedPlugin): PluginStatus {
    const bus = this.#buses.statusOf(plugin);
    return bus === undefined ? plugin.status() : { ...plugin.status(), bus };
  }

  #find(id: string): Hosted {
    const hosted = this.#hosted.get(id);
    if (hosted === undefined) throw new UserError('That plugin is not hosted any more.', 'Start it again.');
    return hosted;
  }

  #log(
    plugin: HostedPlugin,
    contract: Contract,
    record: { name: string; event: number; flags: number; payload: Uint8Array; kind: RecordKind },
  ): void {
    this.#logs.line(plugin.name, () => {
      if (record.kind === RecordKind.output) {
        const source = record.name === 'stdout' ? 'stdout' : 'stderr';
        const text = new TextDecoder().decode(record.payload.slice()).trimEnd();
        return { plugin: plugin.name, level: 'info', source, text, event: record.event };
      }
      const described = contract.describe({ ...record, plugin: plugin.recorded, time: 0 });
      const level = described?.fields.find(({ name }) => name === 'level')?.value;
      const message =
        described?.fields.find(({ name }) => name === 'message')?.value ?? described?.summary ?? '';
      return {
        plugin: plugin.name,
        level: level === 'trace' ? 'debug' : isLevel(level) ? level : 'info',
        source: 'plugin',
        text: message,
        event: record.event,
      };
    });
  }

  #emit<K extends HostEventName>(name: K, data: HostEvents[K]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (data: HostEvents[K]) => void)(data);
  }
}

/** Puts an event into a plugin's inbox, waiting for room. */
async function deliver(plugin: HostedPlugin, event: { name: string; payload: Uint8Array }): Promise<void> {
  while (!plugin.offer(event)) await plugin.inbox.room();
}

/** Milliseconds until the plugin is looked at again. */
const LOOK_MS = 5;

/** Resolves when an instance runs that was given nothing. Throws a UserError where there will be none. */
async function untilFresh(plugin: HostedPlugin): Promise<void> {
  while (!plugin.isFresh) {
    const { state, stateText, build } = plugin.status();
    // The stamp of a plugin that is followed from now on has perhaps not been read yet.
    const isBuilt = build === undefined && (await readStamp(plugin.options.project.folder)) !== undefined;
    const waits = state === 'waiting' && build?.status !== 'building' && !isBuilt;
    if (waits || state === 'failed' || state === 'stopped') {
      throw new UserError(
        `The byte source ${plugin.name} does not run: ${stateText}.`,
        'Build and start it, then start the input again.',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function noPlugin(folder: string): never {
  throw new UserError(
    `${folder} is not the folder of a plugin.`,
    'Name the folder of a byte source in "input" of hotplug.json.',
  );
}

function isLevel(level: string | undefined): level is HostEvents['log']['level'] {
  return level === 'debug' || level === 'info' || level === 'warn' || level === 'error';
}
