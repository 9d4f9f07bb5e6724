/** The part of a prepared component that jco makes, and its cache on disk. */
import { mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { messageOf, UserError } from '../errors.ts';
import type { WitWorld } from '../wit/model.ts';
import { packedWitOfComponent } from '../wit/tool.ts';
import { unpackWorld } from '../wit/unpack.ts';
import { trimCodeCache } from './code-cache.ts';
import { strictScript } from './strict.ts';

const SCRIPT = 'component.js';
const WIT = 'wit.json';
/** Written last: a folder without it is not a complete entry. */
const INDEX = 'glue.json';
/** An entry in use is marked as used this often: well within the time for which `code-cache.ts` keeps it. */
const TOUCH_MS = 10 * 60 * 1000;
/** The cache is looked through at most this often by those who add to it. */
const TRIM_EVERY_MS = 10 * 60 * 1000;
const decoder = new TextDecoder();

/** A core module that the script asks for: one of the component's own, or one that jco made. */
type GlueModule =
  { readonly name: string; readonly own: number } | { readonly name: string; readonly made: Uint8Array };

export interface Glue {
  /** Absolute path of the script. */
  readonly script: string;
  readonly wit: WitWorld;
  readonly modules: readonly GlueModule[];
}

interface Index {
  readonly modules: readonly { readonly name: string; readonly own?: number }[];
}

/** Reads an entry; undefined where it is not there or damaged: it is made again. */
export async function readGlue(folder: string): Promise<Glue | undefined> {
  try {
    const index = JSON.parse(await readFile(join(folder, INDEX), 'utf8')) as Index;
    const modules = await Promise.all(
      index.modules.map(async ({ name, own }): Promise<GlueModule> =>
        own === undefined ? { name, made: await readFile(join(folder, name)) } : { name, own },
      ),
    );
    await stat(join(folder, SCRIPT));
    const wit = unpackWorld(await readFile(join(folder, WIT), 'utf8'));
    return { script: join(folder, SCRIPT), wit, modules };
  } catch {
    return undefined;
  }
}

/** Transpiles a component and writes what came of it; `own` are its core modules. Throws a UserError for a component that cannot be run. */
export async function makeGlue(
  component: Uint8Array,
  own: readonly Uint8Array[],
  folder: string,
  path: string,
): Promise<Glue> {
  const reading = packedWit(component, path);
  // Where both refuse a component, what the transpiler says counts.
  reading.catch(() => undefined);
  const files = await transpile(component, path);
  const wit = await reading;
  const script = Object.entries(files).find(([name]) => name.endsWith('.js'))?.[1];
  if (script === undefined) throw new Error('the transpiler gave no script');
  const modules = Object.entries(files)
    .filter(([name]) => name.endsWith('.wasm'))
    .map(([name, core]): GlueModule => {
      const index = own.findIndex((module) => Buffer.compare(module, core) === 0);
      return index < 0 ? { name, made: core } : { name, own: index };
    });
  const glue = { script: join(folder, SCRIPT), wit: unpackWorld(wit), modules };
  await writeGlue(folder, glue, wit, strictScript(fastScript(decoder.decode(script))));
  return glue;
}

/** jco reads an environment variable at every step of a call, which costs microseconds each. */
function fastScript(script: string): string {
  return script.replaceAll('globalThis?.process?.env?.JCO_DEBUG', 'false');
}

/** Transpiles a component as the host runs it: bindings with hooks for lowering functions, no shims. */
export async function transpile(component: Uint8Array, path: string): Promise<Record<string, Uint8Array>> {
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
    const [line = ''] = messageOf(error).split('\n');
    throw new UserError(
      `${path} is not a component that can be run: ${line.replace(/\.$/, '')}.`,
      'Build it again; if the message stays, check the component with `wasm-tools validate`.',
      { cause: error },
    );
  }
}

/** What the component was built with, as text. */
async function packedWit(component: Uint8Array, path: string): Promise<string> {
  try {
    return await packedWitOfComponent(component);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${path} has types that cannot be read: ${error.message}.`, error.advice, {
      cause: error,
    });
  }
}

async function writeGlue(folder: string, glue: Glue, wit: string, script: string): Promise<void> {
  const index: Index = {
    modules: glue.modules.map((module) =>
      'own' in module ? { name: module.name, own: module.own } : { name: module.name },
    ),
  };
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, 'package.json'), '{"type":"module"}');
  await replaceFile(join(folder, SCRIPT), script);
  await replaceFile(join(folder, WIT), wit);
  for (const module of glue.modules)
    if ('made' in module) await replaceFile(join(folder, module.name), module.made);
  await replaceFile(join(folder, INDEX), JSON.stringify(index));
  // An entry lies in the folder of a version, which lies in the cache's.
  trimSoon(dirname(dirname(folder)));
}

let asides = 0;

/** Writes aside and renames: a cut-off file is never read, and another process may write the same one. */
async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const aside = `${path}.${process.pid}-${asides++}`;
  await writeFile(aside, content);
  await rename(aside, path);
}

/** Whether an entry is still there. One that is gets marked as used now and then, so that it is not removed. */
export async function useGlue(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return false;
  const now = new Date();
  if (now.getTime() - found.mtimeMs > TOUCH_MS) await utimes(folder, now, now).catch(() => undefined);
  return true;
}

let trimmedAt = -Infinity;

/** Keeps the cache from growing for ever, beside what the load is doing and not after every one. */
function trimSoon(cacheFolder: string): void {
  const now = performance.now();
  if (now - trimmedAt < TRIM_EVERY_MS) return;
  trimmedAt = now;
  void trimCodeCache(cacheFolder);
}
