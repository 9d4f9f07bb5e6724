/** The crates of test/bench/chipmunk: parsers as plugins, and the same parsers in a native program. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/spawn.ts';
import type { Format } from './parse-logs.ts';

const folder = join(root, 'test', 'bench', 'chipmunk');
const target = join(folder, 'target');

/** How a parser hands over a row: a list of columns, or one text as Chipmunk's own kit for Rust does it. */
export const shapes = ['columns', 'lines'] as const;
export type Shape = (typeof shapes)[number];

/** What the native program did with a file. */
export interface NativeRun {
  /** From the opening of the file to the end of the last write. */
  readonly seconds: number;
  readonly rows: number;
  readonly bytes: number;
  /** Bytes that no row stands for. */
  readonly skipped: number;
  /** Calls of the parser. */
  readonly calls: number;
}

/** Builds everything, optimised. Throws with cargo's output. */
export async function buildCrates(): Promise<void> {
  await cargo('-p', 'native');
  await cargo('-p', 'text-plugin', '-p', 'dlt-plugin', '--target', 'wasm32-wasip2');
}

/** The component that parses a format. */
export function pluginPath(format: Format): string {
  return join(target, 'wasm32-wasip2', 'release', `${format}_plugin.wasm`);
}

/** The plugin's configuration, as JSON. */
export function configuration(shape: Shape): string {
  return JSON.stringify({ 'as-lines': shape === 'lines' });
}

/** Parses a file natively; with a session file, every row is written to that as a line, as Chipmunk does. */
export async function runNative(
  format: Format,
  file: string,
  shape: Shape,
  session: string | undefined,
): Promise<NativeRun> {
  const program = join(target, 'release', process.platform === 'win32' ? 'native.exe' : 'native');
  const argv = [
    format,
    file,
    ...(shape === 'lines' ? ['--as-lines'] : []),
    ...(session === undefined ? [] : ['--session', session]),
  ];
  const { stdout } = await promisify(execFile)(program, argv);
  return JSON.parse(stdout) as NativeRun;
}

async function cargo(...argv: readonly string[]): Promise<void> {
  const { code, output } = await run('cargo', ['build', '--locked', '--release', ...argv], {
    cwd: folder,
    quiet: true,
  });
  if (code !== 0) throw new Error(`cargo could not build the parsers\n${output}`);
}
