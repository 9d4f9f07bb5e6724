import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Note } from '../../webview/protocol.ts';
import { sortedNotes, withNote, withoutNote } from '../../webview/timeline/note-list.ts';

test('notes stand in the order of time, each once', () => {
  const late: Note = { id: 'a', text: 'late', from: 20, madeAt: 1 };
  const early: Note = { id: 'b', text: 'early', from: 10, to: 30, madeAt: 2 };
  const after: Note = { id: 'c', text: 'after', from: 20, madeAt: 3 };
  const all = sortedNotes([after, late, early]);
  assert.deepEqual(
    all.map(({ id }) => id),
    ['b', 'a', 'c'],
  );
  const changed = withNote(all, { ...late, text: 'later', from: 5 });
  assert.deepEqual(
    changed.map(({ text }) => text),
    ['later', 'early', 'after'],
  );
  assert.deepEqual(withoutNote(all, 'a'), [early, after]);
  assert.deepEqual(withoutNote(all, 'x'), all);
});
