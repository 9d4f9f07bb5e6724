import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UserError } from './errors.ts';

let root: string | undefined;

/**
 * Absolute path of something that Hotplug ships: `templates`, `wit`, `dist/interpreters`. It is
 * the same from the sources, from the bundle in `dist` and from an installed extension, because
 * all of them lie below the folder whose package.json is Hotplug's.
 */
export function assetPath(...segments: readonly string[]): string {
  root ??= findRoot(import.meta.dirname);
  return join(root, ...segments);
}

/** Languages that are run by the interpreter of another one. */
const interpretedAs: Readonly<Record<string, string>> = { typescript: 'javascript' };

/** The component that runs the sources of an interpreted language in development, where builds name none. */
export function interpreterPath(contract: string, language: string): string {
  return assetPath('dist', 'interpreters', `${contract}-${interpretedAs[language] ?? language}.wasm`);
}

/** Hotplug's own version. */
export function ownVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(assetPath('package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isRoot(folder)) return folder;
    if (dirname(folder) === folder) break;
  }
  throw new UserError(`Hotplug's own files were not found above ${start}`, 'Install Hotplug again.');
}

function isRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const manifest: unknown = JSON.parse(text);
  return (
    typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'hotplug'
  );
}
