import * as vscode from 'vscode';

import { UserError } from '../errors.ts';
import { configFile } from '../project/config.ts';
import { withField } from '../project/edit.ts';
import type { Project } from '../project/project.ts';

/**
 * Sets a field of the project's hotplug.json to a value in JSON and saves it; the rest of the file stays as it is, and
 * the change can be undone in its editor. Throws a UserError where the file cannot be changed.
 */
export async function writeField(
  { folder, contract, language }: Project,
  name: string,
  value: string,
): Promise<void> {
  const uri = vscode.Uri.joinPath(vscode.Uri.file(folder), configFile);
  const edit = new vscode.WorkspaceEdit();
  const document = await open(uri);
  if (document === undefined) {
    const parsed: unknown = JSON.parse(value);
    const text = JSON.stringify({ contract, language, [name]: parsed }, undefined, 2);
    edit.createFile(uri, { contents: new TextEncoder().encode(`${text}\n`) });
  } else {
    const before = document.getText();
    const after = withField(before, name, value, uri.fsPath);
    if (after === before) return;
    edit.replace(uri, new vscode.Range(document.positionAt(0), document.positionAt(before.length)), after);
  }
  const done = await vscode.workspace.applyEdit(edit);
  if (!done || (document !== undefined && !(await document.save()))) {
    throw new UserError(
      vscode.l10n.t('{0} cannot be changed', uri.fsPath),
      vscode.l10n.t('Check that you may write it, and try again.'),
    );
  }
}

async function open(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    // A project may do without the file.
    return undefined;
  }
  return await vscode.workspace.openTextDocument(uri);
}
