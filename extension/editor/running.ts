import * as vscode from 'vscode';

import { UserError } from '../errors.ts';
import type { Grants } from './grants.ts';
import type { Log } from './log.ts';
import { showError } from './register.ts';
import { readSetting, setContext } from './settings.ts';
import { isParser } from './streams/streamed.ts';
import { throttled } from './throttle.ts';
import { requireTrust } from './trust.ts';
import type { Watches } from './watches.ts';
import type { HostApi, PluginStatus } from '../host/protocol.ts';
import type { Project } from '../project/project.ts';
import { t } from '../../webview/text.ts';

/** Views are told of changes at most this often; a status comes with every second of running. */
const CHANGE_MS = 250;

export interface StatusChange {
  readonly before: PluginStatus | undefined;
  readonly after: PluginStatus;
}

/** The plugins that run or ran in this window, by their project's folder. */
export class Running implements vscode.Disposable {
  readonly #host: HostApi;
  readonly #watches: Watches;
  readonly #grants: Grants;
  readonly #log: Log;
  readonly #statuses = new Map<string, PluginStatus>();
  /** What was started and not stopped: what is started again with a new host process. */
  readonly #wanted = new Map<string, Project>();
  /** Folders whose input starts as soon as their plugin runs. */
  readonly #inputDue = new Set<string>();
  /** Starts that have not ended yet, by folder. */
  readonly #starting = new Map<string, Promise<void>>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #status = new vscode.EventEmitter<StatusChange>();
  readonly #tell = throttled(() => this.#changed.fire(), CHANGE_MS);
  readonly #unsubscribe: readonly (() => void)[];

  /** Something about some plugin changed; at most four times a second. */
  readonly onDidChange = this.#changed.event;
  /** Every status as it comes. */
  readonly onDidReceiveStatus = this.#status.event;

  constructor(host: HostApi, watches: Watches, grants: Grants, log: Log) {
    this.#host = host;
    this.#watches = watches;
    this.#grants = grants;
    this.#log = log;
    this.#unsubscribe = [
      host.on('status', (status) => this.#receive(status)),
      host.on('removed', ({ plugin }) => this.#forget(plugin)),
    ];
  }

  get all(): readonly PluginStatus[] {
    return [...this.#statuses.values()];
  }

  at(folder: string): PluginStatus | undefined {
    return this.#statuses.get(folder);
  }

  named(name: string): PluginStatus | undefined {
    return this.all.find((status) => status.name === name);
  }

  /** Builds the project on every save from now on, and runs what the builds leave. */
  async start(project: Project): Promise<void> {
    requireTrust('run plugins');
    this.#wanted.set(project.folder, project);
    // Opening a window can ask for the same plugin twice at once.
    const starting = this.#starting.get(project.folder) ?? this.#startOnce(project);
    this.#starting.set(project.folder, starting);
    await starting.finally(() => this.#starting.delete(project.folder));
  }

  async #startOnce(project: Project): Promise<void> {
    await this.#watches.start(project);
    const status = this.#statuses.get(project.folder);
    if (status !== undefined && isActive(status)) return;
    const allowed = await this.#grants.allowed(project, true);
    // It may have been stopped while the question stood there.
    if (this.#wanted.has(project.folder)) await this.#startHosting(allowed);
  }

  /** Stops the plugin and watching its sources. */
  async stop(folder: string): Promise<void> {
    this.#wanted.delete(folder);
    this.#inputDue.delete(folder);
    this.#watches.stop(folder);
    const status = this.#statuses.get(folder);
    if (status !== undefined && status.state !== 'stopped')
      await this.#host.request('stop', { plugin: status.id });
  }

  /** Makes a fresh instance; starts the plugin where it does not run. */
  async restart(folder: string, project: Project | undefined): Promise<void> {
    requireTrust('run plugins');
    const status = this.#statuses.get(folder);
    if (status !== undefined && this.#wanted.has(folder))
      await this.#host.request('restart', { plugin: status.id });
    else if (project !== undefined) await this.start(project);
    else
      throw new UserError(
        vscode.l10n.t('There is no plugin project in {0}', folder),
        vscode.l10n.t('Open the folder that holds it.'),
      );
  }

  /** Stops the plugin and takes it off the list. */
  async remove(folder: string): Promise<void> {
    const status = this.#statuses.get(folder);
    await this.stop(folder);
    if (status !== undefined) await this.#host.request('remove', { plugin: status.id });
  }

  /** Marks everything as gone with the host process; gives how many plugins are to be started again. */
  lost(how: string): number {
    for (const [folder, status] of this.#statuses) {
      this.#statuses.set(folder, {
        ...status,
        state: this.#wanted.has(folder) ? 'starting' : 'stopped',
        stateText: t('The host process ended {0}', how),
        callsPerSecond: 0,
        memoryBytes: 0,
      });
    }
    this.#update();
    return this.#wanted.size;
  }

  /** Starts again what was running, in the new host process. */
  async startAgain(): Promise<void> {
    for (const project of [...this.#wanted.values()])
      await this.#startHosting(await this.#grants.allowed(project, false));
  }

  async #startHosting(project: Project): Promise<void> {
    const deadlineMs =
      project.config.deadlineMs ??
      readSetting('hotplug.deadlineMs', vscode.Uri.file(project.folder)) ??
      undefined;
    if (project.config.input !== undefined) this.#inputDue.add(project.folder);
    const before = this.#statuses.get(project.folder)?.id;
    const status = await this.#host.request('start', {
      project: withoutInput(project),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
    // A status that came in the meantime is newer than the answer.
    if (this.#statuses.get(project.folder)?.id !== status.id) this.#receive(status);
    // A new host process does not know the one before; the same one would keep it for ever.
    if (before !== undefined) await this.#host.request('remove', { plugin: before }).catch(() => undefined);
  }

  #receive(after: PluginStatus): void {
    const before = this.#statuses.get(after.folder);
    this.#statuses.set(after.folder, after);
    this.#status.fire({ before, after });
    this.#update();
    if (after.state === 'running') void this.#startInput(after);
  }

  /** Starts the input that hotplug.json names, once a start. */
  async #startInput(status: PluginStatus): Promise<void> {
    const input = this.#wanted.get(status.folder)?.config.input;
    if (!this.#inputDue.delete(status.folder) || input === undefined) return;
    try {
      await this.#host.request('startInput', { plugin: status.id, input });
    } catch (error) {
      await showError(error, this.#log, `Starting the input of ${status.name}`);
    }
  }

  #forget(plugin: string): void {
    for (const [folder, status] of this.#statuses) if (status.id === plugin) this.#statuses.delete(folder);
    this.#update();
  }

  #update(): void {
    setContext('hotplug.hasPlugins', this.all.some(isActive));
    setContext(
      'hotplug.inputRunning',
      this.all.some((status) => status.input?.running === true),
    );
    setContext(
      'hotplug.parserRuns',
      this.all.some((status) => isParser(status) && status.state === 'running'),
    );
    this.#tell();
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#tell.cancel();
    this.#changed.dispose();
    this.#status.dispose();
  }
}

/** Whether a plugin is there to be sent something, stopped or restarted. */
export function isActive(status: PluginStatus): boolean {
  return status.state !== 'stopped';
}

/** The input is started here, once the plugin runs, so that a new host process does not start it a second time. */
function withoutInput(project: Project): Project {
  const { input: _input, ...config } = project.config;
  return { ...project, config };
}
