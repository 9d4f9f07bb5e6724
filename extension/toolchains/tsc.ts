/** Types of TypeScript and checked JavaScript, by the project's own TypeScript compiler. */
import { readFile, realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import type { Diagnostic } from '../project/project.ts';
import { parseTsc } from './diagnostics/tsc.ts';
import { exists, findProgram } from './find.ts';
import { versionOf } from './javascript-componentize.ts';
import { firstLine, run } from './run.ts';
import type { Install } from './toolchain.ts';

export const tscInstall: readonly Install[] = [
  { on: 'any', command: 'npm install --save-dev typescript' },
  { on: 'any', command: 'npm install --global typescript' },
];

/** The compiler and how it is run. */
export interface Tsc {
  readonly path: string;
  readonly version: string;
  readonly argv: readonly string[];
}

/** The project's TypeScript, also where a folder above holds its packages, or the one on the PATH. */
export async function findTsc(folder: string | undefined): Promise<Tsc | undefined> {
  return (folder === undefined ? undefined : await projectTsc(folder)) ?? (await tscOnPath());
}

async function projectTsc(folder: string): Promise<Tsc | undefined> {
  const load = createRequire(join(folder, 'package.json'));
  try {
    const manifest = load.resolve('typescript/package.json');
    return await tscIn(dirname(manifest));
  } catch {
    return undefined; // Not installed there.
  }
}

/** npm's `tsc` is a script of Node's or, on Windows, one beside the package. */
async function tscOnPath(): Promise<Tsc | undefined> {
  const found = await findProgram('tsc');
  if (found === undefined) return undefined;
  const script = await realpath(found);
  const candidates = [resolve(script, '..', '..'), join(dirname(found), 'node_modules', 'typescript')];
  for (const folder of candidates) {
    const tsc = await tscIn(folder).catch(() => undefined);
    if (tsc !== undefined) return tsc;
  }
  const version = await firstLine([found, '--version']);
  return version === undefined
    ? undefined
    : { path: found, version: version.replace(/^Version /, ''), argv: [found] };
}

/** The compiler of a package's folder. Rejects where it is not TypeScript's. */
async function tscIn(folder: string): Promise<Tsc | undefined> {
  const path = join(folder, 'bin', 'tsc');
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'name' in manifest;
  if (!known || manifest.name !== 'typescript' || !(await exists(path))) return undefined;
  // The program that runs us is a Node; there may be none on the PATH.
  return { path, version: versionOf(manifest), argv: [process.execPath, path] };
}

/** The configuration by which a project's types are checked; undefined where it asks for no check. */
export async function typesConfig(folder: string): Promise<string | undefined> {
  for (const name of ['tsconfig.json', 'jsconfig.json']) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const checks = name === 'tsconfig.json' || /"checkJs"\s*:\s*true/.test(text);
    return checks ? join(folder, name) : undefined;
  }
  return undefined;
}

export interface TypeCheck {
  readonly diagnostics: readonly Diagnostic[];
  /** Why there is no answer: the check was cancelled, or the compiler failed. */
  readonly failure?: string;
}

/** Checks the types of a project. What was found out last time is kept, so that only what changed is looked at. */
export async function checkTypes(
  tsc: Tsc,
  folder: string,
  config: string,
  signal: AbortSignal,
): Promise<TypeCheck> {
  const kept = join(folder, '.hotplug', 'types.tsbuildinfo');
  const options = ['--noEmit', '--pretty', 'false', '--incremental', '--tsBuildInfoFile', kept];
  const { ended, code, stdout, stderr } = await run([...tsc.argv, '--project', config, ...options], {
    cwd: folder,
    signal,
  });
  if (ended === 'cancelled') return { diagnostics: [], failure: 'The check was cancelled.' };
  const diagnostics = parseTsc(stdout, folder, config);
  if (ended === 'exited' && (code === 0 || diagnostics.length > 0)) return { diagnostics };
  const why = (stderr.trim() || stdout.trim()).split('\n')[0] ?? '';
  return { diagnostics: [], failure: `${tsc.path} failed${why === '' ? '' : `: ${why}`}` };
}
