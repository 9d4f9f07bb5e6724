import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { findProgram } from './find.ts';
import { run } from './run.ts';
import type { Install, Tool } from './toolchain.ts';

/** What makes go build for WebAssembly with WASI. */
export const goTarget = { GOOS: 'wasip1', GOARCH: 'wasm' } as const;

/** The first version whose WebAssembly has exports (`go:wasmexport`). */
const OLDEST_MINOR = 24;

/** Finds go where installers put it: editors that were started from a desktop often lack the shell's PATH. */
export function findGo(): Promise<string | undefined> {
  const root = process.env['GOROOT'];
  const windows = [
    ...folderIn('ProgramFiles', 'Go', 'bin'),
    ...folderIn('LOCALAPPDATA', 'Programs', 'Go', 'bin'),
  ];
  return findProgram('go', [
    ...(root === undefined || root === '' ? [] : [join(root, 'bin')]),
    '/usr/local/go/bin',
    '/opt/homebrew/bin',
    '/usr/local/bin',
    '/usr/lib/go/bin',
    '/snap/bin',
    join(homedir(), '.local', 'go', 'bin'),
    ...(process.platform === 'win32' ? windows : []),
  ]);
}

function folderIn(variable: string, ...below: readonly string[]): readonly string[] {
  const folder = process.env[variable];
  return folder === undefined || folder === '' ? [] : [join(folder, ...below)];
}

/** go's formatter comes with it. */
export function findGofmt(go: string): Promise<string | undefined> {
  return findProgram('gofmt', [dirname(go)]);
}

/** `1.26.8`, of the one that is installed, whatever a go.mod asks for; undefined where it cannot be run. */
export async function goVersion(go: string): Promise<string | undefined> {
  const { ended, code, stdout } = await run([go, 'version'], {
    cwd: dirname(go),
    env: { GOTOOLCHAIN: 'local' },
    signal: AbortSignal.timeout(20_000),
  });
  if (ended !== 'exited' || code !== 0) return undefined;
  return /\bgo(\d+\.\d+\S*)/.exec(stdout)?.[1];
}

/** What is wrong with this version, as a sentence; undefined where nothing is. */
export function goProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (major > 1 || (major === 1 && minor >= OLDEST_MINOR)) return undefined;
  return `Go ${version} is too old: WebAssembly exports came with 1.${OLDEST_MINOR}.`;
}

export const goInstall: readonly Install[] = [
  {
    on: 'debian',
    // Debian's and Ubuntu's own package is older than a year.
    command:
      'curl -fsSL "https://go.dev/dl/$(curl -fsSL \'https://go.dev/VERSION?m=text\' | head -n 1).linux-$(dpkg --print-architecture).tar.gz" | sudo tar -C /usr/local -xz',
  },
  { on: 'debian', command: 'sudo snap install --classic go' },
  { on: 'macos', command: 'brew install go' },
  { on: 'windows', command: 'winget install GoLang.Go' },
];

/** Go, as the list of tools shows it. */
export async function goTool(): Promise<Tool> {
  const path = await findGo();
  const version = path === undefined ? undefined : await goVersion(path);
  const problem = version === undefined ? undefined : goProblem(version);
  return {
    name: 'go',
    found: version !== undefined && problem === undefined,
    ...(path === undefined ? {} : { path }),
    ...(version === undefined ? {} : { version }),
    ...(problem === undefined ? {} : { problem }),
    neededBy: 'Go plugins',
    range: `1.${OLDEST_MINOR} or later`,
    install: goInstall,
  };
}
