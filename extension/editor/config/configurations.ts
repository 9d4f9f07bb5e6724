import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import type { HostApi, PluginStatus } from '../../host/protocol.ts';
import { logError, type Log } from '../log.ts';
import { pickProject } from '../pick.ts';
import type { Projects } from '../projects.ts';
import { isActive, type Running } from '../running.ts';
import type { Services } from '../services.ts';
import { isStreamed } from '../streams/streamed.ts';
import type { ConfigForm } from './form.ts';

/** The window's forms for the configuration of plugins, one a project; their parts are loaded with the first. */
export class Configurations implements vscode.Disposable {
  readonly #host: HostApi;
  readonly #projects: Projects;
  readonly #running: Running;
  readonly #log: Log;
  readonly #listener: vscode.Disposable;
  readonly #forms = new Map<string, ConfigForm>();
  /** What the projects' files said last, in JSON, by folder. */
  readonly #seen = new Map<string, string | undefined>();
  /** What each plugin was given since it was started, in JSON, by its id. */
  readonly #given = new Map<string, string | undefined>();

  constructor(host: HostApi, projects: Projects, running: Running, log: Log) {
    this.#host = host;
    this.#projects = projects;
    this.#running = running;
    this.#log = log;
    this.#listener = projects.onDidChange(() => this.#look());
  }

  /** Opens the form of a plugin, or brings it to the front. */
  async show(services: Services, argument: unknown): Promise<void> {
    const project = await pickProject(
      services.projects,
      argument,
      vscode.l10n.t('Configure Plugin'),
      isStreamed,
    );
    if (project === undefined) return;
    if (!isStreamed(project)) {
      throw new UserError(
        vscode.l10n.t('{0} does not say what there is to configure', project.name),
        vscode.l10n.t('Use "Hotplug: Update Parameters…".'),
      );
    }
    const before = this.#forms.get(project.folder);
    if (before !== undefined) {
      before.show();
      return;
    }
    const { ConfigForm } = await import('./form.ts');
    const form = new ConfigForm(project, services);
    this.#forms.set(project.folder, form);
    form.onDidDispose(() => this.#forms.delete(project.folder));
  }

  /** Gives a running plugin its parameters, where they are other than those that it has. */
  async apply({ id, folder }: PluginStatus, params: unknown): Promise<void> {
    const text = textOf(params);
    const before = this.#given.has(id) ? this.#given.get(id) : this.#seen.get(folder);
    this.#given.set(id, text);
    if (before !== text) await this.#host.request('updateParams', { plugin: id, params: text });
  }

  /** Whoever changes hotplug.json, the plugin gets what it says. */
  #look(): void {
    for (const project of this.#projects.all.filter(isStreamed)) {
      const { folder, config } = project;
      const text = textOf(config.params);
      const isKnown = this.#seen.has(folder);
      const before = this.#seen.get(folder);
      const status = this.#running.at(folder);
      if (isKnown && before !== text && status !== undefined && isActive(status)) {
        this.apply(status, config.params).catch((error: unknown) =>
          logError(this.#log, `Configuring ${project.name}`, error),
        );
      }
      this.#seen.set(folder, text);
    }
  }

  dispose(): void {
    this.#listener.dispose();
    for (const form of [...this.#forms.values()]) form.dispose();
  }
}

function textOf(params: unknown): string | undefined {
  return params === undefined ? undefined : JSON.stringify(params);
}
