import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './build.ts';
import { writeLicences } from './licences.ts';
import { node, root } from './paths.ts';
import { main, step } from './progress.ts';
import { mustRun, run } from './spawn.ts';
import { installTool } from './tools.ts';

/** Largest package that we ship, in bytes. */
const largest = 25 * 1024 * 1024;

/** What a packaged extension is. */
export interface Package {
  /** Absolute path of the .vsix file. */
  readonly file: string;
  readonly bytes: number;
  /** Paths inside of it. */
  readonly contents: readonly string[];
}

/** Builds and packages the extension into hotplug.vsix. Throws where it is too large. */
export async function packageExtension(): Promise<Package> {
  const inputs = await build();
  await step('Collecting third-party licences', () => writeLicences(inputs));
  const home = await installTool('package', 'the packager');
  const vsce = join(home, 'node_modules', '@vscode', 'vsce', 'vsce');
  const file = join(root, 'hotplug.vsix');
  // Everything that runs is in dist/, so no dependency is packaged.
  // Links in the README stay as they are: no repository is published that they could point into.
  const links = ['--allow-missing-repository', '--no-rewrite-relative-links'];
  const argv = ['package', '--no-dependencies', ...links, '--out', file];
  await step('Packaging', () => mustRun(node, [vsce, ...argv], { quiet: true }));
  const { output } = await run(node, [vsce, 'ls', '--no-dependencies'], { quiet: true });
  const { size } = await stat(file);
  if (size > largest) throw new Error(`${file} has ${size} bytes; it may have ${largest}.`);
  return { file, bytes: size, contents: output.trim().split('\n') };
}

await main(import.meta, async () => {
  const { file, bytes, contents } = await packageExtension();
  for (const path of contents) console.log(`  ${path}`);
  console.log(`${file}: ${(bytes / 1024 / 1024).toFixed(1)} MiB, ${contents.length} files`);
  return 0;
});
