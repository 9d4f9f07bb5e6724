/** Lists the plugins of Chipmunk's folder and of the workspace's projects. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import type { Finding } from '../host/contract.ts';
import type { RunFigures } from '../host/produce.ts';
import { isMissing } from '../project/config.ts';
import type { Project } from '../project/project.ts';
import { componentPath } from '../toolchains/output.ts';
import { Asker, type Asked } from './ask.ts';
import { MetadataCache } from './cache.ts';
import type { Inspect } from './facts.ts';
import { kindOfContract, pluginKinds, type PluginKind } from './kinds.ts';
import { wrongKind } from './load-check.ts';
import { readTitle } from './metadata-file.ts';
import { permissionsOf } from './permissions.ts';
import { kindFolder } from './places.ts';
import type { LibraryPlugin, LogEntry, PluginBinary, PluginState } from './plugin.ts';
import { readRuns } from './runs.ts';

/** Where to look, and how to ask. */
export interface Library {
  /** The user's home, which `.chipmunk` lies in. */
  readonly home: string;
  /** The host's cache folder: `defaultCacheFolder(home)` of the host, or the editor's. */
  readonly cacheFolder: string;
  readonly inspect: Inspect;
}

export interface Listing {
  /** By kind, then name: those of the store before the projects. */
  readonly plugins: readonly LibraryPlugin[];
  /** Binaries that were compiled and asked; 0 where the cache knew all. */
  readonly asked: number;
  /** The cache was damaged, and has been rebuilt. */
  readonly cacheDamaged: boolean;
}

/** Plugins that are read at the same time. */
const TOGETHER = 32;
/** Chipmunk shows no README that is larger. Source: its plugin manager. */
const LARGEST_README = 1024 * 1024;

/** A folder that may be a plugin. */
interface Place {
  readonly folder: string;
  readonly name: string;
  readonly kind: PluginKind;
  readonly disabled: boolean;
  /** Of a project: where its release build is. */
  readonly project?: Project;
}

/** Lists everything. What cannot be read of a plugin makes that one invalid; rejects only on a defect. */
export async function listPlugins(library: Library, projects: readonly Project[] = []): Promise<Listing> {
  const { home, cacheFolder, inspect } = library;
  const [cache, runs, stored] = await Promise.all([
    MetadataCache.open(cacheFolder),
    readRuns(cacheFolder),
    storedPlaces(home),
  ]);
  const asker = new Asker(cache, inspect);
  const places = [...stored, ...projectPlaces(projects)];
  let asked = 0;
  const plugins = await inParallel(places, async (place) => {
    const plugin = await readPlugin(place, asker, runs);
    if (plugin.asked) asked++;
    return plugin.plugin;
  });
  await cache.save();
  return { plugins, asked, cacheDamaged: cache.damaged };
}

/** The folders of the store: a name that begins with a dot is never a plugin's. */
async function storedPlaces(home: string): Promise<readonly Place[]> {
  const folders = pluginKinds.flatMap((kind) =>
    [false, true].map((disabled) => ({ kind, disabled, folder: kindFolder(home, kind, disabled) })),
  );
  const found = await Promise.all(
    folders.map(async ({ folder, ...rest }) =>
      (await foldersIn(folder)).map((name) => ({ ...rest, name, folder: join(folder, name) })),
    ),
  );
  return found
    .flat()
    .sort(
      (a, b) => pluginKinds.indexOf(a.kind) - pluginKinds.indexOf(b.kind) || a.name.localeCompare(b.name),
    );
}

function projectPlaces(projects: readonly Project[]): readonly Place[] {
  return projects.flatMap((project) => {
    const kind = kindOfContract(project.contract);
    return kind === undefined
      ? []
      : [{ folder: project.folder, name: project.name, kind, disabled: false, project }];
  });
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  const visible = entries.filter(({ name }) => !name.startsWith('.'));
  const linked = await Promise.all(
    visible.map(async (entry) =>
      entry.isSymbolicLink() ? await isFolder(join(folder, entry.name)) : entry.isDirectory(),
    ),
  );
  return visible.filter((_, index) => linked[index]).map(({ name }) => name);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Where the release build of a project is. */
export function releaseArtifact(project: Project): string {
  const declared = project.config.artifact?.release;
  return declared ?? componentPath(project, 'release');
}

async function readPlugin(
  place: Place,
  asker: Asker,
  runs: ReadonlyMap<string, RunFigures>,
): Promise<{ plugin: LibraryPlugin; asked: boolean }> {
  const { folder, name, kind, project } = place;
  const log: LogEntry[] = [{ level: 'info', text: 'Attempt to load and check plugin' }];
  const base = {
    id: folder,
    name,
    kind,
    origin: project === undefined ? ('store' as const) : ('project' as const),
    title: name,
    schemas: [],
    permissions: [],
    producers: [],
  };
  const path = project === undefined ? join(folder, `${name}.wasm`) : releaseArtifact(project);
  const files = await readFolder(folder, path);
  if (typeof files === 'string') {
    if (project !== undefined) return { plugin: { ...base, ...unbuilt(project, path), log }, asked: false };
    log.push({ level: 'error', text: files });
    const state = place.disabled ? 'disabled' : 'invalid';
    return { plugin: { ...base, state, reason: files, log, findings: [] }, asked: false };
  }
  const { names, size, modifiedAt } = files;
  const title = await readTitle(folder, name, names);
  const { description } = title;
  const known = await ask(asker, path);
  const facts = known.asked?.facts;
  const hash = known.asked?.hash;
  if (known.asked?.cached === true) log.push({ level: 'info', text: 'Reading plugin info from cache' });
  const problem = known.problem ?? problemOf(known.asked, kind);
  if (problem !== undefined) log.push({ level: 'error', text: problemLine(problem, known.asked?.cached) });
  else log.push(...title.log, { level: 'info', text: 'Plugin has been load, checked and accepted' });
  const binary: PluginBinary = { path, bytes: size, modifiedAt, ...(hash === undefined ? {} : { hash }) };
  const lastRun = hash === undefined ? undefined : runs.get(hash);
  const readme = names.has('README.md') ? join(folder, 'README.md') : undefined;
  const plugin: LibraryPlugin = {
    ...base,
    state: place.disabled ? 'disabled' : (problem?.state ?? 'valid'),
    ...(problem === undefined ? {} : { reason: problem.text }),
    title: title.title,
    ...(description === undefined ? {} : { description }),
    binary,
    ...(readme === undefined ? {} : { readme }),
    ...(facts?.pluginVersion === undefined ? {} : { pluginVersion: facts.pluginVersion }),
    ...(facts?.apiVersion === undefined ? {} : { apiVersion: facts.apiVersion }),
    schemas: facts?.schemas ?? [],
    ...(facts?.columns === undefined ? {} : { columns: facts.columns }),
    permissions: permissionsOf(facts?.imports ?? []),
    producers: facts?.producers ?? [],
    log,
    findings: [...(facts?.findings ?? []), ...title.findings, ...(await readmeFindings(readme))],
    ...(lastRun === undefined ? {} : { lastRun }),
  };
  return { plugin, asked: known.asked?.cached === false };
}

interface Problem {
  readonly state: Exclude<PluginState, 'valid' | 'disabled' | 'unbuilt'>;
  readonly step: 'binary' | 'infos';
  readonly text: string;
}

async function ask(asker: Asker, path: string): Promise<{ asked?: Asked; problem?: Problem }> {
  try {
    return { asked: await asker.ask(path) };
  } catch (error) {
    // The file cannot be read now; a defect of ours is said to be one.
    const own = error instanceof UserError || (error instanceof Error && 'code' in error);
    const text = `IO Error while initializing WASM Plugin. ${own ? '' : 'This is a defect of Hotplug: '}${messageOf(error)}`;
    return { problem: { state: 'invalid', step: 'binary', text } };
  }
}

function problemOf(asked: Asked | undefined, kind: PluginKind): Problem | undefined {
  const found = asked?.facts.kind;
  if (found !== undefined && found !== kind)
    return { state: 'invalid', step: 'binary', text: wrongKind(found) };
  return asked?.facts.problem;
}

function problemLine({ step, text }: Problem, cached = false): string {
  if (cached)
    return `Plugin binary failed to load in the last attempt, according to cached data. Error: ${text}`;
  return step === 'infos'
    ? `Validating plugin infos failed. Error: ${text}`
    : `Loading plugin binary fail. Error: ${text}`;
}

interface FolderFiles {
  readonly names: ReadonlySet<string>;
  readonly size: number;
  readonly modifiedAt: number;
}

/** The files of a plugin's folder; the reason where there is no plugin in it. */
async function readFolder(folder: string, binary: string): Promise<FolderFiles | string> {
  try {
    const names = new Set(await readdir(folder));
    const found = await stat(binary).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (found?.isFile() !== true) return `Plugin WASM file not found. Path ${binary}`;
    return { names, size: found.size, modifiedAt: found.mtimeMs };
  } catch (error) {
    return isMissing(error)
      ? `Plugin directory doesn't exist. Path: ${folder}`
      : `Extracting plugins files from its directory failed. Plugin directory: ${folder}`;
  }
}

function unbuilt(project: Project, path: string): Pick<LibraryPlugin, 'state' | 'reason' | 'findings'> {
  const message = `The project has no release build: ${path} is not there.`;
  const advice = `Build it with \`hotplug build ${project.folder} --release\`.`;
  return { state: 'unbuilt', reason: message, findings: [{ severity: 'info', message, advice }] };
}

async function readmeFindings(readme: string | undefined): Promise<readonly Finding[]> {
  const size = readme === undefined ? 0 : (await stat(readme).catch(() => undefined))?.size;
  if (readme === undefined || size === undefined || size <= LARGEST_README) return [];
  const message = `${readme} has ${size} bytes, and Chipmunk shows up to ${LARGEST_README}.`;
  return [
    { severity: 'warning', message, advice: `Shorten it; ${dirname(readme)} is all that it describes.` },
  ];
}

/** Does something with each item, some at a time, and gives the results in the items' order. */
async function inParallel<T, R>(items: readonly T[], action: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await action(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, items.length) }, work));
  return results;
}
