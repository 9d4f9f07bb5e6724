/** What a project brings: its world, and what its host answers. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { messageOf, UserError } from '../../errors.ts';
import type { BoundProject } from '../../host/contract.ts';
import { configFile, readConfig } from '../../project/config.ts';
import type { Artifact, HostAnswers, ProjectConfig } from '../../project/project.ts';
import { readWitFolder } from '../../wit/files.ts';
import type { WitWorld } from '../../wit/model.ts';
import { resolveWit, WitError, witOfComponent } from '../../wit/tool.ts';
import { chooseWorld } from '../../wit/world.ts';
import { readAnswers } from './answers.ts';
import type { CustomBinding } from './binding-data.ts';

/** The package that development interpreters import beside what their world does. */
const DEVELOPMENT = 'hotplug:dev/';

/**
 * The world of a project: that of its `wit/`, or the one that the artifact was built with where there is
 * no WIT. Throws a UserError with file, line and column where the WIT is wrong.
 */
export async function worldOfProject(
  project: BoundProject | undefined,
  artifact?: Artifact,
): Promise<WitWorld> {
  const wit = project === undefined ? undefined : join(project.folder, 'wit');
  const files = wit === undefined ? [] : await readWitFolder(wit).catch(() => []);
  if (wit !== undefined && files.length > 0) {
    try {
      return chooseWorld(await resolveWit(files), project?.config.world);
    } catch (error) {
      if (!(error instanceof WitError) || error.place === undefined) throw error;
      throw new UserError(`${wit}${sep}${error.message}`, error.advice, { cause: error });
    }
  }
  const component = artifact?.kind === 'source' ? artifact.interpreter : artifact?.path;
  if (component === undefined) {
    throw new UserError(
      `${wit ?? 'The project'} has no WIT, which says what the plugin's host is.`,
      'Put the WIT of your contract there, packages that it uses into wit/deps/.',
    );
  }
  return await worldOfComponent(component);
}

async function worldOfComponent(path: string): Promise<WitWorld> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UserError(
      `${path} cannot be read: ${messageOf(error)}.`,
      'Check the path, or build the plugin first.',
      { cause: error },
    );
  }
  const world = await witOfComponent(bytes);
  const interfaces = world.imports.interfaces.filter(({ name }) => !name.startsWith(DEVELOPMENT));
  // What tools call the world of a component says nothing.
  const name = basename(path, '.wasm');
  return { ...world, name, imports: { ...world.imports, interfaces } };
}

/** Reads everything that a project brings. Throws a UserError where something of it is wrong. */
export async function bindingOf(
  project: BoundProject | undefined,
  artifact?: Artifact,
): Promise<{ readonly binding: CustomBinding; readonly files: readonly string[] }> {
  const file = join(project?.folder ?? '', configFile);
  const config = await configOf(project);
  const { stub, answers = {} }: HostAnswers = config.host ?? {};
  const world = await worldOfProject(project && { folder: project.folder, config }, artifact);
  const known = readAnswers(world, answers, file);
  const code = stub === undefined ? '' : await readStub(stub);
  const texts = Object.fromEntries([...known].map(([name, { texts: all }]) => [name, all]));
  const hash = createHash('sha256')
    .update(JSON.stringify([world, texts, stub, code]))
    .digest('hex');
  return {
    binding: { hash, world, answers: texts, ...(stub === undefined ? {} : { stub }) },
    files: project === undefined ? [] : [file, ...(stub === undefined ? [] : [stub])],
  };
}

/** As it is now: it may have been saved since the project was found. */
async function configOf(project: BoundProject | undefined): Promise<ProjectConfig> {
  const read = project === undefined ? undefined : await readConfig(project.folder);
  return { ...project?.config, ...read?.config };
}

async function readStub(stub: string): Promise<string> {
  try {
    return await readFile(stub, 'utf8');
  } catch (error) {
    throw new UserError(
      `The stub ${stub} cannot be read: ${messageOf(error)}.`,
      `Correct "host.stub" in ${configFile}, or write the file.`,
      { cause: error },
    );
  }
}
