/**
 * HoloMUSH's bus: 50 plugins that each hear one room of a MUSH, 20,000 events a second from outside, of which nearly
 * half are answered; what routing costs
 * beside patterns that do not match; the call of the C echo plugin beside libextism, which runs the same file;
 * 100 plugins' memory; and what a plugin that never comes back costs the others.
 */
import { execFile, fork } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contracts } from '../../extension/contracts/index.ts';
import { encodeWire, readEvent, wireJson } from '../../extension/contracts/holomush/event.ts';
import { generateEvents } from '../../extension/contracts/holomush/generator.ts';
import { Subscriptions } from '../../extension/contracts/holomush/patterns.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { Host } from '../../extension/host/host.ts';
import { createLocalHost } from '../../extension/host/local.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { decodeCall, RecordKind } from '../../extension/recording/record.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { root } from '../../scripts/paths.ts';
import { buildExtismPlugin } from '../host/extism-plugin.ts';
import { extismPython } from '../host/libextism.ts';
import { median, round, until } from './measure.ts';

const PLUGINS = 50;
const PER_SECOND = 20_000;
const SECONDS = 5;
const LOADED = 100;
const MEBIBYTE = 1024 * 1024;
const CALLS = 3000;

export interface BusFigures {
  /** Events from outside that were routed, and calls of plugins that came back, in a second. */
  readonly eventsPerSecond: number;
  readonly deliveriesPerSecond: number;
  /** From the publishing of an event to its answer. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Microseconds to find the subscribers of an event, by the number of patterns that do not match. */
  readonly routingUs: Readonly<Record<string, number>>;
  /** One call of the echo plugin that answers, recorded. */
  readonly extismCallUs: number;
  readonly libextismCallUs: number;
  readonly loadedPlugins: number;
  readonly loadedMiB: number;
  /** p99 of the answers of plugins beside one that never comes back, and without it. */
  readonly besideStuckP99Ms: number;
  readonly withoutStuckP99Ms: number;
}

/** Runs the benchmark. */
export async function benchBus(): Promise<BusFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-bench-'));
  try {
    const echo = await buildEcho(folder);
    const load = await underLoad(folder, echo);
    const call = await callTimes(folder, echo);
    const beside = await besideStuck(folder, echo);
    return { ...load, routingUs: routing(), ...call, ...(await loaded(folder, echo)), ...beside };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function buildEcho(parent: string): Promise<string> {
  const { folder } = await scaffold({ contract: 'holomush', language: 'c', name: 'echo', parent });
  const project = await recognise(folder);
  if (project === undefined) throw new Error(`${folder} was not recognised`);
  let output = '';
  const result = await toolchains.c.build({
    project,
    mode: 'release',
    signal: new AbortController().signal,
    write: (text) => (output += text),
  });
  if (!result.ok) throw new Error(output);
  return result.artifact.path;
}

async function start(
  host: Host,
  folder: string,
  path: string,
  name: string,
  subscriptions: readonly string[],
  mode?: string,
): Promise<void> {
  const { state, stateText } = await host.request('start', {
    project: {
      folder,
      name,
      contract: 'holomush',
      language: 'c',
      recognisedBy: 'benchmark',
      config: {
        subscriptions,
        inbox: { size: 1000, full: 'wait' },
        ...(mode === undefined ? {} : { params: { mode } }),
      },
    },
    artifact: { kind: 'module', path },
    deadlineMs: 60_000,
  });
  if (state !== 'running') throw new Error(stateText);
}

function say(number: number, stream: string): EventJson {
  return { stream, type: 'say', actor_id: 'ann', payload: { message: `hello ${number}` } };
}

/** Publishes at this rate, and gives the times from each event, answers included, to the end of its call, in ms. */
async function flow(
  host: Host,
  perSecond: number,
  seconds: number,
  next: (number: number) => EventJson,
): Promise<{ readonly latencies: readonly number[]; readonly durationMs: number }> {
  const from = host.recording.count;
  const started = performance.now();
  const total = perSecond * seconds;
  let sent = 0;
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - started) * perSecond) / 1000));
    const events = Array.from({ length: due - sent }, (_, index) => next(sent + index));
    sent = due;
    if (events.length > 0) await host.request('publish', { contract: 'holomush', events });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  // An answer is an event again: it is over when nobody has one and nothing more comes.
  let before = -1;
  let durationMs = 0;
  while (before !== host.recording.count) {
    before = host.recording.count;
    durationMs = performance.now() - started;
    await waitForAll(host);
  }
  return { latencies: latenciesOf(host, from), durationMs };
}

async function waitForAll(host: Host): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const all = await host.request('list', undefined);
    if (all.every(({ waiting }) => waiting === 0)) return;
  }
}

/** From the time in the event, when it was made, to the end of its call. */
function latenciesOf(host: Host, from: number): readonly number[] {
  const made = new Map<string, number>();
  const latencies: number[] = [];
  for (let index = from; index < host.recording.count; index++) {
    const record = host.recording.at(index);
    const key = `${record.plugin} ${record.event}`;
    if (record.kind === RecordKind.event) {
      const { name, payload } = record;
      made.set(key, Number(contracts['holomush']?.decodeEvent({ name, payload })['timestamp']));
    }
    const since = record.kind === RecordKind.call ? made.get(key) : undefined;
    if (since !== undefined) latencies.push(record.time - since);
  }
  return latencies;
}

async function underLoad(
  folder: string,
  path: string,
): Promise<Pick<BusFigures, 'eventsPerSecond' | 'deliveriesPerSecond' | 'p50Ms' | 'p99Ms'>> {
  const host = await createLocalHost({ cacheFolder: join(folder, 'cache') });
  try {
    for (let number = 0; number < PLUGINS; number++)
      await start(host, folder, path, `echo-${number}`, [
        `location:room${number + 1}`,
        `character:${number}:*`,
      ]);
    const mush = generateEvents({ characters: 10 * PLUGINS, rooms: PLUGINS, seed: 1 });
    const next = (): EventJson => ({ ...wireJson(mush.next().value), timestamp: Date.now() });
    await flow(host, PER_SECOND / 4, 1, next);
    const { latencies, durationMs } = await flow(host, PER_SECOND, SECONDS, next);
    return {
      eventsPerSecond: Math.round((PER_SECOND * SECONDS * 1000) / durationMs),
      deliveriesPerSecond: Math.round((latencies.length * 1000) / durationMs),
      p50Ms: round(median(latencies), 1),
      p99Ms: percentile99(latencies),
    };
  } finally {
    await host.dispose();
  }
}

/** Finding the subscribers of a stream that one exact pattern and one prefix match. */
function routing(): Readonly<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const count of [10, 100, 1000, 10_000]) {
    const index = new Subscriptions<string>();
    index.add('location:room-here', 'exact');
    index.add('location:room-h*', 'prefix');
    for (let number = 0; number < count; number++) {
      index.add(
        number % 2 === 0 ? `location:elsewhere${number}` : `character:${number}:*`,
        `other-${number}`,
      );
    }
    const times: number[] = [];
    for (let turn = 0; turn < 30; turn++) {
      const started = performance.now();
      for (let event = 0; event < 10_000; event++) index.match('location:room-here');
      times.push((performance.now() - started) / 10);
    }
    figures[count] = round(median(times), 2);
  }
  return figures;
}

async function callTimes(
  folder: string,
  path: string,
): Promise<Pick<BusFigures, 'extismCallUs' | 'libextismCallUs'>> {
  const host = await createLocalHost({ cacheFolder: join(folder, 'cache') });
  let here: number;
  try {
    await start(host, folder, path, 'echo', ['location:*']);
    const from = host.recording.count;
    const events = Array.from({ length: 2 * CALLS }, (_, number) => say(number, 'global:a'));
    const [plugin] = await host.request('list', undefined);
    const id = plugin?.id ?? '';
    // Without the bus: the answers are heard by nobody.
    for (let at = 0; at < events.length; at += 100)
      await host.request('send', { plugin: id, events: events.slice(at, at + 100) });
    const calls: number[] = [];
    let index = from;
    await until('the answers', () => {
      for (; index < host.recording.count; index++) {
        const { kind, event, payload } = host.recording.at(index);
        if (kind === RecordKind.call && event > 0) calls.push(decodeCall(payload).durationMs * 1000);
      }
      return calls.length >= events.length;
    });
    here = round(median(calls.slice(CALLS)), 1);
  } finally {
    await host.dispose();
  }
  const input = join(folder, 'input.json');
  await writeFile(input, encodeWire(readEvent(say(1, 'global:a'))));
  const script = join(root, 'test', 'extism', 'time.py');
  const { stdout } = await promisify(execFile)(extismPython, [
    script,
    path,
    'handle_event',
    input,
    String(CALLS),
  ]);
  return { extismCallUs: here, libextismCallUs: round(Number(stdout), 1) };
}

/** In the built host process: what threads of sources take beside is the type stripper's. */
async function loaded(
  folder: string,
  path: string,
): Promise<Pick<BusFigures, 'loadedPlugins' | 'loadedMiB'>> {
  const options = { recordingFolder: join(folder, 'recordings'), cacheFolder: join(folder, 'cache') };
  const host = fork(join(root, 'dist', 'host.js'), [JSON.stringify(options)], { serialization: 'advanced' });
  let number = 0;
  const request = (name: string, params: unknown): Promise<unknown> => {
    const id = ++number;
    return new Promise((resolve, reject) => {
      const listen = (message: { id?: number; ok?: boolean; result?: unknown; message?: string }): void => {
        if (message.id !== id) return;
        host.off('message', listen);
        if (message.ok === true) resolve(message.result);
        else reject(new Error(message.message));
      };
      host.on('message', listen);
      host.send({ id, request: name, params });
    });
  };
  const add = (name: string): Promise<unknown> =>
    request('start', {
      project: {
        folder,
        name,
        contract: 'holomush',
        language: 'c',
        recognisedBy: 'benchmark',
        config: { subscriptions: [`location:${name}`] },
      },
      artifact: { kind: 'module', path },
    });
  try {
    await add('first');
    const before = await residentBytes(host.pid ?? 0);
    for (let index = 1; index <= LOADED; index++) await add(`echo-${index}`);
    const events = Array.from({ length: LOADED }, (_, index) => say(index, `location:echo-${index + 1}`));
    await request('publish', { contract: 'holomush', events });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const bytes = (await residentBytes(host.pid ?? 0)) - before;
    return { loadedPlugins: LOADED, loadedMiB: Math.round(bytes / MEBIBYTE) };
  } finally {
    host.kill();
  }
}

/** As Linux says it. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function besideStuck(
  folder: string,
  path: string,
): Promise<Pick<BusFigures, 'besideStuckP99Ms' | 'withoutStuckP99Ms'>> {
  const p99 = async (stuck: boolean): Promise<number> => {
    const host = await createLocalHost({ cacheFolder: join(folder, 'cache') });
    try {
      for (let number = 0; number < 5; number++)
        await start(host, folder, path, `echo-${number}`, [`location:room${number}`]);
      if (stuck) {
        await start(host, folder, await buildExtismPlugin('whole'), 'stuck', ['global:stuck'], 'forever');
        await host.request('publish', { contract: 'holomush', events: [say(0, 'global:stuck')] });
      }
      const { latencies } = await flow(host, 500, 4, (number) => say(number, `location:room${number % 5}`));
      return percentile99(latencies);
    } finally {
      await host.dispose();
    }
  };
  return { withoutStuckP99Ms: await p99(false), besideStuckP99Ms: await p99(true) };
}

function percentile99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.floor(sorted.length * 0.99)] ?? NaN, 1);
}
