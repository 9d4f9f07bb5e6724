import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withoutExport } from '../wasm/exports.ts';
import type { WitFile } from '../wit/files.ts';
import { disguised, undisguised } from './javascript-disguise.ts';
import type { Install } from './toolchain.ts';

export const componentizerInstall: readonly Install[] = [
  { on: 'any', command: 'npm install --save-dev componentize-qjs@0.4' },
];

/**
 * What componentize-qjs exports beside the world, before everything else: it runs it once, while it makes the
 * component, and nobody calls it afterwards. A host that knows a plugin by its first export would take it for that.
 */
const OWN_EXPORT = 'init';

/** componentize-qjs, found and loaded. */
export interface Componentizer {
  readonly path: string;
  readonly version: string;
  readonly componentize: typeof import('componentize-qjs').componentize;
}

/** The project's own componentize-qjs, or the one beside Hotplug: an installed extension has none, for it is native code. */
export function findComponentizer(folder: string | undefined): Componentizer | undefined {
  const bases = [...(folder === undefined ? [] : [join(folder, 'package.json')]), import.meta.url];
  for (const base of bases) {
    const load = createRequire(base);
    try {
      const path = load.resolve('componentize-qjs');
      const api: unknown = load(path);
      const manifest: unknown = load('componentize-qjs/package.json');
      if (!hasComponentize(api)) continue;
      return { path, version: versionOf(manifest), componentize: api.componentize };
    } catch {
      // Not installed there, or without the binary for this platform.
    }
  }
  return undefined;
}

function hasComponentize(api: unknown): api is Pick<Componentizer, 'componentize'> {
  return (
    typeof api === 'object' && api !== null && 'componentize' in api && typeof api.componentize === 'function'
  );
}

/** The version in a package's manifest; empty where it says none. */
export function versionOf(manifest: unknown): string {
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return '';
  return typeof manifest.version === 'string' ? manifest.version : '';
}

export interface ComponentizeRequest {
  readonly wit: readonly WitFile[];
  readonly world: string;
  readonly source: string;
  /** What the source is called in stacks. */
  readonly fileName: string;
  /** The source imports WASI by other names: `javascript-disguise.ts`. */
  readonly disguise: boolean;
}

/** Makes a component of one bundled source. Rejects with what componentize-qjs says. */
export async function componentizeSource(
  { componentize }: Componentizer,
  { wit, world, source, fileName, disguise }: ComponentizeRequest,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-componentize-'));
  try {
    await writeWit(join(folder, 'wit'), disguise ? disguised(wit) : wit);
    // What the source imports is looked for around it: nothing, for it is one bundle.
    const jsPath = join(folder, 'source', fileName);
    await mkdir(dirname(jsPath));
    await writeFile(jsPath, source);
    const { component } = await componentize({
      witPath: join(folder, 'wit'),
      world,
      jsSource: source,
      jsPath,
      // Real hosts do not speak the component model's asynchronous calling convention.
      sync: true,
    });
    return withoutExport(disguise ? undisguised(component) : component, OWN_EXPORT);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a package's files into a folder. */
export async function writeWit(folder: string, files: readonly WitFile[]): Promise<void> {
  for (const { path, text } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
