import type * as vscode from 'vscode';

import type { Services } from '../services.ts';
import type { ConsolePanel } from './panel.ts';

/** The window's event console; its parts are loaded when it is opened. */
export class EventConsole implements vscode.Disposable {
  #panel: ConsolePanel | undefined;

  async show(services: Services): Promise<void> {
    const { ConsolePanel } = await import('./panel.ts');
    if (this.#panel !== undefined) {
      this.#panel.show();
      return;
    }
    const panel = new ConsolePanel(services);
    this.#panel = panel;
    panel.onDidDispose(() => (this.#panel = undefined));
  }

  dispose(): void {
    this.#panel?.dispose();
  }
}
