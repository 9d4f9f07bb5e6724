/** What Rust's own library says of granted folders, in Hotplug and in wasmtime: the same, error by error. */
import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import type { GrantedPath } from '../../extension/project/project.ts';
import { buildFixture, missingForRust } from './custom-plugins.ts';
import { loadFiles, temporary } from './wasi-files.ts';
import { askWasmtime, missingForWasmtime } from './wasmtime.ts';

/** In their order; `@` is the folder that has the two granted ones. */
const COMMANDS = [
  'read @/open/one.txt',
  'read @/open/../open/one.txt',
  'read @/fixed/two.txt',
  'read @/open',
  'read @/open/none',
  'read @/open/one.txt/x',
  'read @/open/none/x',
  'read @/secret.txt',
  'read secret.txt',
  'read @/open/../secret.txt',
  'read @/open/below/../../secret.txt',
  'read @/open/out',
  'read @/open/absolute',
  'read @/open/inside',
  'read @/open/circle',
  'read @/open/dangling',
  'write @/open/dangling x',
  'link @/open/inside',
  'link @/open/out',
  'link @/open/absolute',
  'link @/open/one.txt',
  'link @/open/none',
  'list @/open',
  'list @/open/none',
  'list @/open/one.txt',
  'list @/open/..',
  'list @',
  'write @/open/new.txt content',
  'append @/open/new.txt  more',
  'append @/open/none x',
  'read @/open/new.txt',
  'new @/open/new.txt',
  'new @/open/below/empty',
  'new @/open/none/x',
  'seek @/open/new.txt',
  'read @/open/new.txt',
  'write @/open/below x',
  'write @/open x',
  'mkdir @/open/folder',
  'mkdir @/open/folder',
  'mkdir @/open/none/x',
  'mkdir @/open',
  'rename @/open/new.txt @/open/folder/moved',
  'rename @/open/none @/open/x',
  'rename @/open/one.txt @/open/../x',
  'rename @/open/folder @/open/one.txt',
  'rmdir @/open/folder',
  'rmdir @/open/none',
  'rmdir @/open/one.txt',
  'remove @/open/folder',
  'remove @/open/none',
  'remove @/open/../secret.txt',
  'remove @/open/absolute',
  'remove @/open/folder/moved',
  'rmdir @/open/folder',
  'list @/open',
  'write @/fixed/two.txt x',
  'write @/fixed/new x',
  'append @/fixed/two.txt x',
  'new @/fixed/two.txt',
  'new @/fixed/new',
  'seek @/fixed/two.txt',
  'mkdir @/fixed/new',
  'mkdir @/fixed',
  'remove @/fixed/two.txt',
  'remove @/fixed/none',
  'rmdir @/fixed/none',
  'rename @/fixed/two.txt @/open/two.txt',
  'rename @/open/one.txt @/fixed/one.txt',
  'list @/fixed',
] as const;

/** The same files each time, at another place. */
async function folders(t: TestContext): Promise<{ parent: string; granted: readonly GrantedPath[] }> {
  const parent = await temporary(t);
  const open = join(parent, 'open');
  await mkdir(join(open, 'below'), { recursive: true });
  await mkdir(join(parent, 'fixed'));
  await writeFile(join(open, 'one.txt'), 'first');
  await writeFile(join(parent, 'fixed', 'two.txt'), 'second');
  await writeFile(join(parent, 'secret.txt'), 'secret');
  await symlink('../secret.txt', join(open, 'out'));
  await symlink(join(parent, 'secret.txt'), join(open, 'absolute'));
  await symlink('one.txt', join(open, 'inside'));
  await symlink('circle', join(open, 'circle'));
  await symlink('../new', join(open, 'dangling'));
  const at = (name: string, readOnly: boolean): GrantedPath => ({
    host: join(parent, name),
    guest: join(parent, name),
    readOnly,
  });
  return { parent, granted: [at('open', false), at('fixed', true)] };
}

const missing =
  process.platform === 'win32'
    ? 'links need rights on Windows'
    : ((await missingForRust()) ?? (await missingForWasmtime()));

test('the same in wasmtime', missing === undefined ? {} : { skip: missing }, async (t) => {
  const component = await buildFixture('wasi-files');
  const there = await folders(t);
  const [answer] = await askWasmtime('files.py', [
    {
      component,
      folders: there.granted.map(({ host, guest, readOnly }) => [host, guest, !readOnly]),
      commands: COMMANDS.map((command) => command.replaceAll('@', there.parent)),
    },
  ]);
  const { answers } = answer as { readonly answers: readonly string[] };
  const here = await folders(t);
  const { exports } = await loadFiles(component, here.granted);
  assert.deepEqual(
    COMMANDS.map((command) => [command, exports.run(command.replaceAll('@', here.parent))]),
    COMMANDS.map((command, index) => [command, answers[index]]),
  );
});
