import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';

/** Files that the list shows. */
const MOST = 200;

/** Asks for a recording: one of the workspace, or any other file. Undefined where the user chose none. */
export async function pickRecording(title: string): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(
    '**/*.hotplug.mcap',
    '**/{node_modules,target,.git}/**',
    MOST,
  );
  if (found.length === 0) return await chooseFile(title);
  const other = `$(folder-opened) ${vscode.l10n.t('Choose a file…')}`;
  const items: (vscode.QuickPickItem & { readonly uri?: vscode.Uri })[] = [
    ...found
      .toSorted((a, b) => a.path.localeCompare(b.path))
      .map((uri) => {
        const path = vscode.workspace.asRelativePath(uri);
        const folder = dirname(path);
        return { label: basename(path), description: folder === '.' ? '' : folder, uri };
      }),
    { label: other },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t('Which recording?'),
    matchOnDescription: true,
  });
  if (picked === undefined) return undefined;
  return picked.uri ?? (await chooseFile(title));
}

async function chooseFile(title: string): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    filters: { [vscode.l10n.t('Hotplug recordings')]: ['mcap'] },
    openLabel: vscode.l10n.t('Choose'),
  });
  return chosen?.[0];
}
