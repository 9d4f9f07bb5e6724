import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { kindFolder } from '../../extension/library/places.ts';
import { isBad, type LibraryPlugin } from '../../extension/library/plugin.ts';
import { noteRun, readRuns } from '../../extension/library/runs.ts';
import { listPlugins, type Library } from '../../extension/library/store.ts';
import { hashOf, install, METADATA, plugin, SOURCE_EXPORT, testLibrary } from './library-fixture.ts';
import { projectAt, temporaryFolder, writeFiles } from './project-fixture.ts';

async function only(library: Library): Promise<LibraryPlugin> {
  const { plugins } = await listPlugins(library);
  const [first] = plugins;
  assert.equal(plugins.length, 1);
  assert.ok(first);
  return first;
}

const levels = ({ log }: LibraryPlugin): readonly string[] =>
  log.map(({ level, text }) => `${level}: ${text}`);

void test('nothing is there', async (t) => {
  const library = await testLibrary(t);
  assert.deepEqual(await listPlugins(library), { plugins: [], asked: 0, cacheDamaged: false });
});

void test('a valid plugin says everything, in the words of the real manager', async (t) => {
  const library = await testLibrary(t);
  const content = plugin({ imports: ['chipmunk:shared/logging@0.1.0', 'wasi:clocks/wall-clock@0.2.6'] });
  const folder = await install(library, 'parser', 'lines', content, {
    'lines.toml': 'title = "Lines"\ndescription = "By lines"\n',
    'README.md': '# Lines\n',
  });
  await noteRun(library.cacheFolder, hashOf(content), {
    at: 5,
    calls: 1,
    bytes: 2,
    rows: 3,
    durationMs: 4.5,
  });
  const found = await only(library);
  assert.deepEqual(
    {
      ...found,
      binary: { ...found.binary, modifiedAt: 0 },
      permissions: found.permissions.map((one) => one.name),
    },
    {
      id: folder,
      name: 'lines',
      kind: 'parser',
      origin: 'store',
      state: 'valid',
      title: 'Lines',
      description: 'By lines',
      binary: {
        path: join(folder, 'lines.wasm'),
        bytes: content.length,
        hash: hashOf(content),
        modifiedAt: 0,
      },
      readme: join(folder, 'README.md'),
      pluginVersion: '1.2.3',
      apiVersion: '0.1.0',
      schemas: METADATA.schemas,
      columns: METADATA.columns,
      permissions: ['log', 'clocks'],
      producers: ['rustc 1.95.0'],
      log: [
        { level: 'info', text: 'Attempt to load and check plugin' },
        { level: 'info', text: 'Metadata file found and load' },
        { level: 'info', text: 'Plugin has been load, checked and accepted' },
      ],
      findings: [],
      lastRun: { at: 5, calls: 1, bytes: 2, rows: 3, durationMs: 4.5 },
    },
  );
});

void test('what is known is not asked again, and the log says so', async (t) => {
  const library = await testLibrary(t);
  await install(library, 'parser', 'lines', plugin());
  await install(library, 'parser', 'broken', plugin({ broken: 'is no component' }));
  assert.equal((await listPlugins(library)).asked, 2);
  const { plugins, asked } = await listPlugins(library);
  assert.equal(asked, 0);
  assert.equal(library.asked.length, 2);
  assert.deepEqual(plugins.map(levels), [
    [
      'info: Attempt to load and check plugin',
      'info: Reading plugin info from cache',
      'error: Plugin binary failed to load in the last attempt, according to cached data. Error: Plugins Host Error: Validating the plugin while loading failed. broken.wasm is no component.',
    ],
    [
      'info: Attempt to load and check plugin',
      'info: Reading plugin info from cache',
      'warning: Metadata file not found',
      'info: Plugin has been load, checked and accepted',
    ],
  ]);
});

void test('each way of being bad is a state with a reason', async (t) => {
  const library = await testLibrary(t);
  const refused = 'Plugins Host Error: Validating the plugin while loading failed. ';
  const error = (message: string) => ({ severity: 'error' as const, message, advice: 'Mend it.' });
  const cases: readonly [string, string, string, string][] = [
    [
      'none',
      plugin({ exports: [], asked: false }),
      'invalid',
      `${refused}Plugin binary metadata doesn't have exports information`,
    ],
    [
      'plain',
      plugin({ exports: ['run'], asked: false }),
      'invalid',
      `${refused}Plugin package schema doesn't match \`wit\` file definitions (its first export is run)`,
    ],
    [
      'other',
      plugin({ exports: ['a:b/c@1.0.0'], asked: false }),
      'invalid',
      `${refused}Unknown plugin interface name 'a:b/c'`,
    ],
    ['source', plugin({ exports: [SOURCE_EXPORT] }), 'invalid', `${refused}Invalid plugin type Byte-Source`],
    [
      'next',
      plugin({
        exports: ['chipmunk:parser/parser@0.2.0'],
        asked: false,
        findings: [error(`${refused}Plugin version 0.2.0 is not supported`)],
      }),
      'unsupported',
      `${refused}Plugin version 0.2.0 is not supported`,
    ],
    [
      'stale',
      plugin({ asked: false, findings: [error('It was built from stale WIT.')] }),
      'incompatible',
      'It was built from stale WIT.',
    ],
    [
      'trap',
      plugin({ raw: null, findings: [error('The plugin fails in metadata: unreachable.')] }),
      'invalid',
      'The plugin fails in metadata: unreachable.',
    ],
    [
      'long',
      plugin({ findings: [error('Validating plugin infos failed. Error: too many')] }),
      'invalid',
      'too many',
    ],
    ['silent', plugin({ raw: null }), 'invalid', 'The plugin said nothing of itself.'],
  ];
  for (const [name, content] of cases) await install(library, 'parser', name, content);
  await mkdir(join(kindFolder(library.home, 'parser'), 'empty'));
  const { plugins } = await listPlugins(library);
  const expected: [string, string, string | undefined][] = cases.map(([name, , state, reason]) => [
    name,
    state,
    reason,
  ]);
  const missing = join(kindFolder(library.home, 'parser'), 'empty', 'empty.wasm');
  expected.push(['empty', 'invalid', `Plugin WASM file not found. Path ${missing}`]);
  assert.deepEqual(
    plugins.map(({ name, state, reason }) => [name, state, reason]),
    expected.sort(([a], [b]) => a.localeCompare(b)),
  );
  assert.ok(plugins.every(isBad));
  const long = plugins.find(({ name }) => name === 'long');
  assert.deepEqual(long?.log.at(-1), {
    level: 'error',
    text: 'Validating plugin infos failed. Error: too many',
  });
  const stale = plugins.find(({ name }) => name === 'stale');
  assert.deepEqual(stale?.log.at(-1), {
    level: 'error',
    text: 'Loading plugin binary fail. Error: It was built from stale WIT.',
  });
});

void test('names with a dot and files are no plugins, links to folders are', async (t) => {
  const library = await testLibrary(t);
  const elsewhere = await temporaryFolder(t);
  await writeFiles(elsewhere, { 'linked.wasm': plugin() });
  await install(library, 'parser', '.half', plugin());
  await writeFile(join(kindFolder(library.home, 'parser'), 'stray.wasm'), plugin());
  await symlink(elsewhere, join(kindFolder(library.home, 'parser'), 'linked'), 'junction');
  assert.equal((await only(library)).name, 'linked');
});

void test('a project counts as its release build', async (t) => {
  const library = await testLibrary(t);
  const folder = await temporaryFolder(t);
  const project = { ...projectAt(folder), contract: 'chipmunk-bytesource', name: 'reader' };
  const other = projectAt(await temporaryFolder(t));
  const [unbuilt] = (await listPlugins(library, [project, other])).plugins;
  assert.equal(unbuilt?.state, 'unbuilt');
  assert.equal(isBad(unbuilt), false);
  await writeFiles(folder, { '.hotplug/release/reader.wasm': plugin({ exports: [SOURCE_EXPORT] }) });
  const { plugins } = await listPlugins(library, [project, other]);
  assert.deepEqual(
    plugins.map(({ state, origin, kind, name }) => [state, origin, kind, name]),
    [['valid', 'project', 'bytesource', 'reader']],
  );
});

void test('a defect while asking is no fact about the plugin', async (t) => {
  const library = await testLibrary(t);
  await install(library, 'parser', 'lines', plugin());
  const broken = { ...library, inspect: () => Promise.reject(new Error('boom')) };
  const found = await only(broken);
  assert.match(found.reason ?? '', /This is a defect of Hotplug: boom/);
  assert.equal((await only(library)).state, 'valid');
});

void test('a thousand runs are remembered, and damage is forgotten', async (t) => {
  const { cacheFolder } = await testLibrary(t);
  const run = { at: 1, calls: 1, bytes: 1, rows: 1, durationMs: 1 };
  await noteRun(cacheFolder, hashOf('a'), run);
  await noteRun(cacheFolder, hashOf('b'), { ...run, at: 2 });
  assert.deepEqual([...(await readRuns(cacheFolder)).keys()], [hashOf('b'), hashOf('a')]);
  await writeFile(
    join(cacheFolder, 'library', 'runs.json'),
    JSON.stringify({ runs: { [hashOf('a')]: run, [hashOf('b')]: { at: -1 }, x: run } }),
  );
  assert.deepEqual([...(await readRuns(cacheFolder))], [[hashOf('a'), run]]);
  await writeFile(join(cacheFolder, 'library', 'runs.json'), '{"runs":');
  assert.equal((await readRuns(cacheFolder)).size, 0);
});
