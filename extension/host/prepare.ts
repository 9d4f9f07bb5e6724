/**
 * Makes a component ready to be instantiated: checks the binary, takes the debug sections out, caps
 * its memories, compiles its core modules and finds or makes the script that jco generates for it.
 * Runs in a thread of its own, so that the old build goes on answering meanwhile.
 */
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assetPath } from '../assets.ts';
import { messageOf, UserError } from '../errors.ts';
import { componentModules, componentNames, coreModules, producersOf } from '../wasm/info.ts';
import { exportGlobals } from '../wasm/globals.ts';
import { limitMemory, PAGE } from '../wasm/limits.ts';
import { moduleFunctions } from '../wasm/functions.ts';
import { layerOf, requireComponent, stripCustomSections } from '../wasm/sections.ts';
import { cacheFolderOf } from './cache-folder.ts';
import type { ComponentInfo } from './component.ts';
import { requireFeatures } from './features.ts';
import { KERNEL, MAIN } from './module-names.ts';
import { makeGlue, readGlue, transpile, useGlue, type Glue } from './glue.ts';
import { skeletonHash } from './skeleton.ts';

/** No plugin is this large; a file that is was named by mistake. */
const LARGEST = 256 * 1024 * 1024;
/** A file of this size is not read again while nothing about it changes. */
const LARGE = 4 * 1024 * 1024;
/** Components whose compiled modules stay in memory. */
const KEPT = 4;

export interface PrepareRequest {
  readonly path: string;
  readonly cacheFolder: string;
  readonly memoryBytes: number;
  /** The contract's plugins may be core modules; what they are run with beside the plugin's own: absolute path. */
  readonly kernel?: string | undefined;
  /** The modules keep their debug sections, for a debugger that reads them from the modules that run. */
  readonly debugInfo?: true | undefined;
}

export interface PreparedComponent {
  readonly info: ComponentInfo;
  /** Absolute path of the generated JavaScript; undefined for a core module, which needs none. */
  readonly script: string | undefined;
  readonly modules: readonly (readonly [name: string, module: WebAssembly.Module])[];
  /** The state of an instance can be kept and brought back: all of its mutable globals are readable. */
  readonly keepable: boolean;
  /** Milliseconds that it took, and whether the script was made before. */
  readonly durationMs: number;
  readonly cached: boolean;
}

const recent = new Map<string, PreparedComponent>();
/** Hashes of large files by their state: an interpreter is the same at every save, and reading it takes 30 ms. */
const hashes = new Map<string, string>();
const scripts = new Map<string, Glue>();

/** Prepares the component of this file. Throws a UserError for whatever is wrong with it. */
export async function prepareComponent(request: PrepareRequest): Promise<PreparedComponent> {
  const started = performance.now();
  const { path } = request;
  const { debugInfo = false } = request;
  const keyOf = (hash: string): string =>
    `${hash} ${request.memoryBytes} ${debugInfo} ${request.cacheFolder}`;
  const again = (known: PreparedComponent): PreparedComponent => ({
    ...known,
    info: { ...known.info, path },
    durationMs: performance.now() - started,
    cached: true,
  });
  const state = await stateOf(path);
  const unchanged = recent.get(keyOf(hashes.get(state) ?? ''));
  if (unchanged !== undefined && (await isThere(unchanged))) return again(unchanged);
  const bytes = await readComponent(path);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const key = keyOf(hash);
  const known = recent.get(key);
  if (known !== undefined && (await isThere(known))) return again(known);
  if (request.kernel !== undefined && layerOf(bytes, path) === 'module') {
    const prepared = await prepareModule(bytes, hash, request.kernel, request);
    remember(recent, key, prepared);
    return { ...prepared, durationMs: performance.now() - started };
  }
  requireComponent(bytes, path);
  const { component, modules, keepable } = asRun(bytes, request.memoryBytes, path, debugInfo);
  for (const module of modules) await requireFeatures(module, path);
  const compiled = await Promise.all(modules.map((module) => compile(module, path)));
  const { glue, cached } = await findGlue(component, compiled, request);
  const prepared: PreparedComponent = {
    info: {
      path,
      bytes: bytes.length,
      hash,
      wit: glue.wit,
      ...componentNames(bytes, path),
      producers: producersOf(bytes, path),
      modules: componentModules(bytes, path),
    },
    script: glue.script,
    modules: await Promise.all(
      glue.modules.map(async (module) => {
        const own = 'own' in module ? compiled[module.own] : undefined;
        return [
          module.name,
          own ?? (await compile('made' in module ? module.made : new Uint8Array(), path)),
        ] as const;
      }),
    ),
    keepable,
    durationMs: performance.now() - started,
    cached,
  };
  remember(recent, key, prepared);
  if (bytes.length >= LARGE && state === (await stateOf(path))) remember(hashes, state, hash);
  return prepared;
}

const NO_WORLD = {
  name: '',
  package: '',
  imports: { interfaces: [], functions: [] },
  exports: { interfaces: [], functions: [] },
};

async function prepareModule(
  bytes: Uint8Array,
  hash: string,
  kernelPath: string,
  { path, memoryBytes, debugInfo }: PrepareRequest,
): Promise<PreparedComponent> {
  const plugin = asRun(bytes, memoryBytes, path, debugInfo);
  const kernel = asRun(await readFile(kernelPath), memoryBytes, kernelPath);
  for (const module of plugin.modules) await requireFeatures(module, path);
  const core = moduleFunctions(bytes, path);
  return {
    info: {
      path,
      bytes: bytes.length,
      hash,
      wit: NO_WORLD,
      imports: [...new Set(core.imports.map(({ module }) => module))],
      exports: core.exports.map(({ name }) => name),
      producers: producersOf(bytes, path),
      modules: componentModules(bytes, path),
      core,
    },
    script: undefined,
    modules: [
      [MAIN, await compile(plugin.modules[0] ?? bytes, path)],
      [KERNEL, await compile(kernel.modules[0] ?? new Uint8Array(), kernelPath)],
    ],
    keepable: plugin.keepable && kernel.keepable,
    durationMs: 0,
    cached: false,
  };
}

/** What changes with a file's content; empty where there is none. */
async function stateOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : `${path} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
}

/**
 * A component without its debug sections, and its core modules as they run: with their memories capped
 * and their globals exported, and with their debug sections where they are wanted. DWARF counts from
 * the start of the code, which stays as it was built.
 */
export function asRun(
  bytes: Uint8Array,
  memoryBytes: number,
  path: string,
  debugInfo = false,
): { component: Uint8Array; modules: readonly Uint8Array[]; keepable: boolean } {
  const component = stripCustomSections(
    bytes,
    (name) => !name.startsWith('.debug') && name !== 'sourceMappingURL',
    path,
  );
  const pages = Math.floor(memoryBytes / PAGE);
  const limited = coreModules(debugInfo ? bytes : component, path).map((module) =>
    limitMemory(module, pages, path),
  );
  const exporting = limited.map((module) => exportGlobals(module, path));
  return {
    component,
    modules: limited.map((module, index) => exporting[index] ?? module),
    keepable: !exporting.includes(undefined),
  };
}

async function compile(module: Uint8Array, path: string): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(module);
  } catch (error) {
    throw new UserError(
      `${path} has a core module that is not valid: ${messageOf(error).replace(/^WebAssembly\.compile\(\): /, '')}.`,
      'Build it again with current tools.',
      { cause: error },
    );
  }
}

/** The script for a component: from memory, from the cache, from what Hotplug ships, or made now. */
async function findGlue(
  component: Uint8Array,
  compiled: readonly WebAssembly.Module[],
  { path, cacheFolder }: PrepareRequest,
): Promise<{ glue: Glue; cached: boolean }> {
  const skeleton = skeletonHash(component, compiled, path);
  const folder = join(cacheFolder, skeleton);
  const known = scripts.get(folder);
  if (known !== undefined && (await isThere(known))) return { glue: known, cached: true };
  const read = (await readGlue(folder)) ?? (await readGlue(join(shippedFolder(), skeleton)));
  const glue = read ?? (await makeGlue(component, coreModules(component, path), folder, path));
  if (read !== undefined) await isThere(read);
  remember(scripts, folder, glue);
  return { glue, cached: read !== undefined };
}

/** Whether the script is still on disk, which is then marked as used; a core module has none. What is shipped stays. */
async function isThere({ script }: { readonly script: string | undefined }): Promise<boolean> {
  if (script === undefined) return true;
  const folder = dirname(script);
  return dirname(folder) === shippedFolder() || (await useGlue(folder));
}

function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
}

/** The bytes of a file that may be a component; refuses what is not a file or too large before it is read. */
async function readComponent(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const stat = await file.stat();
    if (!stat.isFile())
      throw new UserError(`${path} is not a file.`, 'Name the .wasm file that the build left.');
    if (stat.size > LARGEST) {
      throw new UserError(
        `${path} is ${Math.round(stat.size / 1024 / 1024)} MiB; plugins of up to ${LARGEST / 1024 / 1024} MiB are run.`,
        'Check that this is the plugin; build it in release mode or without embedded data.',
      );
    }
    return await file.readFile();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${path} cannot be read: ${messageOf(error)}.`,
      'Check the path, or build the plugin first.',
      { cause: error },
    );
  }
}

/** Runs the transpiler once on the smallest component there is, so that it is compiled before it is needed. */
export async function warmUp(): Promise<void> {
  try {
    await transpile(new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]), 'the empty component');
  } catch {
    // Warming is all that this is for.
  }
}

/** What Hotplug ships prepared: the development interpreters, so that a first start does not wait for them. */
export function shippedFolder(): string {
  return cacheFolderOf(assetPath('dist', 'prepared'));
}
