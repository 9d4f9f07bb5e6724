import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';

import { messageOf, UserError } from '../../errors.ts';
import { inputOf } from '../eventForm.ts';
import { counted } from '../sentences.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { isOnBus } from './bus.ts';

/** Writes events as an input file (JSON Lines) where the user wants it. `left` answers of plugins are not in it. */
export async function saveEvents(services: Services, lines: readonly string[], left: number): Promise<void> {
  if (lines.length === 0) {
    throw new UserError(
      left > 0 ? 'All of these events are answers of plugins' : 'There is no event to save',
      left > 0 ? 'Tick "with answers" to save them.' : 'Choose a stretch that has some.',
    );
  }
  const folder =
    services.running.all.find(isOnBus)?.folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const target = await vscode.window.showSaveDialog({
    title: 'Save Events As',
    filters: { 'Events (JSON Lines)': ['jsonl'] },
    ...(folder === undefined
      ? {}
      : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), 'events.jsonl') }),
  });
  if (target === undefined) return;
  const file = /\.(jsonl|ndjson)$/i.test(target.fsPath) ? target.fsPath : `${target.fsPath}.jsonl`;
  try {
    await writeFile(file, `${lines.join('\n')}\n`);
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`, 'Choose another place.', {
      cause: error,
    });
  }
  const open = 'Open';
  const without = left === 0 ? '' : ` ${counted(left, 'answer')} of plugins stayed out: they answer again.`;
  const choice = await vscode.window.showInformationMessage(
    `Saved ${counted(lines.length, 'event')} to ${file}.${without}`,
    open,
  );
  if (choice === open) await vscode.window.showTextDocument(vscode.Uri.file(file));
}

/** Plays a file of events, or an earlier recording, onto the bus; it waits for room where an inbox is full. */
export async function importEvents({ running, host }: Services): Promise<void> {
  requireTrust('run plugins');
  const plugin = running.all.find((status) => isOnBus(status) && status.state === 'running');
  if (plugin === undefined) {
    throw new UserError(
      'No plugin on the bus runs',
      'Start one with "Hotplug: Start Plugin" and import again.',
    );
  }
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: 'Import Events',
      openLabel: 'Import',
      defaultUri: vscode.Uri.file(plugin.folder),
      filters: { 'Events, recordings': ['jsonl', 'ndjson', 'mcap'], 'All files': ['*'] },
    })) ?? [];
  if (uri === undefined) return;
  const input = inputOf(uri.fsPath, false);
  if (input === undefined || input.kind === 'wav') {
    throw new UserError(
      `${basename(uri.fsPath)} is no file of events`,
      'Choose a .jsonl file with one event a line, or an .mcap recording.',
    );
  }
  // The bus has it, not the plugin alone; the plugin's item in the tree shows how far it is.
  await host.request('startInput', { plugin: plugin.id, input });
}
