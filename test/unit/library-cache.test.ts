import assert from 'node:assert/strict';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { forget, MetadataCache } from '../../extension/library/cache.ts';
import { metadataCacheFile } from '../../extension/library/places.ts';
import { listPlugins } from '../../extension/library/store.ts';
import { hashOf, install, plugin, testLibrary } from './library-fixture.ts';

const LONG_AGO = new Date('2020-01-01');

void test('a file that is the same is not read, one that is as new as the clock is', async (t) => {
  const { cacheFolder, ...library } = await testLibrary(t);
  const folder = await install(library, 'parser', 'lines', plugin());
  const file = join(folder, 'lines.wasm');
  await utimes(file, LONG_AGO, LONG_AGO);
  const cache = await MetadataCache.open(cacheFolder, 'key');
  assert.equal(await cache.hashOf(file), hashOf(plugin()));
  await cache.save();
  // Of the same size and time: only who reads it sees that it is another one.
  const other = plugin().replace('mark', 'kram');
  await writeFile(file, other);
  await utimes(file, LONG_AGO, LONG_AGO);
  assert.equal(await (await MetadataCache.open(cacheFolder, 'key')).hashOf(file), hashOf(plugin()));
  const now = new Date();
  await utimes(file, now, now);
  const again = await MetadataCache.open(cacheFolder, 'key');
  assert.equal(await again.hashOf(file), hashOf(other));
  await writeFile(file, plugin());
  await utimes(file, now, now);
  assert.equal(await again.hashOf(file), hashOf(plugin()));
});

void test('the same binary is asked once, wherever it lies', async (t) => {
  const library = await testLibrary(t);
  for (const name of ['a', 'b', 'c']) await install(library, 'parser', name, plugin());
  const { plugins } = await listPlugins(library);
  assert.equal(library.asked.length, 1);
  assert.deepEqual(
    plugins.map(({ state }) => state),
    ['valid', 'valid', 'valid'],
  );
});

void test('forgetting one, forgetting all, and another version', async (t) => {
  const library = await testLibrary(t);
  for (const name of ['a', 'b']) await install(library, 'parser', name, plugin({}, name));
  await listPlugins(library);
  await forget(library.cacheFolder, [hashOf(plugin({}, 'a'))]);
  assert.equal((await listPlugins(library)).asked, 1);
  await forget(library.cacheFolder);
  assert.equal((await listPlugins(library)).asked, 2);
  const file = metadataCacheFile(library.cacheFolder);
  const content = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, JSON.stringify({ ...content, key: 'older' }));
  const { asked, cacheDamaged } = await listPlugins(library);
  assert.deepEqual([asked, cacheDamaged], [2, false]);
});

void test('what two processes found out is kept', async (t) => {
  const { cacheFolder, inspect, ...library } = await testLibrary(t);
  const [first, second] = [await MetadataCache.open(cacheFolder), await MetadataCache.open(cacheFolder)];
  await install(library, 'parser', 'a', plugin());
  await listPlugins({ ...library, inspect, cacheFolder: join(cacheFolder, 'other') });
  const facts = (await MetadataCache.open(join(cacheFolder, 'other'))).factsOf(hashOf(plugin()));
  assert.ok(facts);
  first.note(hashOf('1'), facts);
  second.note(hashOf('2'), facts);
  await Promise.all([first.save(), second.save()]);
  await first.save();
  const read = await MetadataCache.open(cacheFolder);
  assert.ok(read.size >= 1 && !read.damaged);
  first.note(hashOf('1'), facts);
  await first.save();
  second.note(hashOf('2'), facts);
  await second.save();
  assert.equal((await MetadataCache.open(cacheFolder)).size, 2);
});

void test('a damaged cache is rebuilt and never trusted', async (t) => {
  const library = await testLibrary(t);
  await install(
    library,
    'parser',
    'a',
    plugin({
      raw: {
        version: { major: 1, minor: 0, patch: 0 },
        schemas: [{ id: 'x', title: '', inputType: { tag: 'float', val: 1.5 } }],
      },
    }),
  );
  await install(library, 'parser', 'b', plugin({ broken: 'is none' }));
  const { plugins: expected } = await listPlugins(library);
  const summary = (plugins: typeof expected): unknown =>
    plugins.map(({ state, reason, schemas, pluginVersion, columns }) => [
      state,
      reason,
      schemas,
      pluginVersion,
      columns,
    ]);
  const file = metadataCacheFile(library.cacheFolder);
  const good = await readFile(file, 'utf8');
  const damage = fc.oneof(
    fc.nat(good.length).map((at) => good.slice(0, at)),
    fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom('"', '{', '0', ',', 'x', '[', ']'))
      .map(([at, put]) => good.slice(0, at) + put + good.slice(at + 1)),
    fc.json(),
    fc.string(),
    fc
      .tuple(
        fc.constantFrom(
          'schemas',
          'imports',
          'findings',
          'problem',
          'kind',
          'files',
          'binaries',
          'tag',
          'val',
          'hash',
          'bytes',
        ),
        fc.json(),
      )
      .map(([field, value]) =>
        good.replace(
          new RegExp(`"${field}":("[^"]*"|[\\d.]+|\\[\\]|\\[[^\\[\\]]*\\])`),
          `"${field}":${value}`,
        ),
      ),
  );
  await fc.assert(
    fc.asyncProperty(damage, async (content) => {
      await writeFile(file, content);
      const { plugins } = await listPlugins(library);
      for (const one of plugins) {
        // A digit or a letter inside of a text or a number is nobody's to notice; the shape is.
        assert.ok(one.name === 'a' || one.state !== 'valid');
        assert.ok(one.schemas.every(({ inputType }) => typeof inputType.tag === 'string'));
      }
      await writeFile(file, content.slice(0, content.length / 2));
      assert.deepEqual(summary((await listPlugins(library)).plugins), summary(expected));
      assert.equal((await listPlugins(library)).asked, 0);
    }),
    { numRuns: 60 },
  );
});
