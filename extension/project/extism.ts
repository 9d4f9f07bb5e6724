/** Plugins of Extism hosts that have no hotplug.json: whether a folder has one, and of which host. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { LanguageId } from './project.ts';

/** What shows that a project is for Extism: a manifest that names its package, or a source that uses it. */
interface Signs {
  readonly manifests: readonly (readonly [file: string, text: RegExp])[];
  /** Endings of the language's sources. */
  readonly sources: readonly string[];
  readonly source?: RegExp;
}

const javascript: Signs = {
  manifests: [['package.json', /"@extism\/(?:js|as)-pdk"/]],
  sources: ['.js', '.mjs', '.ts', '.mts'],
  source: /\bHost\.(?:input|output)(?:String|Bytes|JSON)\s*\(/,
};

const signs: Readonly<Record<LanguageId, Signs>> = {
  javascript,
  typescript: javascript,
  python: {
    manifests: [['pyproject.toml', /["']extism-pdk\b/]],
    sources: ['.py'],
    // A program that hosts plugins imports a module of the same name.
    source: /^@(?:\w+\.)?(?:plugin_fn|shared_fn)\b/m,
  },
  rust: { manifests: [['Cargo.toml', /\bextism-pdk\b/]], sources: ['.rs'] },
  go: { manifests: [['go.mod', /\bgithub\.com\/extism\/go-pdk\b/]], sources: ['.go'] },
  c: {
    manifests: [],
    sources: ['.h', '.c'],
    source: /"extism:host\/env"|\bEXTISM_EXPORTED_FUNCTION\s*\(|#\s*include\s*[<"]extism-pdk\.h[>"]/,
  },
};

/** The export that HoloMUSH calls, and no other host known here does. */
const holomushExport = /\bhandle_event\b/;

/**
 * The contract of a folder with a plugin for an Extism host in this language: `holomush` where a source has that
 * host's export, else `extism`; undefined where it is for something else.
 */
export async function extismContract(
  folder: string,
  language: LanguageId,
): Promise<'holomush' | 'extism' | undefined> {
  const { manifests, sources, source } = signs[language];
  let isPlugin = false;
  for (const [file, text] of manifests)
    isPlugin ||= text.test(await readFile(join(folder, file), 'utf8').catch(() => ''));
  if (!isPlugin && source === undefined) return undefined;
  let isHolomush = false;
  for (const file of await filesOf(folder, sources)) {
    const text = await readFile(file, 'utf8').catch(() => '');
    isPlugin ||= source?.test(text) === true;
    isHolomush ||= holomushExport.test(text);
    if (isPlugin && isHolomush) break;
  }
  if (!isPlugin) return undefined;
  return isHolomush ? 'holomush' : 'extism';
}

const skipped = new Set(['node_modules', 'target', 'dist', 'build', 'venv', '__pycache__', 'test', 'tests']);
const DEEPEST = 4;
/** What is larger or beyond so many is no plugin that somebody wrote. */
const LARGEST_BYTES = 1024 * 1024;
const MOST_FILES = 200;

async function filesOf(folder: string, endings: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  const visit = async (at: string, depth: number): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (files.length >= MOST_FILES) return;
      if (entry.isDirectory()) {
        const isHidden = skipped.has(entry.name) || entry.name.startsWith('.');
        if (depth < DEEPEST && !isHidden) await visit(path, depth + 1);
      } else if (entry.isFile() && endings.includes(extname(entry.name)) && (await isSmall(path)))
        files.push(path);
    }
  };
  await visit(folder, 1);
  return files;
}

async function isSmall(file: string): Promise<boolean> {
  return await stat(file).then(
    ({ size }) => size <= LARGEST_BYTES,
    () => false,
  );
}
