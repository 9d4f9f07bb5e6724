import type * as vscode from 'vscode';

import type { Project } from '../../project/project.ts';
import type { Projects } from '../projects.ts';
import type { Services } from '../services.ts';
import type { CallForm } from './form.ts';
import { registerCallLenses } from './lenses.ts';
import { Worlds } from './worlds.ts';

/** Calls of exports: the lenses in the WIT, and a form for each plugin whose exports are called. */
export class Calls implements vscode.Disposable {
  readonly #worlds: Worlds;
  readonly #lenses: vscode.Disposable;
  readonly #forms = new Map<string, CallForm>();

  constructor(projects: Projects) {
    this.#worlds = new Worlds(projects);
    this.#lenses = registerCallLenses(projects, this.#worlds);
  }

  /** Opens the form of a plugin, or brings it to the front, at an export where one is named. */
  async show(project: Project, chosen: string | undefined, services: Services): Promise<void> {
    const before = this.#forms.get(project.folder);
    if (before !== undefined) {
      await before.show(chosen);
      return;
    }
    const { CallForm } = await import('./form.ts');
    const form = new CallForm(project, chosen, { ...services, worlds: this.#worlds });
    this.#forms.set(project.folder, form);
    form.onDidDispose(() => this.#forms.delete(project.folder));
  }

  dispose(): void {
    for (const form of [...this.#forms.values()]) form.dispose();
    this.#lenses.dispose();
    this.#worlds.dispose();
  }
}
