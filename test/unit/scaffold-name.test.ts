import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { validateName } from '../../extension/scaffold/name.ts';
import { temporaryFolder } from './project-fixture.ts';

test('good names', async (t) => {
  const parent = await temporaryFolder(t);
  for (const name of ['a', 'my-gain', 'gain2', 'console', 'com', 'x'.repeat(64)]) {
    assert.equal(validateName(name, parent), undefined, name);
    assert.equal(validateName(name, undefined), undefined, name);
  }
});

test('bad names say what is wrong', async (t) => {
  const parent = await temporaryFolder(t);
  const cases: readonly [string, RegExp][] = [
    ['', /^Type a name/],
    ['.', /not a path/],
    ['..', /not a path/],
    ['../x', /starts with/],
    ['a/b', /only small letters/],
    ['a\\b', /only small letters/],
    ['Gain', /starts with/],
    ['1gain', /starts with/],
    ['-gain', /starts with/],
    ['my gain', /only small letters/],
    ['my_gain', /only small letters/],
    ['gäin', /only small letters/],
    ['gain\n', /only small letters/],
    ['x'.repeat(65), /at most 64 characters; this one has 65/],
    ['con', /reserved on Windows/],
    ['lpt1', /reserved on Windows/],
    ['fn', /word of a programming language/],
  ];
  for (const [name, expected] of cases)
    assert.match(validateName(name, parent) ?? '', expected, JSON.stringify(name));
  await mkdir(join(parent, 'gain'));
  assert.match(validateName('gain', parent) ?? '', /already exists/);
  assert.equal(validateName('gain', undefined), undefined);
});
