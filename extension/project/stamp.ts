import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf, UserError } from '../errors.ts';
import { isMissing } from './config.ts';
import type { BuildStamp } from './project.ts';

/** Folder of a project that Hotplug's own files live in; never a source. */
const stateFolder = '.hotplug';

/** The file through which the process that builds tells the process that hosts. */
export function stampFile(folder: string): string {
  return join(folder, stateFolder, 'build.json');
}

/** The last stamp; undefined where there is none or where it cannot be understood. */
export async function readStamp(folder: string): Promise<BuildStamp | undefined> {
  let text: string;
  try {
    text = await readFile(stampFile(folder), 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return parseStamp(text);
}

/** Longest that a build is waited for. */
const BUILD_MS = 120_000;

/** The stamp of the newest build, once that is over: while it runs, its stamp has no artifact. */
export async function finishedStamp(folder: string): Promise<BuildStamp | undefined> {
  const until = performance.now() + BUILD_MS;
  for (;;) {
    const stamp = await readStamp(folder);
    if (stamp?.status !== 'building' || performance.now() > until) return stamp;
    await pause(50);
  }
}

function parseStamp(text: string): BuildStamp | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // A file that is half written or that somebody edited: the next build replaces it.
  }
  return isStamp(value) ? value : undefined;
}

function isStamp(value: unknown): value is BuildStamp {
  if (typeof value !== 'object' || value === null) return false;
  const stamp: Partial<Record<keyof BuildStamp, unknown>> = value;
  return (
    stamp.version === 1 &&
    typeof stamp.serial === 'number' &&
    (stamp.status === 'building' || stamp.status === 'ok' || stamp.status === 'failed') &&
    (stamp.mode === 'development' || stamp.mode === 'release') &&
    typeof stamp.startedAt === 'number' &&
    Array.isArray(stamp.diagnostics)
  );
}

/** Replaces the stamp as a whole: a reader sees the old one or the new one, never a part. */
export async function writeStamp(folder: string, stamp: BuildStamp): Promise<void> {
  const file = stampFile(folder);
  const aside = `${file}.${process.pid}`;
  try {
    await mkdir(join(folder, stateFolder), { recursive: true });
    await writeFile(aside, `${JSON.stringify(stamp, undefined, 1)}\n`);
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw new UserError(
      `${file} cannot be written: ${messageOf(error)}`,
      'Check that the disk has room and that you may write to the project folder.',
      { cause: error },
    );
  }
}

/** How often to look although nothing was said: some file systems announce no changes. */
const LOOK_EVERY_MS = 1000;

/**
 * Calls the listener with the stamp that is there, and with every new one within milliseconds of
 * its writing. The `.hotplug` folder may come later and may go away.
 */
export function followStamp(folder: string, listener: (stamp: BuildStamp) => void): { dispose(): void } {
  const follower = new StampFollower(folder, listener);
  follower.start();
  return follower;
}

class StampFollower {
  private readonly folder: string;
  private readonly listener: (stamp: BuildStamp) => void;
  private watcher: FSWatcher | undefined;
  /** What `watcher` watches. */
  private watched: 'project' | 'state' | undefined;
  private timer: NodeJS.Timeout | undefined;
  private last = '';
  private reading = false;
  private again = false;
  private disposed = false;

  constructor(folder: string, listener: (stamp: BuildStamp) => void) {
    this.folder = folder;
    this.listener = listener;
  }

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
    this.look();
  }

  dispose(): void {
    this.disposed = true;
    clearInterval(this.timer);
    this.unwatch();
  }

  private look(): void {
    if (this.disposed) return;
    this.watch();
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    void this.read();
  }

  private async read(): Promise<void> {
    let stamp: BuildStamp | undefined;
    try {
      stamp = await readStamp(this.folder);
    } catch {
      // Locked or not readable at this moment: the timer looks again.
    }
    this.reading = false;
    if (this.disposed) return;
    if (stamp) this.tell(stamp);
    if (this.again) {
      this.again = false;
      this.look();
    }
  }

  private tell(stamp: BuildStamp): void {
    const key = `${stamp.serial} ${stamp.status} ${stamp.startedAt} ${stamp.checkedAt ?? ''}`;
    if (key === this.last) return;
    this.last = key;
    this.listener(stamp);
  }

  /** Watches `.hotplug`, or the project folder until that is there. */
  private watch(): void {
    if (this.watched === 'state') return;
    if (this.tryWatch(join(this.folder, stateFolder), 'state')) return;
    if (this.watched === undefined) this.tryWatch(this.folder, 'project');
  }

  private tryWatch(path: string, what: 'project' | 'state'): boolean {
    let watcher: FSWatcher;
    try {
      watcher = watch(path, { persistent: false });
    } catch {
      return false; // Not there (yet), or out of watches: the timer looks on.
    }
    this.unwatch();
    this.watcher = watcher;
    this.watched = what;
    watcher.on('change', (_kind, name) => {
      // A folder that is deleted reports its own name; whatever is there afterwards is another one.
      if (what === 'state' && name === stateFolder) this.unwatch();
      this.look();
    });
    watcher.on('error', () => this.unwatch());
    return true;
  }

  private unwatch(): void {
    this.watcher?.close();
    this.watcher = undefined;
    this.watched = undefined;
  }
}
