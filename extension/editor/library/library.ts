/** The plugins of Chipmunk's folder and of the workspace as the window knows them. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import type { Log } from '../log.ts';
import type { Projects } from '../projects.ts';
import { readSetting } from '../settings.ts';
import { isStreamed } from '../streams/streamed.ts';
import type { ListedPlugin } from './listed.ts';
import { plugins, type Cli } from './process.ts';

/** Projects and builds change in bursts. */
const SETTLE_MS = 300;

/** Nothing is read, watched or run before {@link Library.start}. */
export class Library implements vscode.Disposable {
  readonly #script: string;
  readonly #cacheFolder: string;
  readonly #projects: Projects;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable[] = [];
  #watcher: { dispose(): void } | undefined;
  #watched: string | undefined;
  #plugins: readonly ListedPlugin[] = [];
  #problem: string | undefined;
  #started = false;
  #disposed = false;
  #listing: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(script: string, cacheFolder: string, projects: Projects, log: Log) {
    this.#script = script;
    this.#cacheFolder = cacheFolder;
    this.#projects = projects;
    this.#log = log;
  }

  get all(): readonly ListedPlugin[] {
    return this.#plugins;
  }

  /** Why there is no list. */
  get problem(): string | undefined {
    return this.#problem;
  }

  at(id: string): ListedPlugin | undefined {
    return this.#plugins.find((plugin) => plugin.id === id);
  }

  get cli(): Cli {
    return { script: this.#script, home: homeFolder(), cacheFolder: this.#cacheFolder };
  }

  /** Lists, and lists again whenever something changes from now on. */
  async start(): Promise<void> {
    if (!this.#started) {
      this.#started = true;
      const soon = (): void => this.#soon();
      this.#listeners.push(
        this.#projects.onDidChange(soon),
        vscode.tasks.onDidEndTask(soon),
        vscode.workspace.onDidGrantWorkspaceTrust(soon),
        vscode.workspace.onDidChangeConfiguration((change) => {
          if (change.affectsConfiguration('hotplug.chipmunk.home')) soon();
        }),
      );
      await this.refresh();
    }
    await this.#listing;
  }

  /** Lists again; resolves when the list is of now. */
  async refresh(): Promise<void> {
    if (this.#listing !== undefined) {
      this.#again = true;
      await this.#listing;
      return;
    }
    this.#listing = this.#list();
    try {
      await this.#listing;
    } finally {
      this.#listing = undefined;
    }
  }

  async #list(): Promise<void> {
    do {
      this.#again = false;
      try {
        await this.#watch();
        this.#plugins = vscode.workspace.isTrusted ? await this.#ask() : await unasked(homeFolder());
        this.#problem = undefined;
      } catch (error) {
        this.#problem = messageOf(error);
        this.#log.warn(`Chipmunk's plugins could not be listed: ${this.#problem}`);
      }
      this.#changed.fire();
    } while (this.#isWantedAgain());
  }

  #isWantedAgain(): boolean {
    return this.#again && !this.#disposed;
  }

  async #ask(): Promise<readonly ListedPlugin[]> {
    const projects = (await this.#projects.ready()).filter(isStreamed);
    const folders = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === 'file')
      .map(({ uri }) => uri.fsPath)
      .filter((folder) => projects.some((project) => project.folder.startsWith(folder)));
    const all = new Map<string, ListedPlugin>();
    const workspaces = folders.length === 0 ? [[]] : folders.map((folder) => ['--workspace', folder]);
    for (const words of workspaces) {
      const { plugins: listed } = await plugins(this.cli, ['list', ...words]);
      for (const plugin of listed as readonly ListedPlugin[]) all.set(plugin.id, plugin);
    }
    return [...all.values()];
  }

  /** What is watched is the folder of now. */
  async #watch(): Promise<void> {
    const home = homeFolder();
    if (this.#watched === home) return;
    const { watchStore } = await import('../../library/watch.ts');
    if (this.#disposed) return;
    this.#watcher?.dispose();
    const watcher = watchStore(home, () => this.#soon());
    this.#watcher = watcher;
    this.#watched = home;
    await watcher.ready;
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), SETTLE_MS);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#watcher?.dispose();
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }
}

/** The folder that `.chipmunk` lies in. */
function homeFolder(): string {
  const set = readSetting('hotplug.chipmunk.home').trim();
  return set === '' ? homedir() : set;
}

/** The plugins by their folders alone: what Restricted Mode can say of them. */
async function unasked(home: string): Promise<readonly ListedPlugin[]> {
  const { kindFolder } = await import('../../library/places.ts');
  const kinds = ['parser', 'bytesource'] as const;
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const folder = kindFolder(home, kind);
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
      return names.map(({ name }): ListedPlugin => ({
        id: join(folder, name),
        name,
        kind,
        origin: 'store',
        state: 'unasked',
        title: name,
        schemas: [],
        permissions: [],
        producers: [],
        log: [],
        findings: [],
      }));
    }),
  );
  return found.flat();
}
