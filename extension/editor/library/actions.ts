/** What can be done with the plugins of the list: each by `hotplug plugins`, and most of it can be undone. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import type { Project } from '../../project/project.ts';
import { showText, updateText } from '../documents.ts';
import { Command, View } from '../names.ts';
import { pickProject } from '../pick.ts';
import { bytesText } from '../../inputs/size.ts';
import type { Services } from '../services.ts';
import { isStreamed } from '../streams/streamed.ts';
import { requireTrust } from '../trust.ts';
import { detailsText } from './details.ts';
import { kindName, nameForCli, stateTitle, type ListedPlugin } from './listed.ts';
import { plugins } from './process.ts';

type Json = Readonly<Record<string, unknown>>;

/** Characters of a README that are shown. */
const MOST_README = 1024 * 1024;

export async function addPlugin(services: Services, argument: unknown): Promise<void> {
  requireTrust('install plugins');
  const of = listedOf(services, argument);
  const source = of?.origin === 'project' ? of.id : await askSource(services, vscode.l10n.t('Add Plugin'));
  if (source === undefined) return;
  try {
    await done(services, ['add', source]);
  } catch (error) {
    if (!(error instanceof UserError) || !error.message.includes('already exist')) throw error;
    const replace = vscode.l10n.t('Replace');
    const choice = await vscode.window.showWarningMessage(
      error.message,
      { modal: true, detail: vscode.l10n.t('The one that is there can be brought back with Undo.') },
      replace,
    );
    if (choice === replace) await done(services, ['replace', source]);
  }
}

export async function replacePlugin(services: Services, argument: unknown): Promise<void> {
  requireTrust('install plugins');
  const plugin = await pickListed(services, argument, vscode.l10n.t('Replace Plugin'), isInStore);
  if (plugin === undefined) return;
  const source = await askSource(services, vscode.l10n.t('Replace {0}', plugin.name));
  if (source !== undefined) await done(services, ['replace', source, '--name', plugin.name]);
}

export async function disablePlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickListed(
    services,
    argument,
    vscode.l10n.t('Disable Plugin'),
    (one) => isInStore(one) && one.state !== 'disabled',
  );
  if (plugin !== undefined) await done(services, ['disable', nameForCli(plugin)]);
}

export async function enablePlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickListed(
    services,
    argument,
    vscode.l10n.t('Enable Plugin'),
    (one) => isInStore(one) && one.state === 'disabled',
  );
  if (plugin !== undefined) await done(services, ['enable', nameForCli(plugin)]);
}

export async function removePlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickListed(services, argument, vscode.l10n.t('Remove Plugin'), isInStore);
  if (plugin === undefined) return;
  const remove = vscode.l10n.t('Remove');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t("Remove {0} from Chipmunk's plugins?", plugin.name),
    {
      modal: true,
      detail: vscode.l10n.t('It stays in the trash for 30 days and can be brought back with Undo.'),
    },
    remove,
  );
  if (choice === remove) await done(services, ['remove', nameForCli(plugin)]);
}

/** Takes the last action back. */
export async function undoPlugins(services: Services): Promise<void> {
  const { undone } = await inProgress(services, ['undo']);
  if (isJson(undone))
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('Undone: {0}', `${String(undone['action'])} ${String(undone['name'])}`),
      5000,
    );
}

/** Asks one plugin again, whatever is known of it. */
export async function checkPlugin(services: Services, argument: unknown): Promise<void> {
  requireTrust('run plugins');
  const plugin = await pickListed(
    services,
    argument,
    vscode.l10n.t('Check Plugin Again'),
    ({ state }) => state !== 'unbuilt',
  );
  if (plugin === undefined) return;
  const words = plugin.origin === 'store' ? [nameForCli(plugin)] : [plugin.id, '--workspace', plugin.id];
  await inProgress(services, ['check', ...words]);
  const now = services.library.at(plugin.id);
  if (now !== undefined)
    vscode.window.setStatusBarMessage(`${now.name}: ${now.reason ?? stateTitle(now)}`, 5000);
}

export async function checkPlugins(services: Services): Promise<void> {
  requireTrust('run plugins');
  await inProgress(services, ['check']);
}

export async function clearPluginCaches(services: Services): Promise<void> {
  const { removed } = await inProgress(services, ['cache', 'clear']);
  const bytes = isJson(removed) && typeof removed['bytes'] === 'number' ? removed['bytes'] : 0;
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Forgot what was known of plugins, and removed {0} of transpiled code', bytesText(bytes)),
    5000,
  );
}

export async function revealPlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickListed(services, argument, vscode.l10n.t('Reveal Plugin'), () => true);
  if (plugin === undefined) return;
  const uri = vscode.Uri.file(plugin.id);
  // What belongs to the workspace is shown in it; anything else by the system.
  const inside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(inside ? 'revealInExplorer' : 'revealFileInOS', uri);
}

/** Everything that is known of a plugin, in a document that keeps up with the list. */
export async function showPlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickListed(services, argument, vscode.l10n.t('Show Plugin'), () => true);
  if (plugin === undefined) return;
  keepUp(services);
  await showText(titleOf(plugin), detailsText(plugin, await readmeOf(plugin)));
}

function titleOf({ kind, origin, name }: ListedPlugin): string {
  return `${kind}s/${origin}/${name}.txt`;
}

let isKeptUp = false;

function keepUp({ library, context }: Services): void {
  if (isKeptUp) return;
  isKeptUp = true;
  const listener = library.onDidChange(async () => {
    for (const plugin of library.all)
      updateText(titleOf(plugin), detailsText(plugin, await readmeOf(plugin)));
  });
  context.subscriptions.push(listener);
}

async function readmeOf({ readme }: ListedPlugin): Promise<string | undefined> {
  if (readme === undefined) return undefined;
  try {
    return (await readFile(readme, 'utf8')).slice(0, MOST_README);
  } catch {
    return undefined; // It has gone since it was listed.
  }
}

/** Where a plugin comes from: a component file, a folder, or a project, which is built for release. */
async function askSource(services: Services, title: string): Promise<string | undefined> {
  const projects = (await services.projects.ready()).filter(isStreamed);
  const items = [
    {
      label: `$(file-binary) ${vscode.l10n.t('From a file…')}`,
      detail: vscode.l10n.t('A component; a .toml of its name and a README.md beside it come along'),
      ask: () => askPath(title, true),
    },
    {
      label: `$(folder) ${vscode.l10n.t('From a folder…')}`,
      detail: vscode.l10n.t('As Chipmunk has it, or with one component in it'),
      ask: () => askPath(title, false),
    },
    ...(projects.length === 0
      ? []
      : [
          {
            label: `$(package) ${vscode.l10n.t('From a project…')}`,
            detail: vscode.l10n.t('Its release build, which is made now'),
            ask: () => askBuild(services, title),
          },
        ]),
  ];
  const item = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('From where?') });
  return await item?.ask();
}

async function askPath(title: string, isFile: boolean): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t('Add'),
      canSelectFiles: isFile,
      canSelectFolders: !isFile,
      ...(isFile ? { filters: { WebAssembly: ['wasm'], [vscode.l10n.t('All files')]: ['*'] } } : {}),
    })) ?? [];
  return uri?.fsPath;
}

async function askBuild(services: Services, title: string): Promise<string | undefined> {
  const project = await pickProject(services.projects, undefined, title, isStreamed);
  if (project === undefined) return undefined;
  await buildRelease(services, project);
  return project.folder;
}

/** Builds and waits for the end. Throws a UserError where the build fails. */
async function buildRelease({ tasks }: Services, project: Project): Promise<void> {
  const task = tasks.task(project, 'build', 'release');
  if (task === undefined) return;
  const ended = Promise.withResolvers<number | undefined>();
  let running: vscode.TaskExecution | undefined;
  const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
    if (execution === running) ended.resolve(exitCode);
  });
  try {
    running = await vscode.tasks.executeTask(task);
    if ((await ended.promise) !== 0) {
      throw new UserError(
        vscode.l10n.t('{0} could not be built for release', project.name),
        vscode.l10n.t('Look at the terminal and at Problems.'),
      );
    }
  } finally {
    listener.dispose();
  }
}

/** Does something, says what, and offers the way back. */
async function done(services: Services, argv: readonly string[]): Promise<void> {
  const result = await inProgress(services, argv);
  const undo = vscode.l10n.t('Undo');
  const findings = Array.isArray(result['findings']) ? (result['findings'] as readonly unknown[]) : [];
  const remarks = findings.flatMap((finding) =>
    isJson(finding) && typeof finding['message'] === 'string' ? [finding['message']] : [],
  );
  // Nobody waits for an answer to the message.
  void vscode.window
    .showInformationMessage([doneText(argv[0] ?? '', String(result['name'])), ...remarks].join(' '), undo)
    .then(async (choice) => {
      if (choice === undo) await vscode.commands.executeCommand(Command.undoChipmunkPlugins);
    });
}

function doneText(action: string, name: string): string {
  switch (action) {
    case 'add':
      return vscode.l10n.t('Added {0}.', name);
    case 'replace':
      return vscode.l10n.t('Replaced {0}.', name);
    case 'remove':
      return vscode.l10n.t('Removed {0}.', name);
    case 'disable':
      return vscode.l10n.t('Disabled {0}.', name);
    case 'enable':
      return vscode.l10n.t('Enabled {0}.', name);
    default:
      return vscode.l10n.t('Done with {0}.', name);
  }
}

async function inProgress({ library }: Services, argv: readonly string[]): Promise<Json> {
  return await vscode.window.withProgress({ location: { viewId: View.chipmunk } }, async () => {
    try {
      return await plugins(library.cli, argv);
    } finally {
      await library.refresh();
    }
  });
}

function isInStore({ origin }: ListedPlugin): boolean {
  return origin === 'store';
}

function listedOf({ library }: Services, argument: unknown): ListedPlugin | undefined {
  if (!isJson(argument) || !isJson(argument['plugin'])) return undefined;
  const { id } = argument['plugin'];
  return typeof id === 'string' ? library.at(id) : undefined;
}

async function pickListed(
  services: Services,
  argument: unknown,
  title: string,
  fits: (plugin: ListedPlugin) => boolean,
): Promise<ListedPlugin | undefined> {
  const named = listedOf(services, argument);
  if (named !== undefined) return named;
  await services.library.start();
  const all = services.library.all.filter(fits);
  if (all.length === 0)
    throw new UserError(
      vscode.l10n.t('There is no plugin that this can be done with'),
      vscode.l10n.t('Add one with "Hotplug: Add Plugin to Chipmunk…".'),
    );
  const items = all.map((plugin) => ({
    label: plugin.name,
    description: `${kindName(plugin.kind)}, ${stateTitle(plugin)}`,
    detail: plugin.id,
    plugin,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Which plugin?') }))
    ?.plugin;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
