/** Keeps the host's cache of transpiled components within a budget: what was used longest ago goes first. */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const DEFAULT_BUDGET = 512 * 1024 * 1024;
/** What was used this short a time ago may be in use: a host imports a script more than once. */
const IN_USE_MS = 60 * 60 * 1000;
/** The folders of the host's cache, one a version of it: cache-folder.ts. */
const VERSION = 'jco-';
/** An entry's name is the hash of what its script depends on: skeleton.ts. */
const ENTRY = /^[0-9a-f]{64}$/;
const ASIDE = '.removing-';

export interface CodeCache {
  readonly entries: number;
  readonly bytes: number;
}

export interface Trimmed extends CodeCache {
  /** What was removed; `entries` and `bytes` are what is left. */
  readonly removed: CodeCache;
}

interface Entry {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since the Unix epoch: the host touches the folder of what it uses. */
  readonly usedAt: number;
}

/** How large the cache below this cache folder is, versions before this one included. */
export async function codeCacheSize(cacheFolder: string): Promise<CodeCache> {
  return sum(await entriesOf(cacheFolder));
}

/**
 * Removes what was used longest ago until the rest fits into the budget, and nothing that was used within the
 * last hour. What cannot be removed stays. Never rejects.
 */
export async function trimCodeCache(
  cacheFolder: string,
  budgetBytes = DEFAULT_BUDGET,
  now = Date.now(),
): Promise<Trimmed> {
  await removeLeftovers(cacheFolder);
  const entries = [...(await entriesOf(cacheFolder))].sort((a, b) => a.usedAt - b.usedAt);
  const before = sum(entries);
  const removed: Entry[] = [];
  let left = before.bytes;
  for (const entry of entries) {
    if (left <= budgetBytes || now - entry.usedAt < IN_USE_MS) break;
    if (!(await remove(cacheFolder, entry.path))) continue;
    removed.push(entry);
    left -= entry.bytes;
  }
  return { entries: entries.length - removed.length, bytes: left, removed: sum(removed) };
}

/** Removes everything that was not used within the last hour. */
export async function clearCodeCache(cacheFolder: string, now = Date.now()): Promise<Trimmed> {
  return trimCodeCache(cacheFolder, 0, now);
}

/** An entry goes out of sight as a whole before it is deleted: a host finds all of it or nothing. */
async function remove(cacheFolder: string, path: string): Promise<boolean> {
  const aside = join(cacheFolder, `${ASIDE}${randomUUID()}`);
  try {
    await rename(path, aside);
  } catch {
    return false; // Another process was quicker, or it is in use.
  }
  await rm(aside, { recursive: true, force: true }).catch(() => undefined);
  return true;
}

async function removeLeftovers(cacheFolder: string): Promise<void> {
  for (const name of await namesIn(cacheFolder))
    if (name.startsWith(ASIDE))
      await rm(join(cacheFolder, name), { recursive: true, force: true }).catch(() => undefined);
}

async function entriesOf(cacheFolder: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const version of (await namesIn(cacheFolder)).filter((name) => name.startsWith(VERSION))) {
    for (const name of (await namesIn(join(cacheFolder, version))).filter((one) => ENTRY.test(one))) {
      const entry = await entryAt(join(cacheFolder, version, name));
      if (entry !== undefined) entries.push(entry);
    }
  }
  return entries;
}

async function entryAt(path: string): Promise<Entry | undefined> {
  try {
    const folder = await stat(path);
    if (!folder.isDirectory()) return undefined;
    const files = await Promise.all((await namesIn(path)).map((name) => stat(join(path, name))));
    return {
      path,
      bytes: files.reduce((bytes, { size }) => bytes + size, 0),
      usedAt: folder.mtimeMs,
    };
  } catch {
    return undefined; // It is being made or removed.
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

function sum(entries: readonly Entry[]): CodeCache {
  return { entries: entries.length, bytes: entries.reduce((bytes, entry) => bytes + entry.bytes, 0) };
}
