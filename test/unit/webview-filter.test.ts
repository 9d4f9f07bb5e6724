import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renamed, withFilter, withoutFilter } from '../../webview/filter/keep.ts';
import { completed, parted } from '../../webview/filter/words.ts';

test('a completion replaces the word that it completes, and nothing after it', () => {
  const completion = { label: 'plugin:', insert: 'plugin:', start: 5, end: 7 };
  assert.deepEqual(completed('words pl kind:log', { ...completion, start: 6, end: 8 }), {
    text: 'words plugin: kind:log',
    caret: 13,
  });
  assert.deepEqual(completed('', { ...completion, start: 0, end: 0 }), { text: 'plugin:', caret: 7 });
});

test('what is wrong with a text is at least one character of it, and within it', () => {
  assert.deepEqual(parted('kind:nothing x', { start: 5, end: 12 }), ['kind:', 'nothing', ' x']);
  assert.deepEqual(parted('duration:>', { start: 10, end: 10 }), ['duration:', '>', '']);
  assert.deepEqual(parted('ab', { start: 5, end: 9 }), ['a', 'b', '']);
});

test('kept filters have each name once', () => {
  const slow = { name: 'slow', filter: 'duration:>2ms' };
  const failed = { name: 'failed', filter: 'status:error' };
  const both = [slow, failed];
  assert.deepEqual(withFilter([slow], failed), both);
  assert.deepEqual(withFilter(both, { name: 'slow', filter: 'x' }), [{ name: 'slow', filter: 'x' }, failed]);
  assert.deepEqual(withoutFilter(both, 'slow'), [failed]);
  assert.deepEqual(renamed(both, 'slow', ' late '), [{ ...slow, name: 'late' }, failed]);
  assert.deepEqual(renamed(both, 'slow', 'failed'), both);
  assert.deepEqual(renamed(both, 'slow', ' '), both);
});
