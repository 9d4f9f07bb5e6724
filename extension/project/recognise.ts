import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Toolchain } from '../toolchains/toolchain.ts';
import { configFile, isMissing, readConfig } from './config.ts';
import type { Project } from './project.ts';

/** By what a project shows which host it is written for. */
interface ContractSigns {
  readonly contract: string;
  /** WIT package, without its version. */
  readonly witPackage: string;
  /** Name of the host's SDK as it occurs in a package manifest. */
  readonly sdk: string;
}

const signs: readonly ContractSigns[] = [
  { contract: 'streamkit', witPackage: 'streamkit:plugin', sdk: 'streamkit-plugin-sdk-wasm' },
];

/** What a toolchain must offer for its projects to be found. */
export type Recogniser = Pick<Toolchain, 'id' | 'recognise'>;

/**
 * Says what plugin project a folder is, ours or not; undefined where it is none. Throws a UserError
 * where the folder's hotplug.json is wrong or leaves something open that nothing else says.
 */
export async function recogniseWith(
  recognisers: readonly Recogniser[],
  folder: string,
): Promise<Project | undefined> {
  const full = resolve(folder);
  const read = await readConfig(full);
  const config = read?.config ?? {};
  const found = await firstReason(recognisers, full, config.language);
  const contract = config.contract ?? (await contractOf(full));
  const language = config.language ?? found?.language;
  if (language === undefined || contract === undefined) {
    if (!read) return undefined;
    const missing = language === undefined ? 'language' : 'contract';
    throw new UserError(
      `${join(full, configFile)} does not say the ${missing}, and nothing else in the folder does`,
      `Add "${missing}" to it.`,
    );
  }
  const recognisedBy = read ? configFile : (found?.reason ?? '');
  const findings = read && read.findings.length > 0 ? { findings: read.findings } : {};
  return {
    folder: full,
    name: config.name ?? basename(full),
    contract,
    language,
    recognisedBy,
    config,
    ...findings,
  };
}

async function firstReason(
  recognisers: readonly Recogniser[],
  folder: string,
  declared: Project['language'] | undefined,
): Promise<{ language: Project['language']; reason: string } | undefined> {
  if (declared !== undefined) return undefined;
  for (const recogniser of recognisers) {
    const reason = await recogniser.recognise(folder);
    if (reason !== undefined) return { language: recogniser.id, reason };
  }
  return undefined;
}

/** The contract of the WIT package or the SDK that the project uses. */
async function contractOf(folder: string): Promise<string | undefined> {
  for (const file of await witFiles(join(folder, 'wit'))) {
    const text = await readText(file);
    const sign = signs.find(({ witPackage }) =>
      new RegExp(`^\\s*package\\s+${witPackage}\\s*[@;]`, 'm').test(text),
    );
    if (sign) return sign.contract;
  }
  for (const manifest of ['Cargo.toml', 'package.json']) {
    const text = await readText(join(folder, manifest));
    const sign = signs.find(({ sdk }) => text.includes(sdk));
    if (sign) return sign.contract;
  }
  return undefined;
}

/** The WIT files of a folder; those of the package itself before those of its dependencies. */
async function witFiles(folder: string): Promise<readonly string[]> {
  const entries = await entriesOf(folder);
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.wit'))
    .map((entry) => join(folder, entry.name));
  for (const entry of entries) {
    if (entry.isDirectory() && !skipped.has(entry.name))
      files.push(...(await witFiles(join(folder, entry.name))));
  }
  return files;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw error;
  }
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // Not there, or not ours to read: nothing is found in it.
  }
}

const skipped = new Set(['node_modules', 'target', '.hotplug', 'dist', '.git']);

const DEEPEST = 3;

/**
 * Looks for projects in a folder and up to three levels below; does not look inside a project.
 * A folder whose hotplug.json is wrong is told to `onBroken` and is otherwise no project.
 */
export async function findProjectsWith(
  recognisers: readonly Recogniser[],
  root: string,
  onBroken: (folder: string, error: UserError) => void = () => undefined,
): Promise<readonly Project[]> {
  const projects: Project[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    let project: Project | undefined;
    try {
      project = await recogniseWith(recognisers, folder);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      onBroken(folder, error);
    }
    if (project) {
      projects.push(project);
      return;
    }
    if (depth === DEEPEST) return;
    for (const entry of await entriesOf(folder)) {
      if (entry.isDirectory() && !skipped.has(entry.name)) await visit(join(folder, entry.name), depth + 1);
    }
  };
  await visit(resolve(root), 0);
  return projects;
}
