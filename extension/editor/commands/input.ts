import { basename } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { inputOf } from '../eventForm.ts';
import { pickPlugin } from '../pick.ts';
import type { Services } from '../services.ts';
import { isStreamed } from '../streams/streamed.ts';
import { requireTrust } from '../trust.ts';
import type { PluginStatus } from '../../host/protocol.ts';
import { isStream, titleOf, type InputSpec } from '../../project/project.ts';

/** Starts the input that hotplug.json names, or a file that the user chooses. */
export async function startInput(services: Services, argument: unknown): Promise<void> {
  requireTrust('run plugins');
  const plugin = await pickPlugin(services.running, argument, vscode.l10n.t('Start Input'));
  if (plugin === undefined) return;
  if (isStreamed(plugin)) {
    const { startStream } = await import('../streams/streamInput.ts');
    await startStream(services, plugin);
    return;
  }
  const configured = services.projects.at(plugin.folder)?.config.input;
  if (configured === undefined) {
    await startFile(services, plugin);
    return;
  }
  const items = [
    {
      label: `$(play) ${isStream(configured) ? titleOf(configured) : basename(configured.file)}`,
      detail: vscode.l10n.t('The input of hotplug.json'),
      input: configured,
    },
    {
      label: `$(folder-opened) ${vscode.l10n.t('Choose a file…')}`,
      detail: vscode.l10n.t('Audio, events, or an earlier recording'),
      input: undefined,
    },
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Start Input of {0}', plugin.name),
  });
  if (item === undefined) return;
  if (item.input === undefined) await startFile(services, plugin);
  else await services.host.request('startInput', { plugin: plugin.id, input: item.input });
}

/** Asks for a file of events and how fast to send it. */
export async function startFile(services: Services, plugin: PluginStatus): Promise<void> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Send a File to {0}', plugin.name),
      openLabel: vscode.l10n.t('Send'),
      defaultUri: vscode.Uri.file(plugin.folder),
      filters: {
        [vscode.l10n.t('Audio, events, recordings')]: ['wav', 'jsonl', 'ndjson', 'mcap'],
        [vscode.l10n.t('All files')]: ['*'],
      },
    })) ?? [];
  if (uri === undefined) return;
  const input = await withSpeed(uri.fsPath);
  if (input !== undefined) await services.host.request('startInput', { plugin: plugin.id, input });
}

async function withSpeed(file: string): Promise<InputSpec | undefined> {
  if (inputOf(file, false) === undefined) {
    throw new UserError(
      vscode.l10n.t('{0} is not an input that Hotplug reads', file),
      vscode.l10n.t('Choose a .wav, .jsonl or .mcap file.'),
    );
  }
  const items = [
    {
      label: `$(zap) ${vscode.l10n.t('At full speed')}`,
      detail: vscode.l10n.t('Each event as soon as the plugin takes it'),
      realTime: false,
    },
    {
      label: `$(clock) ${vscode.l10n.t('In real time')}`,
      detail: vscode.l10n.t('At the pace of the audio or of the recording'),
      realTime: true,
    },
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Send {0}', basename(file)),
    placeHolder: vscode.l10n.t('How fast?'),
  });
  return item === undefined ? undefined : inputOf(file, item.realTime);
}

export async function stopInput(services: Services, argument: unknown): Promise<void> {
  const plugin = await pickPlugin(
    services.running,
    argument,
    vscode.l10n.t('Stop Input'),
    (status) => status.input?.running === true,
  );
  if (plugin !== undefined) await services.host.request('stopInput', { plugin: plugin.id });
}
