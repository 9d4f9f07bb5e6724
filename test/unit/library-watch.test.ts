import assert from 'node:assert/strict';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { clearCodeCache, codeCacheSize, trimCodeCache } from '../../extension/host/code-cache.ts';
import { disablePlugin, removePlugin } from '../../extension/library/actions.ts';
import { watchStore } from '../../extension/library/watch.ts';
import { install, plugin, testLibrary } from './library-fixture.ts';
import { temporaryFolder, until, writeFiles } from './project-fixture.ts';

void test('changes on disk show up by themselves, also of folders that come later', async (t) => {
  const library = await testLibrary(t);
  let changes = 0;
  const watcher = watchStore(library.home, () => changes++);
  t.after(() => watcher.dispose());
  const seen = async (what: string, change: () => Promise<unknown>): Promise<void> => {
    const before = changes;
    await change();
    await until(() => changes > before, what);
  };
  await watcher.ready;
  await seen('the first plugin', () => install(library, 'parser', 'lines', plugin()));
  await seen('another plugin', () => install(library, 'bytesource', 'files', plugin()));
  await seen('a title', () =>
    install(library, 'parser', 'lines', plugin({}, 'x'), { 'lines.toml': 'title = "x"' }),
  );
  await seen('a plugin that is disabled', () =>
    disablePlugin(library.home, { kind: 'parser', name: 'lines' }),
  );
  await seen('a plugin that is gone', () =>
    removePlugin(library.home, { kind: 'bytesource', name: 'files' }),
  );
  await seen('a folder that is gone', () => rm(join(library.home, '.chipmunk'), { recursive: true }));
  watcher.dispose();
  const before = changes;
  await install(library, 'parser', 'late', plugin());
  assert.equal(changes, before);
});

const hash = (digit: number): string => String(digit).repeat(64);
const HOUR = 60 * 60 * 1000;

async function cacheWith(t: test.TestContext, ages: readonly number[], now: number): Promise<string> {
  const root = await temporaryFolder(t);
  for (const [index, hours] of ages.entries()) {
    const folder = join(root, index % 2 === 0 ? 'jco-new' : 'jco-old', hash(index));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'component.js'), 'x'.repeat(100));
    const used = new Date(now - hours * HOUR);
    await utimes(folder, used, used);
  }
  await writeFiles(root, {
    'library/plugins.json': 'x'.repeat(1000),
    'interpreters/a/b.wasm': 'x'.repeat(1000),
  });
  return root;
}

void test('the cache of code is kept within its budget, what was used longest ago goes first', async (t) => {
  const now = Date.now();
  const root = await cacheWith(t, [2, 50, 3, 0.5, 4], now);
  assert.deepEqual(await codeCacheSize(root), { entries: 5, bytes: 500 });
  assert.deepEqual(await trimCodeCache(root, 500, now), {
    entries: 5,
    bytes: 500,
    removed: { entries: 0, bytes: 0 },
  });
  assert.deepEqual((await trimCodeCache(root, 399, now)).removed, { entries: 2, bytes: 200 });
  assert.deepEqual(await codeCacheSize(root), { entries: 3, bytes: 300 });
  await mkdir(join(root, '.removing-left'));
  // What was used within the hour stays, whatever the budget is.
  assert.deepEqual(await clearCodeCache(root, now), {
    entries: 1,
    bytes: 100,
    removed: { entries: 2, bytes: 200 },
  });
  await assert.rejects(rm(join(root, '.removing-left'), { recursive: true }));
  assert.equal((await codeCacheSize(join(root, 'gone'))).entries, 0);
  assert.equal((await trimCodeCache(join(root, 'gone'), 0)).removed.entries, 0);
});
