import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import { panelHtml } from '../../../webview/html.ts';
import type { PanelPage } from '../../../webview/html.ts';
import type { Cursor } from '../cursor.ts';
import type { Log } from '../log.ts';
import { Command } from '../names.ts';
import { showError } from '../register.ts';
import type { Running } from '../running.ts';
import { isFromPanel } from './messages.ts';
import type { Shown } from './shown.ts';
import { openSource } from './source.ts';
import type { HostApi } from '../../host/protocol.ts';
import type { FromPanel, PanelCommand, ToPanel } from '../../../webview/protocol.ts';

export interface ViewServices {
  readonly extensionUri: vscode.Uri;
  readonly host: HostApi;
  readonly cursor: Cursor;
  readonly running: Running;
  readonly projectFolders: () => readonly string[];
  readonly log: Log;
}

/** A webview, be it in the panel area or in an editor. */
export interface Site {
  readonly webview: vscode.Webview;
  readonly isVisible: () => boolean;
  /** The view was shown or hidden. */
  readonly onDidChangeVisibility: vscode.Event<unknown>;
}

export interface PanelView extends Pick<PanelPage, 'panel' | 'title'> {
  readonly shown: Shown;
  /** What its page may ask for by name; anything else is ignored. */
  readonly commands: Readonly<Partial<Record<PanelCommand, () => unknown>>>;
}

/** Puts a view into a webview: its page, and the conversation with it until it is disposed. */
export function linkView(site: Site, view: PanelView, services: ViewServices): vscode.Disposable {
  const { webview } = site;
  const { shown } = view;
  const { cursor, log } = services;
  let ready = false;
  const post = (message: ToPanel): void => {
    // A hidden view drops messages; it asks for everything when it is shown again.
    if (ready && site.isVisible()) void webview.postMessage(message);
  };
  let known = shown.recording;
  const tell = (): void => {
    for (const message of shown.messages) post(message);
  };
  const hydrate = (): void => {
    tell();
    known = shown.recording;
    const record = known === undefined ? undefined : cursor.at(known);
    if (record !== undefined) post({ type: 'reveal', record });
  };
  const listeners = [
    webview.onDidReceiveMessage((message: unknown) => {
      if (!isFromPanel(message)) {
        log.warn(`The ${view.panel} panel sent a message that is not understood; it was ignored.`);
      } else if (message.type === 'ready') {
        ready = true;
        hydrate();
      } else void receive(message, site, view, services, post);
    }),
    site.onDidChangeVisibility(hydrate),
    shown.onDidChange(() => {
      if (shown.recording === known) tell();
      else hydrate();
    }),
    cursor.onDidSelect(({ recording, record, by }) => {
      if (by !== site && recording === shown.recording) post({ type: 'reveal', record });
    }),
  ];
  setPage(webview, view, services.extensionUri);
  return vscode.Disposable.from(...listeners);
}

/** Puts the page of a panel into a webview. */
export function setPage(
  webview: vscode.Webview,
  { panel, title }: Pick<PanelPage, 'panel' | 'title'>,
  extensionUri: vscode.Uri,
): void {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const address = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = panelHtml({
    panel,
    title,
    script: address(`${panel}.js`),
    style: address(`${panel}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
  });
}

async function receive(
  message: Exclude<FromPanel, { type: 'ready' }>,
  site: Site,
  { panel, shown, commands }: PanelView,
  { host, cursor, running, log, projectFolders }: ViewServices,
  post: (message: ToPanel) => void,
): Promise<void> {
  try {
    switch (message.type) {
      case 'request':
        post(await shown.answer(message));
        break;
      case 'select':
        if (shown.recording !== undefined) cursor.set(shown.recording, message.record, site);
        break;
      case 'sendAgain': {
        // Records of other recordings have no plugin that they could be sent to.
        const plugin = shown.recording === 'live' ? running.named(message.plugin) : undefined;
        if (plugin !== undefined)
          await host.request('sendAgain', { plugin: plugin.id, record: message.record });
        break;
      }
      case 'compareReplay':
        await vscode.commands.executeCommand(Command.compareReplay, running.named(message.plugin)?.folder);
        break;
      case 'openSource':
        await openSource(message, projectFolders());
        break;
      case 'command':
        await commands[message.command]?.();
        break;
    }
  } catch (error) {
    await showError(error, log, `The ${panel} panel`);
  }
}
