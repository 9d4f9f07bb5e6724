/** The bindings of a Go project on the disk. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assetPath } from '../assets.ts';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import type { Project } from '../project/project.ts';
import { readWitFolder, type WitFile } from '../wit/files.ts';
import { chooseWorld } from '../wit/world.ts';
import {
  adaptationVersion,
  adaptGoBindings,
  bindingsFolder,
  generatorVersion,
  type GoFile,
} from './go-bindings.ts';
import { findGo, findGofmt } from './go-compiler.ts';
import { requireGoWorld } from './go-limits.ts';
import { hasTinyGoBindings } from './go-tinygo.ts';
import { replaceFile } from './output.ts';
import { run } from './run.ts';

/** What the bindings were made from. */
interface Manifest {
  readonly world: string;
  /** SHA-256 in hex of the files in `wit/`. */
  readonly wit: string;
  /** The generator, and what was made of its text. */
  readonly by: string;
  /** Every file that was written, relative to the project. */
  readonly files: readonly string[];
}

const manifestFile = `${bindingsFolder}/bindings.json`;
/** The custom section that makes a core module one of this world. */
const typeFile = `${bindingsFolder}/component-type.bin`;
const generator = `wit-bindgen ${generatorVersion}, Hotplug ${adaptationVersion}`;

/** Whether a project's bindings are those of its WIT. */
export type BindingsState = 'missing' | 'current' | 'stale';

/**
 * Compares hashes only: nothing is generated. Bindings that another version of Hotplug made are whole, with the
 * packages that they stand on, and stay until somebody asks for others.
 */
export async function bindingsState(project: Project): Promise<BindingsState> {
  const manifest = await readManifest(project.folder);
  if (manifest === undefined) return 'missing';
  const files = await readWitFolder(join(project.folder, 'wit'));
  return manifest.wit === hashOf(files, wantedWorld(project)) ? 'current' : 'stale';
}

/** The component type that goes with the bindings that are there. */
export function readComponentType(folder: string): Promise<Uint8Array> {
  return readFile(join(folder, typeFile));
}

/**
 * Writes a project's bindings anew from its `wit/`, and takes away what earlier ones left. Gives the files that
 * changed, relative to the project. Throws a UserError where the WIT is wrong or cannot be had in Go, and where
 * a file of the author's is in the way.
 */
export async function writeBindings(project: Project): Promise<readonly string[]> {
  const { folder } = project;
  if (await hasTinyGoBindings(folder)) {
    throw new UserError(
      `The bindings of ${folder} are wit-bindgen-go's, for TinyGo`,
      'Make them anew with `wit-bindgen-go generate`, as the project does.',
    );
  }
  const module = await modulePath(folder);
  const wit = await readWitFolder(join(folder, 'wit'));
  const { goBindings, componentType, resolveWit } = await import('../wit/tool.ts');
  const world = chooseWorld(await resolveWit(wit), wantedWorld(project));
  requireGoWorld(world);
  const raw = await goBindings(wit, world.name);
  const adapted = adaptGoBindings(
    raw.map(({ path, content }) => ({ path, text: new TextDecoder().decode(content) })),
    module,
  );
  const files = [...(await formatted(adapted)), ...(await ownPackages())];
  const type = (await componentType(wit, world.name)).content;
  const manifest: Manifest = {
    world: `${world.package}/${world.name}`,
    wit: hashOf(wit, wantedWorld(project)),
    by: generator,
    files: [...files.map(({ path }) => path), typeFile].sort(),
  };
  const before = (await readManifest(folder))?.files ?? [];
  await refuseOthers(folder, files, before);
  const changed = await removeFiles(
    folder,
    before.filter((path) => !manifest.files.includes(path)),
  );
  for (const { path, text } of files) if (await writeChanged(join(folder, path), text)) changed.push(path);
  if (await writeChanged(join(folder, typeFile), type)) changed.push(typeFile);
  if (await writeChanged(join(folder, manifestFile), `${JSON.stringify(manifest, undefined, 2)}\n`)) {
    changed.push(manifestFile);
  }
  return changed.sort();
}

/** Name of the world that a project's plugin implements. */
export async function worldName(project: Project): Promise<string> {
  const { resolveWit } = await import('../wit/tool.ts');
  const wit = await readWitFolder(join(project.folder, 'wit'));
  return chooseWorld(await resolveWit(wit), wantedWorld(project)).name;
}

function wantedWorld({ config, contract }: Project): string | undefined {
  return config.world ?? contracts[contract]?.wit?.world;
}

function hashOf(files: readonly WitFile[], world: string | undefined): string {
  const hash = createHash('sha256').update(JSON.stringify(world ?? ''));
  for (const { path, text } of files) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex');
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, manifestFile), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const { world = '', wit = '', by = '', files = [] } = JSON.parse(text) as Partial<Manifest>;
    return { world, wit, by, files };
  } catch {
    // Somebody edited it, or two branches met in it: the bindings are made anew.
    return undefined;
  }
}

/** Whether a module's go.mod asks for the package that Extism's plugins stand on. */
export async function hasExtismPdk(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'go.mod'), 'utf8').catch(() => '');
  return /^\s*(?:require\s+)?github\.com\/extism\/go-pdk\s+v/m.test(text);
}

/** The module that a project's go.mod declares. */
export async function modulePath(folder: string): Promise<string> {
  const text = await readFile(join(folder, 'go.mod'), 'utf8').catch(() => undefined);
  const path = /^\s*module\s+(?:"([^"\n]+)"|`([^`\n]+)`|([^\s"`/]\S*))/m.exec(text ?? '');
  const module = path?.[1] ?? path?.[2] ?? path?.[3];
  if (module !== undefined) return module;
  throw new UserError(
    text === undefined ? `${folder} has no go.mod` : `${join(folder, 'go.mod')} names no module`,
    'Run `go mod init my-plugin` in the folder.',
  );
}

/** The packages that bindings stand on: they are the same in every project. */
async function ownPackages(): Promise<readonly GoFile[]> {
  const root = assetPath('vendor', 'go');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({
      path: `${bindingsFolder}/wit/${file.slice(root.length + 1).replaceAll('\\', '/')}`,
      text: await readFile(file, 'utf8'),
    })),
  );
}

/** As gofmt writes them; as they are where it is not there. */
async function formatted(files: readonly GoFile[]): Promise<readonly GoFile[]> {
  const go = await findGo();
  const gofmt = go === undefined ? undefined : await findGofmt(go);
  if (gofmt === undefined) return files;
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-go-'));
  try {
    const sources = files.flatMap(({ path, text }, index) =>
      path.endsWith('.go') ? [{ index, file: join(folder, `${index}.go`), text }] : [],
    );
    for (const { file, text } of sources) await writeFile(file, text);
    const { ended, code } = await run([gofmt, '-w', ...sources.map(({ file }) => file)], { cwd: folder });
    if (ended !== 'exited' || code !== 0) return files;
    const texts = new Map<number, string>();
    for (const { index, file } of sources) texts.set(index, await readFile(file, 'utf8'));
    return files.map(({ path, text }, index) => ({ path, text: texts.get(index) ?? text }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bindings stand beside the author's files, which are never written over. */
async function refuseOthers(folder: string, files: readonly GoFile[], own: readonly string[]): Promise<void> {
  for (const { path } of files) {
    if (own.includes(path) || !path.endsWith('.go') || path.startsWith(`${bindingsFolder}/`)) continue;
    const text = await readFile(join(folder, path), 'utf8').catch(() => undefined);
    if (text === undefined || /^\/\/ (?:Code )?[Gg]enerated by .*wit-bindgen/.test(text)) continue;
    throw new UserError(
      `${join(folder, path)} is in the place of a file of the bindings`,
      'Move it to another name.',
    );
  }
}

async function removeFiles(folder: string, paths: readonly string[]): Promise<string[]> {
  for (const path of paths) {
    await rm(join(folder, path), { force: true });
    // Only empty folders go: the author's files stay.
    await rmdir(dirname(join(folder, path))).catch(() => undefined);
  }
  return [...paths];
}

/** Files that are the same already keep their time: nothing is built for them. */
async function writeChanged(file: string, content: string | Uint8Array): Promise<boolean> {
  const old = await readFile(file).catch(() => undefined);
  if (old !== undefined && Buffer.compare(old, Buffer.from(content)) === 0) return false;
  await replaceFile(file, content);
  return true;
}
