import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { readNotes, writeNotes } from '../../extension/recording/notes.ts';
import type { Note } from '../../extension/recording/query.ts';

const notes: readonly Note[] = [
  { id: 'a', text: 'slow\nhere <b>', from: 1.5, madeAt: 1_790_000_000_000 },
  { id: 'b', text: '', from: -3, to: 9, record: 17, madeAt: 0 },
];

test('notes read as they were written', () => {
  assert.deepEqual(readNotes(writeNotes(notes), 'x.notes.json'), notes);
});

test('what is no file of notes says what is wrong with it, and where', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    ['{', /JSON/],
    ['[]', /no object/],
    ['{"version":2,"notes":[]}', /version is 2, not 1/],
    ['{"version":1,"notes":{}}', /"notes" is no list/],
    ['{"version":1,"notes":[{"id":"a","text":"","from":"0","madeAt":0}]}', /notes\[0\] is no note/],
    ['{"version":1,"notes":[{"id":"a","text":"","from":0,"record":-1,"madeAt":0}]}', /notes\[0\] is no note/],
  ];
  for (const [text, message] of wrong) {
    assert.throws(
      () => readNotes(new TextEncoder().encode(String(text)), 'x.notes.json'),
      (error) =>
        error instanceof UserError && error.message.startsWith('x.notes.json') && message.test(error.message),
    );
  }
});
