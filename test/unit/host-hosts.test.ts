import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGranted } from '../../extension/host/hosts.ts';

const granted = (pattern: string, ...hosts: readonly string[]): readonly boolean[] =>
  hosts.map((host) => isGranted(host, [pattern]));

test('a name grants itself alone', () => {
  assert.deepEqual(
    granted(
      'api.example.org',
      'api.example.org',
      'apixexample.org',
      'example.org',
      'an.api.example.org',
      'api.example.org.evil.test',
      '',
    ),
    [true, false, false, false, false, false],
  );
  assert.deepEqual(granted('[::1]', '[::1]'), [true]);
});

test('a glob grants what it matches as a whole', () => {
  assert.deepEqual(
    granted(
      '*.example.org',
      'api.example.org',
      'a.b.example.org',
      'example.org',
      '.example.org',
      'x.example.org.test',
    ),
    [true, true, false, true, false],
  );
  assert.deepEqual(granted('*', 'example.org', '127.0.0.1', ''), [true, true, true]);
  assert.deepEqual(granted('**.org', 'example.org', 'example.com'), [true, false]);
  assert.deepEqual(granted('a?c', 'abc', 'a.c', 'ac', 'abbc'), [true, true, false, false]);
  assert.deepEqual(granted('api[12].test', 'api1.test', 'api3.test', 'api12.test'), [true, false, false]);
  assert.deepEqual(granted('api[a-c]', 'apib', 'apid'), [true, false]);
  assert.deepEqual(granted('api[!a-c]', 'apib', 'apid', 'api'), [false, true, false]);
});

test('what means something in a regular expression means itself', () => {
  for (const pattern of ['a+b', 'a|b', '(a)', 'a{2}', '^a$', 'a\\d'])
    assert.deepEqual(granted(pattern, pattern, 'aab', 'a', 'aa'), [true, false, false, false], pattern);
  // Not a range, so the pattern is a name.
  assert.deepEqual(granted('[z-a]', 'm', '[z-a]'), [false, true]);
  assert.deepEqual(granted('[^a]', 'a', '^', 'b'), [true, true, false]);
});

test('one of several is enough, and none grants nothing', () => {
  assert.equal(isGranted('b.test', ['a.test', 'b.*']), true);
  assert.equal(isGranted('b.test', []), false);
});
