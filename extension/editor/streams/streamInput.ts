/** Inputs of plugins that are given a stream of bytes: what there is to choose from, and starting it. */
import { basename } from 'node:path';
import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import type { PluginStatus } from '../../host/protocol.ts';
import type { RunRules } from '../../host/produce.ts';
import { streamOfAddress, streamOfFile } from '../../inputs/named.ts';
import { isStream, titleOf, type StreamSpec } from '../../project/project.ts';
import { pickPlugin } from '../pick.ts';
import type { Services } from '../services.ts';
import { inputStep } from '../steps.ts';
import { requireTrust } from '../trust.ts';
import { benchConfigAt } from './bench.ts';
import { keepRunChoices, runChoices, type RunChoices } from './kept.ts';
import { BYTE_SOURCE_CONTRACT, isParser } from './streamed.ts';

/** What an entry of the list does: gives an input, or changes how the next one is run. */
type Choice =
  | { readonly ask: () => Promise<StreamSpec | undefined> | StreamSpec }
  | { readonly change: Partial<RunChoices> };

interface ChoiceItem extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

/** Asks for an input and starts it. */
export async function startStream(services: Services, plugin: PluginStatus): Promise<void> {
  const memory = services.context.workspaceState;
  const bench = await benchConfigAt(plugin.folder);
  for (;;) {
    const choices = runChoices(memory, plugin.folder);
    const item = await vscode.window.showQuickPick(itemsFor(services, plugin, choices, bench !== undefined), {
      title: vscode.l10n.t('Start Input of {0}', plugin.name),
      placeHolder: isParser(plugin)
        ? vscode.l10n.t('What should it parse?')
        : vscode.l10n.t('What should it do?'),
    });
    if (item?.choice === undefined) return;
    if ('change' in item.choice) {
      await keepRunChoices(memory, plugin.folder, { ...choices, ...item.choice.change });
      continue;
    }
    const input = await item.choice.ask();
    if (input !== undefined) await run(services, plugin, input);
    return;
  }
}

/** Has a running parser parse a file of the explorer. */
export async function parseFile(services: Services, argument: unknown): Promise<void> {
  requireTrust('run plugins');
  const plugin = await pickPlugin(
    services.running,
    undefined,
    vscode.l10n.t('Parse with'),
    (status) => isParser(status) && status.state === 'running',
  );
  if (plugin === undefined) return;
  const input = argument instanceof vscode.Uri ? streamOfFile(argument.fsPath) : await askFile(plugin);
  if (input !== undefined) await run(services, plugin, input);
}

async function run(services: Services, plugin: PluginStatus, input: StreamSpec): Promise<void> {
  const { rules, bench } = runChoices(services.context.workspaceState, plugin.folder);
  const read = bench ? await benchConfigAt(plugin.folder) : undefined;
  const values =
    read === undefined ? services.projects.at(plugin.folder)?.config.params : (await read()).values;
  await services.configurations.apply(plugin, values);
  await services.host.request('startInput', {
    plugin: plugin.id,
    input: { ...input, ...(rules === undefined ? {} : { rules }) },
  });
}

function itemsFor(
  services: Services,
  plugin: PluginStatus,
  choices: RunChoices,
  hasBench: boolean,
): readonly ChoiceItem[] {
  const configured = services.projects.at(plugin.folder)?.config.input;
  const own = configured !== undefined && isStream(configured) ? configured : undefined;
  return [
    ...(own === undefined ? [] : [ownItem(own)]),
    ...(isParser(plugin) ? parserItems(services, plugin) : [readsItem]),
    { label: vscode.l10n.t('How'), kind: vscode.QuickPickItemKind.Separator },
    rulesItem(choices.rules ?? own?.rules ?? 'strict'),
    ...(hasBench ? [benchItem(choices)] : []),
  ];
}

function ownItem(own: StreamSpec): ChoiceItem {
  return {
    label: `$(play) ${'file' in own ? basename(own.file) : titleOf(own)}`,
    detail: vscode.l10n.t('The input of hotplug.json'),
    choice: { ask: () => own },
  };
}

const readsItem: ChoiceItem = {
  label: `$(run-all) ${vscode.l10n.t('Read until there is nothing more')}`,
  detail: vscode.l10n.t('The byte source by itself, 64 KiB a call'),
  choice: { ask: () => ({ kind: 'reads' }) },
};

function parserItems({ projects }: Services, plugin: PluginStatus): readonly ChoiceItem[] {
  const sources = projects.all.filter(({ contract }) => contract === BYTE_SOURCE_CONTRACT);
  return [
    {
      label: `$(folder-opened) ${vscode.l10n.t('Choose a file…')}`,
      detail: vscode.l10n.t('Its bytes; of a .pcap or .pcapng file the payload of each packet'),
      choice: { ask: () => askFile(plugin) },
    },
    ...sources.map(({ name, folder }): ChoiceItem => ({
      label: `$(plug) ${name}`,
      description: vscode.l10n.t('byte source'),
      detail: folder,
      choice: { ask: () => ({ kind: 'byte-source', plugin: folder }) },
    })),
    {
      label: `$(remote) ${vscode.l10n.t('Connect by TCP…')}`,
      detail: vscode.l10n.t('To a server that sends'),
      choice: { ask: () => askAddress('tcp') },
    },
    {
      label: `$(radio-tower) ${vscode.l10n.t('Listen by UDP…')}`,
      detail: vscode.l10n.t('At a port of this machine'),
      choice: { ask: () => askAddress('udp') },
    },
  ];
}

function rulesItem(rules: RunRules): ChoiceItem {
  return rules === 'strict'
    ? {
        label: `$(law) ${vscode.l10n.t('Rules: strict')}`,
        detail: vscode.l10n.t(
          'Nothing is lost; what Chipmunk would lose is said. Choose to do as Chipmunk does.',
        ),
        choice: { change: { rules: 'like-host' } },
      }
    : {
        label: `$(law) ${vscode.l10n.t('Rules: like Chipmunk')}`,
        detail: vscode.l10n.t('With its losses and endless loops. Choose to be strict.'),
        choice: { change: { rules: 'strict' } },
      };
}

function benchItem({ bench }: RunChoices): ChoiceItem {
  return bench
    ? {
        label: `$(beaker) ${vscode.l10n.t('Configuration: {0}', 'bench_config.toml')}`,
        detail: vscode.l10n.t('Choose to use that of hotplug.json from the next start on.'),
        choice: { change: { bench: false } },
      }
    : {
        label: `$(beaker) ${vscode.l10n.t('Configuration: {0}', 'hotplug.json')}`,
        detail: vscode.l10n.t('Choose to use that of bench_config.toml.'),
        choice: { change: { bench: true } },
      };
}

async function askFile({ name, folder }: PluginStatus): Promise<StreamSpec | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Parse a File with {0}', name),
      openLabel: vscode.l10n.t('Parse'),
      defaultUri: vscode.Uri.file(folder),
    })) ?? [];
  return uri === undefined ? undefined : streamOfFile(uri.fsPath);
}

/** What was typed last, offered again. */
const lastAddress: Record<'tcp' | 'udp', string> = { tcp: 'localhost:5555', udp: '5555' };

async function askAddress(kind: 'tcp' | 'udp'): Promise<StreamSpec | undefined> {
  const title = kind === 'tcp' ? vscode.l10n.t('Connect by TCP') : vscode.l10n.t('Listen by UDP');
  const result = await inputStep(
    { title, step: 1, steps: 1 },
    {
      prompt:
        kind === 'tcp'
          ? vscode.l10n.t('Host and port of the server')
          : vscode.l10n.t('Port of this machine, or an address of it and a port'),
      value: lastAddress[kind],
      validate: (text) => {
        try {
          streamOfAddress(kind, text);
          return undefined;
        } catch (error) {
          return messageOf(error);
        }
      },
    },
  );
  if (typeof result === 'string') return undefined;
  lastAddress[kind] = result.value;
  return streamOfAddress(kind, result.value);
}
