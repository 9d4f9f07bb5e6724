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
      return [heading, action('play', 'Start', Command.startPlugin)];
    return [
      heading,
      ...(node.status.lastError === undefined ? [] : [action('output', 'Show Report', Command.showReport)]),
      isCallable(node.status)
        ? action('symbol-method', 'Call Export…', Command.callExport)
        : action('send', 'Send Event…', Command.sendEvent),
      node.status.input?.running === true
        ? action('debug-pause', 'Stop Input', Command.stopInput)
        : action('run-all', 'Start Input…', Command.startInput),
      action('debug-restart', 'Restart', Command.restartPlugin),
      action('debug-stop', 'Stop', Command.stopPlugin),
    ];
  });
  const general: readonly ActionItem[] = [
    { label: 'Hotplug', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(list-tree) Open Trace', run: { command: Command.openTrace } },
    { label: '$(graph-line) Open Timeline', run: { command: Command.openTimeline } },
    { label: '$(add) New Plugin…', run: { command: Command.newPlugin } },
    { label: '$(checklist) Check Toolchains', run: { command: Command.checkToolchains } },
    { label: '$(output) Show Log', run: { command: Command.showLog } },
  ];
  const item = await vscode.window.showQuickPick([...perPlugin, ...general], {
    title: 'Hotplug',
    placeHolder: 'What next?',
  });
  if (item?.run !== undefined) await vscode.commands.executeCommand(item.run.command, item.run.argument);
}
