/** Writes a recording, or a part of it, for other tools. */
import { basename } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { formats } from '../../export/formats.ts';
import type { ExportFormat } from '../../export/formats.ts';
import type { RecordingId } from '../../host/protocol.ts';
import { openRecording } from '../debug/configurations.ts';
import type { ExportWanted } from '../panels/view.ts';
import type { Services } from '../services.ts';
import { translated } from '../../../webview/text.ts';

/** Exports the recording in the active editor, or what the panels show, in a format that the user chooses. */
export async function exportShown(services: Services): Promise<void> {
  const format = await pickFormat();
  if (format === undefined) return;
  const uri = openRecording();
  if (uri !== undefined) {
    const opened = await services.host.request('openRecording', { file: uri.fsPath });
    try {
      await exportRecording(services, { type: 'export', format }, opened.id, basename(uri.path));
    } finally {
      await services.host.request('closeRecording', { recording: opened.id }).catch(() => undefined);
    }
    return;
  }
  const { recording } = services.panels;
  if (recording === undefined)
    throw new UserError(
      vscode.l10n.t('There is no recording to export'),
      vscode.l10n.t('Start a plugin, or open a recording.'),
    );
  await exportRecording(services, { type: 'export', format }, recording);
}

/** Asks where to, and writes it there. */
export async function exportRecording(
  { host }: Services,
  { format, from, to, filter }: ExportWanted,
  recording: RecordingId,
  name = 'recording',
): Promise<void> {
  const { ending } = formats[format];
  const title = translated(formats[format].title);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${name.replace(/(?:\.hotplug)?\.mcap$/, '')}${ending}`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export for {0}', title),
    filters: { [title]: endingsOf(ending) },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, file) }),
  });
  if (target === undefined) return;
  const { files } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Writing {0}…', basename(target.path)),
    },
    () =>
      host.request('export', {
        recording,
        format,
        file: target.fsPath,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(filter === undefined ? {} : { filter }),
      }),
  );
  // The recording is let go of meanwhile: nobody has to read a message for that.
  void offerToShow(files, target);
}

/** Of `.trace.json` also `json`: the dialogs compare with what stands after the last dot, and would add the ending twice. */
function endingsOf(ending: string): string[] {
  const whole = ending.slice(1);
  const last = whole.split('.').at(-1) ?? whole;
  return last === whole ? [whole] : [whole, last];
}

async function offerToShow(files: readonly string[], target: vscode.Uri): Promise<void> {
  const show = vscode.l10n.t('Show in Explorer');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t('Wrote {0}.', files.join(', ')),
    show,
  );
  if (choice === show) await vscode.commands.executeCommand('revealInExplorer', target);
}

async function pickFormat(): Promise<ExportFormat | undefined> {
  const items = Object.entries(formats).map(([format, { title, ending }]) => ({
    label: translated(title),
    description: ending,
    format: format as ExportFormat,
  }));
  return (
    await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Export Recording'),
      placeHolder: vscode.l10n.t('For what?'),
    })
  )?.format;
}
