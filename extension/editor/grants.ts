import * as vscode from 'vscode';

import { wishOf, withoutGrants } from './grantText.ts';
import type { Log } from './log.ts';
import type { Project } from '../project/project.ts';

/** Where the workspace keeps what was allowed: a list of {@link Wish.id}. */
const KEY = 'hotplug.grants';

/** Hosts and folders that a hotplug.json grants its plugin, once the user has allowed it. */
export class Grants {
  readonly #memory: vscode.Memento;
  readonly #log: Log;

  /** `memory` is the workspace's. */
  constructor(memory: vscode.Memento, log: Log) {
    this.#memory = memory;
    this.#log = log;
  }

  /**
   * The project as it may be run: without what is not allowed. With `ask` the user is asked where that was never
   * allowed; what is allowed once is remembered, until hotplug.json wants something else.
   */
  async allowed(project: Project, ask: boolean): Promise<Project> {
    const wish = wishOf(project);
    if (wish === undefined) return project;
    if (this.#known.includes(wish.id)) return project;
    if (ask && (await wantsTo(project.name, wish.text))) {
      await this.#memory.update(KEY, [...this.#known, wish.id]);
      this.#log.info(`${project.name} may ${wish.text}: allowed for this workspace.`);
      return project;
    }
    this.#log.warn(
      `${project.name} runs without what its hotplug.json grants: it may not ${wish.text}. Starting it the next time asks again.`,
    );
    return withoutGrants(project);
  }

  get #known(): readonly string[] {
    return this.#memory.get<readonly string[]>(KEY, []);
  }
}

async function wantsTo(name: string, what: string): Promise<boolean> {
  const allow: vscode.MessageItem = { title: vscode.l10n.t('Allow') };
  const notNow: vscode.MessageItem = { title: vscode.l10n.t('Not Now'), isCloseAffordance: true };
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} wants to {1}.', name, what),
    {
      modal: true,
      detail: vscode.l10n.t(
        'Its hotplug.json says so. Without this the plugin runs, and is refused what it asks for. What you allow is remembered for this workspace, until hotplug.json wants something else.',
      ),
    },
    allow,
    notNow,
  );
  return choice === allow;
}
