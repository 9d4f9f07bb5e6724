import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import { isInside } from '../../project/config.ts';
import type { Project } from '../../project/project.ts';
import type { Projects } from '../projects.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import { isCallable } from './callable.ts';
import type { WorldExports } from './exports.ts';

/** What the WIT of a project exports. */
export interface KnownWorld {
  /** Of the last WIT that could be read; undefined before there was one. */
  readonly exports: WorldExports | undefined;
  /** What is wrong with the WIT as it is now, and what to do. */
  readonly problem: string | undefined;
}

/** The worlds of the projects whose exports can be called, read from the disk when somebody asks. */
export class Worlds implements vscode.Disposable {
  readonly #projects: Projects;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #known = new Map<string, Promise<KnownWorld>>();
  readonly #lastGood = new Map<string, WorldExports>();
  readonly #disposables: readonly { dispose(): unknown }[];

  /** The WIT of some project may be another one. */
  readonly onDidChange = this.#changed.event;

  constructor(projects: Projects) {
    this.#projects = projects;
    const watcher = vscode.workspace.createFileSystemWatcher('**/wit/**/*.wit');
    const forget = (uri: vscode.Uri): void => this.#forget(uri.fsPath);
    this.#disposables = [
      this.#changed,
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidChange(forget),
      watcher.onDidDelete(forget),
      // Sooner than the watcher.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.endsWith('.wit')) forget(uri);
      }),
      // Another world may be the plugin's.
      projects.onDidChange(() => {
        this.#known.clear();
        this.#changed.fire();
      }),
    ];
  }

  of(project: Project): Promise<KnownWorld> {
    const known = this.#known.get(project.folder) ?? this.#read(project);
    this.#known.set(project.folder, known);
    return known;
  }

  async #read(project: Project): Promise<KnownWorld> {
    const { folder } = project;
    try {
      const [{ worldOfProject }, { worldExports }] = await Promise.all([
        import('../../contracts/custom/binding.ts'),
        import('./exports.ts'),
      ]);
      const exports = worldExports(await worldOfProject(project));
      this.#lastGood.set(folder, exports);
      return { exports, problem: undefined };
    } catch (error) {
      const problem = joinSentences(messageOf(error), adviceFor(error));
      return { exports: this.#lastGood.get(folder), problem };
    }
  }

  #forget(file: string): void {
    for (const { folder } of this.#projects.all.filter(isCallable))
      if (isInside(folder, file)) this.#known.delete(folder);
    this.#changed.fire();
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
