/** Notices changes of Chipmunk's folder of plugins, whoever makes them. */
import { watch, type FSWatcher } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pluginKinds } from './kinds.ts';
import { kindFolder, pluginsFolder } from './places.ts';

/** A copy of several files is one change. */
const QUIET_MS = 100;
/** How often to look although nothing was said: some file systems announce no changes, and folders may come later. */
const LOOK_EVERY_MS = 3000;

/**
 * Calls `changed` once after each burst of changes, and only where something is other than before: a
 * plugin's folder, or a file in one. The folders may come later and may go away. What is there when `ready`
 * resolves is what changes are changes of.
 */
export function watchStore(
  home: string,
  changed: () => void,
): { readonly ready: Promise<void>; dispose(): void } {
  const watcher = new StoreWatcher(home, changed);
  const ready = watcher.start();
  return { ready, dispose: () => watcher.dispose() };
}

class StoreWatcher {
  readonly #home: string;
  readonly #changed: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #last: string | undefined;
  #looking = false;
  #again = false;
  #disposed = false;

  constructor(home: string, changed: () => void) {
    this.#home = home;
    this.#changed = changed;
  }

  start(): Promise<void> {
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
    return this.#look();
  }

  dispose(): void {
    this.#disposed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#quiet);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    do {
      this.#again = false;
      const { state, folders } = await stateOf(this.#home);
      if (this.#disposed) break;
      this.#follow(folders);
      const before = this.#last;
      this.#last = state;
      if (before !== undefined && before !== state) this.#changed();
    } while (this.#isWantedAgain());
    this.#looking = false;
  }

  #isWantedAgain(): boolean {
    return this.#again && !this.#disposed;
  }

  /** Watches these folders and no others. */
  #follow(folders: readonly string[]): void {
    const wanted = new Set(folders);
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => this.#soon());
        watcher.on('error', () => this.#lose(folder, watcher));
        this.#watchers.set(folder, watcher);
      } catch {
        // It went away, or there are too many watches: the timer looks.
      }
    }
  }

  #lose(folder: string, watcher: FSWatcher): void {
    watcher.close();
    if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder);
    this.#soon();
  }

  #soon(): void {
    if (this.#disposed) return;
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#look(), QUIET_MS);
    this.#quiet.unref();
  }
}

/** What a change changes, and the folders in which changes are made. */
async function stateOf(home: string): Promise<{ state: string; folders: readonly string[] }> {
  const root = pluginsFolder(home);
  const homes = pluginKinds.flatMap((kind) => [kindFolder(home, kind), kindFolder(home, kind, true)]);
  const folders: string[] = [];
  const lines: string[] = [];
  if ((await namesIn(root)) !== undefined) folders.push(root);
  for (const folder of homes) {
    const names = await namesIn(folder);
    if (names === undefined) continue;
    folders.push(folder);
    const plugins = names.filter((name) => !name.startsWith('.')).sort();
    const states = await Promise.all(plugins.map((name) => pluginState(join(folder, name), name)));
    lines.push(folder, ...states.flat());
    for (const [index, name] of plugins.entries())
      if (states[index] !== undefined && states[index].length > 0) folders.push(join(folder, name));
  }
  return { state: lines.join('\n'), folders };
}

/** The files that count in a plugin's folder, with what changes when they do. */
async function pluginState(folder: string, name: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  if (names === undefined) return [];
  const counting = new Set([`${name}.wasm`, `${name}.toml`, 'metadata.toml', 'README.md']);
  const files = names.filter((file) => counting.has(file)).sort();
  const states = await Promise.all(
    files.map(async (file) => {
      const found = await stat(join(folder, file)).catch(() => undefined);
      return `${file} ${found?.size} ${found?.mtimeMs} ${found?.ino}`;
    }),
  );
  return [folder, ...states];
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  return readdir(folder).catch(() => undefined);
}
