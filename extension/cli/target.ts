import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Inspection } from '../host/inspect.ts';
import type { Project } from '../project/project.ts';
import { recognise } from '../project/recognise.ts';
import { sentences, type Output } from './output.ts';

/** The project in a folder that the user named; throws a UserError where there is none. */
export async function projectAt(folder: string, output: Output): Promise<Project> {
  const full = resolve(folder);
  if ((await kindOf(full)) !== 'folder') {
    throw new UserError(`${full} is not a folder`, 'Give the folder of a plugin project.');
  }
  const project = await recognise(full);
  if (!project) {
    throw new UserError(
      `${full} is not a plugin project that Hotplug knows`,
      'Make one with `hotplug new`, or add a hotplug.json with "contract" and "language" to it.',
    );
  }
  for (const { message, advice } of project.findings ?? []) {
    output.say(`${output.style('yellow', 'warning:')} ${sentences(message, advice)}`);
  }
  return project;
}

/** What is at a path; throws a UserError where nothing is. */
export async function kindOf(path: string): Promise<'folder' | 'file'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    throw new UserError(`${path} does not exist or cannot be read`, 'Check the path.', { cause: error });
  }
}

/** Reads a component; every error names its file. */
export async function inspect(path: string): Promise<Inspection> {
  // The host is not loaded by the commands that need none.
  const { inspectComponent } = await import('../host/inspect.ts');
  try {
    return await inspectComponent(path);
  } catch (error) {
    if (!(error instanceof UserError) || error.message.includes(path)) throw error;
    throw new UserError(`${path}: ${error.message}`, error.advice, { cause: error });
  }
}
