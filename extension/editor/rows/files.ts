import { basename } from 'node:path';
import * as vscode from 'vscode';

import type { HostApi } from '../../host/protocol.ts';
import type { FromRows, ResultFormat } from '../../../webview/protocol.ts';
import { counted } from '../sentences.ts';

type Message<T extends FromRows['type']> = Extract<FromRows, { type: T }>;

const formats: Readonly<Record<ResultFormat, { readonly name: string; readonly ending: string }>> = {
  text: { name: 'Text', ending: 'txt' },
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
  const target = await ask(`Export Rows as ${name}`, `rows.${ending}`, folder, { [name]: [ending] });
  if (target === undefined) return;
  const saved = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Writing rows to ${basename(target.fsPath)}` },
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
      : ` ${counted(saved.left, 'error')} and files stayed out: ${name} has no place for them.`;
  await offer(target, `Wrote ${counted(saved.rows, 'row')} to ${target.fsPath}.${left}`);
}

/** Writes the file that came with a row where the user wants it. */
export async function saveAttachment(
  host: HostApi,
  { plugin, row, name }: Message<'saveAttachment'>,
  folder: vscode.Uri | undefined,
): Promise<void> {
  const target = await ask('Save File', safeName(name), folder);
  if (target === undefined) return;
  await host.request('saveAttachment', {
    recording: 'live',
    row,
    file: target.fsPath,
    ...(plugin === undefined ? {} : { plugin }),
  });
  await offer(target, `Saved ${target.fsPath}.`);
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
  const open = 'Open';
  const choice = await vscode.window.showInformationMessage(text, open);
  if (choice === open) await vscode.commands.executeCommand('vscode.open', target);
}
