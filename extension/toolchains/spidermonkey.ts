/** Release builds with SpiderMonkey, by the project's ComponentizeJS. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { exists } from './find.ts';
import { versionOf, writeWit, type ComponentizeRequest } from './javascript-componentize.ts';
import { run } from './run.ts';
import type { Install } from './toolchain.ts';

const PACKAGE = '@bytecodealliance/componentize-js';

export const spidermonkeyInstall: readonly Install[] = [
  { on: 'any', command: `npm install --save-dev ${PACKAGE}` },
];

/** ComponentizeJS, found. */
export interface Spidermonkey {
  /** Its command line: a script for Node. */
  readonly path: string;
  readonly version: string;
}

/** The ComponentizeJS of a project, or of a folder above it. */
export async function findSpidermonkey(folder: string | undefined): Promise<Spidermonkey | undefined> {
  for (let at = folder; at !== undefined; at = dirname(at) === at ? undefined : dirname(at)) {
    const home = join(at, 'node_modules', ...PACKAGE.split('/'));
    const path = join(home, 'src', 'cli.js');
    if (!(await exists(path))) continue;
    const manifest: unknown = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    return { path, version: versionOf(manifest) };
  }
  return undefined;
}

/** How a build ended: the component, or why there is none. */
export type SpidermonkeyResult =
  { readonly component: Uint8Array } | { readonly failure: string; readonly output: string };

/** Makes a component of one bundled source, which takes some seconds. Ends with its processes on the signal. */
export async function componentizeWithSpidermonkey(
  { path }: Spidermonkey,
  { wit, world, source, fileName }: ComponentizeRequest,
  signal: AbortSignal,
): Promise<SpidermonkeyResult> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-spidermonkey-'));
  try {
    await writeWit(join(folder, 'wit'), wit);
    await writeFile(join(folder, fileName), source);
    const out = join(folder, 'plugin.wasm');
    const options = ['--wit', join(folder, 'wit'), '--world-name', world, '--out', out];
    // A plugin has no network: its host gives it none, and some refuse a component that asks for it.
    const argv = [process.execPath, path, fileName, ...options, '--disable', 'http', 'fetch-event'];
    const { ended, code, stdout, stderr } = await run(argv, { cwd: folder, signal });
    if (ended === 'cancelled') return { failure: 'The build was cancelled.', output: '' };
    if (ended === 'exited' && code === 0) return { component: await readFile(out) };
    return { failure: `ComponentizeJS failed: ${reason(stderr + stdout)}`, output: stderr + stdout };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The line that says why: what the plugin's code threw while it was loaded, else the first error. */
function reason(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const at = lines.findIndex((line) => line.startsWith('Exception while '));
  const thrown = at < 0 ? undefined : lines[at + 1];
  const error = lines.find(
    (line) => /^(?:\w*Error|error):/i.test(line) && !line.includes('Failed to initialize'),
  );
  return thrown ?? error ?? lines.find((line) => line !== '') ?? 'it does not say why';
}
