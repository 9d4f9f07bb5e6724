import * as vscode from 'vscode';

import { logError } from './log.ts';
import type { Log } from './log.ts';
import { setContext } from './settings.ts';
import type { Project } from '../project/project.ts';
import type { BrokenProject, FoundProjects } from '../project/recognise.ts';

/** What makes a folder a plugin project, or changes what kind of one it is. */
const RELEVANT = '**/{hotplug.json,Cargo.toml,package.json,Makefile,*.wit}';
const IRRELEVANT = /[/\\](node_modules|target|\.git|\.hotplug|build|dist)[/\\]/;
const SETTLE_MS = 300;

/** The plugin projects of the workspace's folders. */
export class Projects implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposables: readonly { dispose(): void }[];
  readonly #log: Log;
  #found: FoundProjects = { projects: [], broken: [] };
  #scan: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(log: Log) {
    this.#log = log;
    const watcher = vscode.workspace.createFileSystemWatcher(RELEVANT);
    const changed = (uri: vscode.Uri): void => {
      if (!IRRELEVANT.test(uri.fsPath)) this.#scanSoon();
    };
    this.#disposables = [
      this.#changed,
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#scanSoon()),
    ];
  }

  get all(): readonly Project[] {
    return this.#found.projects;
  }

  /** Folders that mean to be projects but have a mistake in their hotplug.json. */
  get broken(): readonly BrokenProject[] {
    return this.#found.broken;
  }

  at(folder: string): Project | undefined {
    return this.#found.projects.find((project) => project.folder === folder);
  }

  /** Resolves when the first scan has ended; starts it where nothing has. */
  async ready(): Promise<readonly Project[]> {
    await (this.#scan ?? this.refresh());
    return this.#found.projects;
  }

  /** Looks through the workspace's folders again. */
  async refresh(): Promise<void> {
    const before = this.#scan;
    this.#scan = (async () => {
      await before;
      const found = await this.#find();
      if (signature(found) === signature(this.#found)) return;
      this.#found = found;
      setContext('hotplug.hasProjects', found.projects.length + found.broken.length > 0);
      this.#changed.fire();
    })();
    await this.#scan;
  }

  async #find(): Promise<FoundProjects> {
    const { findProjects } = await import('../project/recognise.ts');
    const projects = new Map<string, Project>();
    const broken = new Map<string, BrokenProject>();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      try {
        const found = await findProjects(folder.uri.fsPath);
        for (const project of found.projects) projects.set(project.folder, project);
        for (const failure of found.broken) broken.set(failure.folder, failure);
      } catch (error) {
        logError(this.#log, `Looking for plugin projects in ${folder.uri.fsPath}`, error);
      }
    }
    return { projects: [...projects.values()].sort(byName), broken: [...broken.values()] };
  }

  #scanSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function byName(a: Project, b: Project): number {
  return a.name.localeCompare(b.name) || a.folder.localeCompare(b.folder);
}

/** Equal where nothing that anybody can see has changed. */
function signature({ projects, broken }: FoundProjects): string {
  return JSON.stringify([projects, broken.map(({ folder, error }) => [folder, error.message])]);
}
