import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { BuildMode } from '../project/project.ts';
import { findProgram } from './find.ts';
import { run } from './run.ts';
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

/** TinyGo, as the list of tools shows it. */
export async function tinyGoTool(): Promise<Tool> {
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
export function tinyGoArguments(mode: BuildMode, output: string): readonly string[] {
  return [
    'build',
    '-target=wasip1',
    '-buildmode=c-shared',
    // The precise collector does not look into everything that the bindings keep alive.
    '-gc=conservative',
    // Lines are in the debug information, which a release build has no use for.
    ...(mode === 'release' ? ['-no-debug', '-opt=z'] : ['-opt=1']),
    '-o',
    output,
    '.',
  ];
}
