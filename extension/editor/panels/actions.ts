/** The panels' keys as commands of the editor: whichever panel is there does it. */
import * as vscode from 'vscode';

import { Command, CustomEditor, View } from '../names.ts';
import type { CommandId } from '../names.ts';
import type { PanelAction } from '../../../webview/protocol.ts';

/** The commands of the panels' keys. */
export const actionCommands = {
  [Command.timelineZoomIn]: 'zoomIn',
  [Command.timelineZoomOut]: 'zoomOut',
  [Command.timelineZoomToSelection]: 'zoomToSelection',
  [Command.timelineFit]: 'fit',
  [Command.timelinePanLeft]: 'panLeft',
  [Command.timelinePanRight]: 'panRight',
  [Command.timelineFollow]: 'follow',
  [Command.timelinePause]: 'pause',
  [Command.timelineSearch]: 'search',
  [Command.timelineNextMatch]: 'nextMatch',
  [Command.timelinePreviousMatch]: 'previousMatch',
  [Command.timelineNextSlice]: 'nextSlice',
  [Command.timelinePreviousSlice]: 'previousSlice',
  [Command.timelineNextError]: 'nextError',
  [Command.timelinePreviousError]: 'previousError',
  [Command.timelineAddNote]: 'addNote',
  [Command.timelineShowTable]: 'showTable',
  [Command.timelineShowKeys]: 'showKeys',
  [Command.timelineToggleAnnouncements]: 'toggleAnnouncements',
  [Command.timelineExportPng]: 'exportPng',
  [Command.timelineExportSvg]: 'exportSvg',
  [Command.timelineToggleGroup]: 'toggleGroup',
  [Command.timelineCompareLast]: 'compareLast',
  [Command.traceFocusFilter]: 'focusFilter',
  [Command.traceChooseColumns]: 'chooseColumns',
  [Command.traceGroupByEvent]: 'groupByEvent',
  [Command.traceMarkForDiff]: 'markForDiff',
  [Command.traceDiffWithMarked]: 'diffWithMarked',
} as const satisfies Partial<Record<CommandId, PanelAction>>;

interface Target {
  readonly panel: string;
  readonly isActive: () => boolean;
  /** Does it now, or as soon as the page is there. */
  readonly act: (action: PanelAction) => void;
}

/** The views that are open now. */
export class PanelTargets {
  readonly #targets = new Set<Target>();
  /** What a panel is to do that is only just being opened. */
  #waiting: { readonly panel: string; readonly action: PanelAction } | undefined;

  add(target: Target): vscode.Disposable {
    this.#targets.add(target);
    if (this.#waiting?.panel === target.panel) {
      target.act(this.#waiting.action);
      this.#waiting = undefined;
    }
    return new vscode.Disposable(() => this.#targets.delete(target));
  }

  /** Has the editor of a recording that the user is in do it, or else the panel, which is shown for that. */
  async run(command: keyof typeof actionCommands): Promise<void> {
    const action = actionCommands[command];
    const editor = [...this.#targets].find(({ panel, isActive }) => panel === 'recording' && isActive());
    if (editor !== undefined && isRecordingEditor()) {
      editor.act(action);
      return;
    }
    const wanted = command.startsWith('hotplug.trace.') ? 'trace' : 'timeline';
    await vscode.commands.executeCommand(`${View[wanted]}.focus`);
    const target = [...this.#targets].find(({ panel }) => panel === wanted);
    this.#waiting = target === undefined ? { panel: wanted, action } : undefined;
    target?.act(action);
  }
}

function isRecordingEditor(): boolean {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return (
    input instanceof vscode.TabInputCustom &&
    Object.values(CustomEditor).some((type) => type === input.viewType)
  );
}
