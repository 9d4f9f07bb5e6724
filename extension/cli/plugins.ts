import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { defaultCacheFolder } from '../host/cache-folder.ts';
import type { Done, PluginName } from '../library/actions.ts';
import type { ActionName } from '../library/journal.ts';
import { pluginKinds, type PluginKind } from '../library/kinds.ts';
import type { LibraryPlugin } from '../library/plugin.ts';
import type { PluginSource } from '../library/stage.ts';
import type { Library } from '../library/store.ts';
import type { Project } from '../project/project.ts';
import { command, ExitCode } from './command.ts';
import { sentences, type Output } from './output.ts';
import { bytes, sayPlugin, sayPlugins } from './plugins-text.ts';

const actions = [
  'list',
  'show',
  'check',
  'add',
  'replace',
  'remove',
  'disable',
  'enable',
  'undo',
  'cache',
] as const;
type Action = (typeof actions)[number];

export const pluginsCommand = command({
  name: 'plugins',
  summary: "Lists, checks, installs and removes plugins in Chipmunk's folder.",
  arguments: [
    { name: 'action', description: `One of ${actions.join(', ')}; list where absent.` },
    {
      name: 'what',
      description:
        'A plugin (name, or parsers/name); for add and replace a component file, a folder or a project; for cache: clear.',
    },
  ],
  flags: {},
  values: {
    home: {
      value: 'FOLDER',
      description: 'The folder that .chipmunk lies in; the home folder where absent.',
    },
    'cache-folder': {
      value: 'FOLDER',
      description: 'Where what is known of plugins is kept; .cache/hotplug in the home folder where absent.',
    },
    workspace: {
      value: 'FOLDER',
      description: 'Where plugin projects are looked for; nowhere where absent.',
    },
    name: { value: 'NAME', description: 'For add and replace: the name to install under.' },
    kind: { value: 'KIND', description: `Only plugins of this kind: ${pluginKinds.join(' or ')}.` },
  },
  async run(args, output) {
    const typed = args.at(0) ?? 'list';
    const action = actions.find((one) => one === typed);
    if (action === undefined) {
      throw new UserError(
        `"${typed}" is nothing that can be done with plugins`,
        `Write one of ${actions.join(', ')}; see \`hotplug plugins --help\`.`,
      );
    }
    const home = args.text('home');
    const workspace = args.text('workspace');
    const name = args.text('name');
    const kind = args.choice('kind', pluginKinds);
    const cacheFolder = args.text('cache-folder');
    const options: Options = {
      home: resolve(home ?? homedir()),
      cacheFolder:
        cacheFolder === undefined ? defaultCacheFolder(resolve(home ?? homedir())) : resolve(cacheFolder),
      ...(workspace === undefined ? {} : { workspace: resolve(workspace) }),
      ...(name === undefined ? {} : { name }),
      ...(kind === undefined ? {} : { kind }),
    };
    return runAction(action, args.at(1), options, output);
  },
});

interface Options {
  readonly home: string;
  readonly cacheFolder: string;
  readonly workspace?: string;
  readonly name?: string;
  readonly kind?: PluginKind;
}

async function runAction(
  action: Action,
  what: string | undefined,
  options: Options,
  output: Output,
): Promise<ExitCode> {
  switch (action) {
    case 'list':
      if (what !== undefined) throw tooMany(what);
      return list(options, output);
    case 'show':
      return show(required(action, what), options, output);
    case 'check':
      return check(what, options, output);
    case 'add':
    case 'replace':
      return install(action, required(action, what), options, output);
    case 'remove':
    case 'disable':
    case 'enable':
      return move(action, required(action, what), options, output);
    case 'undo':
      if (what !== undefined) throw tooMany(what);
      return undo(options, output);
    case 'cache':
      return cache(what, options, output);
  }
}

function required(action: Action, what: string | undefined): string {
  if (what !== undefined) return what;
  throw new UserError(`hotplug plugins ${action}: <what> is missing`, 'See `hotplug plugins --help`.');
}

function tooMany(what: string): UserError {
  return new UserError(
    `hotplug plugins: "${what}" is one argument too many`,
    'See `hotplug plugins --help`.',
  );
}

/** The library of a home folder; the host is loaded when the first binary has to be asked. */
async function withLibrary<T>(
  { home, cacheFolder }: Options,
  action: (library: Library) => Promise<T>,
): Promise<T> {
  let inspector: { inspect: Library['inspect']; dispose(): Promise<void> } | undefined;
  const inspect: Library['inspect'] = async (path) => {
    const { Inspector } = await import('../host/inspect.ts');
    inspector ??= new Inspector(cacheFolder, { metadataOnly: true });
    return inspector.inspect(path);
  };
  try {
    return await action({ home, cacheFolder, inspect });
  } finally {
    if (inspector !== undefined) {
      await inspector.dispose();
    }
  }
}

async function projectsOf({ workspace }: Options, output: Output): Promise<readonly Project[]> {
  if (workspace === undefined) return [];
  const { findProjects } = await import('../project/recognise.ts');
  const { projects, broken } = await findProjects(workspace);
  for (const { error } of broken)
    output.say(`${output.style('yellow', 'warning:')} ${sentences(error.message, error.advice)}`);
  return projects;
}

async function listing(options: Options, output: Output): Promise<readonly LibraryPlugin[]> {
  const { listPlugins } = await import('../library/store.ts');
  const projects = await projectsOf(options, output);
  const { plugins, cacheDamaged } = await withLibrary(options, (library) => listPlugins(library, projects));
  if (cacheDamaged)
    output.say(
      `${output.style('yellow', 'warning:')} The cache of plugins was damaged and has been rebuilt.`,
    );
  return plugins.filter(({ kind }) => options.kind === undefined || kind === options.kind);
}

async function list(options: Options, output: Output): Promise<ExitCode> {
  const plugins = await listing(options, output);
  sayPlugins(plugins, options.home, output);
  return ended(plugins, output);
}

async function ended(plugins: readonly LibraryPlugin[], output: Output): Promise<ExitCode> {
  const { isBad } = await import('../library/plugin.ts');
  const ok = !plugins.some(isBad);
  output.result({ ok, plugins });
  return ok ? ExitCode.fine : ExitCode.failed;
}

async function show(what: string, options: Options, output: Output): Promise<ExitCode> {
  const plugins = named(await listing(options, output), what);
  for (const plugin of plugins) sayPlugin(plugin, output);
  return ended(plugins, output);
}

/** The plugins that a user means. Throws a UserError where there is none. */
function named(plugins: readonly LibraryPlugin[], what: string): readonly LibraryPlugin[] {
  const found = plugins.filter(
    ({ id, name, kind }) => what === name || what === `${kind}s/${name}` || resolve(what) === id,
  );
  if (found.length > 0) return found;
  throw new UserError(
    `There is no plugin ${what}.`,
    'See what there is with `hotplug plugins list`; projects are found with --workspace.',
  );
}

/** Asks the plugins again, whatever the cache has of them. */
async function check(what: string | undefined, options: Options, output: Output): Promise<ExitCode> {
  const { forget } = await import('../library/cache.ts');
  const known = what === undefined ? undefined : named(await listing(options, output), what);
  const hashes = known?.flatMap(({ binary }) => (binary?.hash === undefined ? [] : [binary.hash]));
  await forget(options.cacheFolder, hashes);
  const all = await listing(options, output);
  const plugins = what === undefined ? all : named(all, what);
  for (const plugin of plugins) sayPlugin(plugin, output);
  return ended(plugins, output);
}

async function install(
  action: 'add' | 'replace',
  what: string,
  options: Options,
  output: Output,
): Promise<ExitCode> {
  const { addPlugin, replacePlugin } = await import('../library/actions.ts');
  const source = await sourceOf(what);
  const run = action === 'add' ? addPlugin : replacePlugin;
  const done = await withLibrary(options, (library) => run(library, source, options.name));
  return sayDone(done, output);
}

/** What a user names to be installed: a component file, a project or a folder. */
async function sourceOf(what: string): Promise<PluginSource> {
  const path = resolve(what);
  const { kindOf } = await import('./target.ts');
  if ((await kindOf(path)) === 'file') return { kind: 'file', path };
  const [{ recognise }, { kindOfContract }] = await Promise.all([
    import('../project/recognise.ts'),
    import('../library/kinds.ts'),
  ]);
  const project = await recognise(path);
  if (project === undefined || kindOfContract(project.contract) === undefined)
    return { kind: 'folder', path };
  return { kind: 'project', project };
}

async function move(
  action: 'remove' | 'disable' | 'enable',
  what: string,
  { home, kind }: Options,
  output: Output,
): Promise<ExitCode> {
  const library = await import('../library/actions.ts');
  const runs = {
    remove: library.removePlugin,
    disable: library.disablePlugin,
    enable: library.enablePlugin,
  } satisfies Record<typeof action, (home: string, plugin: PluginName) => Promise<Done>>;
  const plugin = await library.findPlugin(home, what, kind);
  return sayDone(await runs[action](home, plugin), output);
}

const past: Readonly<Record<ActionName, string>> = {
  add: 'Added',
  replace: 'Replaced',
  remove: 'Removed',
  disable: 'Disabled',
  enable: 'Enabled',
};

async function sayDone(
  { action, kind, name, folder, findings, undo: { data } }: Done,
  output: Output,
): Promise<ExitCode> {
  const { kinds } = await import('../library/kinds.ts');
  const where = folder === undefined ? '' : `: ${folder}`;
  output.say(`${past[action]} the ${kinds[kind].title} ${name}${where}.`);
  for (const { severity, message, advice } of findings)
    output.say(`${output.style('yellow', `${severity}:`)} ${sentences(message, advice)}`);
  output.say('Undo it with: hotplug plugins undo');
  output.result({ ok: true, action, kind, name, folder, findings, undo: data });
  return ExitCode.fine;
}

async function undo({ home }: Options, output: Output): Promise<ExitCode> {
  const [{ undoLast }, { kinds }] = await Promise.all([
    import('../library/undo.ts'),
    import('../library/kinds.ts'),
  ]);
  const { action, kind, name } = await undoLast(home);
  output.say(`Undone: ${action} the ${kinds[kind].title} ${name}.`);
  output.result({ ok: true, undone: { action, kind, name } });
  return ExitCode.fine;
}

async function cache(what: string | undefined, options: Options, output: Output): Promise<ExitCode> {
  if (what !== undefined && what !== 'clear') {
    throw new UserError(
      `"${what}" is nothing that can be done with the cache`,
      'Write `hotplug plugins cache` or `hotplug plugins cache clear`.',
    );
  }
  const folder = options.cacheFolder;
  const [{ forget, MetadataCache }, code] = await Promise.all([
    import('../library/cache.ts'),
    import('../host/code-cache.ts'),
  ]);
  if (what === 'clear') {
    await forget(folder);
    const { removed, ...left } = await code.clearCodeCache(folder);
    output.say(`Forgot what is known of plugins, and removed ${bytes(removed.bytes)} of transpiled code.`);
    output.result({ ok: true, folder, plugins: 0, code: left, removed });
    return ExitCode.fine;
  }
  const [{ size }, used] = await Promise.all([MetadataCache.open(folder), code.codeCacheSize(folder)]);
  const budget = code.DEFAULT_BUDGET;
  output.say(folder);
  output.say(`  ${size} plugins known by their hash`);
  output.say(
    `  ${bytes(used.bytes)} of transpiled code, ${used.entries} entries; the budget is ${bytes(budget)}`,
  );
  output.result({ ok: true, folder, plugins: size, code: used, budget });
  return ExitCode.fine;
}
