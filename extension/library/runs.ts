/** When each binary was last run and with what figures: written by whoever runs plugins, read by the list. */
import type { RunFigures } from '../host/produce.ts';
import { isCount, isObject, readJson, replaceFile } from './files.ts';
import { runsFile } from './places.ts';

/** Binaries that are remembered; the oldest runs are forgotten first. */
const KEPT = 1000;
const HASH = /^[0-9a-f]{64}$/;

/** Last runs by the SHA-256 of the binary. A damaged file counts as empty. */
export async function readRuns(cacheFolder: string): Promise<ReadonlyMap<string, RunFigures>> {
  const read = await readJson(runsFile(cacheFolder));
  const runs = new Map<string, RunFigures>();
  if (typeof read === 'string' || !isObject(read.value) || !isObject(read.value['runs'])) return runs;
  for (const [hash, figures] of Object.entries(read.value['runs']))
    if (HASH.test(hash) && isFigures(figures)) runs.set(hash, figures);
  return runs;
}

/** Notes a run. One that another process notes in the same moment may win; nothing is damaged by that. */
export async function noteRun(cacheFolder: string, hash: string, figures: RunFigures): Promise<void> {
  const runs = new Map(await readRuns(cacheFolder));
  const { at, calls, bytes, rows, durationMs } = figures;
  runs.set(hash, { at, calls, bytes, rows, durationMs });
  const newest = [...runs].sort(([, a], [, b]) => b.at - a.at).slice(0, KEPT);
  const content = { version: 1, runs: Object.fromEntries(newest) };
  await replaceFile(runsFile(cacheFolder), `${JSON.stringify(content, undefined, 1)}\n`);
}

function isFigures(value: unknown): value is RunFigures {
  return (
    isObject(value) &&
    (['at', 'calls', 'bytes', 'rows', 'durationMs'] as const).every((name) => isCount(value[name]))
  );
}
