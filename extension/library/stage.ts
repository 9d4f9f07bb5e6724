/** Lays a plugin out aside, as it will be installed: complete, or not at all. */
import { copyFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import type { Finding } from '../host/contract.ts';
import type { Project } from '../project/project.ts';
import { requireName } from './names.ts';
import { pluginsFolder } from './places.ts';
import { releaseArtifact } from './store.ts';
import { stagingPlace } from './trash.ts';

/** Where a plugin comes from. */
export type PluginSource =
  /** A component file; a `.toml` of the same name and a README.md beside it come along. */
  | { readonly kind: 'file'; readonly path: string }
  /** A folder as Chipmunk has it, or with one component in it. */
  | { readonly kind: 'folder'; readonly path: string }
  /** The release build of a project. */
  | { readonly kind: 'project'; readonly project: Project };

/** What is installed of a source. */
interface Parts {
  readonly name: string;
  readonly binary: string;
  readonly metadata?: string;
  readonly readme?: string;
  readonly findings: readonly Finding[];
}

export interface Staged {
  readonly name: string;
  /** Relative to the plugins' folder. */
  readonly place: string;
  /** Absolute path of the component in it. */
  readonly binary: string;
  readonly findings: readonly Finding[];
  /** Deletes it; does nothing once it was moved. */
  discard(): Promise<void>;
}

/** Copies what a plugin consists of. `name` overrides the name that the source has. Throws a UserError that names the file. */
export async function stage(
  home: string,
  source: PluginSource,
  name: string | undefined,
  id: string,
): Promise<Staged> {
  const parts = await partsOf(source);
  const own = name ?? parts.name;
  requireName(own);
  const place = stagingPlace(id, Date.now());
  const folder = join(pluginsFolder(home), place);
  const discard = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await mkdir(folder, { recursive: true });
    await copy(parts.binary, join(folder, `${own}.wasm`));
    if (parts.metadata !== undefined) await copy(parts.metadata, join(folder, `${own}.toml`));
    if (parts.readme !== undefined) await copy(parts.readme, join(folder, 'README.md'));
  } catch (error) {
    await discard();
    throw new UserError(
      `The plugin cannot be copied: ${messageOf(error)}.`,
      `Check that ${parts.binary} is readable, and that ${pluginsFolder(home)} is writable and has room.`,
      { cause: error },
    );
  }
  return { name: own, place, binary: join(folder, `${own}.wasm`), findings: parts.findings, discard };
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  // It is on the disk before it can be renamed: what is installed is never cut off.
  await using file = await open(to, 'r+');
  await file.chmod(0o644);
  await file.sync();
}

async function partsOf(source: PluginSource): Promise<Parts> {
  switch (source.kind) {
    case 'file':
      return fileParts(source.path);
    case 'folder':
      return folderParts(source.path);
    case 'project':
      return projectParts(source.project);
  }
}

async function fileParts(path: string): Promise<Parts> {
  if (extname(path) !== '.wasm' || !(await isFile(path))) {
    throw new UserError(`${path} is no component file.`, 'Name a .wasm file, a folder or a project.');
  }
  return beside(join(path, '..'), basename(path, '.wasm'), path);
}

async function folderParts(folder: string): Promise<Parts> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UserError(`${folder} cannot be read: ${messageOf(error)}.`, 'Check the path.', {
      cause: error,
    });
  });
  const found = names.filter((name) => extname(name) === '.wasm' && !name.startsWith('.'));
  const own = `${basename(folder)}.wasm`;
  const [binary, second] = found.includes(own) ? [own] : found;
  if (binary === undefined) {
    throw new UserError(
      `${folder} has no .wasm file, and is no project with a release build.`,
      'Name the component, or build the project for release first.',
    );
  }
  if (second !== undefined) {
    throw new UserError(
      `${folder} has several .wasm files, and none of them is ${own}: ${found.sort().join(', ')}.`,
      'Name the one that is the plugin.',
    );
  }
  return {
    ...(await beside(folder, basename(binary, '.wasm'), join(folder, binary))),
    name: basename(folder),
  };
}

async function projectParts(project: Project): Promise<Parts> {
  const binary = releaseArtifact(project);
  if (!(await isFile(binary))) {
    throw new UserError(
      `${project.folder} has no release build: ${binary} is not there.`,
      `Build it first: \`hotplug build ${project.folder} --release\`.`,
    );
  }
  return { ...(await beside(project.folder, project.name, binary)), name: project.name };
}

/** The metadata file and the README of a plugin of this name in a folder. */
async function beside(folder: string, name: string, binary: string): Promise<Parts> {
  const metadata = join(folder, `${name}.toml`);
  const readme = join(folder, 'README.md');
  const hasMetadata = await isFile(metadata);
  const ignored = join(folder, 'metadata.toml');
  const findings: Finding[] =
    !hasMetadata && (await isFile(ignored))
      ? [
          {
            severity: 'warning',
            message: `${ignored} is not installed: Chipmunk reads ${name}.toml.`,
            advice: `Rename it to ${name}.toml, with title = "…" in it.`,
          },
        ]
      : [];
  return {
    name,
    binary,
    ...(hasMetadata ? { metadata } : {}),
    ...((await isFile(readme)) ? { readme } : {}),
    findings,
  };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
