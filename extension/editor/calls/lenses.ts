import { join, relative, sep } from 'node:path';
import * as vscode from 'vscode';

import { isInside } from '../../project/config.ts';
import type { Project } from '../../project/project.ts';
import { Command } from '../names.ts';
import type { Projects } from '../projects.ts';
import { isCallable } from './callable.ts';
import type { Worlds } from './worlds.ts';

/** By their place, because other extensions may have another name for the language. */
const SELECTOR: vscode.DocumentSelector = { scheme: 'file', pattern: '**/wit/**/*.wit' };

/** "Call" above each exported function of a project's WIT, wherever it is declared. */
class CallLenses implements vscode.CodeLensProvider {
  readonly #projects: Projects;
  readonly #worlds: Worlds;
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(projects: Projects, worlds: Worlds) {
    this.#projects = projects;
    this.#worlds = worlds;
    this.onDidChangeCodeLenses = worlds.onDidChange;
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const file = document.uri.fsPath;
    const project = (await this.#projects.ready()).find(
      (one) => isCallable(one) && isInside(witOf(one), file),
    );
    if (project === undefined) return [];
    const { exports } = await this.#worlds.of(project);
    if (exports === undefined) return [];
    const { exportLines } = await import('./lines.ts');
    const path = relative(witOf(project), file).replaceAll(sep, '/');
    return exportLines(document.getText(), path, exports).map(
      ({ export: name, line, start, end }) =>
        new vscode.CodeLens(new vscode.Range(line, start, line, end), {
          command: Command.callExport,
          title: `▶ ${vscode.l10n.t('Call')}`,
          tooltip: vscode.l10n.t('Call {0} of {1} with a form for its arguments.', name, project.name),
          arguments: [{ folder: project.folder, export: name }],
        }),
    );
  }
}

function witOf({ folder }: Project): string {
  return join(folder, 'wit');
}

export function registerCallLenses(projects: Projects, worlds: Worlds): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(SELECTOR, new CallLenses(projects, worlds));
}
