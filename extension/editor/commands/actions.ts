import * as vscode from 'vscode';

import { isCallable } from '../calls/callable.ts';
import { Command } from '../names.ts';
import type { CommandId } from '../names.ts';
import { isActive } from '../running.ts';
import type { Services } from '../services.ts';
import { pluginFace, pluginNodes } from '../treeModel.ts';

interface ActionItem extends vscode.QuickPickItem {
  readonly run?: { readonly command: CommandId; readonly argument?: unknown };
}

/** What can be done now, behind the status-bar item. */
export async function showActions(services: Services): Promise<void> {
  const { projects, running } = services;
  const nodes = pluginNodes(await projects.ready(), running.all);
  const perPlugin = nodes.flatMap((node): readonly ActionItem[] => {
    const face = pluginFace(node);
    const argument = node.folder;
    const action = (icon: string, label: string, command: CommandId): ActionItem => ({
      label: `$(${icon}) ${label}`,
      description: nodes.length > 1 ? face.label : '',
      run: { command, argument },
    });
    const heading: ActionItem = {
      label: `${face.label} — ${face.description}`,
      kind: vscode.QuickPickItemKind.Separator,
    };
    if (node.status === undefined || !isActive(node.status))
      return [heading, action('play', vscode.l10n.t('Start'), Command.startPlugin)];
    return [
      heading,
      ...(node.status.lastError === undefined
        ? []
        : [action('output', vscode.l10n.t('Show Report'), Command.showReport)]),
      isCallable(node.status)
        ? action('symbol-method', vscode.l10n.t('Call Export…'), Command.callExport)
        : action('send', vscode.l10n.t('Send Event…'), Command.sendEvent),
      node.status.input?.running === true
        ? action('debug-pause', vscode.l10n.t('Stop Input'), Command.stopInput)
        : action('run-all', vscode.l10n.t('Start Input…'), Command.startInput),
      action('debug-restart', vscode.l10n.t('Restart'), Command.restartPlugin),
      action('debug-stop', vscode.l10n.t('Stop'), Command.stopPlugin),
    ];
  });
  const general: readonly ActionItem[] = [
    { label: 'Hotplug', kind: vscode.QuickPickItemKind.Separator },
    { label: `$(list-tree) ${vscode.l10n.t('Open Trace')}`, run: { command: Command.openTrace } },
    { label: `$(graph-line) ${vscode.l10n.t('Open Timeline')}`, run: { command: Command.openTimeline } },
    { label: `$(add) ${vscode.l10n.t('New Plugin…')}`, run: { command: Command.newPlugin } },
    { label: `$(checklist) ${vscode.l10n.t('Check Toolchains')}`, run: { command: Command.checkToolchains } },
    { label: `$(output) ${vscode.l10n.t('Show Log')}`, run: { command: Command.showLog } },
  ];
  const item = await vscode.window.showQuickPick([...perPlugin, ...general], {
    title: 'Hotplug',
    placeHolder: vscode.l10n.t('What next?'),
  });
  if (item?.run !== undefined) await vscode.commands.executeCommand(item.run.command, item.run.argument);
}
