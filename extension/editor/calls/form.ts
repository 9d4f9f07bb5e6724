import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import type { PluginStatus } from '../../host/protocol.ts';
import type { Project } from '../../project/project.ts';
import type { FromCallForm, ToCallForm } from '../../../webview/protocol.ts';
import { View } from '../names.ts';
import { openPanel } from '../panels/open.ts';
import { setPage } from '../panels/view.ts';
import { showError } from '../register.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import type { Services } from '../services.ts';
import { stateOf } from '../treeModel.ts';
import { requireTrust } from '../trust.ts';
import { isFromCallForm } from './messages.ts';
import type { KnownWorld, Worlds } from './worlds.ts';

type FormServices = Pick<
  Services,
  'context' | 'log' | 'projects' | 'running' | 'cursor' | 'panels' | 'host'
> & {
  readonly worlds: Worlds;
};

const NOT_TRUSTED = vscode.l10n.t('Nothing is run in Restricted Mode.');

/** The form for the exports of one plugin, in an editor beside the source. */
export class CallForm {
  readonly #panel: vscode.WebviewPanel;
  readonly #services: FormServices;
  readonly #folder: string;
  readonly #listeners: readonly vscode.Disposable[];
  /** What the page was told last, as JSON; undefined before it is there. */
  #told: string | undefined;
  /** Answers that came while the page was hidden: it gets no messages then. */
  #unsent: ToCallForm[] = [];
  #ready = false;
  /** The export that the page is to show, and the one that it was told last. */
  #chosen: string | undefined;
  #toldChosen: string | undefined;
  #turn = 0;

  readonly onDidDispose: vscode.Event<void>;

  constructor({ folder, name }: Project, chosen: string | undefined, services: FormServices) {
    this.#services = services;
    this.#folder = folder;
    this.#chosen = chosen;
    this.#panel = vscode.window.createWebviewPanel(
      'hotplug.call',
      vscode.l10n.t('Call {0}', name),
      vscode.ViewColumn.Beside,
      {
        // What is typed into the form is nowhere else.
        retainContextWhenHidden: true,
      },
    );
    const { extensionUri } = services.context;
    this.#panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'hotplug.svg');
    this.onDidDispose = this.#panel.onDidDispose;
    const { webview } = this.#panel;
    const update = (): void => void this.#update();
    this.#listeners = [
      webview.onDidReceiveMessage((message: unknown) => {
        if (isFromCallForm(message)) void this.#receive(message);
        else services.log.warn('The form of calls sent a message that is not understood; it was ignored.');
      }),
      this.#panel.onDidChangeViewState(() => this.#shown()),
      services.running.onDidChange(update),
      services.projects.onDidChange(update),
      services.worlds.onDidChange(update),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
    ];
    this.#panel.onDidDispose(() => {
      for (const listener of this.#listeners) listener.dispose();
    });
    setPage(webview, { panel: 'call', title: vscode.l10n.t('Call {0}', name) }, extensionUri);
  }

  /** Brings the form to the front, at an export where one is named. */
  async show(chosen: string | undefined): Promise<void> {
    this.#panel.reveal();
    this.#chosen = chosen;
    await this.#update();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #post(message: ToCallForm): boolean {
    if (!this.#ready || !this.#panel.visible) return false;
    void this.#panel.webview.postMessage(message);
    return true;
  }

  #shown(): void {
    if (!this.#panel.visible) return;
    const unsent = this.#unsent;
    this.#unsent = unsent.filter((message) => !this.#post(message));
    void this.#update();
  }

  /** Tells the page what can be called now, where that is other than what it knows. */
  async #update(): Promise<void> {
    const mine = ++this.#turn;
    const project = this.#services.projects.at(this.#folder);
    const known = project === undefined ? undefined : await this.#services.worlds.of(project);
    // Something newer is on its way.
    if (mine !== this.#turn) return;
    const message = this.#exports(project, known);
    const chosen = this.#chosen;
    const text = JSON.stringify(message);
    if (chosen === undefined && text === this.#told) return;
    if (!this.#post(chosen === undefined ? message : { ...message, chosen })) return;
    this.#told = text;
    this.#toldChosen = chosen ?? this.#toldChosen;
    this.#chosen = undefined;
  }

  #exports(
    project: Project | undefined,
    known: KnownWorld | undefined,
  ): Extract<ToCallForm, { type: 'exports' }> {
    const status = this.#services.running.at(this.#folder);
    const { isTrusted } = vscode.workspace;
    const states = [isTrusted ? '' : NOT_TRUSTED, known?.problem ?? '', stateText(status)];
    const [state = '', ...more] = states.filter((text) => text !== '');
    return {
      type: 'exports',
      plugin: project?.name ?? status?.name ?? this.#folder,
      state: more.length === 0 ? state : joinSentences(state, ...more),
      canCall: isTrusted && status?.state === 'running',
      canStart:
        isTrusted &&
        project !== undefined &&
        (status === undefined || status.state === 'stopped' || status.state === 'failed'),
      exports: known?.exports?.exports ?? [],
      own: known?.exports?.own ?? [],
    };
  }

  async #receive(message: FromCallForm): Promise<void> {
    const { log, cursor, panels, projects, running } = this.#services;
    try {
      switch (message.type) {
        case 'ready':
          // The first time, or again after its webview was loaded anew.
          this.#ready = true;
          this.#told = undefined;
          this.#chosen ??= this.#toldChosen;
          await this.#update();
          break;
        case 'start':
          await running.restart(this.#folder, projects.at(this.#folder));
          break;
        case 'check':
          await this.#check(message);
          break;
        case 'call': {
          const answer = await this.#call(message);
          if (!this.#post(answer)) this.#unsent.push(answer);
          break;
        }
        case 'openTrace':
          await openPanel(View.trace, { cursor, panels }, message.record);
          break;
      }
    } catch (error) {
      await showError(error, log, 'The form of calls');
    }
  }

  async #check({ id, name, parameter, text }: Extract<FromCallForm, { type: 'check' }>): Promise<void> {
    const project = this.#services.projects.at(this.#folder);
    const known = project === undefined ? undefined : await this.#services.worlds.of(project);
    if (known?.exports === undefined) return;
    const { argumentProblem } = await import('./exports.ts');
    const problem = argumentProblem(known.exports, name, parameter, text);
    this.#post({ type: 'checked', id, ...(problem === undefined ? {} : { problem }) });
  }

  async #call({ id, name, args }: Extract<FromCallForm, { type: 'call' }>): Promise<ToCallForm> {
    const { host, running } = this.#services;
    const refused = (text: string): ToCallForm => ({ type: 'answer', id, ok: false, text });
    const status = running.at(this.#folder);
    if (status === undefined) return refused(vscode.l10n.t('The plugin does not run.'));
    try {
      requireTrust('call plugins');
      return {
        type: 'answer',
        id,
        ...(await host.request('callExport', { plugin: status.id, call: name, args })),
      };
    } catch (error) {
      return refused(joinSentences(messageOf(error), adviceFor(error)));
    }
  }
}

function stateText(status: PluginStatus | undefined): string {
  if (status === undefined) return vscode.l10n.t('Not running');
  const { state, lastError } = status;
  if (state !== 'failed') return stateOf(status).title;
  return lastError === undefined ? status.stateText : vscode.l10n.t('Failed: {0}', lastError.what);
}
