import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of live recordings that are kept. */
export const LIVE_BUDGET = 1024 ** 3;

/**
 * Removes live recordings of earlier runs, oldest first, until the rest fits into `budget` bytes.
 * One that another host process writes at this moment is the newest and stays.
 */
export async function keepWithin(folder: string, budget: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.hotplug.mcap'));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return { path: join(folder, name), size, at: mtimeMs };
    }),
  );
  files.sort((a, b) => b.at - a.at);
  let kept = 0;
  for (const { path, size } of files) {
    kept += size;
    if (kept > budget) await rm(path, { force: true });
  }
}
