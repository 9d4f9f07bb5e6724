import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { BuildMode, Project } from '../project/project.ts';

/** Folder for what a build leaves: `.hotplug/dev` or `.hotplug/release` in the project. */
export function outputFolder(project: Project, mode: BuildMode): string {
  return join(project.folder, '.hotplug', mode === 'development' ? 'dev' : 'release');
}

/** Where every toolchain leaves a component, or the module of a contract that has modules. */
export function componentPath(project: Project, mode: BuildMode): string {
  return join(outputFolder(project, mode), `${fileName(project.name)}.wasm`);
}

/** Replaces a file as a whole: who reads it meanwhile has the old one or the new one. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, content);
  await rename(draft, path);
}

/** A project's name is free text; its artifact's is not. */
function fileName(name: string): string {
  return name.replaceAll(/[^\w.-]+/g, '-') || 'plugin';
}
