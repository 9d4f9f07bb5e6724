import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { BenchConfig } from '../../contracts/chipmunk/bench-config.ts';

/** How to read the project's `bench_config.toml`; undefined where it has none. */
export async function benchConfigAt(folder: string): Promise<(() => Promise<BenchConfig>) | undefined> {
  const { BENCH_CONFIG, readBenchConfig } = await import('../../contracts/chipmunk/bench-config.ts');
  const file = join(folder, BENCH_CONFIG);
  try {
    await stat(file);
  } catch {
    return undefined;
  }
  return () => readBenchConfig(file);
}
