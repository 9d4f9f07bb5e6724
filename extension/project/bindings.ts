/** Whether a project's generated bindings are what its WIT gives. */
import { cp, mkdtemp, readdir, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Toolchain } from '../toolchains/toolchain.ts';
import type { Project } from './project.ts';

/** What a build leaves, and what no generator reads. */
const leftOut = new Set(['.git', '.hotplug', 'target', 'dist', 'recordings']);
/** What other tools installed; generators may run programs from there. */
const linked = new Set(['node_modules', '.venv', 'venv']);

/**
 * The files, relative to the project, that generating the bindings would change; undefined where its
 * language has no generated files. They are generated in a copy, the project stays as it is. Throws a
 * UserError where they cannot be generated.
 */
export async function staleBindings(
  project: Project,
  language: Pick<Toolchain, 'bindings'>,
): Promise<readonly string[] | undefined> {
  if (language.bindings === undefined) return undefined;
  const scratch = await realpath(await mkdtemp(join(tmpdir(), 'hotplug-bindings-')));
  try {
    const folder = join(scratch, basename(project.folder));
    await copyProject(project.folder, folder);
    return await language.bindings({ ...project, folder });
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function copyProject(from: string, to: string): Promise<void> {
  await cp(from, to, {
    recursive: true,
    filter: (path) => {
      const name = basename(path);
      return path === from || !(leftOut.has(name) || linked.has(name));
    },
  });
  for (const name of await readdir(from)) {
    const path = join(from, name);
    if (linked.has(name) && (await stat(path)).isDirectory()) await symlink(path, join(to, name), 'junction');
  }
}
