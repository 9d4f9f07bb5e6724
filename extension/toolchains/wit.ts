import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The package that a project's `wit/` folder declares, without its version: `streamkit:plugin`. */
export async function witPackage(folder: string): Promise<string | undefined> {
  const wit = join(folder, 'wit');
  const files = await readdir(wit).catch(() => []);
  for (const file of files.filter((name) => name.endsWith('.wit')).sort()) {
    const text = await readFile(join(wit, file), 'utf8');
    const name = /^package\s+([\w-]+:[\w-]+)/m.exec(text)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

/** Packages of contracts that Hotplug knows; a folder with one of them is a plugin project. */
export const contractPackages: readonly string[] = [
  'streamkit:plugin',
  'chipmunk:parser',
  'chipmunk:bytesource',
];
