/**
 * How long it takes from the save of a source to the first answer of the new build, in each language of
 * StreamKit's templates while events flow; and what a release build takes and weighs. The peer is the
 * language's own tool: the compiler alone, and for interpreted languages the release build that a
 * development without an interpreter would wait for.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalHost } from '../../extension/host/local.ts';
import { languageIds } from '../../extension/project/languages.ts';
import { BuildLoop } from '../../extension/project/loop.ts';
import type { LanguageId, Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { missingTools } from '../../extension/toolchains/install.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import type { Cell } from '../matrix/row.ts';
import { streamkit } from '../matrix/streamkit.ts';
import { feedNumbers, firstAnswer, running, settled } from './flow.ts';
import { median, percentiles, round, type Percentiles } from './measure.ts';

const EDITS = 15;
const RELEASES = 3;

const runFile = promisify(execFile);

interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** What an author would type to compile the template, for the languages whose goal is measured against it. */
const byHand: ByLanguage<Command> = {
  rust: { argv: ['cargo', 'build', '--target', 'wasm32-wasip2'] },
  go: {
    argv: ['go', 'build', '-buildmode=c-shared', '-ldflags=-checklinkname=0', '-o', 'plugin.wasm', '.'],
    env: { GOOS: 'wasip1', GOARCH: 'wasm' },
  },
};

type ByLanguage<T> = Partial<Record<LanguageId, T>>;

interface LanguageFigures {
  /** Median, from the save to the first answer of the new build. */
  readonly saveToAnswerMs: ByLanguage<number>;
  readonly saveToAnswerP95Ms: ByLanguage<number>;
  /** Median, the build's share of it: the compiler's own warm time and what is made of its output. */
  readonly buildMs: ByLanguage<number>;
  /** Median, the compiler alone, warm, as an author runs it: {@link byHand}. */
  readonly compilerMs: ByLanguage<number>;
  /** Median of a release build whose source was changed. */
  readonly releaseBuildMs: ByLanguage<number>;
  readonly artifactBytes: ByLanguage<number>;
}

/** Runs the benchmark over every language whose tools are there. */
export async function benchLanguages(): Promise<LanguageFigures> {
  const figures = {
    saveToAnswerMs: {} as ByLanguage<number>,
    saveToAnswerP95Ms: {} as ByLanguage<number>,
    buildMs: {} as ByLanguage<number>,
    compilerMs: {} as ByLanguage<number>,
    releaseBuildMs: {} as ByLanguage<number>,
    artifactBytes: {} as ByLanguage<number>,
  };
  for (const language of languageIds) {
    const cell = streamkit.cells[language];
    if (typeof cell === 'string') continue;
    const tools = await toolchains[language].tools(undefined);
    if (missingTools(tools).length > 0) continue;
    const parent = await mkdtemp(join(tmpdir(), 'hotplug-bench-'));
    try {
      const folder = await cell.scaffold(parent);
      const project = await recognise(folder);
      if (project === undefined) throw new Error(`${folder} was not recognised`);
      const saves = await saveAndWait(project, cell);
      figures.saveToAnswerMs[language] = saves.answers.p50;
      figures.saveToAnswerP95Ms[language] = saves.answers.p95;
      figures.buildMs[language] = saves.buildMs;
      const compiler = byHand[language];
      if (compiler !== undefined) figures.compilerMs[language] = await alone(project, cell, compiler);
      const release = await releaseBuilds(project, cell);
      figures.releaseBuildMs[language] = release.ms;
      figures.artifactBytes[language] = release.bytes;
    } finally {
      for (const toolchain of Object.values(toolchains)) await toolchain.dispose?.();
      await rm(parent, { recursive: true, force: true, maxRetries: 5 });
    }
  }
  return figures;
}

/** The source with its line changed, differently for each number. */
function edited(text: string, { containing, replacement }: Cell['change'], number: number): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.includes(containing));
  return lines.with(at, replacement.replace('0.25', `0.${2500 + number}`)).join('\n');
}

async function saveAndWait(
  found: Project,
  cell: Cell,
): Promise<{ readonly answers: Percentiles; readonly buildMs: number }> {
  const { input: _input, ...config } = found.config;
  const project: Project = { ...found, config };
  const source = join(project.folder, cell.source);
  const text = await readFile(source, 'utf8');
  const host = await createLocalHost({ cacheFolder: join(project.folder, '..', 'cache') });
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
    const { id } = await host.request('start', {
      project,
      ...(cell.params === undefined ? {} : { params: cell.params }),
    });
    await running(host);
    const feed = feedNumbers(host, id);
    await settled(() => builds.length);
    builds.length = 0;
    for (let number = 1; number <= EDITS; number++) {
      const from = host.recording.count;
      const savedAt = performance.timeOrigin + performance.now();
      await writeFile(source, edited(text, cell.change, number));
      answers.push((await firstAnswer(host, from)) - savedAt);
      await new Promise((resolve) => setTimeout(resolve, 600));
    }
    await feed.stop();
    if (failures.length > 0) throw new Error(failures.join('\n'));
  } finally {
    await loop.dispose();
    await host.dispose();
    await writeFile(source, text);
  }
  return { answers: percentiles(answers), buildMs: round(median(builds), 1) };
}

/** The compiler alone, after as many edits; the first run warms it up. */
async function alone({ folder }: Project, cell: Cell, { argv, env }: Command): Promise<number> {
  const source = join(folder, cell.source);
  const text = await readFile(source, 'utf8');
  const [command, ...words] = argv;
  const times: number[] = [];
  for (let number = 0; number <= EDITS; number++) {
    await writeFile(source, edited(text, cell.change, EDITS + 1 + number));
    const started = performance.now();
    await runFile(command, words, { cwd: folder, env: { ...process.env, ...env } });
    if (number > 0) times.push(performance.now() - started);
  }
  await writeFile(source, text);
  return round(median(times), 1);
}

async function releaseBuilds(
  project: Project,
  cell: Cell,
): Promise<{ readonly ms: number; readonly bytes: number }> {
  const source = join(project.folder, cell.source);
  const text = await readFile(source, 'utf8');
  const times: number[] = [];
  let bytes = 0;
  // The first one is not counted: it builds the dependencies.
  for (let number = 0; number <= RELEASES; number++) {
    await writeFile(source, edited(text, cell.change, number));
    let output = '';
    const started = performance.now();
    const result = await toolchains[project.language].build({
      project,
      mode: 'release',
      write: (printed) => (output += printed),
      signal: new AbortController().signal,
    });
    if (!result.ok) throw new Error(output);
    if (number > 0) times.push(performance.now() - started);
    bytes = (await stat(result.artifact.path)).size;
  }
  return { ms: Math.round(median(times)), bytes };
}
