import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of live recordings that are kept where nobody says otherwise. */
export const LIVE_BUDGET = 1024 ** 3;

const ENDING = '.hotplug.mcap';

/** Names a live recording after the time and the process that writes it. */
export function liveName(at: Date, pid: number, number: number): string {
  const stamp = at.toISOString().replace(/[:.]/g, '-');
  return `${stamp}-${pid}${number === 1 ? '' : `-${number}`}${ENDING}`;
}

/**
 * Removes live recordings of a folder, oldest first, until the rest fits into `budget` bytes, and
 * answers how many bytes that is. Those in `writing` stay, and so does the newest one of every other
 * process that runs: it is still being written. A file that cannot be removed counts and stays.
 */
export async function keepWithin(
  folder: string,
  budget: number,
  writing: readonly string[] = [],
): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING));
  const found = await Promise.all(names.map(async (name) => await look(folder, name)));
  const files = found.filter((file) => file !== undefined).sort((a, b) => b.at - a.at);
  const open = new Set(writing);
  const processes = new Set<number>();
  for (const { path, pid } of files) {
    if (pid === undefined || pid === process.pid || processes.has(pid)) continue;
    processes.add(pid);
    if (isRunning(pid)) open.add(path);
  }
  let kept = files.reduce((sum, { path, size }) => (open.has(path) ? sum + size : sum), 0);
  let full = false;
  for (const { path, size } of files) {
    if (open.has(path)) continue;
    full ||= kept + size > budget;
    const removed = full && (await remove(path));
    if (!removed) kept += size;
  }
  return kept;
}

interface LiveFile {
  readonly path: string;
  readonly size: number;
  /** When it was last written, in ms since the Unix epoch. */
  readonly at: number;
  readonly pid: number | undefined;
}

/** Undefined where another process has removed it meanwhile. */
async function look(folder: string, name: string): Promise<LiveFile | undefined> {
  const path = join(folder, name);
  try {
    const { size, mtimeMs } = await stat(path);
    const pid = /Z-(\d+)(?:-\d+)?\.hotplug\.mcap$/.exec(name)?.[1];
    return { path, size, at: mtimeMs, pid: pid === undefined ? undefined : Number(pid) };
  } catch {
    return undefined;
  }
}

async function remove(path: string): Promise<boolean> {
  try {
    await rm(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, but is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
