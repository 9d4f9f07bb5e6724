import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import {
  addPlugin,
  disablePlugin,
  enablePlugin,
  findPlugin,
  removePlugin,
  replacePlugin,
} from '../../extension/library/actions.ts';
import { readJournal } from '../../extension/library/journal.ts';
import {
  journalFile,
  kindFolder,
  lockFile,
  pluginsFolder,
  STAGING,
  TRASH,
} from '../../extension/library/places.ts';
import { listPlugins, type Library } from '../../extension/library/store.ts';
import { emptyTrash } from '../../extension/library/trash.ts';
import { undo, undoLast } from '../../extension/library/undo.ts';
import { install, plugin, SOURCE_EXPORT, testLibrary } from './library-fixture.ts';
import { projectAt, temporaryFolder, writeFiles } from './project-fixture.ts';

/** What is installed: `parser lines valid <mark>`. */
async function installed(library: Library): Promise<readonly string[]> {
  const { plugins } = await listPlugins(library);
  return Promise.all(
    plugins.map(async ({ kind, name, state, binary }) => {
      const text = binary === undefined ? '{}' : await readFile(binary.path, 'utf8');
      return `${kind} ${name} ${state} ${String((JSON.parse(text) as { mark?: string }).mark)}`;
    }),
  );
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** Everything below the plugins' folder but what undoing needs and empty folders for disabled plugins. */
async function visible({ home }: Library): Promise<readonly string[]> {
  const all = await readdir(pluginsFolder(home), { recursive: true });
  return all.filter((path) => !/^\.hotplug|^\.disabled(?:.(?:parsers|bytesources))?$/.test(path)).sort();
}

void test('a component is added with what lies beside it, and taken away again', async (t) => {
  const library = await testLibrary(t);
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'lines.wasm': plugin({}, '1'),
    'lines.toml': 'title = "Lines"',
    'README.md': 'Hi',
    'secret.txt': 'x',
  });
  const done = await addPlugin(library, { kind: 'file', path: join(folder, 'lines.wasm') });
  assert.equal(done.folder, join(kindFolder(library.home, 'parser'), 'lines'));
  assert.deepEqual(await installed(library), ['parser lines valid 1']);
  assert.deepEqual([...(await names(done.folder))].sort(), ['README.md', 'lines.toml', 'lines.wasm']);
  assert.deepEqual(await names(join(pluginsFolder(library.home), STAGING)), []);
  await done.undo.run();
  assert.deepEqual(await installed(library), []);
  await assert.rejects(done.undo.run(), /nothing to undo/);
});

void test('a folder and a project are added under their names, or another one', async (t) => {
  const library = await testLibrary(t);
  const folder = await temporaryFolder(t);
  await writeFiles(folder, {
    'mine/other.wasm': plugin({}, '1'),
    'mine/metadata.toml': 'name = "x"',
    'project/.hotplug/release/reader.wasm': plugin({ exports: [SOURCE_EXPORT] }, '2'),
    'two/a.wasm': '',
    'two/b.wasm': '',
    'none/a.txt': '',
  });
  const mine = await addPlugin(library, { kind: 'folder', path: join(folder, 'mine') });
  assert.match(
    mine.findings[0]?.message ?? '',
    /metadata\.toml is not installed: Chipmunk reads other\.toml/,
  );
  const project = { ...projectAt(join(folder, 'project')), name: 'reader', contract: 'chipmunk-bytesource' };
  await addPlugin(library, { kind: 'project', project }, 'files');
  assert.deepEqual(await installed(library), ['parser mine valid 1', 'bytesource files valid 2']);
  const refused: readonly [Parameters<typeof addPlugin>[1], RegExp][] = [
    [
      { kind: 'folder', path: join(folder, 'two') },
      /several \.wasm files, and none of them is two\.wasm: a\.wasm, b\.wasm/,
    ],
    [{ kind: 'folder', path: join(folder, 'none') }, /has no \.wasm file/],
    [{ kind: 'folder', path: join(folder, 'gone') }, /cannot be read/],
    [{ kind: 'file', path: join(folder, 'none/a.txt') }, /is no component file/],
    [{ kind: 'project', project: { ...project, name: 'unbuilt' } }, /has no release build/],
  ];
  for (const [source, message] of refused) await assert.rejects(addPlugin(library, source), message);
});

void test('what is there is not added again, and what would not load is not installed', async (t) => {
  const library = await testLibrary(t);
  const folder = await temporaryFolder(t);
  await install(library, 'parser', 'lines', plugin({}, 'old'));
  await writeFiles(folder, {
    'lines.wasm': plugin({}, 'new'),
    'bad.wasm': plugin({ broken: 'is no component' }),
    'wrong.wasm': plugin({ exports: ['a:b/c@1.0.0'], asked: false }),
  });
  const before = await visible(library);
  await assert.rejects(addPlugin(library, { kind: 'file', path: join(folder, 'lines.wasm') }), {
    message: "Installed plugin with the same name already exist. Name: 'lines'",
    advice: 'Use `hotplug plugins replace`, or give it another name with --name.',
  });
  await assert.rejects(
    addPlugin(library, { kind: 'file', path: join(folder, 'bad.wasm') }),
    /^UserError: bad is not installed, because Chipmunk would not load it: .*bad\.wasm is no component/,
  );
  await assert.rejects(
    replacePlugin(library, { kind: 'file', path: join(folder, 'wrong.wasm') }, 'lines'),
    /Unknown plugin interface name 'a:b\/c'/,
  );
  await assert.rejects(
    replacePlugin(library, { kind: 'file', path: join(folder, 'lines.wasm') }, 'other'),
    /nothing to replace/,
  );
  await assert.rejects(
    addPlugin(library, { kind: 'file', path: join(folder, 'lines.wasm') }, '../x'),
    /cannot be the name of a plugin/,
  );
  await disablePlugin(library.home, { kind: 'parser', name: 'lines' });
  await assert.rejects(
    addPlugin(library, { kind: 'file', path: join(folder, 'lines.wasm') }),
    /is there, and disabled/,
  );
  await undoLast(library.home);
  assert.deepEqual(await visible(library), before);
  assert.deepEqual(await installed(library), ['parser lines valid old']);
  assert.deepEqual(await names(join(pluginsFolder(library.home), STAGING)), []);
});

void test('every action is undone from another process, the last one first', async (t) => {
  const library = await testLibrary(t);
  const { home } = library;
  const folder = await temporaryFolder(t);
  const path = join(folder, 'lines.wasm');
  const lines = { kind: 'parser', name: 'lines' } as const;
  const states: (readonly string[])[] = [await installed(library)];
  await writeFile(path, plugin({}, '1'));
  await addPlugin(library, { kind: 'file', path });
  states.push(await installed(library));
  await writeFile(path, plugin({}, '2'));
  await replacePlugin(library, { kind: 'file', path });
  states.push(await installed(library));
  await disablePlugin(home, lines);
  states.push(await installed(library));
  await enablePlugin(home, lines);
  states.push(await installed(library));
  await disablePlugin(home, lines);
  states.push(await installed(library));
  await removePlugin(home, lines);
  assert.deepEqual(states, [
    [],
    ['parser lines valid 1'],
    ['parser lines valid 2'],
    ['parser lines disabled 2'],
    ['parser lines valid 2'],
    ['parser lines disabled 2'],
  ]);
  assert.deepEqual(await installed(library), []);
  for (const state of states.reverse()) {
    await undoLast(home);
    assert.deepEqual(await installed(library), state);
  }
  await assert.rejects(undoLast(home), /nothing to undo/);
});

void test('what is in the way of undoing stays, and everything else, too', async (t) => {
  const library = await testLibrary(t);
  const { home } = library;
  await install(library, 'parser', 'lines', plugin({}, '1'));
  await removePlugin(home, { kind: 'parser', name: 'lines' });
  await install(library, 'parser', 'lines', plugin({}, '2'));
  await assert.rejects(undoLast(home), /is there already/);
  assert.deepEqual(await installed(library), ['parser lines valid 2']);
  await rm(join(kindFolder(home, 'parser'), 'lines'), { recursive: true });
  await undoLast(home);
  assert.deepEqual(await installed(library), ['parser lines valid 1']);
});

void test('an action that was cut off in the middle leaves the way back', async (t) => {
  const library = await testLibrary(t);
  const { home } = library;
  await install(library, 'parser', 'lines', plugin({}, '1'));
  await writeFile(join(home, 'new.wasm'), plugin({}, '2'));
  const { undo: back } = await replacePlugin(
    library,
    { kind: 'file', path: join(home, 'new.wasm') },
    'lines',
  );
  // As after the first of the two renames.
  await rm(join(kindFolder(home, 'parser'), 'lines'), { recursive: true });
  await undo(home, back.data.id);
  assert.deepEqual(await installed(library), ['parser lines valid 1']);
  // As before the first one: the journal has it, and nothing was moved.
  const again = await replacePlugin(library, { kind: 'file', path: join(home, 'new.wasm') }, 'lines');
  const [, before] = again.undo.data.back;
  assert.ok(before);
  await rm(join(pluginsFolder(home), before.from), { recursive: true });
  await assert.rejects(undoLast(home), /cannot be undone: it is not as it was left/);
  assert.deepEqual(await installed(library), ['parser lines valid 2']);
  assert.deepEqual(await readJournal(home), []);
});

void test('nothing is moved by a journal that somebody else wrote', async (t) => {
  const library = await testLibrary(t);
  const { home } = library;
  await install(library, 'parser', 'lines', plugin({}, '1'));
  await removePlugin(home, { kind: 'parser', name: 'lines' });
  const [entry] = await readJournal(home);
  assert.ok(entry);
  const outside = [
    '../../x',
    'parsers/../x',
    '/etc',
    'parsers/a/b',
    'parsers',
    'parsers/..',
    '.disabled/x',
    'parsers/a\\b',
  ];
  const entries = [
    ...outside.map((to) => ({ ...entry, back: [{ from: 'parsers/lines', to }] })),
    { ...entry, name: '..' },
    { ...entry, action: 'format' },
    null,
    7,
  ];
  await writeFile(journalFile(home), JSON.stringify({ version: 1, entries }));
  assert.deepEqual(await readJournal(home), []);
  for (const damaged of ['', '{', '[]', '{"entries":7}', 'null']) {
    await writeFile(journalFile(home), damaged);
    assert.deepEqual(await readJournal(home), []);
  }
});

void test('many actions at once: one after the other, none is lost', async (t) => {
  const library = await testLibrary(t);
  const { home } = library;
  const count = 8;
  for (let index = 0; index < count; index++) await install(library, 'parser', `p${index}`, plugin({}, '1'));
  await Promise.all(
    Array.from({ length: count }, (_, index) => removePlugin(home, { kind: 'parser', name: `p${index}` })),
  );
  assert.deepEqual(await installed(library), []);
  assert.equal((await readJournal(home)).length, count);
  await Promise.all(Array.from({ length: count }, () => undoLast(home)));
  assert.equal((await installed(library)).length, count);
});

void test('a lock whose process is gone holds up nobody', async (t) => {
  const library = await testLibrary(t);
  await install(library, 'parser', 'lines', plugin());
  await writeFile(lockFile(library.home), '2147483646');
  await removePlugin(library.home, { kind: 'parser', name: 'lines' });
  assert.deepEqual(await installed(library), []);
  await assert.rejects(stat(lockFile(library.home)));
});

void test('the trash is emptied after 30 days, and of nothing that is not ours', async (t) => {
  const library = await testLibrary(t);
  const { home } = library;
  await install(library, 'parser', 'lines', plugin());
  await removePlugin(home, { kind: 'parser', name: 'lines' });
  const trash = join(pluginsFolder(home), TRASH);
  await mkdir(join(trash, 'keepsake'));
  await mkdir(join(pluginsFolder(home), STAGING, '20200101T000000000Z-left'), { recursive: true });
  const day = 24 * 60 * 60 * 1000;
  await emptyTrash(home, Date.now() + 29 * day);
  assert.equal((await names(trash)).length, 2);
  assert.deepEqual(await names(join(pluginsFolder(home), STAGING)), []);
  await emptyTrash(home, Date.now() + 31 * day);
  assert.deepEqual(await names(trash), ['keepsake']);
});

void test('a plugin is found by its name, where that is enough', async (t) => {
  const library = await testLibrary(t);
  const { home } = library;
  await install(library, 'parser', 'both', plugin());
  await install(library, 'bytesource', 'both', plugin({ exports: [SOURCE_EXPORT] }));
  await install(library, 'parser', 'one', plugin());
  await disablePlugin(home, { kind: 'parser', name: 'one' });
  assert.deepEqual(await findPlugin(home, 'one'), { kind: 'parser', name: 'one' });
  assert.deepEqual(await findPlugin(home, 'bytesources/both'), { kind: 'bytesource', name: 'both' });
  assert.deepEqual(await findPlugin(home, 'both', 'parser'), { kind: 'parser', name: 'both' });
  await assert.rejects(findPlugin(home, 'both'), /a parser and a byte source both/);
  for (const wrong of ['none', '', '..', 'parsers/../x', '.hidden', 'bytesources/one'])
    await assert.rejects(findPlugin(home, wrong), /There is no/);
});
