import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { run, type RunResult } from './run.ts';

export interface CompileRequest {
  /** Compiler, target and flags; sources and output follow. */
  readonly argv: readonly string[];
  /** Working directory, and what sources are relative to. */
  readonly folder: string;
  readonly objects: string;
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
}

export interface Compiled {
  readonly object: string;
  readonly result: RunResult;
}

/**
 * Compiles each source to an object file, several at a time, and leaves out those whose object is
 * newer than everything that went into it. What the compiler said about those is said again, so that
 * a warning stays in the list until it is dealt with.
 */
export async function compileObjects(
  sources: readonly string[],
  request: CompileRequest,
): Promise<readonly Compiled[]> {
  await mkdir(request.objects, { recursive: true });
  const compiled: Compiled[] = [];
  const queue = [...sources.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      compiled[next[0]] = await compileObject(next[1], request);
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), sources.length) }, work));
  return compiled;
}

async function compileObject(source: string, request: CompileRequest): Promise<Compiled> {
  const { argv, folder, objects, signal, write } = request;
  // Other flags or another file of the same name are another object.
  const key = createHash('sha256')
    .update(JSON.stringify([argv, source]))
    .digest('hex')
    .slice(0, 12);
  const object = join(objects, `${basename(source, '.c')}-${key}.o`);
  const log = `${object}.log`;
  const dependencies = `${object}.d`;
  const said = await readIfFresh(object, log, dependencies, folder);
  if (said !== undefined) {
    if (said !== '') write(said);
    return { object, result: { ended: 'exited', code: 0, stdout: '', stderr: said } };
  }
  const draft = `${object}.new`;
  const started = new Date();
  const result = await run([...argv, '-MD', '-MF', dependencies, '-c', source, '-o', draft], {
    cwd: folder,
    signal,
    write,
  });
  if (result.ended === 'exited' && result.code === 0) {
    await writeFile(log, result.stderr);
    // A source that is saved while it is compiled is newer than its object.
    await utimes(draft, started, started);
    await rename(draft, object);
  }
  return { object, result };
}

/** What the compiler said when it made this object; undefined where it has to be made again. */
async function readIfFresh(
  object: string,
  log: string,
  dependencies: string,
  folder: string,
): Promise<string | undefined> {
  try {
    const made = (await stat(object)).mtimeMs;
    for (const file of parseDependencies(await readFile(dependencies, 'utf8'))) {
      const changed = (await stat(isAbsolute(file) ? file : join(folder, file))).mtimeMs;
      if (changed >= made) return undefined;
    }
    return await readFile(log, 'utf8');
  } catch {
    // Never made, or a header that it was made of is gone.
    return undefined;
  }
}

/** Reads the rule that `-MD` writes: `target: source header \` with spaces escaped. */
export function parseDependencies(rule: string): string[] {
  const colon = rule.indexOf(': ');
  return rule
    .slice(colon + 1)
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/(?<!\\)\s+/)
    .filter((file) => file !== '')
    .map((file) => file.replaceAll('\\ ', ' '));
}
