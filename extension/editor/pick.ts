import * as vscode from 'vscode';

import { UserError } from '../errors.ts';
import type { Projects } from './projects.ts';
import { isActive } from './running.ts';
import type { Running } from './running.ts';
import { languages } from '../project/languages.ts';
import { stateOf } from './treeModel.ts';
import type { PluginStatus } from '../host/protocol.ts';
import type { Project } from '../project/project.ts';

/** The project folder that a command's argument names: a node of the tree, a file of the explorer, a path. */
export function folderOf(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (argument instanceof vscode.Uri) return argument.fsPath;
  if (
    typeof argument === 'object' &&
    argument !== null &&
    'folder' in argument &&
    typeof argument.folder === 'string'
  ) {
    return argument.folder;
  }
  return undefined;
}

/** The project that a command is about, or one of those that `fits`; asks where there are several. Undefined where the user chose none. */
export async function pickProject(
  projects: Projects,
  argument: unknown,
  title: string,
  fits: (project: Project) => boolean = () => true,
): Promise<Project | undefined> {
  const all = (await projects.ready()).filter(fits);
  const folder = folderOf(argument);
  if (folder !== undefined) {
    const named = projects.at(folder);
    if (named !== undefined) return named;
    throw new UserError(
      vscode.l10n.t('There is no plugin project in {0}', folder),
      vscode.l10n.t('Choose one in the Hotplug view, or make one with "Hotplug: New Plugin…".'),
    );
  }
  if (all.length === 0) {
    throw new UserError(
      vscode.l10n.t('There is no plugin project in this workspace'),
      vscode.l10n.t('Make one with "Hotplug: New Plugin…", or open a folder that holds one.'),
    );
  }
  if (all.length === 1) return all[0];
  const items = all.map((project) => ({
    label: project.name,
    description: languages[project.language].title,
    detail: project.folder,
    project,
  }));
  return (
    await vscode.window.showQuickPick(items, {
      title,
      placeHolder: vscode.l10n.t('Which project?'),
      matchOnDetail: true,
    })
  )?.project;
}

/** The plugin that a command is about, among those that `fits`; asks where there are several. */
export async function pickPlugin(
  running: Running,
  argument: unknown,
  title: string,
  fits: (status: PluginStatus) => boolean = isActive,
): Promise<PluginStatus | undefined> {
  const folder = folderOf(argument);
  const all = running.all.filter(
    (status) => fits(status) && (folder === undefined || status.folder === folder),
  );
  if (all.length === 0) {
    throw new UserError(
      vscode.l10n.t('There is no plugin that this can be done with'),
      vscode.l10n.t('Start one with "Hotplug: Start Plugin".'),
    );
  }
  if (all.length === 1) return all[0];
  const items = all.map((status) => ({
    label: status.name,
    description: stateOf(status).title,
    detail: status.folder,
    status,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Which plugin?') }))
    ?.status;
}
