import * as vscode from 'vscode';

import { TASK_TYPE } from './names.ts';
import type { Projects } from './projects.ts';
import { problemMatchers, readTask, taskArguments, taskFolder, taskFor } from './taskDefinition.ts';
import type { HotplugTask } from './taskDefinition.ts';
import { requireTrust } from './trust.ts';
import type { BuildMode, Project } from '../project/project.ts';

/** Makes the build and watch tasks of a project. They run Hotplug's own command line in a terminal. */
export class Tasks implements vscode.TaskProvider {
  readonly #projects: Projects;
  readonly #cli: string;

  constructor(projects: Projects, cli: string) {
    this.#projects = projects;
    this.#cli = cli;
  }

  async provideTasks(): Promise<vscode.Task[]> {
    if (!vscode.workspace.isTrusted) return [];
    const projects = await this.#projects.ready();
    return projects.flatMap((project) =>
      [
        this.task(project, 'build'),
        this.task(project, 'build', 'release'),
        this.task(project, 'watch'),
      ].filter((task) => task !== undefined),
    );
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const definition = readTask(task.definition);
    const scope = task.scope;
    if (definition === undefined || scope === undefined || typeof scope === 'number') return undefined;
    const project = this.#projects.at(taskFolder(definition, scope.uri.fsPath));
    // VS Code finds the resolved task by the identity of the definition that it asked with.
    return this.#make(task.definition, definition, scope, task.name, project);
  }

  /** A task for a project; undefined where the project lies outside of every workspace folder. */
  task(
    project: Project,
    task: HotplugTask['task'],
    mode: BuildMode = 'development',
  ): vscode.Task | undefined {
    const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(project.folder));
    if (scope === undefined) return undefined;
    const definition = taskFor(task, mode, scope.uri.fsPath, project.folder);
    const name = `${task} ${project.name}${mode === 'release' ? ' (release)' : ''}`;
    return this.#make(definition, definition, scope, name, project);
  }

  #make(
    identity: vscode.TaskDefinition,
    definition: HotplugTask,
    scope: vscode.WorkspaceFolder,
    name: string,
    project: Project | undefined,
  ): vscode.Task {
    const execution = new vscode.ProcessExecution(
      process.execPath,
      [this.#cli, ...taskArguments(definition, scope.uri.fsPath)],
      { cwd: taskFolder(definition, scope.uri.fsPath), env: { ELECTRON_RUN_AS_NODE: '1' } },
    );
    const task = new vscode.Task(
      identity,
      scope,
      name,
      TASK_TYPE,
      execution,
      problemMatchers(project?.language),
    );
    task.group = vscode.TaskGroup.Build;
    task.isBackground = definition.task === 'watch';
    task.detail =
      definition.task === 'watch'
        ? vscode.l10n.t('Builds the plugin on every save')
        : definition.mode === 'release'
          ? vscode.l10n.t('Builds the plugin once for release')
          : vscode.l10n.t('Builds the plugin once for development');
    task.presentationOptions = {
      // The tree, the status bar and Problems tell how watching goes; its terminal is there for who looks.
      reveal: task.isBackground ? vscode.TaskRevealKind.Never : vscode.TaskRevealKind.Silent,
      panel: vscode.TaskPanelKind.Dedicated,
      showReuseMessage: false,
      focus: false,
      echo: false,
    };
    return task;
  }
}

/** Registers the provider. */
export function registerTasks(tasks: Tasks): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(TASK_TYPE, tasks);
}

/** Starts a build task; its terminal, the Problems view and the task's own icon say how it goes. */
export async function runBuild(tasks: Tasks, project: Project, mode: BuildMode): Promise<void> {
  requireTrust('build plugins');
  const task = tasks.task(project, 'build', mode);
  if (task !== undefined) await vscode.tasks.executeTask(task);
}
