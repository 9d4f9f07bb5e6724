import * as vscode from 'vscode';

import { CustomEditor } from '../names.ts';
import type { Services } from '../services.ts';

/** Copies the live recording to a file of the user's. */
export async function saveRecording(services: Services): Promise<void> {
  const folder = services.running.all[0]?.folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const name = `${services.running.all[0]?.name ?? 'recording'}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.hotplug.mcap`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Recording As'),
    filters: { [vscode.l10n.t('Hotplug recording')]: ['hotplug.mcap', 'mcap'] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), name) }),
  });
  if (target === undefined) return;
  const file = target.fsPath.endsWith('.mcap') ? target.fsPath : `${target.fsPath}.hotplug.mcap`;
  const saved = await services.host.request('saveRecording', { file });
  const { notes } = services.panels;
  if (notes !== undefined && services.panels.recording === 'live')
    await services.notes.copy(notes, vscode.Uri.file(file));
  const [open, show] = [vscode.l10n.t('Open'), vscode.l10n.t('Show in Explorer')];
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Saved {0} to {1}.',
      saved.records === 1 ? vscode.l10n.t('1 record') : vscode.l10n.t('{0} records', saved.records),
      file,
    ),
    open,
    show,
  );
  const uri = vscode.Uri.file(file);
  const editor = file.endsWith('.hotplug.mcap') ? CustomEditor.recording : CustomEditor.mcap;
  if (choice === open) await vscode.commands.executeCommand('vscode.openWith', uri, editor);
  if (choice === show) await vscode.commands.executeCommand('revealInExplorer', uri);
}
