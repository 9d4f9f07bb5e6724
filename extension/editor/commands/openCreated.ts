import * as vscode from 'vscode';

import type { OpenAfterCreate } from '../names.ts';
import { readSetting } from '../settings.ts';

/** Opens a new project as the setting says, or asks. A project that already lies in the workspace stays here. */
export async function openCreated(folder: string, name: string): Promise<void> {
  const uri = vscode.Uri.file(folder);
  if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) {
    await showReadme(uri);
    return;
  }
  const setting = readSetting('hotplug.openAfterCreate');
  const how = setting === 'ask' ? await ask(name) : setting;
  switch (how) {
    case undefined:
      return;
    case 'open':
      await vscode.commands.executeCommand('vscode.openFolder', uri, { forceReuseWindow: true });
      return;
    case 'openNewWindow':
      await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
      return;
    case 'addToWorkspace':
      vscode.workspace.updateWorkspaceFolders(vscode.workspace.workspaceFolders?.length ?? 0, 0, { uri });
      return;
  }
}

async function ask(name: string): Promise<Exclude<OpenAfterCreate, 'ask'> | undefined> {
  const hasFolder = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const items = [
    {
      label: `$(folder-opened) ${vscode.l10n.t('Open here')}`,
      detail: vscode.l10n.t('In this window'),
      value: 'open' as const,
    },
    {
      label: `$(empty-window) ${vscode.l10n.t('Open in a new window')}`,
      detail: vscode.l10n.t('This window stays as it is'),
      value: 'openNewWindow' as const,
    },
    ...(hasFolder
      ? [
          {
            label: `$(multiple-windows) ${vscode.l10n.t('Add to this workspace')}`,
            detail: vscode.l10n.t('Beside the folders that are open'),
            value: 'addToWorkspace' as const,
          },
        ]
      : []),
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('{0} is made', name),
    placeHolder: vscode.l10n.t('Where should it open?'),
    ignoreFocusOut: true,
  });
  return item?.value;
}

async function showReadme(folder: vscode.Uri): Promise<void> {
  const readme = vscode.Uri.joinPath(folder, 'README.md');
  try {
    await vscode.workspace.fs.stat(readme);
  } catch {
    return; // A template without one has nothing to show.
  }
  await vscode.commands.executeCommand('markdown.showPreview', readme);
}
