/** Tries one cell of the matrix: what a plugin's author does with a new project, without an editor. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildLoop } from '../../extension/project/loop.ts';
import type { BuildStamp, LanguageId, Project } from '../../extension/project/project.ts';
import type { PluginStatus } from '../../extension/host/protocol.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { hotplug } from '../host/cli-process.ts';
import { Hosted } from '../host/hosted.ts';
import type { Cell, LineEdit, Row, Step } from './row.ts';

/** Runs every step of a cell through `step`, which decides what becomes of a failure. */
export async function tryCell(
  { contract }: Row,
  language: LanguageId,
  cell: Cell,
  step: (name: Step, run: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-matrix-'));
  try {
    await buildInterpreters();
    let project: Project | undefined;
    await step('scaffold', async () => {
      const folder = await cell.scaffold(parent);
      project = await recognise(folder);
      assert.deepEqual([project?.contract, project?.language], [contract, language]);
    });
    if (project !== undefined) await tryProject(project, cell, step);
  } finally {
    for (const toolchain of Object.values(toolchains)) await toolchain.dispose?.();
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function tryProject(
  project: Project,
  cell: Cell,
  step: (name: Step, run: () => Promise<void>) => Promise<void>,
): Promise<void> {
  let component = '';
  await step('build', async () => {
    let output = '';
    const write = (text: string): void => void (output += text);
    const { signal } = new AbortController();
    const mode = cell.noRelease === undefined ? 'release' : 'development';
    const result = await toolchains[project.language].build({ project, mode, write, signal });
    assert.ok(result.ok, output);
    component = result.artifact.path;
  });

  const file = join(project.folder, cell.source);
  const original = await readFile(file, 'utf8');
  {
    await using hosted = await Hosted.create();
    await using loop = await startLoop(project);
    await step('run', async () => {
      const { input: _input, ...config } = project.config;
      const params = cell.params === undefined ? {} : { params: cell.params };
      await hosted.start(undefined, { project: { ...project, config }, ...params });
      await hosted.reach('the plugin to run', ({ state }) => settled(state, loop), builds);
      assert.equal(await cell.send(hosted), cell.change.before);
    });
    await step('hot reload', async () => {
      await reload(hosted, loop, file, edited(original, cell.change));
      assert.equal(await cell.send(hosted), cell.change.after);
    });
    await step('trap report', async () => {
      const text = edited(original, cell.trap);
      await reload(hosted, loop, file, text);
      assert.equal(await cell.send(hosted), undefined);
      const { lastError } = await hosted.reach('the failure', (status) => status.lastError !== undefined);
      assert.match([lastError?.what, lastError?.stderr].join('\n'), cell.trap.text);
      const line = text.split('\n').indexOf(cell.trap.replacement) + 1;
      assert.deepEqual([lastError?.source?.file, lastError?.source?.line], [file, line]);
    });
    await writeFile(file, original);
  }
  await step('replay', async () => {
    await cell.record?.(project.folder);
    const same = await hotplug('test', project.folder);
    assert.equal(same.code, 0, same.stdout + same.stderr);
    await writeFile(file, edited(original, cell.change));
    const different = await hotplug('test', project.folder);
    assert.equal(different.code, 1, different.stdout + different.stderr);
    await writeFile(file, original);
  });
  if (cell.noRelease === undefined)
    await step('in wasmtime', () => cell.inWasmtime(project.folder, component));
}

/** A first build of some languages takes minutes on a busy machine. */
const builds = 300_000;

interface LoopState {
  /** Why the last build failed. */
  failure: string | undefined;
  /** What the last good build left. */
  built: BuildStamp | undefined;
}
type Loop = LoopState & AsyncDisposable;

async function startLoop(project: Project): Promise<Loop> {
  const state: LoopState = { failure: undefined, built: undefined };
  let output = '';
  const loop = await BuildLoop.start({
    project,
    toolchains,
    recognise,
    write: (text) => (output += text),
    onStamp: (stamp) => {
      if (stamp.status === 'building') output = '';
      state.failure = stamp.status === 'failed' ? `${stamp.failure ?? ''}\n${output}` : undefined;
      if (stamp.status === 'ok') state.built = stamp;
    },
    onProblem: (error) => (state.failure = String(error)),
  });
  return Object.assign(state, { [Symbol.asyncDispose]: () => loop.dispose() });
}

/** Whether the plugin got anywhere; throws where its build did not. */
function settled(state: string, { failure }: Loop): boolean {
  if (failure !== undefined) throw new Error(failure);
  return state === 'running' || state === 'failed';
}

/** Saves a source and waits until its build has taken over. */
async function reload(hosted: Hosted, loop: Loop, file: string, text: string): Promise<void> {
  const saved = Date.now();
  await writeFile(file, text);
  const took = async ({ state, artifact }: PluginStatus): Promise<boolean> => {
    const { built } = loop;
    if (!settled('running', loop) || state !== 'running') return false;
    if (built?.artifact === undefined || built.startedAt < saved) return false;
    const bytes = await readFile(built.artifact.path);
    return artifact?.hash === createHash('sha256').update(bytes).digest('hex');
  };
  await hosted.reach('the reload', took, builds);
}

function edited(text: string, { containing, replacement }: LineEdit): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes(containing));
  assert.ok(at >= 0, `no line contains ${containing}`);
  return lines.with(at, replacement).join('\n');
}
