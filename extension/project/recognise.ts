import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { custom } from '../contracts/custom/index.ts';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import { chipmunkContract, readManifest } from '../toolchains/rust-manifest.ts';
import { toolchains } from '../toolchains/index.ts';
import type { Toolchain } from '../toolchains/toolchain.ts';
import { witPackage } from '../toolchains/wit.ts';
import { configFile, isMissing, readConfig } from './config.ts';
import { extismContract } from './extism.ts';
import type { LanguageId, Project } from './project.ts';

/** Name of a host's SDK as it occurs in a package manifest, and the contract that it is for. */
const sdks: Readonly<Record<string, string>> = { 'streamkit-plugin-sdk-wasm': 'streamkit' };

/** What a toolchain must offer for its projects to be found. */
export type Recogniser = Pick<Toolchain, 'id' | 'recognise'>;

/**
 * Says what plugin project a folder is, ours or not; undefined where it is none. Throws a UserError
 * where the folder's hotplug.json is wrong or leaves something open that nothing else says.
 */
export async function recognise(
  folder: string,
  recognisers: readonly Recogniser[] = Object.values(toolchains),
): Promise<Project | undefined> {
  const full = resolve(folder);
  const read = await readConfig(full);
  const config = read?.config ?? {};
  const found = await firstReason(recognisers, full, config.language);
  const language = config.language ?? found?.language;
  const contract = config.contract ?? (await contractOf(full, language));
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
async function contractOf(folder: string, language: LanguageId | undefined): Promise<string | undefined> {
  for (const file of await witFiles(join(folder, 'wit'))) {
    const name = /^\s*package\s+([\w:-]+)/m.exec(await readText(file))?.[1];
    const contract = Object.values(contracts).find(({ wit }) => wit?.package.split('@')[0] === name);
    if (contract) return contract.id;
  }
  for (const manifest of ['Cargo.toml', 'package.json']) {
    const text = await readText(join(folder, manifest));
    const sdk = Object.keys(sdks).find((name) => text.includes(name));
    if (sdk !== undefined) return sdks[sdk];
  }
  const manifest = language === 'rust' ? await readManifest(folder) : undefined;
  const chipmunk = manifest === undefined ? undefined : chipmunkContract(manifest);
  if (chipmunk !== undefined) return chipmunk;
  const extism = language === undefined ? undefined : await extismContract(folder, language);
  if (extism !== undefined) return extism;
  // A WIT that nobody knows is the contract itself.
  return (await witPackage(folder)) === undefined ? undefined : custom.id;
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

/** A folder that looks like a plugin project but has a mistake in its hotplug.json. */
export interface BrokenProject {
  readonly folder: string;
  readonly error: UserError;
}

export interface FoundProjects {
  readonly projects: readonly Project[];
  readonly broken: readonly BrokenProject[];
}

const DEEPEST = 3;

/** Looks for projects in a folder and up to three levels below; does not look inside a project. */
export async function findProjects(
  root: string,
  recognisers: readonly Recogniser[] = Object.values(toolchains),
): Promise<FoundProjects> {
  const projects: Project[] = [];
  const broken: BrokenProject[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    try {
      const project = await recognise(folder, recognisers);
      if (project) {
        projects.push(project);
        return;
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      broken.push({ folder, error });
      return;
    }
    if (depth === DEEPEST) return;
    for (const entry of await entriesOf(folder)) {
      const hidden = skipped.has(entry.name) || entry.name.startsWith('.');
      if (entry.isDirectory() && !hidden) await visit(join(folder, entry.name), depth + 1);
    }
  };
  await visit(resolve(root), 0);
  return { projects, broken };
}
