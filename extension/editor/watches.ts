import * as vscode from 'vscode';

import { UserError } from '../errors.ts';
import type { Log } from './log.ts';
import { readTask, taskFolder } from './taskDefinition.ts';
import type { Tasks } from './tasks.ts';
import { requireTrust } from './trust.ts';
import type { Project } from '../project/project.ts';

/** The watch tasks that run, one per project, whoever started them. */
export class Watches implements vscode.Disposable {
  readonly #tasks: Tasks;
  readonly #log: Log;
  readonly #stopping = new Set<string>();
  readonly #listener: vscode.Disposable;

  constructor(tasks: Tasks, log: Log) {
    this.#tasks = tasks;
    this.#log = log;
    this.#listener = vscode.tasks.onDidEndTaskProcess((event) => this.#ended(event));
  }

  /** Starts watching a project, unless a task already does. */
  async start(project: Project): Promise<void> {
    requireTrust('build plugins');
    if (running(project.folder) !== undefined) return;
    const task = this.#tasks.task(project, 'watch');
    if (task === undefined) {
      throw new UserError(
        vscode.l10n.t('{0} is in no folder of this workspace', project.folder),
        vscode.l10n.t('Add it with "File: Add Folder to Workspace…" and start the plugin again.'),
      );
    }
    await vscode.tasks.executeTask(task);
  }

  stop(folder: string): void {
    this.#stopping.add(folder);
    running(folder)?.terminate();
  }

  #ended(event: vscode.TaskProcessEndEvent): void {
    const folder = watchedFolder(event.execution);
    if (folder === undefined) return;
    const asked = this.#stopping.delete(folder);
    // No exit code: the user closed the terminal or terminated the task.
    if (asked || event.exitCode === undefined || event.exitCode === 0) return;
    this.#log.warn(`Watching ${folder} ended with exit code ${event.exitCode}.`);
    void this.#offerRestart(folder, event.exitCode);
  }

  async #offerRestart(folder: string, exitCode: number): Promise<void> {
    const again = vscode.l10n.t('Watch Again');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        'Hotplug no longer watches {0}: the task ended with exit code {1}. Its terminal says why.',
        folder,
        exitCode,
      ),
      again,
    );
    const tasks = await this.#tasks.provideTasks();
    const task = tasks.find((candidate) => candidate.isBackground && folderOf(candidate) === folder);
    if (choice === again && task !== undefined && running(folder) === undefined)
      await vscode.tasks.executeTask(task);
  }

  dispose(): void {
    this.#listener.dispose();
  }
}

function running(folder: string): vscode.TaskExecution | undefined {
  return vscode.tasks.taskExecutions.find((execution) => watchedFolder(execution) === folder);
}

function watchedFolder(execution: vscode.TaskExecution): string | undefined {
  return readTask(execution.task.definition)?.task === 'watch' ? folderOf(execution.task) : undefined;
}

function folderOf(task: vscode.Task): string | undefined {
  const definition = readTask(task.definition);
  if (definition === undefined || task.scope === undefined || typeof task.scope === 'number')
    return undefined;
  return taskFolder(definition, task.scope.uri.fsPath);
}
