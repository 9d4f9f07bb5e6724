import { spawn } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { scaffold } from '../extension/scaffold/scaffold.ts';
import { build } from './build.ts';
import { runHeadless } from './headless.ts';
import { cache, dist, node, root } from './paths.ts';
import { main, step } from './progress.ts';
import { mustRun, run } from './spawn.ts';
import { ensureWorkbench, linkExtension, quietSettings, startWorkbench, writeSettings } from './workbench.ts';

const playground = join(cache, 'playground');

/** Settings of the playground: opening it starts everything. */
const openingSettings = { 'hotplug.startOnOpen': true };

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Makes the gain plugin once; what was changed in it since stays. */
async function makePlugin(): Promise<string> {
  const folder = join(playground, 'gain');
  if (await isThere(folder)) return folder;
  await mkdir(playground, { recursive: true });
  await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent: playground });
  const settings = join(folder, '.vscode', 'settings.json');
  const own: unknown = JSON.parse(await readFile(settings, 'utf8').catch(() => '{}'));
  await mkdir(join(folder, '.vscode'), { recursive: true });
  await writeFile(settings, `${JSON.stringify({ ...Object(own), ...openingSettings }, undefined, 2)}\n`);
  return folder;
}

/** VS Code's command, where it is on the PATH. */
async function findCode(): Promise<string | undefined> {
  const names = process.platform === 'win32' ? ['code.cmd', 'code.exe'] : ['code'];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names)
      if (folder !== '' && (await isThere(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}

/** Asks the desktop to open an address; nobody minds where there is no desktop. */
function openBrowser(url: string): void {
  const opener =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['explorer.exe'] : ['xdg-open'];
  const [command = 'xdg-open', ...argv] = opener;
  spawn(command, [...argv, url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

/** Resolves when the user wants to end it. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

async function openInBrowser(folder: string): Promise<void> {
  await ensureWorkbench();
  const userData = join(cache, 'playground-workbench', 'user');
  const extensionsDir = join(cache, 'playground-workbench', 'extensions');
  if (!(await isThere(join(userData, 'User', 'settings.json')))) await writeSettings(userData, quietSettings);
  await linkExtension(root, extensionsDir);
  const workbench = await step('Starting the workbench', () => startWorkbench({ userData, extensionsDir }));
  const url = new URL(workbench.url);
  const source = `vscode-remote://${url.host}${join(folder, 'src', 'plugin.js')}`;
  url.searchParams.set('folder', folder);
  url.searchParams.set('payload', JSON.stringify([['openFile', source]]));
  console.log(
    `\nOpen ${url.href}\nEdit src/plugin.js and save: the plugin is built and swapped in.\nCtrl+C ends the workbench.`,
  );
  openBrowser(url.href);
  await untilStopped();
  await workbench.dispose();
}

/** `npm start`: builds Hotplug, makes a plugin, builds it and opens the workbench on it. */
await main(import.meta, async (args) => {
  const unknown = args.find((arg) => arg !== '--headless');
  if (unknown !== undefined)
    throw new Error(`npm start knows no option ${unknown}; there is only --headless.`);
  await build();
  if (args.includes('--headless')) {
    await runHeadless();
    return 0;
  }
  const folder = await step('Making a StreamKit gain plugin in JavaScript', makePlugin);
  await step('Building it', () => run(node, [join(dist, 'cli.js'), 'build', folder]));
  const code = await findCode();
  if (code === undefined) await openInBrowser(folder);
  else await step('Opening VS Code', () => mustRun(code, [`--extensionDevelopmentPath=${root}`, folder]));
  return 0;
});
