/** Files of Extism plugins: those of granted folders, never others, by Rust's own library; replayed without any. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { builtFixture, Granted } from './extism-granted.ts';

/** WASI's number of «directory not empty», which has no name in Rust. */
const NOT_EMPTY = '55';

/** A folder that is granted at /data, another that is only read at /fixed, and a file beside them. */
async function folders(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-files-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 3 }));
  await mkdir(join(parent, 'data', 'below'), { recursive: true });
  await mkdir(join(parent, 'fixed'));
  await mkdir(join(parent, 'data-beside'));
  await writeFile(join(parent, 'data', 'one.txt'), 'first');
  await writeFile(join(parent, 'fixed', 'two.txt'), 'second');
  await writeFile(join(parent, 'secret.txt'), 'secret');
  return parent;
}

async function start(path: string, parent: string): Promise<Granted> {
  return await Granted.start(path, {
    allowedPaths: [
      { host: join(parent, 'data'), guest: '/data', readOnly: false },
      { host: join(parent, 'fixed'), guest: '/fixed', readOnly: true },
    ],
  });
}

/** Gives commands one after another, and compares what came of them. */
async function expect(plugin: Granted, wanted: readonly (readonly [string, string])[]): Promise<void> {
  for (const [command, output] of wanted)
    assert.equal(await plugin.call('files', command), JSON.stringify(output), command);
}

test('files are read and written, folders listed and changed; a replay needs none of it', async (t) => {
  const path = await builtFixture(t, 'files.rs');
  if (path === undefined) return;
  const parent = await folders(t);
  await using plugin = await start(path, parent);
  await expect(plugin, [
    ['read /data/one.txt', 'first'],
    ['write /data/new.txt content', 'done'],
    ['append /data/new.txt  and more', 'done'],
    ['read /data/new.txt', 'content and more'],
    ['new /data/new.txt', 'AlreadyExists'],
    ['new /data/below/empty', 'done'],
    ['seek /data/new.txt', 'ore 1 2'],
    ['read /data/new.txt', 'xo'],
    ['list /data', 'below/ new.txt one.txt'],
    ['mkdir /data/folder', 'done'],
    ['mkdir /data/folder', 'AlreadyExists'],
    ['rename /data/new.txt /data/folder/moved', 'done'],
    ['rmdir /data/folder', NOT_EMPTY],
    ['read /data/folder/moved', 'xo'],
    ['remove /data/folder/moved', 'done'],
    ['rmdir /data/folder', 'done'],
    ['list /data', 'below/ one.txt'],
    ['read /data/missing', 'NotFound'],
    ['read /data/one.txt/x', 'NotADirectory'],
    ['read /data', 'IsADirectory'],
  ]);
  assert.match(await plugin.call('files', 'stat /data/one.txt'), /^"false 5 \d{10}"$/);
  assert.equal(await readFile(join(parent, 'data', 'below', 'empty'), 'utf8'), '');

  await rm(parent, { recursive: true, maxRetries: 3 });
  const report = await plugin.replay(0);
  assert.deepEqual(report.differences, []);
  assert.equal(report.events.same, 21);
  assert.equal(report.unrecorded, 0);
});

test('a large file comes in pieces, and a folder with many files is whole', async (t) => {
  const path = await builtFixture(t, 'files.rs');
  if (path === undefined) return;
  const parent = await folders(t);
  const large = 'ü'.repeat(1_500_000);
  await writeFile(join(parent, 'data', 'large.txt'), large);
  const names = Array.from({ length: 500 }, (_, index) => `a-name-that-takes-some-room-${1000 + index}`);
  for (const name of names) await writeFile(join(parent, 'data', 'below', name), '');
  await using plugin = await start(path, parent);
  await expect(plugin, [
    ['read /data/large.txt', large],
    ['list /data/below', names.join(' ')],
  ]);
  assert.deepEqual((await plugin.replay(0)).differences, []);
});

test('what is granted for reading is not changed', async (t) => {
  const path = await builtFixture(t, 'files.rs');
  if (path === undefined) return;
  const parent = await folders(t);
  await using plugin = await start(path, parent);
  await expect(plugin, [
    ['read /fixed/two.txt', 'second'],
    ['list /fixed', 'two.txt'],
    ...['write /fixed/two.txt x', 'write /fixed/new x', 'append /fixed/two.txt x', 'new /fixed/new'].map(
      (command) => [command, 'ReadOnlyFilesystem'] as const,
    ),
    ...['mkdir /fixed/new', 'remove /fixed/two.txt', 'seek /fixed/two.txt'].map(
      (command) => [command, 'ReadOnlyFilesystem'] as const,
    ),
    ['rename /fixed/two.txt /data/two.txt', 'ReadOnlyFilesystem'],
    ['rename /data/one.txt /fixed/one.txt', 'ReadOnlyFilesystem'],
    ['list /fixed', 'two.txt'],
  ]);
  assert.equal(await readFile(join(parent, 'fixed', 'two.txt'), 'utf8'), 'second');
});

test('nothing leads out of a granted folder', async (t) => {
  const path = await builtFixture(t, 'files.rs');
  if (path === undefined) return;
  const parent = await folders(t);
  const data = join(parent, 'data');
  await symlink('../../secret.txt', join(data, 'below', 'out'));
  await symlink(join(parent, 'secret.txt'), join(data, 'absolute'));
  await symlink('../..', join(data, 'below', 'up'));
  await symlink('../one.txt', join(data, 'below', 'inside'));
  await symlink('circle', join(data, 'circle'));
  await symlink('../new.txt', join(data, 'dangling'));
  await using plugin = await start(path, parent);
  const refused = [
    'read /data/../secret.txt',
    'read /data/below/../../secret.txt',
    'read /data/below/out',
    'read /data/absolute',
    'read /data/below/up/secret.txt',
    'list /data/below/up',
    'list /data/..',
    'write /data/dangling x',
    'write /data/../new.txt x',
    'write /data/../data-beside/new.txt x',
    'rename /data/one.txt /data/../one.txt',
    'rename /data/../secret.txt /data/secret.txt',
    'remove /data/../secret.txt',
    'mkdir /data/../new',
    'stat /data/../secret.txt',
    `read ${join(parent, 'secret.txt')}`,
    'read /etc/hostname',
    'read secret.txt',
  ];
  for (const command of refused) {
    const output = await plugin.call('files', command);
    assert.match(output, /^"(76|NotFound)"$/, `${command}: ${output}`);
  }
  await expect(plugin, [
    ['read /data/below/inside', 'first'],
    ['read /data/below/../one.txt', 'first'],
    ['link /data/below/inside', '../one.txt'],
    ['read /data/circle', 'FilesystemLoop'],
    ['read /data/one.txt', 'first'],
    ['remove /data/absolute', 'done'],
  ]);
  assert.equal(await readFile(join(parent, 'secret.txt'), 'utf8'), 'secret');
  await assert.rejects(readFile(join(parent, 'new.txt')), /ENOENT/);
});

test('without a grant there are no files, and a granted folder has to be there', async (t) => {
  const path = await builtFixture(t, 'files.rs');
  if (path === undefined) return;
  const parent = await folders(t);
  await using none = await Granted.start(path, {});
  assert.match(await none.call('files', `read ${join(parent, 'secret.txt')}`), /^"NotFound"$/);
  assert.deepEqual((await none.replay(0)).differences, []);
  const missing = { host: join(parent, 'missing'), guest: '/data', readOnly: false };
  await using wrong = await Granted.start(path, { allowedPaths: [missing] });
  const { what, advice } = await wrong.failure();
  assert.match(what, /there is no such folder/);
  assert.match(advice, /allowedPaths/);
});
