/** The plugin of test/fixtures/extism, built once a test file. */
import { execFile } from 'node:child_process';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { findCCompiler } from '../../extension/toolchains/c-compiler.ts';
import { cache, root } from '../../scripts/paths.ts';

const fixture = join(root, 'test', 'fixtures', 'extism', 'plugin.c');
/** `plain` asks for nothing that only some host has: libextism runs it, too. In `changed` one export gives something else; `bare` has no `handle_event` and is for no host of ours. */
type Variant = 'whole' | 'plain' | 'changed' | 'bare';
const built = new Map<Variant, Promise<string>>();

/** The built fixture; undefined after skipping the test because there is no compiler. */
export async function extismPlugin(t: TestContext, variant: Variant = 'whole'): Promise<string | undefined> {
  const compiler = await findCCompiler();
  if (compiler?.kind !== 'clang') {
    t.skip('clang not found');
    return undefined;
  }
  return await buildExtismPlugin(variant);
}

/** Fails where there is no clang. */
export async function buildExtismPlugin(variant: Variant): Promise<string> {
  const compiler = await findCCompiler();
  if (compiler?.kind !== 'clang') throw new Error('clang not found');
  const building = built.get(variant) ?? build(compiler.path, variant);
  built.set(variant, building);
  return await building;
}

async function build(clang: string, variant: Variant): Promise<string> {
  const folder = join(cache, 'extism');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${variant}.wasm`);
  const aside = `${path}.${process.pid}`;
  const defines = variant === 'whole' ? [] : [`-D${variant.toUpperCase()}`];
  const target = ['--target=wasm32', '-nostdlib', '-O1', '-Wl,--no-entry'];
  await promisify(execFile)(clang, [...target, ...defines, '-o', aside, fixture]);
  // Test files run side by side.
  await rename(aside, path);
  return path;
}
