import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cache, node } from './paths.ts';
import { environment, mustRun } from './spawn.ts';
import { installTool } from './tools.ts';

const home = join(cache, 'workbench');
const server = join(home, 'node_modules', 'code-server');

/** Installs the VS Code workbench (code-server) once into .cache/workbench: about a minute and 600 MB. */
export async function ensureWorkbench(): Promise<void> {
  // The install scripts would compile native modules that the workbench does without; what else
  // they do is install the workbench's own dependencies.
  const install = ['install', '--omit=dev', '--ignore-scripts'];
  await installTool('workbench', 'the VS Code workbench', async (npm) => {
    await npm("the workbench's server", join(server, 'lib', 'vscode'), install);
    await npm("the workbench's own extensions", join(server, 'lib', 'vscode', 'extensions'), install);
  });
}

/** How a workbench is started. */
export interface WorkbenchOptions {
  /** Loopback port; a free one where absent. */
  readonly port?: number;
  /** Folder of settings and state. */
  readonly userData: string;
  readonly extensionsDir: string;
  /** Allows extensions and tests to be named in the URL, and keeps the workbench off the extension gallery. */
  readonly testDriver?: boolean;
  /** Asks before a folder's contents may run anything; off unless asked for. */
  readonly workspaceTrust?: boolean;
}

/** A running workbench. */
export interface Workbench {
  /** Where a browser finds it, without a trailing slash: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** What the server wrote so far. */
  log(): string;
  dispose(): Promise<void>;
}

/** Settings that keep a workbench quiet: no chat, no telemetry, no welcome pages, nothing from the network. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.autorefresh': false,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.commandCenter': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Writes the user settings of a workbench. */
export async function writeSettings(
  userData: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const folder = join(userData, 'User');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings, undefined, 2));
}

/** A loopback port that nothing listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

const entry = join(server, 'out', 'node', 'entry.js');

/** Ends the server and what it started: it is the leader of a process group of its own. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, 5000);
  await gone;
  clearTimeout(timer);
}

/** Waits until the server answers or has ended. */
async function answers(url: string, child: ChildProcess, log: () => string): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const response = await fetch(`${url}/healthz`).catch(() => undefined);
    if (response?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`The workbench ended while starting:\n${log()}`);
}

/** Starts the workbench on a loopback port, without a password: everything on this machine can reach it. */
export async function startWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const port = options.port ?? (await freePort());
  await mkdir(options.userData, { recursive: true });
  await mkdir(options.extensionsDir, { recursive: true });
  const argv = [
    entry,
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--user-data-dir', options.userData, '--extensions-dir', options.extensionsDir],
    ...['--config', join(options.userData, 'server.yaml')],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    ...(options.testDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const child = spawn(node, argv, {
    cwd: home,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const keep = (data: Buffer): void => {
    output = (output + data.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const log = (): string => output;
  const url = `http://127.0.0.1:${port}`;
  const onExit = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', onExit);
  await answers(url, child, log);
  return {
    url,
    log,
    dispose: async () => {
      process.off('exit', onExit);
      await end(child);
    },
  };
}

/** Installs a packaged extension into a workbench's extensions folder. */
export async function installExtension(
  vsix: string,
  options: Pick<WorkbenchOptions, 'userData' | 'extensionsDir'>,
): Promise<void> {
  const folders = ['--user-data-dir', options.userData, '--extensions-dir', options.extensionsDir];
  await mustRun(node, [entry, ...folders, '--install-extension', vsix], { quiet: true });
}

/** Makes a workbench use an extension from where it is built, without packaging it. */
export async function linkExtension(folder: string, extensionsDir: string): Promise<void> {
  const { publisher, name, version } = readManifest(await readFile(join(folder, 'package.json'), 'utf8'));
  const id = `${publisher}.${name}`;
  const relativeLocation = `${id}-${version}`;
  const link = join(extensionsDir, relativeLocation);
  await mkdir(extensionsDir, { recursive: true });
  await rm(link, { force: true });
  await symlink(folder, link, 'junction');
  const list = join(extensionsDir, 'extensions.json');
  const known: unknown = JSON.parse(await readFile(list, 'utf8').catch(() => '[]'));
  const items: readonly unknown[] = Array.isArray(known) ? known : [];
  const others = items.filter((item) => !JSON.stringify(item).includes(`"${id}"`));
  const entry = {
    identifier: { id },
    version,
    location: { $mid: 1, path: link, scheme: 'file' },
    relativeLocation,
  };
  await writeFile(list, JSON.stringify([...others, entry]));
}

function readManifest(text: string): { publisher: string; name: string; version: string } {
  const manifest: unknown = JSON.parse(text);
  const field = (key: string): string => {
    const value: unknown =
      typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, key) : undefined;
    if (typeof value !== 'string') throw new Error(`package.json has no ${key}.`);
    return value;
  };
  return { publisher: field('publisher'), name: field('name'), version: field('version') };
}
