import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';

import { messageOf, UserError } from '../../errors.ts';
import { inputOf } from '../eventForm.ts';
import { joinSentences } from '../sentences.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { isOnBus } from './bus.ts';

/** Writes events as an input file (JSON Lines) where the user wants it. `left` answers of plugins are not in it. */
export async function saveEvents(services: Services, lines: readonly string[], left: number): Promise<void> {
  if (lines.length === 0) {
    throw new UserError(
      left > 0
        ? vscode.l10n.t('All of these events are answers of plugins')
        : vscode.l10n.t('There is no event to save'),
      left > 0
        ? vscode.l10n.t('Tick "with answers" to save them.')
        : vscode.l10n.t('Choose a stretch that has some.'),
    );
  }
  const folder =
    services.running.all.find(isOnBus)?.folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save Events As'),
    filters: { [vscode.l10n.t('Events (JSON Lines)')]: ['jsonl'] },
    ...(folder === undefined
      ? {}
      : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), 'events.jsonl') }),
  });
  if (target === undefined) return;
  const file = /\.(jsonl|ndjson)$/i.test(target.fsPath) ? target.fsPath : `${target.fsPath}.jsonl`;
  try {
    await writeFile(file, `${lines.join('\n')}\n`);
  } catch (error) {
    throw new UserError(
      vscode.l10n.t('{0} cannot be written: {1}', file, messageOf(error)),
      vscode.l10n.t('Choose another place.'),
      {
        cause: error,
      },
    );
  }
  const open = vscode.l10n.t('Open');
  const without =
    left === 0 ? '' : vscode.l10n.t('Answers of plugins stayed out ({0}): they answer again.', left);
  const events = lines.length === 1 ? vscode.l10n.t('1 event') : vscode.l10n.t('{0} events', lines.length);
  const choice = await vscode.window.showInformationMessage(
    joinSentences(vscode.l10n.t('Saved {0} to {1}.', events, file), without),
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
      vscode.l10n.t('No plugin on the bus runs'),
      vscode.l10n.t('Start one with "Hotplug: Start Plugin" and import again.'),
    );
  }
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import Events'),
      openLabel: vscode.l10n.t('Import'),
      defaultUri: vscode.Uri.file(plugin.folder),
      filters: {
        [vscode.l10n.t('Events, recordings')]: ['jsonl', 'ndjson', 'mcap'],
        [vscode.l10n.t('All files')]: ['*'],
      },
    })) ?? [];
  if (uri === undefined) return;
  const input = inputOf(uri.fsPath, false);
  if (input === undefined || input.kind === 'wav') {
    throw new UserError(
      vscode.l10n.t('{0} is no file of events', basename(uri.fsPath)),
      vscode.l10n.t('Choose a .jsonl file with one event a line, or an .mcap recording.'),
    );
  }
  // The bus has it, not the plugin alone; the plugin's item in the tree shows how far it is.
  await host.request('startInput', { plugin: plugin.id, input });
}
