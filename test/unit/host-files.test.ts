/** Paths below a granted folder, and files by their numbers. */
import assert from 'node:assert/strict';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { resolveBeneath } from '../../extension/host/wasi/beneath.ts';
import { Files, type OpenMode } from '../../extension/host/wasi/files.ts';
import { GuestFault } from '../../extension/wasm/fault.ts';
import { temporaryFolder } from './project-fixture.ts';

const decoder = new TextDecoder();

/** A folder `granted` with links that lead everywhere, and what is beside it. */
async function tree(t: TestContext): Promise<string> {
  const parent = await realpath(await temporaryFolder(t));
  const granted = join(parent, 'granted');
  await mkdir(join(granted, 'a', 'b'), { recursive: true });
  await mkdir(join(parent, 'granted-not'));
  await writeFile(join(parent, 'secret'), 'secret');
  await writeFile(join(granted, 'a', 'file'), 'text');
  await symlink('..', join(granted, 'a', 'up'));
  await symlink('../..', join(granted, 'a', 'out'));
  await symlink(parent, join(granted, 'absolute'));
  await symlink('a/b/../file', join(granted, 'link'));
  await symlink('loop', join(granted, 'loop'));
  await symlink('../secret', join(granted, 'secret'));
  return granted;
}

const windows = process.platform === 'win32' && 'links need rights on Windows';

test('no path leads out of the folder, whatever it is made of', { skip: windows }, async (t) => {
  const granted = await tree(t);
  const part = fc.constantFrom(
    ...[
      '..',
      '.',
      '',
      'a',
      'b',
      'up',
      'out',
      'absolute',
      'link',
      'loop',
      'secret',
      'file',
      'granted-not',
      'new',
    ],
  );
  let inside = 0;
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.boolean(), (parts, follow) => {
      const found = resolveBeneath(granted, parts.join('/'), follow);
      if ('refused' in found) return;
      assert.ok(found.path === granted || found.path.startsWith(granted + sep), found.path);
      if (found.stat === undefined || found.stat.isSymbolicLink()) return;
      inside++;
      assert.equal(realpathSync(found.path), found.path);
    }),
    { numRuns: 5000, seed: 6 },
  );
  assert.ok(inside > 100, `${inside} paths were of something`);
});

test('what a path is refused for', { skip: windows }, async (t) => {
  const granted = await tree(t);
  const refusals = Object.fromEntries(
    ['/a', '', 'a\0', '..', 'a/../..', 'out', 'absolute/secret', 'secret', 'loop', 'none/x', 'a/file/x'].map(
      (path) => {
        const found = resolveBeneath(granted, path, true);
        return [path, 'refused' in found ? found.refused : found.path];
      },
    ),
  );
  assert.deepEqual(refusals, {
    '/a': 'notcapable',
    '': 'noent',
    'a\0': 'inval',
    '..': 'notcapable',
    'a/../..': 'notcapable',
    out: join(granted, 'out'),
    'absolute/secret': 'notcapable',
    secret: 'notcapable',
    loop: 'loop',
    'none/x': 'noent',
    'a/file/x': 'notdir',
  });
  const link = resolveBeneath(granted, 'secret', false);
  assert.ok('path' in link && link.stat?.isSymbolicLink() === true);
});

const read: OpenMode = {
  create: false,
  folder: false,
  exclusive: false,
  truncate: false,
  append: false,
  reads: true,
  writes: false,
};

test('numbers are given from 3 on, and what is not open is refused', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'below'));
  await writeFile(join(folder, 'below', 'file'), 'some text');
  const files = new Files([
    { host: folder, guest: '/', readOnly: false },
    { host: join(folder, 'below'), guest: '/below', readOnly: true },
  ]);
  assert.deepEqual(
    [2, 3, 4, 5].map((fd) => files.granted(fd)).map(({ errno, bytes }) => [errno, decoder.decode(bytes)]),
    [
      ['badf', ''],
      ['success', '/'],
      ['success', '/below'],
      ['badf', ''],
    ],
  );
  const { value: below = -1 } = files.open(3, 'below', true, { ...read, folder: true });
  assert.equal(files.granted(below).errno, 'badf');
  assert.equal(files.open(below, '../below/file', true, read).errno, 'notcapable');
  const { value: file = -1 } = files.open(below, 'file', true, read);
  assert.deepEqual([below, file], [5, 6]);
  assert.equal(decoder.decode(files.read(file, 4).bytes), 'some');
  assert.equal(decoder.decode(files.read(file, 100).bytes), ' text');
  assert.equal(files.read(file, 100).bytes?.length, 0);
  assert.equal(decoder.decode(files.read(file, 4, 5).bytes), 'text');
  assert.deepEqual(files.seek(file, -4, 'end'), { errno: 'success', value: 5 });
  assert.equal(files.seek(file, -1, 'set').errno, 'inval');
  assert.equal(files.write(file, new Uint8Array(1)).errno, 'badf');
  assert.equal(files.read(below, 1).errno, 'isdir');
  assert.equal(files.open(4, 'file', true, { ...read, writes: true }).errno, 'rofs');
  assert.equal(files.open(3, 'below', true, { ...read, writes: true }).errno, 'isdir');
  assert.equal(files.open(3, 'none', true, read).errno, 'noent');
  assert.equal(files.open(4, 'file', true, { ...read, folder: true }).errno, 'notdir');
  assert.equal(files.close(file).errno, 'success');
  assert.equal(files.close(file).errno, 'badf');
  assert.equal(files.read(file, 1).errno, 'badf');
});

test('a granted folder has to be one', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  for (const name of ['none', 'file'])
    assert.throws(
      () => new Files([{ host: join(folder, name), guest: '/data', readOnly: true }]),
      (error) => error instanceof GuestFault && error.what.includes('there is no such folder'),
    );
});
