/**
 * Adds, replaces, removes, disables and enables plugins. Each is prepared aside, checked, and done by
 * renames: Chipmunk sees a plugin as a whole or not at all. Each can be undone.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Finding } from '../host/contract.ts';
import { Asker } from './ask.ts';
import { MetadataCache } from './cache.ts';
import { readJournal, writeJournal, type ActionName, type UndoEntry } from './journal.ts';
import { kinds, pluginKinds, type PluginKind } from './kinds.ts';
import { withLock } from './lock.ts';
import { doMoves, exists, type Move } from './moves.ts';
import { disabledAt, pluginsFolder, storedAt } from './places.ts';
import { stage, type PluginSource, type Staged } from './stage.ts';
import type { Library } from './store.ts';
import { emptyTrash, trashPlace } from './trash.ts';
import { undo } from './undo.ts';

/** A plugin of the store. */
export interface PluginName {
  readonly kind: PluginKind;
  readonly name: string;
}

export interface Undo {
  readonly data: UndoEntry;
  /** Takes the action back. Throws a UserError where that was done, or something is in its way. */
  run(): Promise<void>;
}

export interface Done extends PluginName {
  readonly action: ActionName;
  /** Absolute path of its folder, where it is now; undefined where it was removed. */
  readonly folder?: string;
  readonly findings: readonly Finding[];
  readonly undo: Undo;
}

/** Installs a plugin that is not there yet. Throws a UserError where it is, or where Chipmunk would not load it. */
export async function addPlugin(library: Library, source: PluginSource, name?: string): Promise<Done> {
  return install(library, 'add', source, name);
}

/** Installs a plugin in the place of the one of the same name and kind, which goes to the trash. */
export async function replacePlugin(library: Library, source: PluginSource, name?: string): Promise<Done> {
  return install(library, 'replace', source, name);
}

/** Takes a plugin away, disabled or not; it stays in the trash for 30 days. */
export async function removePlugin(home: string, plugin: PluginName): Promise<Done> {
  return act(home, 'remove', plugin, async (at) => {
    const place = await placeOf(home, plugin);
    const trash = trashPlace(plugin.name, at);
    return { forward: [{ from: place, to: trash }], back: [{ from: trash, to: place }], folder: undefined };
  });
}

/** Puts a plugin where Chipmunk does not see it. */
export async function disablePlugin(home: string, plugin: PluginName): Promise<Done> {
  return act(home, 'disable', plugin, () => between(home, plugin, storedAt, disabledAt, 'it is not enabled'));
}

/** Puts a disabled plugin back where Chipmunk sees it. */
export async function enablePlugin(home: string, plugin: PluginName): Promise<Done> {
  return act(home, 'enable', plugin, () => between(home, plugin, disabledAt, storedAt, 'it is not disabled'));
}

interface Plan {
  readonly forward: readonly Move[];
  readonly back: readonly Move[];
  /** Relative to the plugins' folder. */
  readonly folder: string | undefined;
}

async function between(
  home: string,
  { kind, name }: PluginName,
  source: typeof storedAt,
  target: typeof storedAt,
  otherwise: string,
): Promise<Plan> {
  const [from, to] = [source(kind, name), target(kind, name)];
  if (!(await exists(join(pluginsFolder(home), from)))) throw notThere(kind, name, otherwise);
  return { forward: [{ from, to }], back: [{ from: to, to: from }], folder: to };
}

async function install(
  library: Library,
  action: 'add' | 'replace',
  source: PluginSource,
  name: string | undefined,
): Promise<Done> {
  const { home } = library;
  const id = randomUUID();
  const staged = await stage(home, source, name, id);
  try {
    const { kind, findings } = await requireLoadable(library, staged);
    const plugin = { kind, name: staged.name };
    const plan = action === 'add' ? addPlan : replacePlan;
    const done = await act(home, action, plugin, (at) => plan(home, plugin, staged.place, at));
    return { ...done, findings: [...staged.findings, ...findings] };
  } finally {
    await staged.discard();
  }
}

/** What Chipmunk would not load is not installed. */
async function requireLoadable(
  { cacheFolder, inspect }: Library,
  staged: Staged,
): Promise<{ kind: PluginKind; findings: readonly Finding[] }> {
  const cache = await MetadataCache.open(cacheFolder);
  const { facts } = await new Asker(cache, inspect).ask(staged.binary);
  await cache.save();
  const { kind, problem, findings } = facts;
  if (kind === undefined || problem !== undefined) {
    const text = problem?.text ?? 'It is no plugin.';
    const advice = findings.find(({ severity }) => severity === 'error')?.advice;
    throw new UserError(
      `${staged.name} is not installed, because Chipmunk would not load it: ${text}`,
      advice ?? 'Build it against the WIT of Chipmunk 0.1.0, and look at it with `hotplug inspect`.',
    );
  }
  return { kind, findings };
}

async function addPlan(home: string, { kind, name }: PluginName, staged: string, at: number): Promise<Plan> {
  const place = storedAt(kind, name);
  if (await exists(join(pluginsFolder(home), place))) {
    throw new UserError(
      `Installed plugin with the same name already exist. Name: '${name}'`,
      'Use `hotplug plugins replace`, or give it another name with --name.',
    );
  }
  if (await exists(join(pluginsFolder(home), disabledAt(kind, name)))) {
    throw new UserError(
      `The ${kinds[kind].title} ${name} is there, and disabled.`,
      'Enable it and use `hotplug plugins replace`, or give this one another name with --name.',
    );
  }
  return {
    forward: [{ from: staged, to: place }],
    back: [{ from: place, to: trashPlace(name, at) }],
    folder: place,
  };
}

async function replacePlan(
  home: string,
  { kind, name }: PluginName,
  staged: string,
  at: number,
): Promise<Plan> {
  const place = storedAt(kind, name);
  if (!(await exists(join(pluginsFolder(home), place))))
    throw notThere(kind, name, 'there is nothing to replace');
  const before = trashPlace(name, at);
  return {
    forward: [
      { from: place, to: before },
      { from: staged, to: place },
    ],
    // Where the second of these was never done, there is nothing in the place.
    back: [
      { from: place, to: trashPlace(name, at + 1), optional: true },
      { from: before, to: place },
    ],
    folder: place,
  };
}

async function act(
  home: string,
  action: ActionName,
  { kind, name }: PluginName,
  plan: (at: number) => Promise<Plan>,
): Promise<Done> {
  const done = await withLock(home, async () => {
    const entries = await readJournal(home);
    // Two actions of the same moment have places of their own in the trash.
    const at = Math.max(Date.now(), ...entries.map((entry) => entry.at + 2));
    const { forward, back, folder } = await plan(at);
    const data: UndoEntry = { id: randomUUID(), at, action, kind, name, back };
    // Written first: a process that ends in the middle leaves a way back.
    await writeJournal(home, [...entries, data]);
    try {
      await doMoves(home, forward);
    } catch (error) {
      await writeJournal(home, entries);
      throw error;
    }
    return { data, folder };
  });
  await emptyTrash(home);
  const run = async (): Promise<void> => {
    await undo(home, done.data.id);
  };
  return {
    action,
    kind,
    name,
    ...(done.folder === undefined ? {} : { folder: join(pluginsFolder(home), done.folder) }),
    findings: [],
    undo: { data: done.data, run },
  };
}

/** Where a plugin of the store is: enabled or disabled. */
async function placeOf(home: string, { kind, name }: PluginName): Promise<string> {
  for (const place of [storedAt(kind, name), disabledAt(kind, name)])
    if (await exists(join(pluginsFolder(home), place))) return place;
  throw notThere(kind, name, 'it is not installed');
}

/**
 * The plugin that a user means: a name, or `parsers/name` where both kinds have it. Throws a UserError
 * where there is none or two.
 */
export async function findPlugin(home: string, text: string, kind?: PluginKind): Promise<PluginName> {
  const given = pluginKinds.find((one) => text.startsWith(`${kinds[one].folder}/`));
  const name = given === undefined ? text : text.slice(kinds[given].folder.length + 1);
  const wanted = given ?? kind;
  if (name === '' || name.startsWith('.') || /[/\\]/.test(name))
    throw notThere(wanted, text, 'it is no name');
  const found: PluginKind[] = [];
  for (const one of pluginKinds) {
    if (wanted !== undefined && one !== wanted) continue;
    const there = [storedAt(one, name), disabledAt(one, name)].map((place) =>
      exists(join(pluginsFolder(home), place)),
    );
    if ((await Promise.all(there)).some(Boolean)) found.push(one);
  }
  const [first, second] = found;
  if (first === undefined) throw notThere(wanted, name, 'it is not installed');
  if (second !== undefined) {
    throw new UserError(
      `There is a parser and a byte source ${name}.`,
      `Write parsers/${name} or bytesources/${name}.`,
    );
  }
  return { kind: first, name };
}

function notThere(kind: PluginKind | undefined, name: string, why: string): UserError {
  return new UserError(
    `There is no ${kind === undefined ? 'plugin' : kinds[kind].title} ${name} for this: ${why}.`,
    'See what is installed with `hotplug plugins list`.',
  );
}
