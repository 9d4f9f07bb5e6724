import { join } from 'node:path';
import process from 'node:process';
import { clangFault, clangVersion, homebrewFolders, type Sysroot, systemSysroot } from './c-clang.ts';
import { findProgram, isProgram, exists } from './find.ts';
import { firstLine } from './run.ts';
import type { Install, Tool } from './toolchain.ts';

/** A C compiler that can make WebAssembly with wasi-libc. */
export interface CCompiler {
  readonly kind: 'clang' | 'wasi-sdk' | 'zig';
  /** The program and the arguments that choose the target; sources and flags follow. */
  readonly argv: readonly string[];
  readonly path: string;
  readonly version: string;
}

/** What was found, or what is wrong with what was. */
interface Look {
  readonly compiler?: CCompiler;
  /** The compiler that comes nearest, and what it lacks. */
  readonly fault?: Fault;
}

interface Fault {
  readonly path: string;
  readonly version: string;
  readonly problem: string;
}

const newestClang = 26;
const oldestClang = 16;

const known = new Map<string, Promise<Look>>();

/**
 * Finds a compiler, best first; looks again each time until there is one.
 *
 * @param folder a project whose virtual environment may have zig
 */
export async function findCCompiler(folder?: string): Promise<CCompiler | undefined> {
  return (await look(folder)).compiler;
}

/** The compiler as a tool of the doctor's list. */
export async function cCompilerTool(folder?: string): Promise<Tool> {
  const { compiler, fault } = await look(folder);
  return {
    name: 'C compiler for WebAssembly',
    found: compiler !== undefined,
    ...(compiler === undefined ? {} : { path: compiler.path, version: compiler.version }),
    ...(compiler !== undefined || fault === undefined ? {} : fault),
    neededBy: 'C plugins',
    range: 'clang 16 or later with lld, compiler-rt and wasi-libc; or WASI SDK 20 or later; or zig',
    install: cCompilerInstall,
  };
}

async function look(folder = ''): Promise<Look> {
  const looking = known.get(folder) ?? lookAnew(folder === '' ? undefined : folder);
  known.set(folder, looking);
  const found = await looking;
  if (found.compiler === undefined) known.delete(folder);
  return found;
}

/** What the environment names comes first, then what a distribution has, then what runs anywhere. */
async function lookAnew(folder: string | undefined): Promise<Look> {
  const named = await wasiSdk([process.env['WASI_SDK_PATH'], process.env['WASI_SDK']]);
  if (named !== undefined) return { compiler: named };
  const system = await systemClang();
  if (system.compiler !== undefined) return system;
  const compiler = (await wasiSdk(['/opt/wasi-sdk', 'C:\\wasi-sdk'])) ?? (await zig(folder));
  return compiler === undefined ? system : { compiler };
}

async function systemClang(): Promise<Look> {
  const sysroot = await systemSysroot();
  const names = Array.from(
    { length: newestClang - oldestClang + 1 },
    (_, index) => `clang-${newestClang - index}`,
  );
  let fault: Fault | undefined;
  for (const name of [...names, 'clang']) {
    const path = await findProgram(name, homebrewFolders('llvm'));
    const version = path === undefined ? undefined : await clangVersion(path);
    if (path === undefined || version === undefined) continue;
    const problem = await clangFault(path, version, sysroot);
    if (problem === undefined && sysroot !== undefined)
      return {
        compiler: { kind: 'clang', argv: clangArguments(path, sysroot), path, version: version.line },
      };
    fault ??= { path, version: version.line, problem: problem ?? '' };
  }
  return fault === undefined ? {} : { fault };
}

async function wasiSdk(folders: readonly (string | undefined)[]): Promise<CCompiler | undefined> {
  for (const folder of folders) {
    if (folder === undefined || folder === '') continue;
    const path = join(folder, 'bin', process.platform === 'win32' ? 'clang.exe' : 'clang');
    const version = (await isProgram(path)) ? await clangVersion(path) : undefined;
    if (version === undefined || version.major < oldestClang) continue;
    const root = join(folder, 'share', 'wasi-sysroot');
    const preview1 = await exists(join(root, 'lib', 'wasm32-wasip1'));
    const target = preview1 ? 'wasm32-wasip1' : 'wasm32-wasi';
    return {
      kind: 'wasi-sdk',
      argv: clangArguments(path, { root, target }),
      path,
      version: `WASI SDK, ${version.line}`,
    };
  }
  return undefined;
}

function clangArguments(path: string, { root, target }: Sysroot): readonly string[] {
  return [path, `--target=${target}`, `--sysroot=${root}`];
}

async function zig(folder: string | undefined): Promise<CCompiler | undefined> {
  // Zig checks for undefined behaviour by default, with handlers that a plugin does not have.
  const flags = ['cc', '-target', 'wasm32-wasi', '-fno-sanitize=undefined'];
  // `python-zig` is what installers of Python programs make of the package.
  for (const name of ['zig', 'python-zig']) {
    const path = await findProgram(name, homebrewFolders('zig'));
    const version = path === undefined ? undefined : await firstLine([path, 'version']);
    if (path !== undefined && version !== undefined)
      return { kind: 'zig', argv: [path, ...flags], path, version: `zig ${version}` };
  }
  for (const python of await pythons(folder)) {
    const version = await firstLine([python, '-m', 'ziglang', 'version']);
    if (version === undefined) continue;
    const argv = [python, '-m', 'ziglang', ...flags];
    return { kind: 'zig', argv, path: python, version: `zig ${version} (ziglang package)` };
  }
  return undefined;
}

/** The project's virtual environment and the system's Python. */
async function pythons(folder: string | undefined): Promise<readonly string[]> {
  const program = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const own = folder === undefined ? [] : [join(folder, '.venv', ...program)];
  const found = await Promise.all([
    ...own.map(async (path) => ((await isProgram(path)) ? path : undefined)),
    ...['python3', 'python', 'py'].map((name) => findProgram(name)),
  ]);
  return found.filter((path) => path !== undefined);
}

/** How to get one, best first. */
const cCompilerInstall: readonly Install[] = [
  {
    on: 'debian',
    command: 'sudo apt-get install -y clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32',
  },
  { on: 'debian', command: 'python3 -m venv .venv && .venv/bin/python -m pip install ziglang' },
  { on: 'macos', command: 'brew install zig' },
  { on: 'macos', command: 'brew install llvm lld wasi-libc wasi-runtimes' },
  { on: 'windows', command: 'winget install zig.zig' },
  { on: 'windows', command: 'py -m pip install ziglang' },
];
