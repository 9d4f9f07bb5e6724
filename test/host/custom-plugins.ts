/** Plugins of worlds that Hotplug has no part in, really built, and hosted as projects of their own. */
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventJson } from '../../extension/host/contract.ts';
import type { Host } from '../../extension/host/host.ts';
import { createLocalHost } from '../../extension/host/local.ts';
import type { PluginStatus } from '../../extension/host/protocol.ts';
import type { Artifact, Project, ProjectConfig } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import type { RowKind } from '../../extension/recording/query.ts';
import { rust } from '../../extension/toolchains/rust.ts';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/spawn.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

const fixtures = join(root, 'test', 'fixtures', 'custom');

/** Says what is missing to build Rust plugins; undefined where nothing is. */
export async function missingForRust(): Promise<string | undefined> {
  const missing = missingTools(await rust.tools(undefined));
  return missing.length === 0 ? undefined : `Rust: ${missing.map(({ name }) => name).join(', ')} not found`;
}

/** Builds a crate of test/fixtures/custom and gives the path of a component that no other build replaces. */
export async function buildFixture(name: string, ...features: readonly string[]): Promise<string> {
  const folder = join(fixtures, name);
  const chosen = features.length === 0 ? [] : ['--features', features.join(',')];
  const argv = ['build', '--locked', '--target', 'wasm32-wasip2', ...chosen];
  const { code, output } = await run('cargo', argv, { cwd: folder, quiet: true });
  if (code !== 0) throw new Error(`cargo could not build ${name}\n${output}`);
  const built = join(folder, 'target', 'wasm32-wasip2', 'debug', `${name.replaceAll('-', '_')}.wasm`);
  const kept = join(root, '.cache', 'custom', `${[name, ...features].join('-')}.wasm`);
  await mkdir(join(root, '.cache', 'custom'), { recursive: true });
  await copyFile(built, kept);
  return kept;
}

/** One row of the live recording. */
export interface Seen {
  readonly kind: RowKind;
  readonly event: number;
  readonly name: string;
  readonly summary: string;
}

/** A project with the WIT of a fixture, and a host for it. */
export class CustomProject implements AsyncDisposable {
  readonly folder: string;
  readonly host: Host;
  project: Project;
  #id = '';

  private constructor(folder: string, host: Host, project: Project) {
    this.folder = folder;
    this.host = host;
    this.project = project;
  }

  /** `wit` is a folder of WIT; `config` is what stands in hotplug.json beside the contract. */
  static async create(wit: string, config: ProjectConfig = {}): Promise<CustomProject> {
    const folder = await mkdtemp(join(tmpdir(), 'hotplug-custom-'));
    await cp(wit, join(folder, 'wit'), { recursive: true });
    await writeConfig(folder, config);
    return await CustomProject.in(folder);
  }

  /** A project that is there already; it goes with the test. */
  static async in(folder: string): Promise<CustomProject> {
    const cacheFolder = join(root, '.cache', 'transpiled');
    await mkdir(cacheFolder, { recursive: true });
    const host = await createLocalHost({ cacheFolder });
    const project = await recognise(folder);
    if (project === undefined) throw new Error('the folder is no project');
    return new CustomProject(folder, host, project);
  }

  /** The WIT of a crate of test/fixtures/custom. */
  static of(name: string, config: ProjectConfig = {}): Promise<CustomProject> {
    return CustomProject.create(join(fixtures, name, 'wit'), config);
  }

  get id(): string {
    return this.#id;
  }

  async write(file: string, text: string): Promise<string> {
    const path = join(this.folder, file);
    await writeFile(path, text);
    return path;
  }

  async configure(config: ProjectConfig): Promise<void> {
    await writeConfig(this.folder, config);
  }

  /** Hosts a component, or what a build left. */
  async start(built: string | Artifact): Promise<PluginStatus> {
    const artifact: Artifact = typeof built === 'string' ? { kind: 'component', path: built } : built;
    this.project = (await recognise(this.folder)) ?? this.project;
    const { id } = await this.host.request('start', { project: this.project, artifact });
    this.#id = id;
    return await this.reach('the start', ({ state }) => state === 'running' || state === 'failed');
  }

  /** Hosts what the folder's builds leave. */
  async follow(): Promise<PluginStatus> {
    const { id } = await this.host.request('start', { project: this.project });
    this.#id = id;
    return await this.reach('the start', ({ state }) => state === 'running' || state === 'failed');
  }

  /** Ends it and forgets it; what it did stays recorded. */
  async stop(): Promise<void> {
    await this.host.request('remove', { plugin: this.#id });
  }

  async status(): Promise<PluginStatus> {
    const found = (await this.host.request('list', undefined)).find(({ id }) => id === this.#id);
    if (found === undefined) throw new Error('the plugin is gone');
    return found;
  }

  async reach(what: string, wanted: (status: PluginStatus) => boolean): Promise<PluginStatus> {
    return await eventually(what, async () => {
      const status = await this.status();
      return wanted(status) ? status : undefined;
    });
  }

  /** Calls an export and waits for its end. Gives what the trace says of the call. */
  async call(name: string, ...args: readonly (string | number | boolean)[]): Promise<string> {
    const before = (await this.rows()).filter(({ kind }) => kind === 'call').length;
    await this.send({ call: name, args });
    return await eventually(`the end of ${name}`, async () => {
      const calls = (await this.rows()).filter(({ kind }) => kind === 'call');
      if (calls.length > before) return calls.at(-1)?.summary;
      const { state, lastError } = await this.status();
      if (state === 'failed') throw new Error(`the plugin has failed: ${lastError?.what ?? ''}`);
      return undefined;
    });
  }

  async send(...events: readonly EventJson[]): Promise<void> {
    await this.host.request('send', { plugin: this.#id, events });
  }

  async rows(): Promise<readonly Seen[]> {
    const query = { filter: '', first: 0, count: 10_000 };
    const { rows } = await this.host.request('rows', { recording: 'live', query });
    return rows.map(({ kind, event, name, summary }) => ({ kind, event, name, summary }));
  }

  /** What the plugin asked of the host, in the order of its calls: `paint({x: 1}) → none`; without the rows before `from`. */
  async hostCalls(from = 0): Promise<readonly string[]> {
    return (await this.rows())
      .slice(from)
      .filter(({ kind }) => kind === 'hostCall')
      .filter(({ name }) => !name.startsWith('wasi:') || name.includes('@'))
      .map(({ name, summary }) => `${name.slice(name.lastIndexOf('#') + 1)}${summary}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.dispose();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function writeConfig(folder: string, config: ProjectConfig): Promise<void> {
  await writeFile(
    join(folder, 'hotplug.json'),
    JSON.stringify({ name: 'tested', contract: 'custom', language: 'rust', ...config }),
  );
}

/** Waits until `look` gives something; fails after a minute with what was waited for. */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
