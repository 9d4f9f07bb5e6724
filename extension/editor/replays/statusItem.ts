import * as vscode from 'vscode';

import { Command } from '../names.ts';
import { replayStatus } from './faces.ts';
import type { Replays } from './replays.ts';

/** The status-bar item that says how the last replays went; a click shows what differs. */
export function createReplayStatus(replays: Replays): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('hotplug.replay', vscode.StatusBarAlignment.Left, 9);
  item.name = vscode.l10n.t('Hotplug Replay');
  item.command = Command.compareReplay;
  const update = (): void => {
    const face = replayStatus(
      replays.all.map(({ status, replay }) => ({ name: status.name, verdict: replay.verdict })),
    );
    if (face === undefined) {
      item.hide();
      return;
    }
    item.text = face.text;
    item.tooltip = face.tooltip.join('\n');
    item.accessibilityInformation = { label: face.spoken, role: 'button' };
    item.show();
  };
  return vscode.Disposable.from(item, replays.onDidChange(update));
}
