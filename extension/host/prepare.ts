/**
 * Makes a component ready to be instantiated: checks the binary, takes the debug sections out,
 * transpiles it with jco, caps its memories and compiles its core modules. Runs in a thread of its
 * own, so that the old build goes on answering meanwhile. What does not depend on this thread is
 * cached by content: on disk for the next start, in memory for the next reload.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { componentWit } from '@bytecodealliance/jco-transpile/wasm-tools';
import { assetPath } from '../assets.ts';
import { messageOf, UserError } from '../errors.ts';
import { componentModules, componentNames, producersOf } from '../wasm/info.ts';
import { limitMemory, PAGE } from '../wasm/limits.ts';
import { requireComponent, stripCustomSections } from '../wasm/sections.ts';
import type { ComponentInfo } from './component.ts';

/** Grows when what is cached, or how it is made, changes. */
const CACHE_VERSION = 'jco-0.15.0-2';
/** No plugin is this large; a file that is was named by mistake. */
const LARGEST = 256 * 1024 * 1024;
const SCRIPT = 'component.js';
/** Components whose compiled modules stay in memory. */
const KEPT = 4;

export interface PrepareRequest {
  readonly path: string;
  readonly cacheFolder: string;
  readonly memoryBytes: number;
}

export interface PreparedComponent {
  readonly info: ComponentInfo;
  /** Absolute path of the generated JavaScript. */
  readonly script: string;
  readonly modules: readonly (readonly [name: string, module: WebAssembly.Module])[];
  /** Milliseconds that it took, and whether the transpiled code came from the cache. */
  readonly durationMs: number;
  readonly cached: boolean;
}

const recent = new Map<string, PreparedComponent>();

/** Prepares the component of this file. Throws a UserError for whatever is wrong with it. */
export async function prepareComponent(request: PrepareRequest): Promise<PreparedComponent> {
  const started = performance.now();
  const bytes = await readComponent(request.path);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const key = `${hash} ${request.memoryBytes} ${request.cacheFolder}`;
  const known = recent.get(key);
  if (known !== undefined) {
    return {
      ...known,
      info: { ...known.info, path: request.path },
      durationMs: performance.now() - started,
      cached: true,
    };
  }
  requireComponent(bytes, request.path);
  const name = `${hash}-${request.memoryBytes}`;
  const cached =
    (await readCache(join(request.cacheFolder, name))) ?? (await readCache(join(shippedFolder(), name)));
  const entry = cached ?? (await makeEntry(bytes, request, join(request.cacheFolder, name)));
  const modules = await Promise.all(
    entry.modules.map(async ([name, core]) => [name, await WebAssembly.compile(core)] as const),
  );
  const prepared: PreparedComponent = {
    info: infoOf(request.path, bytes, hash, entry.wit),
    script: entry.script,
    modules,
    durationMs: performance.now() - started,
    cached: cached !== undefined,
  };
  remember(key, prepared);
  return prepared;
}

function remember(key: string, prepared: PreparedComponent): void {
  recent.set(key, prepared);
  const [oldest] = recent.keys();
  if (recent.size > KEPT && oldest !== undefined) recent.delete(oldest);
}

/** Reads what a component says of itself; its WIT comes from the caller, who may have it cached. */
function infoOf(path: string, bytes: Uint8Array, hash: string, wit: string): ComponentInfo {
  return {
    path,
    bytes: bytes.length,
    hash,
    wit,
    ...componentNames(bytes, path),
    producers: producersOf(bytes, path),
    modules: componentModules(bytes, path),
  };
}

/** The bytes of a file that may be a component; refuses what is not a file or too large before it is read. */
export async function readComponent(path: string): Promise<Uint8Array> {
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

interface CacheEntry {
  readonly script: string;
  readonly wit: string;
  readonly modules: readonly (readonly [name: string, core: Uint8Array])[];
}

async function makeEntry(bytes: Uint8Array, request: PrepareRequest, folder: string): Promise<CacheEntry> {
  const stripped = stripCustomSections(
    bytes,
    (name) => !name.startsWith('.debug') && name !== 'sourceMappingURL',
  );
  const [files, wit] = await Promise.all([transpile(stripped, request.path), witOf(stripped, request.path)]);
  const pages = Math.floor(request.memoryBytes / PAGE);
  const modules = Object.entries(files)
    .filter(([name]) => name.endsWith('.wasm'))
    .map(([name, core]) => [name, limitMemory(core, pages, request.path)] as const);
  const script = Object.entries(files).find(([name]) => name.endsWith('.js'))?.[1];
  if (script === undefined) throw new Error('the transpiler gave no script');
  const entry = { script: join(folder, SCRIPT), wit, modules };
  await writeCache(folder, entry, fastScript(new TextDecoder().decode(script)));
  return entry;
}

/** jco reads an environment variable at every step of a call, which costs microseconds each. */
function fastScript(script: string): string {
  return script.replaceAll('globalThis?.process?.env?.JCO_DEBUG', 'false');
}

async function transpile(component: Uint8Array, path: string): Promise<Record<string, Uint8Array>> {
  try {
    const result = await transpileBytes(component, {
      name: 'component',
      instantiation: 'sync',
      importBindings: 'hybrid',
      wasiShim: false,
      base64Cutoff: 0,
      emitTypescriptDeclarations: false,
      nodejsCompat: false,
      noComponentErrorWrapping: false,
    });
    return result.files;
  } catch (error) {
    throw new UserError(
      `${path} is not a component that can be run: ${firstLine(messageOf(error))}.`,
      'Build it again; if the message stays, check the component with `wasm-tools validate`.',
      { cause: error },
    );
  }
}

async function witOf(component: Uint8Array, path: string): Promise<string> {
  try {
    return await componentWit(component);
  } catch (error) {
    throw new UserError(
      `${path} has no readable WIT: ${firstLine(messageOf(error))}.`,
      'Build it again with current tools.',
      { cause: error },
    );
  }
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? text).replace(/\.$/, '');
}

async function readCache(folder: string): Promise<CacheEntry | undefined> {
  try {
    const wit = await readFile(join(folder, 'component.wit'), 'utf8');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.wasm'));
    return {
      script: join(folder, SCRIPT),
      wit,
      modules: await Promise.all(
        names.map(async (name) => [name, await readFile(join(folder, name))] as const),
      ),
    };
  } catch {
    // Not there, or damaged: it is made again.
    return undefined;
  }
}

/** Writes aside and renames, so that a cut-off write is never read; another process may have been faster. */
async function writeCache(folder: string, entry: CacheEntry, script: string): Promise<void> {
  const aside = `${folder}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await mkdir(aside, { recursive: true });
  await writeFile(join(aside, 'package.json'), '{"type":"module"}');
  await writeFile(join(aside, SCRIPT), script);
  await writeFile(join(aside, 'component.wit'), entry.wit);
  for (const [name, core] of entry.modules) await writeFile(join(aside, name), core);
  try {
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if ((await readCache(folder)) === undefined) throw error;
  }
}

/** Runs the tools once on the smallest component there is, so that they are compiled before they are needed. */
export async function warmUp(): Promise<void> {
  const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  try {
    await transpile(empty, 'the empty component');
    await componentWit(empty);
  } catch {
    // Warming is all that this is for.
  }
}

/** What Hotplug ships prepared: the development interpreters, so that a first start does not wait for them. */
export function shippedFolder(): string {
  return cacheFolderOf(assetPath('dist', 'prepared'));
}

/** The folder below a cache folder that belongs to this version of the cache. */
export function cacheFolderOf(root: string): string {
  return join(root, CACHE_VERSION);
}
