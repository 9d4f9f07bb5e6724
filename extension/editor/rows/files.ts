import { basename } from 'node:path';
import * as vscode from 'vscode';

import type { HostApi } from '../../host/protocol.ts';
import type { FromRows, ResultFormat } from '../../../webview/protocol.ts';
import { joinSentences } from '../sentences.ts';

type Message<T extends FromRows['type']> = Extract<FromRows, { type: T }>;

const formats: Readonly<Record<ResultFormat, { readonly name: string; readonly ending: string }>> = {
  text: { name: vscode.l10n.t('Text'), ending: 'txt' },
  csv: { name: 'CSV', ending: 'csv' },
  jsonl: { name: 'JSON Lines', ending: 'jsonl' },
};

/** Writes the rows that the filter leaves where the user wants them. */
export async function saveRows(
  host: HostApi,
  { plugin, format, filter }: Message<'export'>,
  folder: vscode.Uri | undefined,
): Promise<void> {
  const { name, ending } = formats[format];
  const target = await ask(vscode.l10n.t('Export Rows as {0}', name), `rows.${ending}`, folder, {
    [name]: [ending],
  });
  if (target === undefined) return;
  const saved = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Writing {0}…', basename(target.fsPath)),
    },
    () =>
      host.request('saveResults', {
        recording: 'live',
        format,
        file: target.fsPath,
        ...(plugin === undefined ? {} : { plugin }),
        ...(filter === undefined ? {} : { filter }),
      }),
  );
  const left =
    saved.left === 0
      ? ''
      : vscode.l10n.t('Errors and files stayed out ({0}): {1} has no place for them.', saved.left, name);
  const rows = saved.rows === 1 ? vscode.l10n.t('1 row') : vscode.l10n.t('{0} rows', saved.rows);
  await offer(target, joinSentences(vscode.l10n.t('Wrote {0} to {1}.', rows, target.fsPath), left));
}

/** Writes the file that came with a row where the user wants it. */
export async function saveAttachment(
  host: HostApi,
  { plugin, row, name }: Message<'saveAttachment'>,
  folder: vscode.Uri | undefined,
): Promise<void> {
  const target = await ask(vscode.l10n.t('Save File'), safeName(name), folder);
  if (target === undefined) return;
  await host.request('saveAttachment', {
    recording: 'live',
    row,
    file: target.fsPath,
    ...(plugin === undefined ? {} : { plugin }),
  });
  await offer(target, vscode.l10n.t('Saved {0}.', target.fsPath));
}

/** A name that the plugin gave, as one that lies in the folder that the user chooses. */
export function safeName(name: string): string {
  // eslint-disable-next-line no-control-regex -- They are what is taken out.
  const cleaned = name.replace(/[\u0000-\u001f<>:"/\\|?*\u007f]/g, '_').replace(/^\.+/, '_');
  return cleaned === '' ? 'file' : cleaned.slice(0, 200);
}

async function ask(
  title: string,
  name: string,
  folder: vscode.Uri | undefined,
  filters?: Readonly<Record<string, string[]>>,
): Promise<vscode.Uri | undefined> {
  return await vscode.window.showSaveDialog({
    title,
    ...(filters === undefined ? {} : { filters }),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
}

async function offer(target: vscode.Uri, text: string): Promise<void> {
  const open = vscode.l10n.t('Open');
  const choice = await vscode.window.showInformationMessage(text, open);
  if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
}
