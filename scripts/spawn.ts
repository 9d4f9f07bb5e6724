import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { node, root } from './paths.ts';

/** How to run a program; `quiet` keeps its output back unless it fails. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly quiet?: boolean;
}

/** The environment of every program that a script starts: this repository's Node comes first on the PATH. */
export function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const path = [dirname(node), process.env['PATH']].filter(Boolean).join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

/** Runs a program to its end; resolves with its exit code and, where quiet, what it wrote. */
export function run(
  command: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, {
      cwd: options.cwd ?? root,
      env: environment(options.env),
      stdio: options.quiet === true ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    child.once('error', (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs a program that must succeed. */
export async function mustRun(
  command: string,
  argv: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  const { code, output } = await run(command, argv, options);
  if (code !== 0)
    throw new Error(`${[command, ...argv].join(' ')} ended with code ${code}.\n${output}`.trimEnd());
}
