/** Follows files that people save. */
import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How often to look although nothing was said: some file systems announce no changes. */
const LOOK_EVERY_MS = 1000;

/** How long a file has to stay as it is before it counts as written. */
const SETTLED_MS = 30;

/** Calls the listener when one of the files is written, comes or goes. */
export class FileFollower implements Disposable {
  readonly #files: readonly string[];
  readonly #changed: () => void;
  readonly #watchers: readonly FSWatcher[];
  readonly #timer: NodeJS.Timeout;
  #seen: Promise<string>;
  #looking = false;
  #again = false;
  #disposed = false;

  constructor(files: readonly string[], changed: () => void) {
    this.#files = files;
    this.#changed = changed;
    this.#seen = this.#look();
    const folders = new Set(files.map((file) => dirname(file)));
    this.#watchers = [...folders].flatMap((folder) => this.#watch(folder));
    this.#timer = setInterval(() => this.#check(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Editors replace files: the folder is what stays. */
  #watch(folder: string): readonly FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.#check());
      watcher.on('error', () => {
        watcher.close();
      });
      return [watcher];
    } catch {
      return []; // Not there, or out of watches: the timer looks on.
    }
  }

  #check(): void {
    if (this.#looking) {
      this.#again = true;
      return;
    }
    this.#looking = true;
    void this.#compare().finally(() => {
      this.#looking = false;
      if (!this.#again) return;
      this.#again = false;
      this.#check();
    });
  }

  async #compare(): Promise<void> {
    const before = await this.#seen;
    let now = await this.#look();
    if (now === before) return;
    // A file is emptied before it is written: nobody is to read it in between.
    for (let last = ''; last !== now;) {
      last = now;
      await pause(SETTLED_MS);
      now = await this.#look();
    }
    if (this.#disposed || now === before) return;
    this.#seen = Promise.resolve(now);
    this.#changed();
  }

  async #look(): Promise<string> {
    const looks = this.#files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? 'none' : `${found.ino} ${found.size} ${found.mtimeMs}`;
    });
    return (await Promise.all(looks)).join('\n');
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    clearInterval(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }
}
