import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Builder } from '../../extension/project/builder.ts';
import { readStamp } from '../../extension/project/stamp.ts';
import { sourceFilter, watchSources } from '../../extension/project/watch.ts';
import { rust } from '../../extension/toolchains/rust.ts';
import { projectAt, temporaryFolder, until, writeFiles } from './project-fixture.ts';

const globs = { sources: ['src/**/*.js', 'Cargo.toml', '.cargo/*.toml'], outputs: ['src/generated/**'] };

test('a source is what the globs say, never an output', () => {
  const folder = import.meta.dirname;
  const isSource = sourceFilter(projectAt(folder), globs);
  for (const path of ['src/a.js', 'src/deep/b.js', 'Cargo.toml', '.cargo/config.toml', 'hotplug.json']) {
    assert.ok(isSource(path), path);
  }
  for (const path of [
    'a.js',
    'src/a.ts',
    'src/generated/a.js',
    'src/node_modules/a.js',
    '.hotplug/build.json',
    'README.md',
  ]) {
    assert.ok(!isSource(path), path);
  }
  const config = {
    watch: { include: ['**/*.x', '*.wasm'], exclude: ['old/**'] },
    artifact: { release: join(folder, 'out.wasm') },
  };
  const own = sourceFilter(projectAt(folder, config), globs);
  assert.deepEqual(['a.x', 'old/a.x', 'src/a.js', 'in.wasm', 'out.wasm'].map(own), [
    true,
    false,
    false,
    true,
    false,
  ]);
});

test('what Hotplug writes beside recordings is no source, whatever the globs say', () => {
  const isSource = sourceFilter(projectAt(import.meta.dirname), { sources: ['**/*.json'], outputs: [] });
  const names = ['a.json', 'notes.json', 'run.hotplug.notes.json', 'run.trace.json', 'run.speedscope.json'];
  assert.deepEqual(names.filter(isSource), ['a.json', 'notes.json']);
  assert.ok(!isSource('recordings/run.hotplug.notes.json'));
});

interface Watched {
  readonly folder: string;
  readonly bursts: (readonly string[])[];
  readonly save: (path: string, content: string) => Promise<void>;
}

async function watched(t: TestContext): Promise<Watched> {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'src/a.js': '0',
    'src/b.js': '0',
    'src/generated/out.js': '0',
    'Cargo.toml': '',
  });
  const bursts: (readonly string[])[] = [];
  const watcher = await watchSources(projectAt(folder), globs, (savedAt, paths) => {
    assert.ok(savedAt > 0 && savedAt <= Date.now());
    bursts.push(paths);
  });
  t.after(() => watcher.dispose());
  return { folder, bursts, save: (path, content) => writeFiles(folder, { [path]: content }) };
}

test('saves in a row are one burst', async (t) => {
  const { bursts, save } = await watched(t);
  await Promise.all([save('src/a.js', '1'), save('src/b.js', '22'), save('src/new/c.js', '333')]);
  await until(() => bursts.flat().includes('src/new/c.js'), 'the new file in a new folder');
  await save('src/a.js', 'end');
  await until(() => bursts.length > 1 && bursts.at(-1)?.join() === 'src/a.js', 'the last save');
  assert.ok(bursts.length <= 3, JSON.stringify(bursts));
});

test('outputs trigger nothing; renaming over a file and deleting one count', async (t) => {
  const { folder, bursts, save } = await watched(t);
  await save('src/generated/out.js', '1');
  await save('.hotplug/build.json', '{}');
  await save('target/debug/a.js', '1');
  await save('README.md', '1');
  await writeFile(join(folder, 'aside'), 'longer');
  await rename(join(folder, 'aside'), join(folder, 'src/a.js'));
  await until(() => bursts.length === 1, 'the rename');
  await rm(join(folder, 'src/b.js'));
  await until(() => bursts.length === 2, 'the deletion');
  assert.deepEqual(bursts, [['src/a.js'], ['src/b.js']]);
});

test('a file that stays as it was is no save, whatever else about it changes', async (t) => {
  const { folder, bursts, save } = await watched(t);
  await chmod(join(folder, 'src/a.js'), 0o600);
  await setTimeout(300);
  await save('src/b.js', 'changed');
  await until(() => bursts.length > 0, 'the save');
  assert.deepEqual(bursts, [['src/b.js']]);
});

test('the last save is told of, however close it follows the one before', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, { 'src/a.js': '0' });
  let told = '';
  const watcher = await watchSources(projectAt(folder), globs, () => {
    told = readFileSync(join(folder, 'src/a.js'), 'utf8');
  });
  t.after(() => watcher.dispose());
  for (let round = 1; round <= 12; round++) {
    await writeFiles(folder, { 'src/a.js': `${round} first` });
    // The second save falls at another moment of the first one's handling each time.
    await setTimeout(round * 6);
    await writeFiles(folder, { 'src/a.js': `${round} and the second` });
    await until(() => told === `${round} and the second`, `the second save of round ${round}`);
  }
});

test('saved during a build, a project is built again, and its own output builds nothing', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, { 'src/a.js': '0' });
  const contents: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const builder = new Builder({
    project: projectAt(folder),
    write: () => undefined,
    toolchain: {
      sources: [],
      outputs: [],
      definition: (exported) => rust.definition(exported),
      async build() {
        contents.push(await readFile(join(folder, 'src/a.js'), 'utf8'));
        await writeFiles(folder, {
          'src/generated/out.js': String(contents.length),
          '.hotplug/dev/plugin.js': '',
        });
        await gate.promise;
        return {
          ok: true,
          artifact: { kind: 'source', path: join(folder, '.hotplug/dev/plugin.js') },
          diagnostics: [],
        };
      },
    },
  });
  const watcher = await watchSources(
    projectAt(folder),
    globs,
    (savedAt) => void builder.build('development', { savedAt }),
  );
  t.after(() => watcher.dispose());
  for (const content of ['1', '2', '3']) await writeFiles(folder, { 'src/a.js': content });
  await until(() => contents.length === 1, 'the first build');
  await writeFiles(folder, { 'src/a.js': 'during' });
  gate.resolve(undefined);
  await until(
    async () => contents.length === 2 && (await readStamp(folder))?.serial === 2,
    'the second build',
  );
  await until(async () => (await readStamp(folder))?.status === 'ok', 'its end');
  await writeFiles(folder, { 'src/a.js': 'end' });
  await until(() => contents.at(-1) === 'end', 'the third build');
  await builder.dispose();
  assert.deepEqual(contents, ['3', 'during', 'end']);
});
