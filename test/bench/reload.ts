/**
 * How long a reload takes while 1,000 events a second flow, and whether one is lost or doubled:
 * from a new artifact on disk to its first answer, and from the save of a source file to the new
 * build's first answer. The peer is jco's own command line, which runs a component of the same size.
 */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSend } from '../../extension/contracts/streamkit/packet.ts';
import { createLocalHost } from '../../extension/host/local.ts';
import type { Host } from '../../extension/host/host.ts';
import { BuildLoop } from '../../extension/project/loop.ts';
import type { Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { writeStamp } from '../../extension/project/stamp.ts';
import { RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { feedNumbers, firstAnswer, running, settled } from './flow.ts';
import { jcoRun } from './jcoRun.ts';
import { median, percentiles, round, type Percentiles } from './measure.ts';
import { numbered, testPluginBytes } from '../testPlugin.ts';

const RELOADS = 50;
/** Saves of each language; the benchmark `languages` has all of them. */
const SAVES = { javascript: 30, c: 15, rust: 8 };
type Measured = keyof typeof SAVES;

export interface ReloadFigures {
  readonly artifactToAnswerMs: { readonly small: Percentiles; readonly rust2MiB: Percentiles };
  /** Size of the two artifacts in bytes. */
  readonly artifactBytes: { readonly small: number; readonly rust2MiB: number };
  readonly saveToAnswerMs: Partial<Record<Measured, Percentiles>>;
  /** The build's share of it. */
  readonly buildMs: Partial<Record<Measured, number>>;
  readonly jcoRunMs: number;
  readonly reloads: number;
  readonly eventsLost: number;
  readonly eventsDoubled: number;
}

/** Runs the benchmark. */
export async function benchReload(): Promise<ReloadFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-bench-'));
  const sums = { reloads: 0, lost: 0, doubled: 0 };
  try {
    const small = await testPluginBytes('small');
    const debug = await testPluginBytes('debug');
    const artifacts = {
      small: await reloadArtifacts(join(folder, 'small'), small, sums),
      rust2MiB: await reloadArtifacts(join(folder, 'debug'), debug, sums),
    };
    const saveToAnswerMs: Partial<Record<Measured, Percentiles>> = {};
    const buildMs: Partial<Record<Measured, number>> = {};
    for (const language of ['javascript', 'c', 'rust'] as const) {
      const saved = await reloadSaves(folder, language, sums);
      saveToAnswerMs[language] = percentiles(saved.answers);
      buildMs[language] = round(median(saved.builds), 1);
    }
    return {
      artifactToAnswerMs: artifacts,
      artifactBytes: { small: small.length, rust2MiB: debug.length },
      saveToAnswerMs,
      buildMs,
      jcoRunMs: Math.round(await jcoRun()),
      reloads: sums.reloads,
      eventsLost: sums.lost,
      eventsDoubled: sums.doubled,
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Sums {
  reloads: number;
  lost: number;
  doubled: number;
}

/** New builds of the same plugin, each written aside and renamed as a build does it. */
async function reloadArtifacts(folder: string, component: Uint8Array, sums: Sums): Promise<Percentiles> {
  await mkdir(folder, { recursive: true });
  const project: Project = {
    folder,
    name: 'bench',
    contract: 'streamkit',
    language: 'rust',
    recognisedBy: 'benchmark',
    config: {},
  };
  const host = await createLocalHost({ cacheFolder: join(folder, 'cache') });
  const answers: number[] = [];
  try {
    const publish = async (serial: number): Promise<number> => {
      const path = join(folder, 'plugin.wasm');
      await writeFile(`${path}.new`, numbered(component, serial));
      const builtAt = performance.timeOrigin + performance.now();
      await rename(`${path}.new`, path);
      const now = Date.now();
      await writeStamp(folder, {
        version: 1,
        serial,
        status: 'ok',
        mode: 'development',
        artifact: { kind: 'component', path },
        startedAt: now,
        finishedAt: now,
        diagnostics: [],
      });
      return builtAt;
    };
    await publish(1);
    const { id } = await host.request('start', { project });
    await running(host);
    const feed = feedNumbers(host, id);
    for (let serial = 2; serial < RELOADS + 2; serial++) {
      const from = host.recording.count;
      const builtAt = await publish(serial);
      answers.push((await firstAnswer(host, from)) - builtAt);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    count(host, await feed.stop(), sums, answers.length);
  } finally {
    await host.dispose();
  }
  return percentiles(answers);
}

/** Saves of a template's source, each with another number in it. */
async function reloadSaves(
  parent: string,
  language: Measured,
  sums: Sums,
): Promise<{ answers: readonly number[]; builds: readonly number[] }> {
  const { folder } = await scaffold({ contract: 'streamkit', language, name: `bench-${language}`, parent });
  const found = await recognise(folder);
  if (found === undefined) throw new Error(`${folder} was not recognised`);
  const { input: _input, ...config } = found.config;
  const project: Project = { ...found, config };
  const source = join(folder, 'src', { javascript: 'plugin.js', c: 'plugin.c', rust: 'lib.rs' }[language]);
  const text = await readFile(source, 'utf8');
  const host = await createLocalHost({ cacheFolder: join(parent, 'cache') });
  const builds: number[] = [];
  const failures: string[] = [];
  const loop = await BuildLoop.start({
    project,
    toolchains,
    recognise: () => Promise.resolve(project),
    write: () => undefined,
    onStamp: (stamp) => {
      if (stamp.status === 'failed') failures.push(stamp.failure ?? JSON.stringify(stamp.diagnostics));
      if (stamp.status === 'ok' && stamp.finishedAt !== undefined)
        builds.push(stamp.finishedAt - stamp.startedAt);
    },
    onProblem: (error) => {
      failures.push(String(error));
    },
  });
  const answers: number[] = [];
  try {
    const { id } = await host.request('start', { project, params: '{"gain_db":0}' });
    await running(host);
    const feed = feedNumbers(host, id);
    await settled(() => builds.length);
    builds.length = 0;
    for (let number = 1; number <= SAVES[language]; number++) {
      const from = host.recording.count;
      const savedAt = performance.timeOrigin + performance.now();
      await writeFile(
        source,
        text.replace(/(packetsPerLevel = |PACKETS_PER_LEVEL(?:: u64 =)? )\d+/, `$1${10_000 + number}`),
      );
      answers.push((await firstAnswer(host, from)) - savedAt);
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    if (failures.length > 0) throw new Error(failures.join('\n'));
    count(host, await feed.stop(), sums, answers.length);
  } finally {
    await loop.dispose();
    await host.dispose();
  }
  return { answers, builds };
}

/** Looks for every number among the packets that came out: none may be missing or there twice. */
function count(host: Host, sent: number, sums: Sums, reloads: number): void {
  const seen = new Uint8Array(sent + 1);
  for (let index = 0; index < host.recording.count; index++) {
    const record = host.recording.at(index);
    if (record.kind !== RecordKind.hostCall || (record.flags & RecordFlag.effect) === 0) continue;
    const out = decodeSend(record.payload);
    if (out?.pin !== 'out' || out.packet?.tag !== 'audio') continue;
    const number = out.packet.samples[0] ?? 0;
    seen[number] = (seen[number] ?? 0) + 1;
  }
  for (let number = 1; number <= sent; number++) {
    const times = seen[number] ?? 0;
    if (times === 0) sums.lost++;
    if (times > 1) sums.doubled += times - 1;
  }
  sums.reloads += reloads;
}
