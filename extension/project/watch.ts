import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, matchesGlob, relative, sep } from 'node:path';
import { watch as watchFiles, type FSWatcher } from 'chokidar';
import type { Toolchain } from '../toolchains/toolchain.ts';
import { configFile } from './config.ts';
import type { Project } from './project.ts';

/** How long the files must be quiet before a build starts. */
const QUIET_MS = 30;

/**
 * chokidar drops a second change of a file within 50 ms of the first; after this time the file is
 * looked at once more, so that the last save always counts.
 */
const LOOK_AGAIN_MS = 60;

/** Folders that never hold sources and that may be too large to watch. */
const neverFolders = new Set(['node_modules', 'target', '.hotplug', '.git', 'dist']);

/** Notes beside recordings, and exports: what Hotplug writes itself is no plugin's source. */
const neverFiles = /\.hotplug\.notes\.json$|\.(?:trace|speedscope)\.json$/;

/** Says of a path relative to the project, with forward slashes, whether a save of it triggers a build. */
export function sourceFilter(
  project: Pick<Project, 'folder' | 'config'>,
  toolchain: Pick<Toolchain, 'sources' | 'outputs'>,
): (path: string) => boolean {
  const include = [configFile, ...(project.config.watch?.include ?? toolchain.sources)];
  const exclude = [...toolchain.outputs, ...(project.config.watch?.exclude ?? [])];
  const artifacts = Object.values(project.config.artifact ?? {}).map((path) =>
    insidePath(project.folder, path),
  );
  const matches = (path: string, globs: readonly string[]): boolean =>
    globs.some((glob) => matchesGlob(path, glob));
  return (path) =>
    !inNeverFolder(path) &&
    !neverFiles.test(path) &&
    !artifacts.includes(path) &&
    !matches(path, exclude) &&
    matches(path, include);
}

/** Path relative to the folder, with forward slashes. */
function insidePath(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

function inNeverFolder(path: string): boolean {
  return path.split('/').some((part) => neverFolders.has(part));
}

/** Calls the listener once after each burst of saves, with the time of the last one in ms since the epoch. */
export async function watchSources(
  project: Project,
  toolchain: Pick<Toolchain, 'sources' | 'outputs'>,
  listener: (savedAt: number, paths: readonly string[]) => void,
): Promise<{ dispose(): Promise<void> }> {
  const watcher = new SourceWatcher(project, toolchain, listener);
  await watcher.ready();
  return watcher;
}

class SourceWatcher {
  private readonly folder: string;
  private readonly isSource: (path: string) => boolean;
  private readonly listener: (savedAt: number, paths: readonly string[]) => void;
  private readonly watcher: FSWatcher;
  private readonly seen = new Map<string, string>();
  private readonly looks = new Set<NodeJS.Timeout>();
  private changed = new Set<string>();
  private quiet: NodeJS.Timeout | undefined;
  private savedAt = 0;
  private isReady = false;
  private disposed = false;

  constructor(
    project: Project,
    toolchain: Pick<Toolchain, 'sources' | 'outputs'>,
    listener: (savedAt: number, paths: readonly string[]) => void,
  ) {
    this.folder = project.folder;
    this.isSource = sourceFilter(project, toolchain);
    this.listener = listener;
    this.watcher = watchFiles(this.folder, {
      ignored: (path, stats) => {
        const inside = insidePath(this.folder, path);
        if (inside === '') return false;
        return inNeverFolder(inside) || (stats?.isFile() === true && !this.isSource(inside));
      },
      atomic: false,
    });
    this.watcher.on('all', (kind, path, stats) => {
      // What is there from the beginning is no save, nor is what is told of it while it stays like that.
      if (!this.isReady && kind === 'add' && stats !== undefined) this.seen.set(path, keyOf(stats));
      else if (kind !== 'addDir' && kind !== 'unlinkDir') void this.look(path);
    });
    // A watch that fails (too many files, a folder that went away) leaves the rest watched.
    this.watcher.on('error', () => undefined);
  }

  async ready(): Promise<void> {
    await new Promise<void>((resolve) => this.watcher.once('ready', () => resolve()));
    this.isReady = true;
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    clearTimeout(this.quiet);
    for (const timer of this.looks) clearTimeout(timer);
    await this.watcher.close();
  }

  /** Counts a save of the file unless the same state of it was counted before. */
  private async look(path: string): Promise<void> {
    const inside = insidePath(this.folder, path);
    if (!this.isSource(inside)) return;
    if (!(await this.mark(path)) || this.disposed) return;
    this.changed.add(inside);
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => void this.tell(), QUIET_MS);
    const again = setTimeout(() => {
      this.looks.delete(again);
      void this.look(path);
    }, LOOK_AGAIN_MS);
    this.looks.add(again);
  }

  private async tell(): Promise<void> {
    const paths = [...this.changed];
    this.changed = new Set();
    // A file is emptied before it is written: what stands there by now is what the listener reads, and no other save.
    for (const path of paths) await this.mark(join(this.folder, path));
    if (!this.disposed) this.listener(this.savedAt, paths);
  }

  /** Takes the file as it is now for seen; false where it was already. */
  private async mark(path: string): Promise<boolean> {
    const state = await stateOf(path);
    if (this.seen.get(path) === state.key) return false;
    this.seen.set(path, state.key);
    this.savedAt = Math.max(this.savedAt, state.savedAt);
    return true;
  }
}

/** A save is as old as the file says, unless its clock is not to be trusted (copied or checked-out files). */
const TRUSTED_MS = 2000;

async function stateOf(path: string): Promise<{ key: string; savedAt: number }> {
  const now = Date.now();
  try {
    const stats = await stat(path);
    const { mtimeMs } = stats;
    const savedAt = mtimeMs <= now && now - mtimeMs < TRUSTED_MS ? mtimeMs : now;
    return { key: keyOf(stats), savedAt };
  } catch {
    return { key: 'gone', savedAt: now };
  }
}

/** Changes when the file does. */
function keyOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${size} ${ino}`;
}
