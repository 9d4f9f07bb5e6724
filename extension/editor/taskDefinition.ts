import { join, relative, sep } from 'node:path';

import { TASK_TYPE } from './names.ts';
import { languages } from '../project/languages.ts';
import type { BuildMode, LanguageId } from '../project/project.ts';

/** A task as it is written in tasks.json; package.json has its schema. */
export interface HotplugTask {
  readonly type: typeof TASK_TYPE;
  readonly task: 'build' | 'watch';
  readonly mode?: BuildMode;
  /** The project, relative to its workspace folder and with forward slashes; the workspace folder itself where absent. */
  readonly folder?: string;
}

/** Reads a definition that a user may have written by hand. */
export function readTask(definition: Readonly<Record<string, unknown>>): HotplugTask | undefined {
  const { type, task, mode, folder } = definition as Readonly<
    Record<'type' | 'task' | 'mode' | 'folder', unknown>
  >;
  if (type !== TASK_TYPE || (task !== 'build' && task !== 'watch')) return undefined;
  if (mode !== undefined && mode !== 'development' && mode !== 'release') return undefined;
  if (folder !== undefined && typeof folder !== 'string') return undefined;
  return { type, task, ...(mode === undefined ? {} : { mode }), ...(folder === undefined ? {} : { folder }) };
}

/** The definition of a task for a project below a workspace folder. */
export function taskFor(
  task: HotplugTask['task'],
  mode: BuildMode,
  workspaceFolder: string,
  folder: string,
): HotplugTask {
  const way = relative(workspaceFolder, folder).split(sep).join('/');
  return {
    type: TASK_TYPE,
    task,
    ...(mode === 'development' ? {} : { mode }),
    ...(way === '' ? {} : { folder: way }),
  };
}

/** The absolute path of the project that a task builds. */
export function taskFolder(task: HotplugTask, workspaceFolder: string): string {
  return join(workspaceFolder, task.folder ?? '.');
}

/** Arguments of the command line that does the task. */
export function taskArguments(task: HotplugTask, workspaceFolder: string): readonly string[] {
  return [task.task, taskFolder(task, workspaceFolder), ...(task.mode === 'release' ? ['--release'] : [])];
}

/** The problem matchers that read what a build of this language prints; all of them where it is not known. */
export function problemMatchers(language: LanguageId | undefined): string[] {
  const asked = language === undefined ? Object.values(languages) : [languages[language]];
  return [...new Set(asked.flatMap(({ matchers }) => matchers))];
}
