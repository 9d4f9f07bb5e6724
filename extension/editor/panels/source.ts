import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { isInside } from '../../project/config.ts';
import type { FromPanel } from '../../../webview/protocol.ts';

/** Opens a source file at a place, if it lies in the workspace or in one of the projects; nothing else is opened. */
export async function openSource(
  { file, line, column }: Extract<FromPanel, { type: 'openSource' }>,
  projectFolders: readonly string[],
): Promise<void> {
  const roots = [
    ...projectFolders,
    ...(vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
  ];
  const found = await findInside(file, roots);
  if (found === undefined) {
    throw new UserError(
      vscode.l10n.t('{0} is not a file of this workspace', file),
      vscode.l10n.t('Open the folder that holds it and try again.'),
    );
  }
  const position = new vscode.Position(Math.max(0, line - 1), Math.max(0, (column ?? 1) - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(found), {
    selection: new vscode.Range(position, position),
    viewColumn: vscode.ViewColumn.One,
  });
}

async function findInside(file: string, roots: readonly string[]): Promise<string | undefined> {
  const candidates = isAbsolute(file) ? [normalize(file)] : roots.map((root) => `${root}/${file}`);
  for (const candidate of candidates) {
    for (const root of roots) {
      if (isInside(root, candidate) && (await isFileInside(candidate, root))) return candidate;
    }
  }
  return undefined;
}

/** Follows links: a link in the workspace does not open what lies outside of it. */
async function isFileInside(file: string, root: string): Promise<boolean> {
  try {
    const [real, realRoot] = await Promise.all([realpath(file), realpath(root)]);
    return isInside(realRoot, real) && (await stat(real)).isFile();
  } catch {
    return false; // Not there, or not readable: then there is nothing to open.
  }
}
