import { glob, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Project } from '../project/project.ts';
import { exists } from './find.ts';
import { projectComponent } from './javascript-project.ts';
import { typesHeader, typesOf } from './javascript-types.ts';
import { replaceFile } from './output.ts';
import { typesConfig } from './tsc.ts';

/** Writes a project's `types/` anew from its WIT; gives the files that changed, relative to the project. */
export async function writeTypes(project: Project): Promise<readonly string[]> {
  const { own } = await projectComponent(project);
  const files = new Map(typesOf(own).map(({ path, text }) => [`types/${path}`, text]));
  const changed: string[] = [];
  for (const [path, text] of files) {
    const file = join(project.folder, path);
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) continue;
    await replaceFile(file, text);
    changed.push(path);
  }
  for await (const found of glob('types/**/*.d.ts', { cwd: project.folder })) {
    const path = found.replaceAll('\\', '/');
    if (files.has(path)) continue;
    const file = join(project.folder, path);
    // What somebody else wrote there stays.
    if (!(await readFile(file, 'utf8')).startsWith(typesHeader)) continue;
    await rm(file);
    changed.push(path);
  }
  return changed.sort();
}

/** Writes `types/` where a project that has its types checked has none. */
export async function writeMissingTypes(project: Project): Promise<void> {
  if (await exists(join(project.folder, 'types'))) return;
  if ((await typesConfig(project.folder)) === undefined) return;
  try {
    await writeTypes(project);
  } catch (error) {
    // The build says what is wrong with the WIT.
    if (!(error instanceof UserError)) throw error;
  }
}
