/** Scripts of components on disk, while a host has them in memory and others remove them. */
import assert from 'node:assert/strict';
import { access, mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { cacheFolderOf } from '../../extension/host/cache-folder.ts';
import { prepareComponent, type PreparedComponent } from '../../extension/host/prepare.ts';
import { temporaryFolder } from './project-fixture.ts';
import { assemble } from './wasm-fixture.ts';

const MEMORY_BYTES = 1024 * 1024;
const HOUR_MS = 60 * 60 * 1000;

/** Prepares a component of this answer, again and again; each answer is another binary with the same script. */
async function preparing(t: test.TestContext): Promise<(answer: number) => Promise<PreparedComponent>> {
  const root = await temporaryFolder(t);
  const path = join(root, 'plugin.wasm');
  return async (answer) => {
    const component = await assemble(`(component
      (core module $m (memory 1) (func (export "f") (result i32) i32.const ${answer}))
      (core instance $i (instantiate $m))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))`);
    await writeFile(path, component);
    return prepareComponent({ path, cacheFolder: cacheFolderOf(root), memoryBytes: MEMORY_BYTES });
  };
}

function scriptOf({ script }: PreparedComponent): string {
  assert.ok(script !== undefined);
  return script;
}

void test('a script that was removed meanwhile is made again', async (t) => {
  const prepare = await preparing(t);
  const first = scriptOf(await prepare(1));
  for (const answer of [1, 2]) {
    await rm(dirname(first), { recursive: true });
    const again = await prepare(answer);
    assert.equal(scriptOf(again), first);
    assert.equal(again.cached, false);
    await access(first);
  }
  assert.equal((await prepare(3)).cached, true);
});

void test('a script that is used from memory counts as used', async (t) => {
  const prepare = await preparing(t);
  const folder = dirname(scriptOf(await prepare(1)));
  for (const answer of [1, 2]) {
    const longAgo = new Date(Date.now() - HOUR_MS);
    await utimes(folder, longAgo, longAgo);
    assert.equal((await prepare(answer)).cached, true);
    assert.ok((await stat(folder)).mtimeMs > longAgo.getTime() + HOUR_MS / 2);
  }
});

void test('entries stay as long as they fit into the budget, however many they are', async (t) => {
  const prepare = await preparing(t);
  const folder = dirname(scriptOf(await prepare(1)));
  const others = Array.from({ length: 80 }, (_, index) => index.toString(16).padStart(64, '0'));
  for (const name of others) await mkdir(join(dirname(folder), name));
  await rm(folder, { recursive: true });
  await prepare(1);
  assert.equal((await readdir(dirname(folder))).length, 81);
});
