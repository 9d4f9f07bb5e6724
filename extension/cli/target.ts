import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Inspection } from '../host/inspect.ts';
import type { LanguageId, Project } from '../project/project.ts';
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

/** A component file as a project of nothing else. Throws a UserError for one that no host of ours would take. */
export async function fileProject(path: string): Promise<Project> {
  const { contract, info, findings } = await inspect(path);
  if (contract === undefined) {
    const error = findings.find(({ severity }) => severity === 'error');
    throw new UserError(
      error?.message ?? `${path} is a component for no host that Hotplug knows`,
      error?.advice ?? 'See what it imports and exports with `hotplug inspect`.',
    );
  }
  const language = languageOf(info.producers);
  return {
    folder: dirname(path),
    name: basename(path, '.wasm'),
    contract,
    language,
    recognisedBy: path,
    config: {},
  };
}

/** What the component was most likely written in; nothing depends on it but what is shown. */
function languageOf(producers: readonly string[]): LanguageId {
  if (producers.some((tool) => tool.startsWith('rustc'))) return 'rust';
  return producers.some((tool) => tool.includes('clang')) ? 'c' : 'javascript';
}
