import { join } from 'node:path';
import process from 'node:process';
import { exists, findProgram, isProgram } from './find.ts';
import { firstLine, run } from './run.ts';
import type { Install } from './toolchain.ts';

/** A C compiler that can make WebAssembly with wasi-libc. */
export interface CCompiler {
  /** The program and the arguments that choose the target; sources and flags follow. */
  readonly argv: readonly string[];
  readonly path: string;
  readonly version: string;
}

/** clang 16 is the first that WASI SDK, wasi-libc and the reactor model agree on. */
const oldestClang = 16;
const newestClang = 24;

/** Where distributions put wasi-libc: Debian, Arch, Homebrew on both kinds of Mac. */
const sysroots = [
  { sysroot: '/usr', library: '/usr/lib/wasm32-wasi/libc.a' },
  { sysroot: '/usr/share/wasi-sysroot', library: '/usr/share/wasi-sysroot/lib/wasm32-wasi/libc.a' },
  {
    sysroot: '/opt/homebrew/share/wasi-sysroot',
    library: '/opt/homebrew/share/wasi-sysroot/lib/wasm32-wasi/libc.a',
  },
  {
    sysroot: '/usr/local/share/wasi-sysroot',
    library: '/usr/local/share/wasi-sysroot/lib/wasm32-wasi/libc.a',
  },
];

let known: Promise<CCompiler | undefined> | undefined;

/** Finds a compiler, best first; looks again each time until there is one. */
export async function findCCompiler(): Promise<CCompiler | undefined> {
  known ??= look();
  const compiler = await known;
  if (compiler === undefined) known = undefined;
  return compiler;
}

async function look(): Promise<CCompiler | undefined> {
  return (await systemClang()) ?? (await wasiSdk()) ?? (await zig());
}

async function systemClang(): Promise<CCompiler | undefined> {
  const sysroot = await firstWith(sysroots, ({ library }) => exists(library));
  if (sysroot === undefined) return undefined;
  const names = Array.from(
    { length: newestClang - oldestClang + 1 },
    (_, index) => `clang-${newestClang - index}`,
  );
  for (const name of [...names, 'clang']) {
    const path = await findProgram(name);
    if (path === undefined) continue;
    const version = await clangVersion(path);
    if (version === undefined) continue;
    const argv = [path, '--target=wasm32-wasi', `--sysroot=${sysroot.sysroot}`];
    // A clang without lld or without compiler-rt for WebAssembly compiles and then cannot link.
    if (
      (await printed([...argv, '-print-prog-name=wasm-ld'])) &&
      (await printed([...argv, '-print-libgcc-file-name']))
    ) {
      return { argv, path, version };
    }
  }
  return undefined;
}

async function wasiSdk(): Promise<CCompiler | undefined> {
  const folders = [process.env['WASI_SDK_PATH'], process.env['WASI_SDK'], '/opt/wasi-sdk', 'C:\\wasi-sdk'];
  for (const folder of folders.filter((name) => name !== undefined && name !== '')) {
    const path = join(folder ?? '', 'bin', process.platform === 'win32' ? 'clang.exe' : 'clang');
    const version = (await isProgram(path)) ? await clangVersion(path) : undefined;
    if (version === undefined) continue;
    const sysroot = join(folder ?? '', 'share', 'wasi-sysroot');
    const preview1 = await exists(join(sysroot, 'lib', 'wasm32-wasip1'));
    return {
      argv: [path, `--target=${preview1 ? 'wasm32-wasip1' : 'wasm32-wasi'}`, `--sysroot=${sysroot}`],
      path,
      version: `WASI SDK, ${version}`,
    };
  }
  return undefined;
}

async function zig(): Promise<CCompiler | undefined> {
  // Zig checks for undefined behaviour by default, with handlers that a plugin does not have.
  const flags = ['cc', '-target', 'wasm32-wasi', '-fno-sanitize=undefined'];
  const path = await findProgram('zig');
  const version = path === undefined ? undefined : await firstLine([path, 'version']);
  if (path !== undefined && version !== undefined) {
    return { argv: [path, ...flags], path, version: `zig ${version}` };
  }
  for (const name of ['python3', 'python']) {
    const python = await findProgram(name);
    if (python === undefined) continue;
    const packaged = await firstLine([python, '-m', 'ziglang', 'version']);
    if (packaged === undefined) continue;
    return {
      argv: [python, '-m', 'ziglang', ...flags],
      path: python,
      version: `zig ${packaged} (ziglang package)`,
    };
  }
  return undefined;
}

/** "Debian clang version 19.1.7 (3~deb12u1)", or undefined where it is too old or no clang. */
async function clangVersion(path: string): Promise<string | undefined> {
  const line = await firstLine([path, '--version']);
  const major = /clang version (\d+)/.exec(line ?? '')?.[1];
  return major !== undefined && Number(major) >= oldestClang ? line : undefined;
}

/** Whether the file that this query of clang's driver prints exists. */
async function printed(argv: readonly string[]): Promise<boolean> {
  const { stdout } = await run(argv, { cwd: process.cwd() });
  const answer = stdout.trim();
  return answer !== '' && ((await exists(answer)) || (await findProgram(answer)) !== undefined);
}

async function firstWith<T>(
  items: readonly T[],
  test: (item: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const item of items) if (await test(item)) return item;
  return undefined;
}

/** How to get one, best first. */
export const cCompilerInstall: readonly Install[] = [
  { on: 'debian', command: 'sudo apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32' },
  { on: 'debian', command: 'python3 -m pip install ziglang' },
  { on: 'macos', command: 'brew install llvm lld wasi-libc wasi-runtimes' },
  { on: 'macos', command: 'brew install zig' },
  { on: 'windows', command: 'winget install zig.zig' },
  { on: 'windows', command: 'py -m pip install ziglang' },
];
