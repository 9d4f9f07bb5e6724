import * as vscode from 'vscode';

import { Command, View } from '../names.ts';
import type { Switch } from './switch.ts';
import { linkView } from './view.ts';
import type { ViewServices } from './view.ts';

/** One of the two views in the panel area. */
class Panel implements vscode.WebviewViewProvider {
  readonly #name: 'trace' | 'timeline';
  readonly #title: string;
  readonly #shown: Switch;
  readonly #services: ViewServices;

  constructor(name: 'trace' | 'timeline', title: string, shown: Switch, services: ViewServices) {
    this.#name = name;
    this.#title = title;
    this.#shown = shown;
    this.#services = services;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const run = (command: string) => (): unknown => vscode.commands.executeCommand(command);
    const link = linkView(
      {
        webview: view.webview,
        isVisible: () => view.visible,
        onDidChangeVisibility: view.onDidChangeVisibility,
      },
      {
        panel: this.#name,
        title: this.#title,
        shown: this.#shown,
        commands: {
          newPlugin: run(Command.newPlugin),
          sendEvent: run(Command.sendEvent),
          saveRecording: run(Command.saveRecording),
          openTrace: run(Command.openTrace),
          openTimeline: run(Command.openTimeline),
          backToLive: () => this.#shown.show('live'),
        },
      },
      this.#services,
    );
    view.onDidDispose(() => void link.dispose());
  }
}

/** Registers both panels. */
export function registerPanels(shown: Switch, services: ViewServices): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.window.registerWebviewViewProvider(
      View.trace,
      new Panel('trace', vscode.l10n.t('Trace'), shown, services),
    ),
    vscode.window.registerWebviewViewProvider(
      View.timeline,
      new Panel('timeline', vscode.l10n.t('Timeline'), shown, services),
    ),
  );
}
