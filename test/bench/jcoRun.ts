/** The peer: how long `jco run` takes from a component on disk to the end of its first call. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node } from '../../scripts/paths.ts';
import { mustRun } from '../../scripts/spawn.ts';
import { installTool } from '../../scripts/tools.ts';
import { median } from './measure.ts';

const RUNS = 5;

/** Median milliseconds of whole `jco run` processes on an empty Rust command, a debug build of some 2 MiB. */
export async function jcoRun(): Promise<number> {
  const peers = await installTool('peers', 'jco');
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-peer-'));
  try {
    const source = join(folder, 'command.rs');
    const component = join(folder, 'command.wasm');
    await writeFile(source, 'fn main() {}\n');
    await mustRun('rustc', ['--target', 'wasm32-wasip2', '-g', '-o', component, source], { quiet: true });
    const jco = join(peers, 'node_modules', '@bytecodealliance', 'jco', 'dist', 'jco.js');
    const times: number[] = [];
    for (let index = 0; index < RUNS; index++) {
      const started = performance.now();
      await mustRun(node, [jco, 'run', component], { quiet: true });
      times.push(performance.now() - started);
    }
    return median(times);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
