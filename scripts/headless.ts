import { readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { untilStatus, withoutInput } from '../extension/cli/host.ts';
import { summarise } from '../extension/cli/summary.ts';
import { createLocalHost } from '../extension/host/local.ts';
import type { HostApi, PluginStatus } from '../extension/host/protocol.ts';
import type { RowWindow } from '../extension/recording/query.ts';
import { BuildLoop } from '../extension/project/loop.ts';
import type { BuildStamp, Project } from '../extension/project/project.ts';
import { recognise } from '../extension/project/recognise.ts';
import { scaffold } from '../extension/scaffold/scaffold.ts';
import { toolchains } from '../extension/toolchains/index.ts';
import { cache } from './paths.ts';
import { step } from './progress.ts';

/** The line of the template that makes the gain, and what the loop changes it to: a quarter of it. */
const before = 'const factor = 10 **';
const after = 'const factor = 0.25 * 10 **';

/** Longest that any one step may take, in ms. */
const patience = 60_000;

async function makeProject(): Promise<Project> {
  const parent = join(cache, 'headless');
  await rm(parent, { recursive: true, force: true });
  await mkdir(parent, { recursive: true });
  const { folder, files } = await scaffold({
    contract: 'streamkit',
    language: 'javascript',
    name: 'gain',
    parent,
  });
  console.log(`  ${folder}, ${files.length} files`);
  const project = await recognise(folder);
  if (project === undefined) throw new Error(`${folder} was made but is not recognised as a plugin project.`);
  return project;
}

/** A build loop and what it last built. */
interface Building {
  /** Resolves with the next build that ends; fails where it failed. */
  next(): Promise<BuildStamp>;
  dispose(): Promise<void>;
}

async function startBuilding(project: Project): Promise<Building> {
  let ended = Promise.withResolvers<BuildStamp>();
  const loop = await BuildLoop.start({
    project,
    toolchains,
    recognise,
    write: (text) => process.stdout.write(text),
    onProblem: (error) => ended.reject(error),
    onStamp: (stamp) => {
      if (stamp.status === 'ok') ended.resolve(stamp);
      else if (stamp.status === 'failed') ended.reject(new Error(stamp.failure ?? 'The build failed.'));
    },
  });
  return {
    next: async () => {
      const stamp = await ended.promise;
      ended = Promise.withResolvers<BuildStamp>();
      return stamp;
    },
    dispose: () => loop.dispose(),
  };
}

/** Waits for a status; fails with the plugin's own words where it failed, or where it takes too long. */
async function until(
  host: HostApi,
  id: string,
  what: string,
  done: (status: PluginStatus) => boolean,
): Promise<PluginStatus> {
  const over = (status: PluginStatus): boolean => status.state === 'failed' || done(status);
  const status = await untilStatus(host, id, over, AbortSignal.timeout(patience));
  if (!done(status)) throw new Error(`Waited for ${what}, but the plugin is: ${status.stateText}`);
  return status;
}

/** What the plugin sent while it was fed. */
interface Fed {
  readonly packets: number;
  /** Largest absolute sample of all of them. */
  readonly peak: number;
}

/** Feeds the project's input once and reads from the recording what the plugin sent. */
async function feed(host: HostApi, id: string, project: Project): Promise<Fed> {
  const { input } = project.config;
  if (input === undefined) throw new Error('The template names no input.');
  const list = async (first: number, count: number): Promise<RowWindow> => {
    for (;;) {
      const query = { filter: 'kind:effect audio', first, count };
      const window = await host.request('rows', { recording: 'live', query });
      if (window.complete) return window;
    }
  };
  const first = (await list(0, 0)).matching;
  await host.request('startInput', { plugin: id, input });
  await until(
    host,
    id,
    'the end of the input',
    ({ input: fed, waiting }) => fed?.running === false && waiting === 0,
  );
  const { rows } = await list(first, 10_000);
  const peaks = rows.map(({ summary }) => Number(/peak ([\d.]+)/.exec(summary)?.[1] ?? Number.NaN));
  return { packets: rows.length, peak: Math.max(...peaks) };
}

function sayFed({ packets, peak }: Fed): void {
  console.log(`  ${packets} packets out, peak ${peak.toFixed(4)}`);
}

async function changeSource(project: Project): Promise<void> {
  const file = join(project.folder, project.config.entry ?? 'src/plugin.js');
  const source = await readFile(file, 'utf8');
  if (!source.includes(before)) throw new Error(`${file} has no "${before}" to change.`);
  await writeFile(file, source.replace(before, after));
  console.log(`  ${before} ...  ->  ${after} ...`);
}

async function saySummary(host: HostApi): Promise<void> {
  const { events, hostCalls, effects, logs, errors, msPerEvent } = await summarise(host);
  console.log(
    `  ${events} events, ${hostCalls} host calls, ${effects} effects, ${logs} log lines, ${errors} errors`,
  );
  if (msPerEvent)
    console.log(`  time per event: p50 ${msPerEvent.p50.toFixed(3)} ms, p95 ${msPerEvent.p95.toFixed(3)} ms`);
}

async function loop(project: Project, building: Building, host: HostApi): Promise<void> {
  const { id } = await step('Hosting it', async () => {
    const { id } = await host.request('start', { project: withoutInput(project) });
    return await until(host, id, 'it to run', ({ state }) => state === 'running');
  });
  const old = await step('Feeding it 10 s of audio', () => feed(host, id, project));
  sayFed(old);

  const build = building.next();
  await step('Changing the gain in the source', () => changeSource(project));
  const reloaded = await step('Reloading', async () => {
    await build;
    return await until(host, id, 'the reload', ({ reloads, state }) => reloads > 0 && state === 'running');
  });
  console.log(
    `  reloaded in ${Math.round(reloaded.lastReloadMs ?? 0)} ms from the new build to its first answer`,
  );
  const now = await step('Feeding it the same again', () => feed(host, id, project));
  sayFed(now);
  await step('What the trace holds', () => saySummary(host));
  if (!(now.peak < old.peak / 2))
    throw new Error(`The samples did not change: peak ${old.peak}, then ${now.peak}.`);
  console.log(`The samples changed: peak ${old.peak.toFixed(4)} before, ${now.peak.toFixed(4)} after.`);
}

/** The whole loop in the terminal: scaffold, build, host, feed, change, reload, and proof that it took. */
export async function runHeadless(): Promise<void> {
  const project = await step('Making a StreamKit gain plugin in JavaScript', makeProject);
  const building = await step('Building it', async () => {
    const started = await startBuilding(project);
    await started.next();
    return started;
  });
  const recording = join(cache, 'headless', 'run.mcap');
  const host = await createLocalHost({ recording });
  try {
    await loop(project, building, host);
    console.log(`Recording: ${recording}`);
  } finally {
    await building.dispose();
    await host.dispose();
  }
}
