/** Files of components: Rust's own library on granted folders, never others; and its replay. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { NamedAnswer } from '../../extension/host/answers.ts';
import type { GrantedPath } from '../../extension/project/project.ts';
import { GuestFault } from '../../extension/wasm/fault.ts';
import { buildFixture, missingForRust } from './custom-plugins.ts';
import { loadFiles, temporary, type Loaded } from './wasi-files.ts';

/** WASI's number of «directory not empty», which has no name in Rust. */
const NOT_EMPTY = '55';
const missing = await missingForRust();
const options = missing === undefined ? {} : { skip: missing };

let built: Promise<string> | undefined;

/** An instance in this thread; a replay where something recorded is given. */
async function load(granted: readonly GrantedPath[], recorded?: readonly NamedAnswer[]): Promise<Loaded> {
  return await loadFiles(await (built ??= buildFixture('wasi-files')), granted, recorded);
}

/** A folder `open` that may be written to, `fixed` that may not, each at its own path, and a file beside them. */
async function folders(t: TestContext): Promise<{ parent: string; granted: readonly GrantedPath[] }> {
  const parent = await temporary(t);
  await mkdir(join(parent, 'open', 'below'), { recursive: true });
  await mkdir(join(parent, 'fixed'));
  await writeFile(join(parent, 'open', 'one.txt'), 'first');
  await writeFile(join(parent, 'fixed', 'two.txt'), 'second');
  await writeFile(join(parent, 'secret.txt'), 'secret');
  const at = (name: string, readOnly: boolean): GrantedPath => ({
    host: join(parent, name),
    guest: join(parent, name),
    readOnly,
  });
  return { parent, granted: [at('open', false), at('fixed', true)] };
}

/** Gives commands one after another; `@` is the folder that has the others. */
function expect({ exports }: Loaded, parent: string, wanted: readonly (readonly [string, string])[]): void {
  for (const [command, output] of wanted)
    assert.equal(exports.run(command.replaceAll('@', parent)), output, command);
}

test(
  'files are read and written, folders listed and changed; a replay needs none of it',
  options,
  async (t) => {
    const { parent, granted } = await folders(t);
    const commands = [
      ['read @/fixed/two.txt', 'second'],
      ['read @/open/one.txt', 'first'],
      ['write @/open/new.txt content', 'done'],
      ['append @/open/new.txt  and more', 'done'],
      ['read @/open/new.txt', 'content and more'],
      ['new @/open/new.txt', 'AlreadyExists'],
      ['new @/open/below/empty', 'done'],
      ['seek @/open/new.txt', 'ore 1 2'],
      ['read @/open/new.txt', 'xo'],
      ['list @/open', 'below/ new.txt one.txt'],
      ['mkdir @/open/folder', 'done'],
      ['mkdir @/open/folder', 'AlreadyExists'],
      ['rename @/open/new.txt @/open/folder/moved', 'done'],
      ['rmdir @/open/folder', NOT_EMPTY],
      ['read @/open/folder/moved', 'xo'],
      ['remove @/open/folder/moved', 'done'],
      ['rmdir @/open/folder', 'done'],
      ['list @/open', 'below/ one.txt'],
      ['list @/fixed', 'two.txt'],
      ['read @/open/missing', 'NotFound'],
      ['read @/open/one.txt/x', 'NotADirectory'],
    ] as const;
    const plugin = await load(granted);
    expect(plugin, parent, commands);
    assert.match(plugin.exports.run(`stat ${parent}/open/one.txt`), /^false 5 \d{10}$/);
    assert.equal(await readFile(join(parent, 'open', 'below', 'empty'), 'utf8'), '');

    await rm(parent, { recursive: true, maxRetries: 3 });
    const replay = await load(granted, plugin.read());
    expect(replay, parent, commands);
    replay.exports.run(`stat ${parent}/open/one.txt`);
    const texts = ({ read }: Loaded): readonly string[] =>
      read().map(({ name, bytes }) => `${name} ${new TextDecoder().decode(bytes)}`);
    assert.deepEqual(texts(replay), texts(plugin));
  },
);

test('what is granted for reading is not changed, and nothing leads out', options, async (t) => {
  const { parent, granted } = await folders(t);
  await symlink('../secret.txt', join(parent, 'open', 'out'));
  await symlink(join(parent, 'secret.txt'), join(parent, 'open', 'absolute'));
  await symlink('one.txt', join(parent, 'open', 'inside'));
  const plugin = await load(granted);
  const denied = [
    'write @/fixed/two.txt x',
    'write @/fixed/new x',
    'append @/fixed/two.txt x',
    'new @/fixed/new',
    'mkdir @/fixed/new',
    'remove @/fixed/two.txt',
    'seek @/fixed/two.txt',
    'rename @/fixed/two.txt @/open/two.txt',
    'rename @/open/one.txt @/fixed/one.txt',
    'read @/open/../secret.txt',
    'read @/open/out',
    'read @/open/absolute',
    'list @/open/..',
    'write @/open/../new.txt x',
    'link @/open/absolute',
  ];
  expect(
    plugin,
    parent,
    denied.map((command) => [command, 'PermissionDenied'] as const),
  );
  for (const command of ['read @/secret.txt', 'list @', 'read /etc/hostname', 'write @/new.txt x'])
    assert.equal(plugin.exports.run(command.replaceAll('@', parent)), 'NotFound', command);
  expect(plugin, parent, [
    ['read @/open/inside', 'first'],
    ['link @/open/inside', 'one.txt'],
    ['read @/fixed/two.txt', 'second'],
    ['list @/fixed', 'two.txt'],
  ]);
  assert.equal(await readFile(join(parent, 'secret.txt'), 'utf8'), 'secret');
});

test('the innermost granted folder counts', options, async (t) => {
  const { parent, granted } = await folders(t);
  const below = join(parent, 'open', 'below');
  await writeFile(join(below, 'deep.txt'), 'deep');
  const plugin = await load([...granted, { host: below, guest: below, readOnly: true }]);
  expect(plugin, parent, [
    ['read @/open/below/deep.txt', 'deep'],
    ['write @/open/below/deep.txt x', 'PermissionDenied'],
    ['write @/open/new.txt x', 'done'],
  ]);
});

test('a large file is recorded by reference, and a replay ends where it has changed', options, async (t) => {
  const { parent, granted } = await folders(t);
  const path = join(parent, 'fixed', 'large.bin');
  const size = (5 << 20) + 3;
  await writeFile(path, Buffer.alloc(size, 2));
  const plugin = await load(granted);
  assert.deepEqual(plugin.exports.sum(path, 1 << 20), [BigInt(size), BigInt(size * 2)]);
  const recorded = plugin.read();
  const bytes = recorded.reduce((sum, record) => sum + record.bytes.length, 0);
  assert.ok(bytes < 8192, `${bytes} bytes were recorded`);

  const replay = await load(granted, recorded);
  assert.deepEqual(replay.exports.sum(path, 1 << 20), [BigInt(size), BigInt(size * 2)]);
  const changed = Buffer.alloc(size, 2);
  changed[(3 << 20) + 5] = 3;
  await writeFile(path, changed);
  const other = await load(granted, recorded);
  assert.throws(
    () => other.exports.sum(path, 1 << 20),
    (error) => {
      assert.ok(error instanceof GuestFault, String(error));
      assert.ok(error.what.includes(`of ${path} at offset ${3 << 20}`), error.what);
      return true;
    },
  );
});

test('a plugin without granted folders finds none', options, async (t) => {
  const { parent } = await folders(t);
  const plugin = await load([]);
  assert.equal(plugin.exports.run(`read ${parent}/open/one.txt`), 'NotFound');
  assert.deepEqual(
    plugin.read().filter(({ name }) => name.startsWith('wasi:filesystem')),
    [],
  );
});
