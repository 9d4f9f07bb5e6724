/** What a build does about its project's `wit/` before it compiles anything. */
import { createHash } from 'node:crypto';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contracts } from '../contracts/index.ts';
import type { WitFunction } from '../host/contract.ts';
import { findDefinition } from '../toolchains/definition.ts';
import { formatDiagnostic } from '../toolchains/diagnostics/lines.ts';
import { isModuleContract } from '../toolchains/extism.ts';
import { replaceFile } from '../toolchains/output.ts';
import type { Toolchain } from '../toolchains/toolchain.ts';
import { compareWorlds, type WitChange } from '../wit/compare.ts';
import { readWitFolder, type WitFile } from '../wit/files.ts';
import type { WitPlace, WitWorld } from '../wit/model.ts';
import { chooseWorld } from '../wit/world.ts';
import type { Diagnostic, Project } from './project.ts';
import { sourceFilter } from './watch.ts';

/** What a build found out about the WIT, and how it is kept once the build is good. */
export interface WitStep {
  /** Places in the sources, or in the WIT, that a change of the WIT breaks; already written. */
  readonly diagnostics: readonly Diagnostic[];
  /** Says that the last good build was made of this WIT. */
  readonly keep: () => Promise<void>;
}

/** `.hotplug/wit.json`: the WIT that the last good build was made of. */
interface Kept {
  readonly version: 1;
  /** SHA-256 of the files in hex. */
  readonly hash: string;
  readonly world: WitWorld;
}

/** A language, as far as the WIT matters to it. */
export type WitLanguage = Pick<Toolchain, 'bindings' | 'definition' | 'sources' | 'outputs'>;

/**
 * Compares a project's `wit/` with the one that its last good build was made of. Where it is another
 * one, the project's bindings are written anew, and each change that breaks the plugin is said at the
 * function in the sources that it breaks. Undefined where nothing changed, which costs a hash of some
 * small files. Throws a UserError with file, line and column where the WIT is wrong.
 */
export async function lookAtWit(
  project: Project,
  language: WitLanguage,
  write: (text: string) => void,
): Promise<WitStep | undefined> {
  // A core module has none: a wit/ beside it is of something else.
  if (isModuleContract(project.contract)) return undefined;
  const folder = join(project.folder, 'wit');
  const files = await readWitFolder(folder).catch(() => []);
  if (files.length === 0) return undefined;
  const hash = hashOf(files);
  const file = join(project.folder, '.hotplug', 'wit.json');
  const kept = await readKept(file);
  if (kept?.hash === hash) return undefined;

  const { resolveWit } = await import('../wit/tool.ts');
  const world = chooseWorld(
    await resolveWit(files),
    project.config.world ?? contracts[project.contract]?.wit?.world,
  );
  if (kept !== undefined)
    for (const path of (await language.bindings?.(project)) ?? [])
      write(`${path} was written anew from wit/.\n`);
  const changes =
    kept === undefined ? [] : compareWorlds(kept.world, world).filter(({ breaking }) => breaking);
  const diagnostics = changes.length === 0 ? [] : await placed(changes, project, language);
  for (const diagnostic of diagnostics) write(formatDiagnostic(diagnostic));
  const keep = (): Promise<void> =>
    replaceFile(file, JSON.stringify({ version: 1, hash, world } satisfies Kept));
  return { diagnostics, keep };
}

/** A mistake in the project's WIT as a diagnostic, already written; undefined for everything else. */
export function witProblem(
  error: unknown,
  { project, write }: { readonly project: Project; readonly write: (text: string) => void },
): Diagnostic | undefined {
  if (!(error instanceof Error) || !('place' in error) || !isPlace(error.place)) return undefined;
  const { file, line, column } = error.place;
  const diagnostic: Diagnostic = {
    severity: 'error',
    file: join(project.folder, 'wit', ...file.split('/')),
    line,
    column,
    message: error.message.replace(`${file}:${line}:${column}: `, ''),
    code: 'wit',
  };
  write(formatDiagnostic(diagnostic));
  return diagnostic;
}

function isPlace(value: unknown): value is WitPlace {
  return (
    typeof value === 'object' && value !== null && 'file' in value && 'line' in value && 'column' in value
  );
}

function hashOf(files: readonly WitFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(JSON.stringify([path, text]));
  return hash.digest('hex');
}

async function readKept(file: string): Promise<Kept | undefined> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept>;
    return kept.version === 1 && typeof kept.hash === 'string' && kept.world !== undefined
      ? (kept as Kept)
      : undefined;
  } catch {
    // Never built, or damaged: there is nothing to compare with.
    return undefined;
  }
}

/** Each change at the function of the sources that it is about, else where the WIT says it. */
async function placed(
  changes: readonly WitChange[],
  project: Project,
  language: WitLanguage,
): Promise<readonly Diagnostic[]> {
  const sources = await sourcesOf(project, language);
  return changes.map((change): Diagnostic => {
    const place = change.place;
    const inWit = place === undefined ? 'wit/' : `wit/${place.file}:${place.line}:${place.column}`;
    const found = change.side === 'export' ? definitionOf(change.item, sources, language) : undefined;
    return {
      severity: 'warning',
      file: found?.file ?? join(project.folder, 'wit', ...(place?.file ?? '').split('/')),
      line: found?.line ?? place?.line ?? 1,
      column: found?.column ?? place?.column ?? 1,
      message: `${change.side} ${change.item} ${change.kind} in the WIT: ${change.difference} (${inWit})`,
      code: 'wit',
    };
  });
}

interface Source {
  readonly file: string;
  readonly text: string;
}

async function sourcesOf(project: Project, language: WitLanguage): Promise<readonly Source[]> {
  const isSource = sourceFilter(project, language);
  const sources: Source[] = [];
  for await (const path of glob(language.sources.slice(), { cwd: project.folder })) {
    const inside = path.replaceAll('\\', '/');
    if (!isSource(inside) || inside.startsWith('wit/')) continue;
    const file = join(project.folder, path);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) sources.push({ file, text });
  }
  return sources;
}

function definitionOf(
  item: string,
  sources: readonly Source[],
  language: WitLanguage,
): { readonly file: string; readonly line: number; readonly column: number } | undefined {
  const exported = functionNamed(item);
  if (exported === undefined) return undefined;
  for (const { file, text } of sources) {
    const found = findDefinition(text, language.definition(exported));
    if (found === undefined) continue;
    const before = text.slice(0, found.start).split('\n');
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
  return undefined;
}

/** `wasi:keyvalue/store@0.2.0#[method]bucket.get` as a function; undefined for a type or an interface. */
function functionNamed(item: string): WitFunction | undefined {
  const hash = item.indexOf('#');
  const [owner, name] = hash < 0 ? ['', item] : [item.slice(0, hash), item.slice(hash + 1)];
  const method = /^\[(?:method|static|constructor)\]([^.]+)(?:\.(.+))?$/.exec(name);
  if (method !== null) {
    const [, resource = '', own = 'constructor'] = method;
    return { interface: owner, resource, name: own };
  }
  return name === '' || name.includes('/') ? undefined : { interface: owner, name };
}
