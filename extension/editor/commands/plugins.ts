import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { folderOf, pickPlugin, pickProject } from '../pick.ts';
import { isActive } from '../running.ts';
import type { Services } from '../services.ts';
import { runBuild } from '../tasks.ts';
import { requireTrust } from '../trust.ts';
import type { BuildMode } from '../../project/project.ts';

/** Builds on every save and runs what is built, with the input that hotplug.json names. */
export async function startPlugin(services: Services, argument: unknown): Promise<void> {
  requireTrust('run plugins');
  const project = await pickProject(services.projects, argument, vscode.l10n.t('Start Plugin'));
  if (project === undefined) return;
  await vscode.window.withProgress(
    { location: { viewId: 'hotplug.plugins' }, title: vscode.l10n.t('Starting {0}', project.name) },
    () => services.running.start(project),
  );
}

export async function stopPlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickPlugin(services.running, argument, vscode.l10n.t('Stop Plugin'));
  if (plugin !== undefined) await services.running.stop(plugin.folder);
}

/** A fresh instance of the same build. */
export async function restartPlugin(services: Services, argument: unknown): Promise<void> {
  const folder =
    folderOf(argument) ??
    (await pickPlugin(services.running, argument, vscode.l10n.t('Restart Plugin')))?.folder;
  if (folder !== undefined) await services.running.restart(folder, services.projects.at(folder));
}

/** Builds anew; the host takes the new version in when it is there. */
export async function reloadPlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickPlugin(services.running, argument, vscode.l10n.t('Reload Plugin'), isActive);
  const project = plugin === undefined ? undefined : services.projects.at(plugin.folder);
  if (project !== undefined) await runBuild(services.tasks, project, 'development');
}

export async function buildPlugin(services: Services, argument: unknown, mode: BuildMode): Promise<void> {
  requireTrust('build plugins');
  const project = await pickProject(
    services.projects,
    argument,
    mode === 'release' ? vscode.l10n.t('Build Plugin for Release') : vscode.l10n.t('Build Plugin'),
  );
  if (project !== undefined) await runBuild(services.tasks, project, mode);
}

export async function removePlugin(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickPlugin(services.running, argument, vscode.l10n.t('Remove Plugin'), () => true);
  if (plugin !== undefined) await services.running.remove(plugin.folder);
}

export async function showReport(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickPlugin(
    services.running,
    argument,
    vscode.l10n.t('Show Report'),
    (status) => status.lastError !== undefined,
  );
  if (plugin?.lastError !== undefined) await services.failures.show(plugin.name, plugin.lastError);
}

/** Opens the project's hotplug.json; makes a small one where there is none. */
export async function openConfiguration(services: Services, argument: unknown): Promise<void> {
  const folder =
    folderOf(argument) ??
    (await pickProject(services.projects, argument, vscode.l10n.t('Open hotplug.json')))?.folder;
  if (folder === undefined) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(folder), 'hotplug.json');
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    await createConfiguration(services, folder, uri);
  }
  await vscode.window.showTextDocument(uri);
}

async function createConfiguration(services: Services, folder: string, uri: vscode.Uri): Promise<void> {
  const project = services.projects.at(folder);
  if (project === undefined)
    throw new UserError(
      vscode.l10n.t('There is no plugin project in {0}', folder),
      vscode.l10n.t('Make one with "Hotplug: New Plugin…".'),
    );
  const { name, contract, language } = project;
  const text = `${JSON.stringify({ name, contract, language }, undefined, 2)}\n`;
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}
