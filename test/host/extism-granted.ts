/** Extism plugins that are granted something: built from test/fixtures/extism, hosted, and replayed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { contracts } from '../../extension/contracts/index.ts';
import type { Contract, EventJson } from '../../extension/host/contract.ts';
import { Workshop } from '../../extension/host/workshop.ts';
import type { Artifact, ProjectConfig } from '../../extension/project/project.ts';
import { writeStamp } from '../../extension/project/stamp.ts';
import { decodeCall } from '../../extension/recording/record.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { replayLife } from '../../extension/replay/replay.ts';
import type { ReplayReport } from '../../extension/replay/types.ts';
import { findProgram } from '../../extension/toolchains/find.ts';
import { findCCompiler } from '../../extension/toolchains/c-compiler.ts';
import { printValue } from '../../extension/values/wave.ts';
import { cache, root } from '../../scripts/paths.ts';
import { Hosted } from './hosted.ts';

const built = new Map<string, Promise<string>>();

/** The built fixture `NAME.c` or `NAME.rs`; undefined after skipping the test because there is no compiler. */
export async function builtFixture(t: TestContext, file: string): Promise<string | undefined> {
  const compiler = file.endsWith('.c') ? await clang() : await rustc();
  if (compiler === undefined) {
    t.skip(file.endsWith('.c') ? 'clang not found' : 'rustc with wasm32-wasip1 not found');
    return undefined;
  }
  const building = built.get(file) ?? build(compiler, file);
  built.set(file, building);
  return await building;
}

/** A program and its arguments, but for the source and the output. */
type Compiler = readonly [program: string, ...args: string[]];

async function clang(): Promise<Compiler | undefined> {
  const found = await findCCompiler();
  if (found?.kind !== 'clang') return undefined;
  return [found.path, '--target=wasm32', '-nostdlib', '-O1', '-Wl,--no-entry'];
}

async function rustc(): Promise<Compiler | undefined> {
  const target = 'wasm32-wasip1';
  const path = await findProgram('rustc');
  if (path === undefined) return undefined;
  const { stdout } = await promisify(execFile)(path, ['--print', 'target-libdir', '--target', target]);
  const isThere = await access(stdout.trim()).then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  return [
    path,
    '--edition',
    '2021',
    '--target',
    target,
    '--crate-type',
    'cdylib',
    '-O',
    '-C',
    'strip=symbols',
  ];
}

async function build([program, ...args]: Compiler, file: string): Promise<string> {
  const folder = join(cache, 'extism');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${file}.wasm`);
  const aside = `${path}.${process.pid}`;
  await promisify(execFile)(program, [...args, '-o', aside, join(root, 'test', 'fixtures', 'extism', file)]);
  // Test files run side by side.
  await rename(aside, path);
  return path;
}

export function extism(): Contract {
  const contract = contracts['extism'];
  assert.ok(contract !== undefined);
  return contract;
}

/** A hosted plugin with what its calls gave. */
export class Granted implements AsyncDisposable {
  readonly hosted: Hosted;
  #artifact: Artifact | undefined;
  #builds = 0;

  private constructor(hosted: Hosted, artifact: Artifact | undefined) {
    this.hosted = hosted;
    this.#artifact = artifact;
  }

  /** A module by its path, or what a toolchain built; undefined: what {@link build} leaves. */
  static async start(
    built: string | Artifact | undefined,
    config: ProjectConfig,
    deadlineMs?: number,
  ): Promise<Granted> {
    const hosted = await Hosted.create();
    const project = {
      folder: hosted.folder,
      name: 'tested',
      contract: 'extism',
      language: 'c',
      recognisedBy: 'test',
      config,
    } as const;
    const artifact = typeof built === 'string' ? ({ kind: 'module', path: built } as const) : built;
    await hosted.start(artifact, { project, ...(deadlineMs === undefined ? {} : { deadlineMs }) });
    return new Granted(hosted, artifact);
  }

  /** Leaves the module in the folder as a build of it does. */
  async build(path: string): Promise<void> {
    const now = Date.now();
    this.#artifact = { kind: 'module', path };
    await writeStamp(this.hosted.folder, {
      version: 1,
      serial: ++this.#builds,
      status: 'ok',
      mode: 'development',
      artifact: this.#artifact,
      startedAt: now,
      finishedAt: now,
      diagnostics: [],
    });
  }

  /** Calls an export, and gives its output in WAVE or what it failed with. */
  async call(call: string, input: EventJson['input'] = ''): Promise<string> {
    const before = this.#calls().length;
    await this.hosted.host.request('send', { plugin: this.hosted.id, events: [{ call, input }] });
    await this.hosted.reach('the answer', () => this.#calls().length > before);
    return this.#calls().at(-1) ?? '';
  }

  /** What the calls of exports gave that events were. */
  #calls(): readonly string[] {
    return this.hosted
      .records('call')
      .filter(({ event }) => event > 0)
      .map((record) => {
        const { text, result } = decodeCall(record.payload);
        const value = extism().values(record)?.result;
        return result === undefined || value === undefined ? text : printValue(value);
      });
  }

  /** What happened at the last failure, and what to do. */
  async failure(): Promise<{ readonly what: string; readonly advice: string }> {
    const { lastError } = await this.hosted.reach('the failure', (status) => status.lastError !== undefined);
    assert.ok(lastError !== undefined);
    return lastError;
  }

  /** Replays the life with this position, without a project: nothing is granted. */
  async replay(life: number): Promise<ReplayReport> {
    const { recording } = this.hosted.host;
    const found = livesOf(recording)[life];
    const artifact = this.#artifact;
    assert.ok(found !== undefined && artifact !== undefined);
    const workshop = new Workshop();
    try {
      const { report, execution } = await replayLife({
        bench: { workshop, cacheFolder: join(cache, 'transpiled'), interpreter: () => undefined },
        recording,
        life: found,
        contract: extism(),
        artifact,
        language: 'c',
        unrecorded: 'stop',
        deadlineMs: 5000,
      });
      await execution[Symbol.asyncDispose]();
      return report;
    } finally {
      await workshop.dispose();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosted[Symbol.asyncDispose]();
  }
}
