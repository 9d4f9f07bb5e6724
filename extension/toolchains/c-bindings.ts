/** A C project's bindings: made from its `wit/`, and known to be of that WIT by a line in them. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Project } from '../project/project.ts';
import { readWitFolder, type WitFile } from '../wit/files.ts';
import { chooseWorld } from '../wit/world.ts';
import { replaceFile } from './output.ts';

/** Where bindings go that are nowhere yet, relative to the project. */
const FOLDER = 'bindings';
const stamp = /^\/\/ Made by Hotplug from wit\/ \(SHA-256 ([0-9a-f]{64})\)/m;

/** Bindings that are there. */
export interface CBindings {
  /** Relative to the project. */
  readonly folder: string;
  /** The WIT that they were made of; undefined where Hotplug did not make them. */
  readonly hash?: string;
}

/**
 * Writes bindings for the world of the project, in the place of those that are there, and gives the
 * files that changed. Throws a UserError where the WIT is wrong or leaves the world open.
 */
export async function writeCBindings(project: Project, folder = FOLDER): Promise<readonly string[]> {
  const files = await readWitFolder(join(project.folder, 'wit'));
  // 3 MB of WebAssembly, so only once there is something to make.
  const { cBindings, resolveWit } = await import('../wit/tool.ts');
  const world = chooseWorld(await resolveWit(files), project.config.world);
  const line = `// Made by Hotplug from wit/ (SHA-256 ${hashOf(files)}); \`hotplug bindings\` makes it again.\n`;
  const made = (await cBindings(files, world.name)).map(({ path, content }) => ({
    path: `${folder}/${path}`,
    content: path.endsWith('.o') ? Buffer.from(content) : withLine(Buffer.from(content), line),
  }));
  const changed: string[] = [];
  for (const name of await readdir(join(project.folder, folder)).catch(() => [])) {
    // Of another world: both would be linked.
    const path = `${folder}/${name}`;
    if (!name.endsWith('_component_type.o') || made.some((one) => one.path === path)) continue;
    const base = path.slice(0, -'_component_type.o'.length);
    for (const old of [path, `${base}.c`, `${base}.h`]) {
      await rm(join(project.folder, old), { force: true });
      changed.push(old);
    }
  }
  for (const { path, content } of made) {
    const file = join(project.folder, path);
    const old = await readFile(file).catch(() => undefined);
    if (old?.equals(content) === true) continue;
    await replaceFile(file, content);
    changed.push(path);
  }
  return changed;
}

/**
 * Makes the bindings where the project has none, and again where they are of another WIT than the one
 * in `wit/`; bindings that Hotplug did not make are the author's affair. Gives the files that changed.
 */
export async function freshenCBindings(
  project: Project,
  bindings: CBindings | undefined,
): Promise<readonly string[]> {
  const files = await readWitFolder(join(project.folder, 'wit')).catch((error: unknown) => {
    if (error instanceof UserError) return [];
    throw error;
  });
  if (files.length === 0) return [];
  if (bindings === undefined) return writeCBindings(project);
  if (bindings.hash === undefined || bindings.hash === hashOf(files)) return [];
  return writeCBindings(project, bindings.folder);
}

/** What the header beside a component type says of the bindings. */
export async function bindingsOf(project: Project, componentType: string): Promise<CBindings> {
  const folder = componentType.includes('/') ? componentType.slice(0, componentType.lastIndexOf('/')) : '.';
  const header = componentType.replace(/_component_type\.o$/, '.h');
  const text = await readFile(join(project.folder, header), 'utf8').catch(() => '');
  const hash = stamp.exec(text)?.[1];
  return { folder, ...(hash === undefined ? {} : { hash }) };
}

/** Line ends do not count: they change with a checkout. */
function hashOf(files: readonly WitFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(JSON.stringify([path, text.replaceAll('\r\n', '\n')]));
  return hash.digest('hex');
}

/** After the generator's own first line. */
function withLine(content: Buffer, line: string): Buffer {
  const end = content.indexOf(10) + 1;
  return Buffer.concat([content.subarray(0, end), Buffer.from(line), content.subarray(end)]);
}
