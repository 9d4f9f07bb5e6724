/** What of a folder is the Python plugin: the module that implements the world, and the world. */
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { assetPath } from '../assets.ts';
import { UserError } from '../errors.ts';
import type { Project } from '../project/project.ts';
import { readWitFolder } from '../wit/files.ts';
import { chooseWorld } from '../wit/world.ts';
import { isModuleContract } from './extism.ts';
import { exists } from './find.ts';
import { pythonNames, unsupportedInPython } from './python-names.ts';

const usual = ['app.py', 'src/app.py', 'plugin.py', 'src/plugin.py', 'src/node.py', 'node.py'];

/** The module that componentize-py is given. */
export interface PythonEntry {
  /** Absolute path of its file. */
  readonly file: string;
  /** Absolute path of the folder in which modules are looked up. */
  readonly root: string;
  /** Its name: `app`. */
  readonly module: string;
}

/** The entry: what hotplug.json names, or a usual name; undefined where there is none. */
export async function findEntry(
  folder: string,
  configured: string | undefined,
): Promise<PythonEntry | undefined> {
  for (const name of configured === undefined ? usual : [configured]) {
    const file = resolve(folder, name);
    if (await exists(file)) return entryAt(file);
  }
  return undefined;
}

function entryAt(file: string): PythonEntry {
  const module = basename(file).replace(/\.py$/, '');
  // A package is its folder's name, and is looked up beside that.
  return module === '__init__'
    ? { file, root: dirname(dirname(file)), module: basename(dirname(file)) }
    : { file, root: dirname(file), module };
}

/** A world in a folder of WIT. */
export interface PythonWorld {
  /** Absolute path of the folder. */
  readonly wit: string;
  /** SHA-256 in hex of all that is in it. */
  readonly hash: string;
  /** The world's name: `plugin`. */
  readonly name: string;
  /** Its package, with version: `streamkit:plugin@0.1.0`. */
  readonly package: string;
  /** Options for componentize-py, so that no module of the plugin is called like one of Python's own. */
  readonly options: readonly string[];
}

/** Worlds by the hash of their WIT and the name that the project has for it: reading WIT takes its time. */
const worlds = new Map<string, PythonWorld>();

/**
 * The world that a project implements, of its own `wit/` or of its contract's. For Extism hosts it is the one that
 * development builds run in. Throws a UserError where it has none.
 */
export async function pythonWorld({ folder, contract, config }: Project): Promise<PythonWorld> {
  const own = join(folder, 'wit');
  const extism = isModuleContract(contract);
  const wit = extism ? assetPath('wit', 'extism') : (await exists(own)) ? own : assetPath('wit', contract);
  const files = await readWitFolder(wit);
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex');
  const key = JSON.stringify([wit, hash, config.world]);
  const known = worlds.get(key);
  if (known !== undefined) return known;
  const { resolveWit } = await import('../wit/tool.ts');
  const found = chooseWorld(await resolveWit(files), extism ? undefined : config.world);
  const wrong = unsupportedInPython(found);
  if (wrong !== undefined) throw new UserError(wrong, 'Or choose another language.');
  const options = [...pythonNames(found).renamed].flatMap(([full, module]) => [
    '--export-interface-name',
    `${full}=${module}`,
  ]);
  const world = { wit, hash, name: found.name, package: found.package, options };
  worlds.set(key, world);
  return world;
}

/** A world as componentize-py takes it: `streamkit:plugin/plugin@0.1.0`. */
export function worldName({ package: pack }: Pick<PythonWorld, 'package'>, name: string): string {
  const [path = '', version] = pack.split('@');
  return `${path}/${name}${version === undefined ? '' : `@${version}`}`;
}
