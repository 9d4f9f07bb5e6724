import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { exists } from './find.ts';
import { replaceFile } from './output.ts';

/** Where components that run sources in development are kept: they are made once for a world and a version of the tool. */
function interpretersFolder(): string {
  return join(homedir(), '.cache', 'hotplug', 'interpreters');
}

const DAY_MS = 24 * 3600 * 1000;
/** Interpreters that nobody used for this long are removed: worlds and versions change. */
const KEPT_MS = 30 * DAY_MS;

/** Those that are made now: two projects of one world wait for the same one. */
const making = new Map<string, Promise<string>>();

/** Everything that an interpreter is made of: WIT, entry module, version of the tool. */
export type InterpreterInputs = readonly (string | Uint8Array)[];

/** Whether there is a component for these inputs already. */
export function hasInterpreter(language: string, inputs: InterpreterInputs): Promise<boolean> {
  return exists(pathOf(language, inputs));
}

/**
 * The component that was made for these inputs, as an absolute path; made now where it is missing, which
 * takes seconds. What `make` rejects with is passed on, and nothing is kept.
 */
export function keptInterpreter(
  language: string,
  inputs: InterpreterInputs,
  make: () => Promise<Uint8Array>,
): Promise<string> {
  const path = pathOf(language, inputs);
  const known = making.get(path);
  if (known !== undefined) return known;
  const made = keep(path, make).finally(() => making.delete(path));
  making.set(path, made);
  return made;
}

/** What is made of the same inputs is another thing since; 2: without the tools' own exports. */
const MADE = '2';

function pathOf(language: string, inputs: InterpreterInputs): string {
  const hash = createHash('sha256').update(MADE);
  for (const input of inputs) hash.update(createHash('sha256').update(input).digest());
  return join(interpretersFolder(), `${language}-${hash.digest('hex').slice(0, 32)}.wasm`);
}

async function keep(path: string, make: () => Promise<Uint8Array>): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) {
    // Not at every build: the host takes a file whose time has not changed for the one that it knows.
    if (Date.now() - found.mtimeMs > DAY_MS) await touch(path);
    return path;
  }
  await mkdir(interpretersFolder(), { recursive: true });
  await replaceFile(path, await make());
  await removeUnused();
  return path;
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

async function removeUnused(): Promise<void> {
  const folder = interpretersFolder();
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { force: true });
  }
}
