import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { BuildMode } from '../project/project.ts';
import { findProgram } from './find.ts';
import { firstLine, run } from './run.ts';
import type { Install, Tool } from './toolchain.ts';

/** Finds tinygo where its packages put it. */
export function findTinyGo(): Promise<string | undefined> {
  return findProgram('tinygo', [
    '/usr/local/tinygo/bin',
    '/opt/homebrew/bin',
    '/usr/local/bin',
    join(homedir(), '.local', 'tinygo', 'bin'),
    ...(process.platform === 'win32' ? ['C:\\tinygo\\bin', join(homedir(), 'scoop', 'shims')] : []),
  ]);
}

export const tinyGoInstall: readonly Install[] = [
  {
    on: 'debian',
    command:
      'curl -fsSLO "https://github.com/tinygo-org/tinygo/releases/download/v0.41.1/tinygo_0.41.1_$(dpkg --print-architecture).deb" && sudo apt-get install "./tinygo_0.41.1_$(dpkg --print-architecture).deb"',
  },
  { on: 'macos', command: 'brew install tinygo-org/tools/tinygo' },
  { on: 'windows', command: 'scoop install tinygo' },
];

/** Finds wasm-tools where cargo puts it. */
export function findWasmTools(): Promise<string | undefined> {
  return findProgram('wasm-tools', [
    join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'bin'),
    '/opt/homebrew/bin',
    '/usr/local/bin',
  ]);
}

export const wasmToolsInstall: readonly Install[] = [
  { on: 'macos', command: 'brew install wasm-tools' },
  { on: 'any', command: 'cargo install --locked wasm-tools' },
];

/**
 * Whether a module has bindings of wit-bindgen-go, which stand on the package `cm`: only TinyGo compiles
 * those, and it makes a component by itself.
 */
export async function hasTinyGoBindings(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'go.mod'), 'utf8').catch(() => '');
  return /^\s*(?:require\s+)?go\.bytecodealliance\.org(?:\/cm)?\s+v/m.test(text);
}

/** What only some projects need. */
export async function tinyGoTools(): Promise<readonly Tool[]> {
  const tools = await findWasmTools();
  const version = tools === undefined ? undefined : await firstLine([tools, '--version']);
  return [
    await tinyGoTool(),
    {
      name: 'wasm-tools',
      found: version !== undefined,
      optional: true,
      ...(tools === undefined ? {} : { path: tools }),
      ...(version === undefined ? {} : { version }),
      neededBy: 'Go plugins with bindings of wit-bindgen-go, which TinyGo builds',
      install: wasmToolsInstall,
    },
  ];
}

async function tinyGoTool(): Promise<Tool> {
  const path = await findTinyGo();
  const version = path === undefined ? undefined : await tinyGoVersion(path);
  return {
    name: 'tinygo',
    found: version !== undefined,
    optional: true,
    ...(path === undefined ? {} : { path }),
    ...(version === undefined ? {} : { version }),
    neededBy: 'Go plugins with "compiler": "tinygo" in hotplug.json',
    range: '0.41 or later, with a Go that it knows',
    install: tinyGoInstall,
  };
}

async function tinyGoVersion(path: string): Promise<string | undefined> {
  const { ended, code, stdout } = await run([path, 'version'], {
    cwd: dirname(path),
    signal: AbortSignal.timeout(20_000),
  });
  if (ended !== 'exited' || code !== 0) return undefined;
  return /\bversion (\d+\.\d+\S*)/.exec(stdout)?.[1];
}

/** The arguments that make a core module with exports of the Go module in the working directory. */
export function tinyGoModuleArguments(mode: BuildMode, output: string): readonly string[] {
  return ['build', '-target=wasip1', '-buildmode=c-shared', ...shared(mode), '-o', output, '.'];
}

/** The arguments that make a component of a world in `wit/`. */
export function tinyGoComponentArguments(mode: BuildMode, world: string, output: string): readonly string[] {
  const wit = ['--wit-package', 'wit', '--wit-world', world];
  return ['build', '-target=wasip2', ...shared(mode), ...wit, '-o', output, '.'];
}

function shared(mode: BuildMode): readonly string[] {
  return [
    // The precise collector frees what lies in large variants of wit-bindgen-go's, and in memory of the host's.
    '-gc=conservative',
    // Lines are in the debug information, which a release build has no use for.
    ...(mode === 'release' ? ['-no-debug', '-opt=z'] : ['-opt=1']),
  ];
}
