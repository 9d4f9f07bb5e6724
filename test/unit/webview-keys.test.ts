import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryOf, keyFor, keyOf, keyParts } from '../../webview/keys.ts';
import { timelineKeys } from '../../webview/timeline/keys.ts';

function press(key: string, ...held: readonly ('ctrl' | 'meta' | 'alt' | 'shift')[]) {
  return {
    key,
    ctrlKey: held.includes('ctrl'),
    metaKey: held.includes('meta'),
    altKey: held.includes('alt'),
    shiftKey: held.includes('shift'),
  };
}

test('key presses are written one way on every keyboard', () => {
  assert.equal(keyOf(press('w')), 'w');
  assert.equal(keyOf(press('W')), 'w', 'with caps lock');
  assert.equal(keyOf(press('N', 'shift')), 'Shift+n');
  assert.equal(keyOf(press('?', 'shift')), '?');
  assert.equal(keyOf(press('/', 'shift')), '/', 'where / needs Shift');
  assert.equal(keyOf(press('f', 'ctrl')), 'Mod+f');
  assert.equal(keyOf(press('f', 'meta')), 'Mod+f');
  assert.equal(keyOf(press(' ')), 'Space');
  assert.equal(keyOf(press('ArrowLeft', 'shift')), 'Shift+ArrowLeft');
});

test('keys are shown as their caps', () => {
  assert.deepEqual(keyParts('Shift+n'), ['Shift', 'N']);
  assert.deepEqual(keyParts('+'), ['+']);
  assert.deepEqual(keyParts('Mod+f', true), ['⌘', 'F']);
  assert.deepEqual(keyParts('ArrowUp'), ['↑']);
  assert.equal(keyFor(timelineKeys, 'previousMatch'), 'Shift+N');
});

test('no key of the timeline does two things', () => {
  const keys = timelineKeys.flatMap((entry) => entry.keys);
  assert.deepEqual(
    keys.filter((key, at) => keys.indexOf(key) !== at),
    [],
  );
  assert.equal(entryOf(timelineKeys, press('T'))?.action, 'showTable');
  assert.equal(entryOf(timelineKeys, press('t', 'ctrl')), undefined);
});
