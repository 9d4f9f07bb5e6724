/** The plugin of test/fixtures/extism, built once a test file. */
import { execFile } from 'node:child_process';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { findCCompiler } from '../../extension/toolchains/c-compiler.ts';
import { root } from '../../scripts/paths.ts';

const fixture = join(root, 'test', 'fixtures', 'extism', 'plugin.c');
let built: Promise<string> | undefined;

/** The built fixture; undefined after skipping the test because there is no compiler. */
export async function extismPlugin(t: TestContext): Promise<string | undefined> {
  const compiler = await findCCompiler();
  if (compiler?.kind !== 'clang') {
    t.skip('clang not found');
    return undefined;
  }
  built ??= (async () => {
    const folder = join(root, '.cache', 'extism');
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'plugin.wasm');
    const aside = `${path}.${process.pid}`;
    await promisify(execFile)(compiler.path, [
      '--target=wasm32',
      '-nostdlib',
      '-O1',
      '-Wl,--no-entry',
      '-o',
      aside,
      fixture,
    ]);
    await rename(aside, path);
    return path;
  })();
  return await built;
}
