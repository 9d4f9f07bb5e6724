import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import type { ConfigValues, SchemaItem } from '../../contracts/chipmunk/config.ts';
import { metadataOf } from '../../contracts/chipmunk/metadata.ts';
import { configFile } from '../../project/config.ts';
import type { Project } from '../../project/project.ts';
import type { FromConfig, ToConfig } from '../../../webview/config/protocol.ts';
import { setPage } from '../panels/view.ts';
import { writeField } from '../projectFile.ts';
import { showError } from '../register.ts';
import { isActive } from '../running.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import type { Services } from '../services.ts';
import { stateOf } from '../treeModel.ts';
import { requireTrust } from '../trust.ts';
import { isFromConfig } from './messages.ts';
import { fieldsOf, problemOf, unknownIn, valueOf, valuesOf, withoutValue, withValue } from './model.ts';

type Message<T extends FromConfig['type']> = Extract<FromConfig, { type: T }>;

/** The form for the configuration of one project's plugin. What it changes it keeps in hotplug.json. */
export class ConfigForm {
  readonly #panel: vscode.WebviewPanel;
  readonly #services: Services;
  readonly #folder: string;
  readonly #listeners: readonly vscode.Disposable[];
  #schemas: readonly SchemaItem[] | undefined;
  /** The build and the instance that said the schemas. */
  #asked: string | undefined;
  /** The values as they are in hotplug.json, or are about to be. */
  #values: ConfigValues;
  #changes: Promise<void> = Promise.resolve();
  #ready = false;
  /** What the page was told last, as JSON. */
  #told: string | undefined;

  readonly onDidDispose: vscode.Event<void>;

  constructor({ folder, name, config }: Project, services: Services) {
    this.#services = services;
    this.#folder = folder;
    this.#values = valuesOf(config.params);
    const title = vscode.l10n.t('Configure {0}', name);
    this.#panel = vscode.window.createWebviewPanel('hotplug.config', title, vscode.ViewColumn.Beside, {
      retainContextWhenHidden: true,
    });
    const { extensionUri } = services.context;
    this.#panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'hotplug.svg');
    this.onDidDispose = this.#panel.onDidDispose;
    const { webview } = this.#panel;
    const update = (): void => void this.#update();
    this.#listeners = [
      webview.onDidReceiveMessage((message: unknown) => {
        if (isFromConfig(message)) void this.#receive(message);
        else
          services.log.warn(
            'The form of a configuration sent a message that is not understood; it was ignored.',
          );
      }),
      this.#panel.onDidChangeViewState(update),
      services.running.onDidChange(update),
      services.projects.onDidChange(() => {
        this.#values = valuesOf(services.projects.at(folder)?.config.params);
        update();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(update),
    ];
    this.#panel.onDidDispose(() => {
      this.#ready = false;
      for (const listener of this.#listeners) listener.dispose();
    });
    setPage(webview, { panel: 'config', title }, extensionUri);
  }

  show(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #post(message: ToConfig): boolean {
    if (!this.#ready || !this.#panel.visible) return false;
    void this.#panel.webview.postMessage(message);
    return true;
  }

  async #update(): Promise<void> {
    await this.#ask();
    const message = this.#state();
    const text = JSON.stringify(message);
    if (text !== this.#told && this.#post(message)) this.#told = text;
  }

  /** Has the instance that runs say what there is to configure, once for each build. */
  async #ask(): Promise<void> {
    const { running, host, log } = this.#services;
    const status = running.at(this.#folder);
    if (status?.state !== 'running') return;
    const which = `${status.id} ${status.artifact?.hash}`;
    if (which === this.#asked) return;
    try {
      const known = metadataOf((await host.request('metadata', { plugin: status.id }))?.raw);
      if (known === undefined) return;
      this.#schemas = known.schemas;
      this.#asked = which;
    } catch (error) {
      log.warn(`What ${status.name} has to configure is not known: ${messageOf(error)}`);
    }
  }

  #state(): Extract<ToConfig, { type: 'state' }> {
    const { running, projects } = this.#services;
    const status = running.at(this.#folder);
    const { isTrusted } = vscode.workspace;
    const isOff = status === undefined || status.state === 'stopped' || status.state === 'failed';
    const fields =
      this.#schemas === undefined ? {} : { fields: fieldsOf(this.#schemas, this.#values, this.#folder) };
    return {
      type: 'state',
      plugin: projects.at(this.#folder)?.name ?? status?.name ?? this.#folder,
      state: joinSentences(
        ...(isTrusted ? [] : [vscode.l10n.t('Nothing is changed in Restricted Mode')]),
        status?.state === 'failed' && status.lastError !== undefined
          ? vscode.l10n.t('Failed: {0}', status.lastError.what)
          : stateOf(status).title,
        ...(this.#schemas === undefined ? [vscode.l10n.t('The plugin says what it takes when it runs')] : []),
      ),
      canChange: isTrusted,
      canStart: isTrusted && isOff,
      ...fields,
      unknown: this.#schemas === undefined ? [] : unknownIn(this.#schemas, this.#values),
    };
  }

  async #receive(message: FromConfig): Promise<void> {
    const { log, projects, running } = this.#services;
    try {
      switch (message.type) {
        case 'ready':
          this.#ready = true;
          this.#told = undefined;
          await this.#update();
          break;
        case 'checkValue':
          this.#answer(message.id, this.#problem(message));
          break;
        case 'set':
          await this.#set(message);
          break;
        case 'browse':
          await this.#browse(message);
          break;
        case 'reset':
          await this.#change(message.id, withoutValue(this.#values, message.field));
          break;
        case 'resetAll':
          await this.#change(message.id, {});
          break;
        case 'start':
          await running.restart(this.#folder, projects.at(this.#folder));
          break;
        case 'openFile':
          await vscode.window.showTextDocument(
            vscode.Uri.joinPath(vscode.Uri.file(this.#folder), configFile),
            { viewColumn: vscode.ViewColumn.One },
          );
          break;
      }
    } catch (error) {
      await showError(error, log, 'The form of a configuration');
    }
  }

  #answer(id: number, problem: string | undefined): void {
    this.#post({ type: 'answer', id, ...(problem === undefined ? {} : { problem }) });
  }

  #item(field: string): SchemaItem | undefined {
    return this.#schemas?.find(({ id }) => id === field);
  }

  #problem({ field, value }: Message<'checkValue' | 'set'>): string | undefined {
    const item = this.#item(field);
    if (item === undefined) return vscode.l10n.t('The plugin has no such configuration any more.');
    return problemOf(item, valueOf(item, value, this.#folder), this.#folder);
  }

  async #set(message: Message<'set'>): Promise<void> {
    const { id, field, value } = message;
    const item = this.#item(field);
    const problem = this.#problem(message);
    if (item === undefined || problem !== undefined) this.#answer(id, problem);
    else await this.#change(id, withValue(this.#values, field, valueOf(item, value, this.#folder)));
  }

  async #browse({ id, field }: Message<'browse'>): Promise<void> {
    const item = this.#item(field);
    const type = item?.inputType;
    if (item === undefined || (type?.tag !== 'files' && type?.tag !== 'directories')) return;
    const extensions = type.tag === 'files' ? type.val.map((one) => one.replace(/^\./, '')) : [];
    const chosen = await vscode.window.showOpenDialog({
      title: `${item.title.trim() === '' ? field : item.title}: ${type.tag === 'files' ? vscode.l10n.t('Add Files') : vscode.l10n.t('Add Folders')}`,
      openLabel: vscode.l10n.t('Add'),
      canSelectFiles: type.tag === 'files',
      canSelectFolders: type.tag === 'directories',
      canSelectMany: true,
      defaultUri: vscode.Uri.file(this.#folder),
      ...(extensions.length === 0
        ? {}
        : { filters: { [vscode.l10n.t('Files')]: extensions, [vscode.l10n.t('All files')]: ['*'] } }),
    });
    if (chosen === undefined) {
      this.#answer(id, undefined);
      return;
    }
    const [shown] = fieldsOf([item], this.#values, this.#folder);
    const before = Array.isArray(shown?.value) ? (shown.value as readonly string[]) : [];
    const value = [...new Set([...before, ...chosen.map(({ fsPath }) => fsPath)])];
    await this.#set({ type: 'set', id, field, value });
  }

  /** Keeps the values, gives them to the plugin where it runs, and says what came of it. One change after the other. */
  async #change(id: number, values: ConfigValues): Promise<void> {
    requireTrust('change plugins');
    this.#values = values;
    this.#changes = this.#changes.then(async () => {
      try {
        await this.#write(values);
        this.#answer(id, undefined);
      } catch (error) {
        this.#answer(id, joinSentences(messageOf(error), adviceFor(error)));
      }
    });
    await this.#changes;
    await this.#update();
  }

  async #write(values: ConfigValues): Promise<void> {
    const { projects, running, configurations } = this.#services;
    const project = projects.at(this.#folder);
    if (project === undefined) return;
    await writeField(project, 'params', JSON.stringify(values, undefined, 2).replaceAll('\n', '\n  '));
    const status = running.at(this.#folder);
    if (status !== undefined && isActive(status)) await configurations.apply(status, values);
  }
}
