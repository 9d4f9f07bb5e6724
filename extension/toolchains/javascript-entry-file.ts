import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Project } from '../project/project.ts';
import { exists } from './find.ts';

const usual = ['src/plugin.ts', 'src/plugin.js', 'plugin.ts', 'plugin.js'];

/** The entry, absolute or relative to the folder: what hotplug.json says, what package.json says, or a usual name. */
export async function findEntry(folder: string, configured: string | undefined): Promise<string | undefined> {
  if (configured !== undefined) return (await exists(resolve(folder, configured))) ? configured : undefined;
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  const declared = manifest === undefined ? [] : mainOf(manifest);
  for (const entry of [...declared, ...usual]) {
    if (await exists(join(folder, entry))) return entry;
  }
  return undefined;
}

/** Whether a source is TypeScript's, by its ending. */
export function isTypeScript(entry: string): boolean {
  return /\.[mc]?tsx?$/.test(entry);
}

/** What to say where there is no entry. */
export function noEntry({ folder, config, language }: Project): string {
  const name = language === 'typescript' ? 'src/plugin.ts' : 'src/plugin.js';
  return config.entry === undefined
    ? `No entry file was found in ${folder}. Name it in hotplug.json ("entry"), or call it ${name}.`
    : `The entry file ${config.entry} that hotplug.json names does not exist.`;
}

function mainOf(manifest: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(manifest);
    if (typeof value !== 'object' || value === null) return [];
    const fields = ['module', 'main'].map((name): unknown => Reflect.get(value, name));
    return fields.filter((field) => typeof field === 'string');
  } catch {
    return [];
  }
}
