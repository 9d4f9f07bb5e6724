/** The part of the host that replays: on request, and by itself after each reload. */
import { setTimeout } from 'node:timers/promises';
import { interpreterPath } from '../assets.ts';
import { adviceOf, messageOf, UserError } from '../errors.ts';
import { bindContract } from '../host/bound-contract.ts';
import type { Contract } from '../host/contract.ts';
import type { HostPart, HostServices } from '../host/part.ts';
import type { HostedPlugin } from '../host/plugin.ts';
import type {
  HostRequests,
  ReplayId,
  ReplayRequest,
  ReplayResult,
  ReplayText,
  Rerecord,
} from '../host/protocol.ts';
import type { LiveRecording } from '../recording/live.ts';
import { openRecording } from '../recording/reader.ts';
import type { Comparison } from '../recording/query.ts';
import type { Recording } from '../recording/record.ts';
import { lifeOf, noEvents } from './choose.ts';
import { compareLives } from './comparison.ts';
import { cutLife } from './cut.ts';
import { createDebugSessions, type DebugSessions } from './debug/sessions.ts';
import { editsOf } from './edits.ts';
import type { Bench, Execution } from './execution.ts';
import { groupOf, Lives, livesOf, type Group, type Life } from './lives.ts';
import { replayLife, type Replay, type ReplayOptions } from './replay.ts';
import { replayedLife } from './rerecord.ts';
import { sourceLevelOf } from './source-level.ts';
import { furtherDifferences, transcriptOf } from './transcript.ts';
import { WrittenRecording } from './written.ts';

/** Replays whose texts can be asked for. */
const KEPT = 16;
/** Differing events that one text shows. */
const MOST_EVENTS = 200;
/** A replay beside a reload would cost it its spare worker and a core: saves in quick succession come first. */
const PAUSE_MS = 350;
/** Events of a life that are replayed after a reload, where nobody says otherwise. */
const EVENTS_AFTER_RELOAD = 10_000;
/** Bytes of files that those may refer to: the run itself goes over all of them. */
const BYTES_AFTER_RELOAD = 32 << 20;

interface Kept {
  readonly replay: Replay;
  readonly options: ReplayOptions;
  readonly close: () => void;
}

interface Source {
  readonly recording: Recording;
  readonly close: () => void;
}

/** What a life is replayed against. */
type Against = Pick<ReplayOptions, 'artifact' | 'contract' | 'language' | 'folder' | 'deadlineMs' | 'inputs'>;

export function createReplays(services: HostServices): HostPart {
  return new Replays(services).part;
}

class Replays {
  readonly #services: HostServices;
  readonly #bench: Bench;
  readonly #debugging: DebugSessions;
  readonly #kept = new Map<ReplayId, Kept>();
  /** The replays after a reload that are due or running, by plugin. */
  readonly #following = new Map<HostedPlugin, AbortController>();
  /** Replays that were asked for and can be cancelled, by the name that the client gave them. */
  readonly #asked = new Map<string, AbortController>();
  readonly #running = new Set<Promise<unknown>>();
  #lives: { readonly recording: LiveRecording; readonly lives: Lives } | undefined;
  #afterReload = { enabled: true, events: EVENTS_AFTER_RELOAD };
  readonly #disposed = new AbortController();
  #nextId = 1;

  constructor(services: HostServices) {
    this.#services = services;
    const { workshop, cacheFolder, opened, contracts, emit } = services;
    this.#bench = { workshop, cacheFolder, interpreter: interpreterPath };
    this.#debugging = createDebugSessions({
      bench: this.#bench,
      opened,
      contracts,
      send: (session, message) => {
        emit('debug', { session, message });
      },
    });
  }

  get part(): HostPart {
    return {
      handlers: {
        replay: (params) => this.#track(this.#replay(params)),
        cancelReplay: ({ request }) => {
          this.#asked.get(request)?.abort();
          return Promise.resolve(undefined);
        },
        rerecord: (params) => this.#track(this.#rerecord(params)),
        saveLife: (params) => this.#track(this.#saveLife(params)),
        replayText: (params) => Promise.resolve(this.#text(params)),
        replayAfterReload: (params) => {
          this.#afterReload = params;
          return Promise.resolve(undefined);
        },
        debug: (params) => this.#debugging.handle(params),
        compare: (params) => this.#track(this.#compare(params)),
      },
      reloaded: (plugin) => {
        void this.#track(this.#follow(plugin));
      },
      dispose: async () => {
        await this.#debugging.dispose();
        this.#disposed.abort();
        for (const following of this.#following.values()) following.abort();
        await Promise.allSettled(this.#running);
        for (const id of [...this.#kept.keys()]) await this.#drop(id);
      },
    };
  }

  async #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  async #replay(request: ReplayRequest): Promise<ReplayResult> {
    const name = request.request;
    if (name === undefined) return await this.#replayUntil(request, this.#disposed.signal);
    const cancelled = new AbortController();
    this.#asked.set(name, cancelled);
    const { emit } = this.#services;
    try {
      const signal = AbortSignal.any([this.#disposed.signal, cancelled.signal]);
      return await this.#replayUntil(request, signal, (done, total) => {
        emit('replaying', { request: name, done, total });
      });
    } finally {
      this.#asked.delete(name);
    }
  }

  async #replayUntil(
    request: ReplayRequest,
    signal: AbortSignal,
    progress?: ReplayOptions['progress'],
  ): Promise<ReplayResult> {
    const source = await this.#open(request.recording);
    try {
      const life = lifeOf(source.recording, request);
      const { recording } = source;
      const options = this.#options(recording, life);
      const against = await this.#against(request.against, recording, life);
      const { contract } = against;
      return await this.#run(
        {
          ...options,
          ...against,
          ...(request.sourceLevel === undefined
            ? {}
            : await sourceLevelOf(request.sourceLevel, against.artifact)),
          unrecorded: request.unrecorded ?? 'default',
          events: request.events,
          edits: editsOf(request.edits ?? [], recording, life, contract),
          signal,
          progress,
        },
        source.close,
      );
    } catch (error) {
      source.close();
      throw error;
    }
  }

  async #rerecord(request: Rerecord): Promise<{ records: number; bytes: number }> {
    const { recording, close } = await this.#open(request.recording);
    try {
      const lives = livesOf(recording).filter(
        ({ plugin, events }) => request.plugins.includes(plugin) && events.length > 0,
      );
      const [first] = lives;
      if (first === undefined) throw noEvents();
      const { id } = this.#contractOf(recording, first);
      await using written = new WrittenRecording(request.file, id);
      for (const life of lives) {
        const replay = await replayLife({
          ...this.#options(recording, life),
          ...(await this.#against(request.against, recording, life)),
          unrecorded: request.unrecorded ?? 'default',
          signal: this.#disposed.signal,
        });
        await using execution = replay.execution;
        written.add(replayedLife({ report: replay.report, execution }));
      }
      return await written.finish();
    } finally {
      close();
    }
  }

  async #saveLife({
    plugin: id,
    file,
  }: HostRequests['saveLife']['params']): Promise<{ events: number; bytes: number }> {
    const plugin = this.#services.plugin(id);
    const recording = this.#services.recording();
    const life = this.#livesOf(recording, plugin).findLast(({ events }) => events.length > 0);
    if (life === undefined) throw noEvents();
    await using written = new WrittenRecording(file, this.#contractOf(recording, life).id);
    written.add(cutLife(recording, life));
    const { bytes } = await written.finish();
    return { events: life.events.length, bytes };
  }

  async #compare({ recording, query }: HostRequests['compare']['params']): Promise<Comparison> {
    const here = await this.#open(recording);
    try {
      const other = await this.#open(query.other.recording);
      try {
        return await compareLives(
          { id: recording, recording: here.recording },
          { id: query.other.recording, recording: other.recording },
          query,
          (of, life) => this.#contractOf(of, life),
        );
      } finally {
        other.close();
      }
    } finally {
      here.close();
    }
  }

  async #open(recording: ReplayRequest['recording']): Promise<Source> {
    const { opened } = this.#services;
    if (typeof recording === 'string') {
      // A full recording is followed by the next and closed; not for who still reads it.
      if (recording === 'live')
        return { recording: opened.recording(recording), close: this.#services.recording().hold() };
      opened.use(recording);
      const close = (): void => {
        opened.close(recording);
      };
      try {
        return { recording: await opened.whole(recording), close };
      } catch (error) {
        close();
        throw error;
      }
    }
    const file = await openRecording(recording.file);
    return {
      recording: file,
      close: () => {
        file.close();
      },
    };
  }

  async #against(against: ReplayRequest['against'], recording: Recording, life: Life): Promise<Against> {
    if (typeof against !== 'string') {
      const { project, artifact } = against;
      const { config, language, folder } = project;
      const contract = await bindContract(this.#contractOf(recording, life), project, artifact);
      const recorded = recording.info.plugins[life.plugin]?.limits.deadlineMs;
      const deadlineMs = config.deadlineMs ?? recorded ?? contract.limits.deadlineMs;
      return { artifact, contract, language, folder, deadlineMs };
    }
    return this.#ofHosted(this.#services.plugin(against), recording, life);
  }

  #ofHosted(plugin: HostedPlugin, recording: Recording, life: Life): Against {
    const { artifact, language } = plugin.status();
    if (artifact === undefined)
      throw new UserError(`${plugin.name} is not running.`, 'Start it, or build it first.');
    const { deadlineMs, project } = plugin.options;
    const recorded = this.#contractOf(recording, life);
    // A recording of another contract is read as that one.
    const contract = recorded.id === plugin.contract.id ? plugin.contract : recorded;
    const inputs = [...plugin.inputFiles];
    return { artifact, contract, language, folder: project.folder, deadlineMs, inputs };
  }

  #contractOf(recording: Recording, life: Life): Contract {
    const id = recording.info.plugins[life.plugin]?.contract ?? '';
    const contract = this.#services.contracts[id];
    if (contract !== undefined) return contract;
    throw new UserError(
      `The recording is of a plugin for the contract "${id}", which Hotplug does not know.`,
      `It knows ${Object.keys(this.#services.contracts).join(', ')}; a newer version may know more.`,
    );
  }

  #options(
    recording: Recording,
    life: Life,
  ): Pick<ReplayOptions, 'bench' | 'recording' | 'life' | 'contract'> {
    return { bench: this.#bench, recording, life, contract: this.#contractOf(recording, life) };
  }

  async #run(options: ReplayOptions, close: () => void): Promise<ReplayResult> {
    const replay = await replayLife(options);
    await replay.execution.release();
    const id = `replay-${this.#nextId++}`;
    this.#kept.set(id, { replay, options, close });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) await this.#drop(oldest);
    return { replay: id, report: replay.report };
  }

  async #drop(id: ReplayId): Promise<void> {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    await kept?.replay.execution[Symbol.asyncDispose]();
    kept?.close();
  }

  #text({ replay: id, event }: HostRequests['replayText']['params']): ReplayText {
    const kept = this.#kept.get(id);
    if (kept === undefined)
      throw new UserError(`The replay ${id} is not kept any more.`, 'Replay the recording again.');
    const { options, replay } = kept;
    const wanted = event === undefined ? differing(replay) : [event];
    const expected: string[] = [];
    const actual: string[] = [];
    for (const number of wanted.slice(0, MOST_EVENTS)) {
      const sides = textsOf(options, replay.execution, number);
      const further = furtherDifferences(replay.report.differences.filter((one) => one.event === number));
      expected.push(sides.expected + further.expected);
      actual.push(sides.actual + further.actual);
    }
    const more = wanted.length - MOST_EVENTS;
    const rest = more > 0 ? `\n(${more} more events differ)\n` : '';
    return { expected: expected.join('\n') + rest, actual: actual.join('\n') + rest };
  }

  /** Replays the last life that is over against a new build, unless a newer one comes first. */
  async #follow(plugin: HostedPlugin): Promise<void> {
    this.#following.get(plugin)?.abort();
    const { enabled, events } = this.#afterReload;
    if (!enabled) return;
    const { emit, recording: live } = this.#services;
    const following = new AbortController();
    const { signal } = following;
    const overtaken = (): boolean => signal.aborted;
    this.#following.set(plugin, following);
    let letGo = (): void => undefined;
    try {
      await setTimeout(PAUSE_MS, undefined, { signal });
      const recording = live();
      letGo = recording.hold();
      const life = this.#lastLife(recording, plugin);
      if (life === undefined) {
        letGo();
        emit('replayed', {
          plugin: plugin.id,
          state: 'none',
          text: 'Nothing was recorded before this build.',
        });
        return;
      }
      emit('replayed', { plugin: plugin.id, state: 'running' });
      const options = { ...this.#options(recording, life), ...this.#ofHosted(plugin, recording, life) };
      const affordable = eventsWithin(options, events);
      const result = await this.#run(
        { ...options, unrecorded: 'default', events: affordable, signal },
        letGo,
      );
      if (!overtaken()) emit('replayed', { plugin: plugin.id, state: 'done', ...result });
    } catch (error) {
      letGo();
      const text = `${messageOf(error)} ${adviceOf(error, 'the log')}`;
      if (!overtaken()) emit('replayed', { plugin: plugin.id, state: 'failed', text });
    } finally {
      if (this.#following.get(plugin) === following) this.#following.delete(plugin);
    }
  }

  /** The last life with events of a plugin, without the one that has just begun. */
  #lastLife(recording: LiveRecording, plugin: HostedPlugin): Life | undefined {
    const lives = this.#livesOf(recording, plugin);
    const rebuilds = plugin.options.project.config.reload?.state === 'rebuild';
    return lives.findLast((life) => life.events.length > 0 && (life.over || rebuilds));
  }

  #livesOf(recording: LiveRecording, plugin: HostedPlugin): readonly Life[] {
    if (this.#lives?.recording !== recording) this.#lives = { recording, lives: new Lives(recording) };
    return this.#lives.lives.all().filter((life) => life.plugin === plugin.recorded);
  }
}

/** How many events of a life, at most so many, refer to no more bytes than a replay beside a run may take. */
function eventsWithin(
  { recording, life, contract }: Pick<ReplayOptions, 'recording' | 'life' | 'contract'>,
  most: number,
): number {
  if (contract.referenceOf === undefined) return most;
  let bytes = 0;
  for (const [count, index] of life.events.slice(0, most).entries()) {
    bytes += contract.referenceOf(recording.at(index))?.length ?? 0;
    if (bytes > BYTES_AFTER_RELOAD) return Math.max(1, count);
  }
  return most;
}

/** Numbers of the events that differ, in order. */
function differing({ report }: Replay): readonly number[] {
  return [...new Set(report.differences.map(({ event }) => event))];
}

function textsOf(options: ReplayOptions, execution: Execution, event: number): ReplayText {
  const { recording, life, contract } = options;
  const { trace } = execution;
  if (event === 0) {
    const group = (records: readonly number[]): Group => ({
      event,
      records,
      call: undefined,
    });
    // A replay that did not get to the end has nothing to compare it with.
    const ending = execution.ending.length === 0 ? [] : life.ending;
    return {
      expected: transcriptOf(recording, group([...life.start, ...ending]), contract),
      actual: transcriptOf(trace, group([...execution.start, ...execution.ending]), contract),
    };
  }
  const position = life.events.findIndex((index) => recording.at(index).event === event);
  const expected = groupOf(recording, life, position);
  const actual = execution.group(position);
  return {
    expected: expected === undefined ? '' : transcriptOf(recording, expected, contract),
    actual: actual === undefined ? '' : transcriptOf(trace, actual, contract),
  };
}
