/** What has changed in a project's WIT since its plugin was built. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import { componentPath } from '../toolchains/output.ts';
import { compareWorlds, type WitChange } from '../wit/compare.ts';
import type { WitWorld } from '../wit/model.ts';
import { packedWitOfComponent, readWitFolder, resolveWit } from '../wit/tool.ts';
import { unpackWorld } from '../wit/unpack.ts';
import { chooseWorld } from '../wit/world.ts';
import type { Project } from './project.ts';
import { readStamp } from './stamp.ts';

/** The interfaces of development interpreters, which no WIT of a user has. */
const DEVELOPMENT = 'hotplug:dev/';

export interface WitChanges {
  /** Absolute path of the component that the WIT was compared with. */
  readonly component: string;
  readonly changes: readonly WitChange[];
}

/**
 * Compares the project's `wit/` with the WIT inside the component that was built last. A component has
 * no more of its imports than it calls, so what is new among the imports cannot be told and is left out.
 * Throws a UserError where nothing was built yet, or where the WIT is wrong.
 */
export async function witChanges(project: Project): Promise<WitChanges> {
  const component = await lastComponent(project);
  const before = unpackWorld(await packedWitOfComponent(await readFile(component)));
  const now = await projectWorld(project);
  return { component, changes: changesSince(before, now) };
}

/** The world that a project's plugin implements, from its `wit/`. Throws a UserError where there is no such. */
async function projectWorld(project: Project): Promise<WitWorld> {
  const files = await readWitFolder(join(project.folder, 'wit'));
  const wanted = project.config.world ?? contracts[project.contract]?.wit?.world;
  return chooseWorld(await resolveWit(files), wanted);
}

/** What is different for a plugin whose component has this world. */
function changesSince(component: WitWorld, now: WitWorld): readonly WitChange[] {
  return compareWorlds(component, now).filter(
    ({ side, kind, item }) => side === 'export' || (kind !== 'added' && !item.startsWith(DEVELOPMENT)),
  );
}

/** The newest of what builds left: the last build's artifact, the development and the release component. */
async function lastComponent(project: Project): Promise<string> {
  const artifact = (await readStamp(project.folder))?.artifact;
  const stamped = artifact?.kind === 'source' ? artifact.interpreter : artifact?.path;
  const candidates = [
    stamped,
    componentPath(project, 'development'),
    componentPath(project, 'release'),
  ].filter((path) => path !== undefined);
  const dated = await Promise.all(
    candidates.map(async (path) => ({ path, at: (await stat(path).catch(() => undefined))?.mtimeMs })),
  );
  const built = dated.filter((one): one is { path: string; at: number } => one.at !== undefined);
  const [newest] = built.sort((a, b) => b.at - a.at);
  if (newest !== undefined) return newest.path;
  throw new UserError(
    `${project.folder} has no component that was built`,
    'Build it first: `hotplug build`, or `hotplug build --release` where development has no component of its own.',
  );
}
