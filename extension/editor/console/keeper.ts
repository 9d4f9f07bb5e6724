import type * as vscode from 'vscode';

import type { HostApi } from '../../host/protocol.ts';
import { logError, type Log } from '../log.ts';
import type { Projects } from '../projects.ts';
import { isActive, type Running } from '../running.ts';

/** Has every plugin on the bus hear what its hotplug.json says, whoever changed that and whenever it was started. */
export class SubscriptionKeeper implements vscode.Disposable {
  readonly #host: HostApi;
  readonly #projects: Projects;
  readonly #running: Running;
  readonly #log: Log;
  /** What was seen last of each plugin, by its folder. */
  readonly #seen = new Map<string, string>();
  readonly #listeners: readonly vscode.Disposable[];

  constructor(host: HostApi, projects: Projects, running: Running, log: Log) {
    this.#host = host;
    this.#projects = projects;
    this.#running = running;
    this.#log = log;
    this.#listeners = [projects.onDidChange(() => this.#look()), running.onDidChange(() => this.#look())];
  }

  #look(): void {
    for (const { id, folder, bus, ...status } of this.#running.all) {
      const project = this.#projects.at(folder);
      if (bus === undefined || project === undefined || !isActive({ id, folder, ...status })) continue;
      const patterns = [...new Set(project.config.subscriptions)];
      const seen = JSON.stringify([id, patterns]);
      if (this.#seen.get(folder) === seen) continue;
      this.#seen.set(folder, seen);
      if (JSON.stringify(bus.patterns) === JSON.stringify(patterns)) continue;
      this.#host.request('subscribe', { plugin: id, patterns }).catch((error: unknown) => {
        logError(this.#log, `Subscribing ${status.name}`, error);
      });
    }
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
  }
}
