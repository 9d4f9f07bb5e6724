import * as vscode from 'vscode';

import { Command } from './names.ts';
import type { Projects } from './projects.ts';
import type { Running } from './running.ts';
import { statusBarText } from './treeModel.ts';

/** The one status-bar item: how the plugins are; a click offers what can be done. */
export function createStatusBar(projects: Projects, running: Running): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('hotplug.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Hotplug';
  item.command = Command.showActions;
  const update = (): void => {
    const face = statusBarText(projects.all, running.all);
    if (face === undefined) {
      item.hide();
      return;
    }
    item.text = face.text;
    item.tooltip = vscode.l10n.t('{0}. Click for actions.', face.spoken);
    item.accessibilityInformation = { label: face.spoken, role: 'button' };
    item.backgroundColor = face.failed ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
  };
  return vscode.Disposable.from(item, projects.onDidChange(update), running.onDidChange(update));
}
