import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, root } from './paths.ts';
import { step } from './progress.ts';
import { mustRun } from './spawn.ts';

/** Runs npm where a tool was installed. */
export type Npm = (title: string, folder: string, argv: readonly string[]) => Promise<void>;

const npm: Npm = (title, cwd, argv) =>
  step(`Installing ${title} (once)`, () =>
    mustRun('npm', [...argv, '--no-audit', '--no-fund'], { cwd, quiet: true }),
  );

/**
 * Installs a tool that has a lock file of its own below tools/ once into .cache/, without running
 * install scripts, and gives the folder that holds its node_modules. `finish` is part of the installation.
 */
export async function installTool(
  name: 'workbench' | 'package' | 'peers' | 'pyright',
  title: string,
  finish?: (npm: Npm, home: string) => Promise<void>,
): Promise<string> {
  const manifest = join(root, 'tools', name);
  const home = join(cache, name);
  // Written last: an installation that was cut off, or that is of another lock file, is made anew.
  const stamp = join(home, 'installed.lock');
  const lock = await readFile(join(manifest, 'package-lock.json'), 'utf8');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === lock) return home;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await cp(join(manifest, file), join(home, file));
  await npm(title, home, ['install', '--ignore-scripts']);
  await finish?.(npm, home);
  await writeFile(stamp, lock);
  return home;
}
