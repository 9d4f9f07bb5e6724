import { createHash } from 'node:crypto';
import { mkdir, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { exists } from './find.ts';
import { replaceFile } from './output.ts';

/** Where components that run sources in development are kept: they are made once for a world and a version of the tool. */
function interpretersFolder(): string {
  return join(homedir(), '.cache', 'hotplug', 'interpreters');
}

/** Those that are made now: two projects of one world wait for the same one. */
const making = new Map<string, Promise<string>>();

/**
 * The component that was made for these inputs (WIT, entry module, tool version), as an absolute path; made
 * now where it is missing, which takes seconds. What `make` rejects with is passed on, and nothing is kept.
 */
export function keptInterpreter(
  language: string,
  inputs: readonly (string | Uint8Array)[],
  make: () => Promise<Uint8Array>,
): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(createHash('sha256').update(input).digest());
  const path = join(interpretersFolder(), `${language}-${hash.digest('hex').slice(0, 32)}.wasm`);
  const known = making.get(path);
  if (known !== undefined) return known;
  const made = keep(path, make).finally(() => making.delete(path));
  making.set(path, made);
  return made;
}

async function keep(path: string, make: () => Promise<Uint8Array>): Promise<string> {
  if (await exists(path)) {
    const now = new Date();
    await utimes(path, now, now).catch(() => undefined);
    return path;
  }
  await mkdir(interpretersFolder(), { recursive: true });
  await replaceFile(path, await make());
  return path;
}
