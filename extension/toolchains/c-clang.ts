/** What a clang needs beside itself to make WebAssembly with wasi-libc, and which of it is there. */
import { join } from 'node:path';
import process from 'node:process';
import { exists, findProgram } from './find.ts';
import { firstLine, run } from './run.ts';

export interface Sysroot {
  readonly root: string;
  /** The target whose libraries are there; later releases of wasi-libc call `wasm32-wasi` preview 1. */
  readonly target: 'wasm32-wasi' | 'wasm32-wasip1';
}

export interface ClangVersion {
  /** `Debian clang version 19.1.7 (3~deb12u1)` */
  readonly line: string;
  readonly major: number;
  readonly isApple: boolean;
}

/** clang 16 is the first that WASI SDK, wasi-libc and the reactor model agree on. */
const oldest = 16;

/** Where distributions put wasi-libc: Debian, Arch, Fedora, Homebrew on both kinds of Mac and on Linux. */
const sysroots = [
  '/usr',
  '/usr/share/wasi-sysroot',
  '/usr/wasm32-wasi',
  '/opt/homebrew/share/wasi-sysroot',
  '/usr/local/share/wasi-sysroot',
  '/home/linuxbrew/.linuxbrew/share/wasi-sysroot',
];

/** wasi-libc as the system has it. */
export async function systemSysroot(): Promise<Sysroot | undefined> {
  const named = process.env['WASI_SYSROOT'];
  for (const root of named === undefined || named === '' ? sysroots : [named, ...sysroots]) {
    for (const target of ['wasm32-wasi', 'wasm32-wasip1'] as const)
      if (await exists(join(root, 'lib', target, 'libc.a'))) return { root, target };
  }
  return undefined;
}

/** The version of a clang; undefined where it is another program. */
export async function clangVersion(path: string): Promise<ClangVersion | undefined> {
  const line = await firstLine([path, '--version']);
  const major = /clang version (\d+)/.exec(line ?? '')?.[1];
  return line === undefined || major === undefined
    ? undefined
    : { line, major: Number(major), isApple: line.startsWith('Apple') };
}

/** Says what a clang lacks; undefined where it lacks nothing. It may have an undefined sysroot. */
export async function clangFault(
  path: string,
  { major, isApple }: ClangVersion,
  sysroot: Sysroot | undefined,
): Promise<string | undefined> {
  if (isApple) return `${path} is Apple's clang, which cannot make WebAssembly.`;
  if (major < oldest) return `${path} is clang ${major}; ${oldest} or later is needed.`;
  if (!(await hasTarget(path))) return `${path} was built without WebAssembly.`;
  const missing: string[] = [];
  const argv = [path, ...(sysroot === undefined ? [] : [`--sysroot=${sysroot.root}`])];
  const target = sysroot?.target ?? 'wasm32-wasi';
  // A clang without lld or without compiler-rt for WebAssembly compiles and then cannot link.
  if (!(await printed([...argv, `--target=${target}`, '-print-prog-name=wasm-ld'])))
    missing.push(`wasm-ld (package lld-${major} or lld)`);
  if (!(await printed([...argv, `--target=${target}`, '-print-libgcc-file-name'])))
    missing.push(`compiler-rt for WebAssembly (package libclang-rt-${major}-dev-wasm32 or wasi-runtimes)`);
  if (sysroot === undefined) missing.push('wasi-libc (package wasi-libc)');
  else if (!(await exists(join(sysroot.root, 'lib', sysroot.target, 'crt1-reactor.o'))))
    missing.push(`a later wasi-libc: the one in ${sysroot.root} cannot make libraries`);
  return missing.length === 0 ? undefined : `${path} (clang ${major}) lacks ${missing.join(', ')}.`;
}

async function hasTarget(path: string): Promise<boolean> {
  const { ended, code, stdout } = await run([path, '--print-targets'], { cwd: process.cwd() });
  // What does not know the question is asked nothing more.
  return ended !== 'exited' || code !== 0 || /\bwasm32\b/.test(stdout);
}

/** Whether the file that this query of clang's driver prints exists. */
async function printed(argv: readonly string[]): Promise<boolean> {
  const { stdout } = await run(argv, { cwd: process.cwd() });
  const answer = stdout.trim();
  return answer !== '' && ((await exists(answer)) || (await findProgram(answer)) !== undefined);
}

/** Where Homebrew has the programs of what it does not link into its own folder. */
export function homebrewFolders(formula: string): readonly string[] {
  return ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew'].flatMap((prefix) => [
    join(prefix, 'opt', formula, 'bin'),
    join(prefix, 'bin'),
  ]);
}
