import * as vscode from 'vscode';

import { messageOf, UserError } from '../../errors.ts';
import type { PluginStatus } from '../../host/protocol.ts';
import type { FromRows, RowsPlugin, ToRows } from '../../../webview/protocol.ts';
import { Command, View } from '../names.ts';
import { setPage, type ViewServices } from '../panels/view.ts';
import type { Projects } from '../projects.ts';
import { showError } from '../register.ts';
import { joinSentences } from '../sentences.ts';
import { setContext } from '../settings.ts';
import { makesRows } from './contract.ts';
import { isFromRows } from './messages.ts';

/** The view of the rows that parsers make, beside trace and timeline. */
export class Rows implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #services: ViewServices;
  readonly #projects: Projects;
  readonly #listeners: readonly vscode.Disposable[];
  #view: vscode.WebviewView | undefined;
  #ready = false;
  #count = 0;
  /** Counts host processes: each has its own recording. */
  #serial = 1;

  constructor(services: ViewServices, projects: Projects) {
    this.#services = services;
    this.#projects = projects;
    const stop = services.host.on('grew', ({ recording, count }) => {
      if (recording !== 'live') return;
      this.#count = count;
      this.#tell();
    });
    const look = (): void => {
      setContext('hotplug.hasRows', [...projects.all, ...services.running.all].some(makesRows));
      this.#tell();
    };
    this.#listeners = [
      vscode.window.registerWebviewViewProvider(View.rows, this),
      services.running.onDidChange(look),
      projects.onDidChange(look),
      new vscode.Disposable(stop),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    this.#ready = false;
    const { webview } = view;
    const listeners = [
      webview.onDidReceiveMessage((message: unknown) => {
        if (!isFromRows(message)) {
          this.#services.log.warn('The rows sent a message that is not understood; it was ignored.');
          return;
        }
        void this.#receive(message);
      }),
      view.onDidChangeVisibility(() => this.#tell()),
    ];
    view.onDidDispose(() => {
      for (const listener of listeners) listener.dispose();
      if (this.#view === view) this.#view = undefined;
    });
    setPage(webview, { panel: 'rows', title: vscode.l10n.t('Rows') }, this.#services.extensionUri);
  }

  /** The host process ended, and its recording with it. */
  lost(): void {
    this.#serial += 1;
    this.#count = 0;
    this.#tell();
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }

  #post(message: ToRows): void {
    // A hidden page drops messages; it asks for everything when it is shown again.
    if (this.#ready && this.#view?.visible === true) void this.#view.webview.postMessage(message);
  }

  #tell(): void {
    this.#post({
      type: 'state',
      recording: `live ${this.#serial}`,
      count: this.#count,
      plugins: this.#services.running.all.filter(makesRows).map(shown),
    });
  }

  async #receive(message: FromRows): Promise<void> {
    const { host, cursor, log } = this.#services;
    try {
      switch (message.type) {
        case 'ready':
          this.#ready = true;
          this.#tell();
          break;
        case 'request':
          this.#post(await this.#answer(message));
          break;
        case 'select':
          cursor.set('live', message.record, this);
          break;
        case 'export':
          await (await import('./files.ts')).saveRows(host, message, this.#folder(message.plugin));
          break;
        case 'saveAttachment':
          await (await import('./files.ts')).saveAttachment(host, message, this.#folder(message.plugin));
          break;
        case 'command':
          await vscode.commands.executeCommand(Command[message.command]);
          break;
      }
    } catch (error) {
      await showError(error, log, 'The rows');
    }
  }

  async #answer(request: Extract<FromRows, { type: 'request' }>): Promise<ToRows> {
    const { id } = request;
    try {
      return { type: 'response', id, ok: true, result: await this.#ask(request) };
    } catch (error) {
      const message =
        error instanceof UserError ? joinSentences(error.message, error.advice) : messageOf(error);
      return { type: 'response', id, ok: false, message };
    }
  }

  async #ask(request: Extract<FromRows, { type: 'request' }>): Promise<unknown> {
    const { host, running } = this.#services;
    // Without a plugin there is no host process either, and none is started for this.
    if (!running.all.some(makesRows)) return undefined;
    const of = { recording: 'live', ...(request.plugin === undefined ? {} : { plugin: request.plugin }) };
    switch (request.name) {
      case 'window':
        return await host.request('results', { ...of, ...request.params });
      case 'find':
        return await host.request('findResult', { ...of, ...request.params });
      case 'detail':
        return await host.request('resultDetail', { ...of, ...request.params });
    }
  }

  #folder(plugin: string | undefined): vscode.Uri | undefined {
    const all = [...this.#services.running.all, ...this.#projects.all].filter(makesRows);
    const found = all.find(({ name }) => name === plugin) ?? all[0];
    return found === undefined ? undefined : vscode.Uri.file(found.folder);
  }
}

function shown({ name, stateText, input }: PluginStatus): RowsPlugin {
  const { run } = input ?? {};
  if (input === undefined || run === undefined) return { name, state: stateText };
  const { state, bytes, skipped, totalBytes, failure, notes } = run;
  return {
    name,
    state: stateText,
    run: {
      title: input.title,
      state,
      bytes,
      skipped,
      notes: notes.map(({ severity, text, advice, times }) => ({ severity, text, advice, times })),
      ...(totalBytes === undefined ? {} : { totalBytes }),
      ...(failure === undefined ? {} : { failure }),
    },
  };
}
