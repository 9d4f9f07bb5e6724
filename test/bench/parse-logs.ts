/** The logs that the benchmark of parsers reads: made once, kept until what makes them changes. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from '../../scripts/paths.ts';
import { generateDlt } from './parse-dlt.ts';
import { generateText } from './parse-text.ts';

/** Kinds of logs that there are. */
export const formats = ['text', 'dlt'] as const;
export type Format = (typeof formats)[number];

export interface Log {
  readonly path: string;
  readonly bytes: number;
  /** Lines or messages. */
  readonly rows: number;
}

const SEED = 20_260_314;
const generators = { text: generateText, dlt: generateDlt };

/** Gives a log of about so many bytes, and makes it where it is not there yet. */
export async function generatedLog(format: Format, bytes: number): Promise<Log> {
  const folder = join(cache, 'bench');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${format}-${bytes}-${await version(format)}.log`);
  const known = await readLog(path);
  if (known !== undefined) return known;
  await removeOlder(folder, `${format}-${bytes}-`);
  const aside = `${path}.${process.pid}`;
  const rows = write(aside, generators[format](bytes, SEED));
  const { size } = await stat(aside);
  await rename(aside, path);
  await writeFile(`${path}.json`, JSON.stringify({ bytes: size, rows }));
  return { path, bytes: size, rows };
}

/** What makes a log is in its name: its generator, and the numbers that this begins with. */
async function version(format: Format): Promise<string> {
  const hash = createHash('sha256').update(String(SEED));
  for (const file of ['parse-random.ts', `parse-${format}.ts`])
    hash.update(await readFile(join(import.meta.dirname, file)));
  return hash.digest('hex').slice(0, 12);
}

async function readLog(path: string): Promise<Log | undefined> {
  try {
    const known = JSON.parse(await readFile(`${path}.json`, 'utf8')) as { bytes: number; rows: number };
    return (await stat(path)).size === known.bytes ? { path, ...known } : undefined;
  } catch {
    // It was never made, or not to its end.
    return undefined;
  }
}

async function removeOlder(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(prefix)) await rm(join(folder, name), { force: true });
}

function write(path: string, chunks: Generator<Uint8Array, number>): number {
  const file = openSync(path, 'w');
  try {
    for (;;) {
      const { done, value } = chunks.next();
      if (done === true) return value;
      for (let at = 0; at < value.length;) at += writeSync(file, value, at);
    }
  } finally {
    closeSync(file);
  }
}
