import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import { panelHtml } from '../../../webview/html.ts';
import { answer } from './answers.ts';
import type { Live } from './live.ts';
import { isFromPanel } from './messages.ts';
import { openSource } from './source.ts';
import type { Log } from '../log.ts';
import { Command, View } from '../names.ts';
import { showError } from '../register.ts';
import type { Running } from '../running.ts';
import type { HostApi } from '../../host/protocol.ts';
import type { FromPanel, ToPanel } from '../../../webview/protocol.ts';

export interface PanelServices {
  readonly extensionUri: vscode.Uri;
  readonly host: HostApi;
  readonly live: Live;
  readonly running: Running;
  readonly projectFolders: () => readonly string[];
  readonly log: Log;
}

const commandOf = {
  newPlugin: Command.newPlugin,
  sendEvent: Command.sendEvent,
  saveRecording: Command.saveRecording,
  openTrace: Command.openTrace,
  openTimeline: Command.openTimeline,
} as const;

/** One of the two views in the panel area. */
class Panel implements vscode.WebviewViewProvider {
  readonly #name: 'trace' | 'timeline';
  readonly #title: string;
  readonly #services: PanelServices;

  constructor(name: 'trace' | 'timeline', title: string, services: PanelServices) {
    this.#name = name;
    this.#title = title;
    this.#services = services;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { live, extensionUri } = this.#services;
    const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    view.webview.options = { enableScripts: true, localResourceRoots: [folder] };
    const address = (file: string): string =>
      view.webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
    let ready = false;
    const post = (message: ToPanel): void => {
      // A hidden view drops messages; it asks for everything when it is shown again.
      if (ready && view.visible) void view.webview.postMessage(message);
    };
    const hydrate = (): void => {
      post(live.state);
      if (live.selection !== undefined) post({ type: 'reveal', record: live.selection });
    };
    const listeners = [
      view.webview.onDidReceiveMessage((message: unknown) => {
        if (!isFromPanel(message)) {
          this.#services.log.warn(
            `The ${this.#name} panel sent a message that is not understood; it was ignored.`,
          );
          return;
        }
        if (message.type === 'ready') {
          ready = true;
          hydrate();
        } else void this.#receive(message, view, post);
      }),
      view.onDidChangeVisibility(hydrate),
      live.onDidChange(() => post(live.state)),
      live.onDidSelect(({ record, by }) => {
        if (by !== view) post({ type: 'reveal', record });
      }),
    ];
    view.onDidDispose(() => {
      for (const listener of listeners) listener.dispose();
    });
    view.webview.html = panelHtml({
      panel: this.#name,
      script: address(`${this.#name}.js`),
      style: address(`${this.#name}.css`),
      cspSource: view.webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      title: this.#title,
    });
  }

  async #receive(
    message: Exclude<FromPanel, { type: 'ready' }>,
    view: vscode.WebviewView,
    post: (message: ToPanel) => void,
  ): Promise<void> {
    const { host, live, running, log, projectFolders } = this.#services;
    try {
      switch (message.type) {
        case 'request':
          post(await answer(host, message));
          break;
        case 'select':
          live.select(message.record, view);
          break;
        case 'sendAgain': {
          const plugin = running.named(message.plugin);
          if (plugin !== undefined)
            await host.request('sendAgain', { plugin: plugin.id, record: message.record });
          break;
        }
        case 'openSource':
          await openSource(message, projectFolders());
          break;
        case 'command':
          await vscode.commands.executeCommand(commandOf[message.command]);
          break;
      }
    } catch (error) {
      await showError(error, log, `The ${this.#name} panel`);
    }
  }
}

/** Registers both panels. */
export function registerPanels(services: PanelServices): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.window.registerWebviewViewProvider(View.trace, new Panel('trace', 'Trace', services)),
    vscode.window.registerWebviewViewProvider(View.timeline, new Panel('timeline', 'Timeline', services)),
  );
}

/** Shows a panel, at a record where one is given. */
export async function openPanel(
  view: typeof View.trace | typeof View.timeline,
  live: Live,
  record: unknown,
): Promise<void> {
  await vscode.commands.executeCommand(`${view}.focus`);
  if (typeof record === 'number' && Number.isSafeInteger(record) && record >= 0)
    live.select(record, undefined);
}
