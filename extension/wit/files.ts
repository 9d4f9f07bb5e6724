/** A folder of WIT as text: its files are one package, `deps/` has one package a folder or file. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';

/** One file; the path is relative to the folder, with `/`: `plugin.wit`, `deps/io/streams.wit`. */
export interface WitFile {
  readonly path: string;
  readonly text: string;
}

/** Reads what belongs to the packages of a folder, in the order of the paths. Throws a UserError where it has no WIT. */
export async function readWitFolder(folder: string): Promise<readonly WitFile[]> {
  const paths = [...(await witPaths(folder, '')), ...(await dependencyPaths(folder))];
  if (!paths.some((path) => !path.startsWith('deps/'))) {
    throw new UserError(
      `${folder} has no .wit file.`,
      'Put the WIT of the package there; packages that it uses go to its folder deps/.',
    );
  }
  return Promise.all(paths.map(async (path) => ({ path, text: await readText(join(folder, path)) })));
}

async function dependencyPaths(folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, 'deps'), { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  const nested = await Promise.all(folders.sort().map((name) => witPaths(folder, `deps/${name}/`)));
  return [...(await witPaths(folder, 'deps/')), ...nested.flat()];
}

async function witPaths(folder: string, below: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.wit'))
    .map(({ name }) => below + name)
    .sort();
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}.`, 'Check the file.', { cause: error });
  }
}
