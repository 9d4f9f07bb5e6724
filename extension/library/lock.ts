/** One action at a time changes the plugins' folder, whichever process it is in. */
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { messageOf, UserError } from '../errors.ts';
import { lockFile } from './places.ts';

/** Longest that another action is waited for; one is some renames. */
const WAIT_MS = 10_000;
/** A lock that is this old belongs to nobody any more, whatever its process number says. */
const STALE_MS = 60_000;

/** Runs an action while nobody else changes the plugins' folder, which is made where it is not there. */
export async function withLock<T>(home: string, action: () => Promise<T>): Promise<T> {
  const file = lockFile(home);
  await take(file);
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  const until = Date.now() + WAIT_MS;
  for (;;) {
    try {
      await mkdir(dirname(file), { recursive: true });
      await using handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        throw new UserError(
          `${dirname(file)} cannot be changed: ${messageOf(error)}.`,
          'Check that you may write to it and that the disk has room.',
          { cause: error },
        );
      }
    }
    if (await isStale(file)) {
      // Only one of those who see that it is stale gets it out of the way.
      const aside = `${file}-${randomUUID()}`;
      await rename(file, aside).catch(() => undefined);
      await rm(aside, { force: true });
      continue;
    }
    if (Date.now() > until) {
      throw new UserError(
        `Something else changes the plugins: ${file} is there.`,
        'Wait until that is done, or delete the file where nothing runs.',
      );
    }
    await pause(20);
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const [{ mtimeMs }, text] = await Promise.all([stat(file), readFile(file, 'utf8')]);
    const age = Date.now() - mtimeMs;
    return age > STALE_MS || (/^\d+$/.test(text) && !isAlive(Number(text)));
  } catch {
    return false; // It is gone by now.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
