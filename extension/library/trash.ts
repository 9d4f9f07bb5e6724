/** Plugins that were removed or replaced, which can be brought back for 30 days. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pluginsFolder, STAGING, TRASH } from './places.ts';

const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** What an action that ended without a word left in the staging folder. */
const STAGED_MS = 60 * 60 * 1000;
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-/;

/** A place in the trash for a plugin of this name, relative to the plugins' folder; `at` in ms since the epoch. */
export function trashPlace(name: string, at: number): string {
  return `${TRASH}/${stampOf(at)}-${name}`;
}

/** A place to prepare a plugin in. `id` is nobody else's. */
export function stagingPlace(id: string, at: number): string {
  return `${STAGING}/${stampOf(at)}-${id}`;
}

/** Deletes for good what is past its time. What is not ours in there is left alone. Never rejects. */
export async function emptyTrash(home: string, now = Date.now()): Promise<void> {
  await Promise.all([
    deleteOlder(join(pluginsFolder(home), TRASH), now - KEPT_MS),
    deleteOlder(join(pluginsFolder(home), STAGING), now - STAGED_MS),
  ]);
}

async function deleteOlder(folder: string, limit: number): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  const old = names.filter((name) => {
    const at = timeOf(name);
    return at !== undefined && at < limit;
  });
  // What is in use stays until the next time.
  for (const name of old)
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

/** `20261121T201903123Z` */
function stampOf(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:.]/g, '');
}

function timeOf(name: string): number | undefined {
  const [, year, month, day, hour, minute, second, ms] = NAME.exec(name) ?? [];
  if (ms === undefined) return undefined;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(at) ? undefined : at;
}
