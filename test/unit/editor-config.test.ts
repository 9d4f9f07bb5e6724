import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { SchemaItem } from '../../extension/contracts/chipmunk/config.ts';
import { isFromConfig } from '../../extension/editor/config/messages.ts';
import {
  fieldsOf,
  nearPath,
  problemOf,
  unknownIn,
  valueOf,
  withoutValue,
  withValue,
} from '../../extension/editor/config/model.ts';

const folder = resolve('/work/lines');
const schemas: readonly SchemaItem[] = [
  { id: 'on', title: 'Switch', inputType: { tag: 'boolean', val: true } },
  { id: 'most', title: ' ', description: 'At most so many.', inputType: { tag: 'integer', val: 10 } },
  { id: 'ratio', title: 'Ratio', description: ' ', inputType: { tag: 'float', val: Math.fround(1.55) } },
  { id: 'mark', title: 'Mark', inputType: { tag: 'text', val: '\t' } },
  { id: 'level', title: 'Level', inputType: { tag: 'dropdown', val: [['low', 'high'], 'middle'] } },
  { id: 'files', title: 'Files', inputType: { tag: 'files', val: ['txt'] } },
  { id: 'folders', title: 'Folders', inputType: { tag: 'directories' } },
];
const item = (id: string): SchemaItem => {
  const found = schemas.find((one) => one.id === id);
  assert.ok(found);
  return found;
};

test('a field has its title or else its id, its default and what it is now', () => {
  const fields = fieldsOf(schemas, { most: 3, files: ['a.txt'] }, folder);
  assert.deepEqual(
    fields.map(({ title, value, defaultText, isSet }) => [title, value, defaultText, isSet]),
    [
      ['Switch', true, 'on', false],
      ['most', '3', '10', true],
      ['Ratio', '1.55', '1.55', false],
      ['Mark', '\t', '"\\t"', false],
      // The default is none of the options: Chipmunk takes the first.
      ['Level', 'low', 'low', false],
      ['Files', ['a.txt'], 'none', true],
      ['Folders', [], 'none', false],
    ],
  );
  assert.equal(fields[1]?.description, 'At most so many.');
  assert.equal(fields[2]?.description, undefined);
  assert.deepEqual(fields[5]?.input, { kind: 'files', extensions: ['txt'] });
});

test("a value that does not fit says so in the host's words, and is shown as it is", () => {
  const wrong = { on: 'yes', most: 1.5, ratio: 'x', mark: 3, level: 'middle', files: 'a', folders: [1] };
  const fields = fieldsOf(schemas, wrong, folder);
  assert.equal(fields.filter(({ problem }) => problem !== undefined).length, schemas.length);
  assert.deepEqual(
    fields.map(({ value }) => value),
    [false, '1.5', 'x', '3', 'middle', [], ['1']],
  );
  assert.match(fields[4]?.problem ?? '', /it has to be one of "low", "high"/);
});

test('what is typed becomes a value of its type, and what is none is refused', () => {
  const typed = (id: string, text: string | boolean | readonly string[]): unknown =>
    valueOf(item(id), text, folder);
  assert.equal(typed('most', ' -7 '), -7);
  assert.equal(typed('ratio', '1e3'), 1000);
  assert.equal(typed('mark', '7'), '7');
  assert.equal(typed('on', false), false);
  for (const text of ['', ' ', '1.5', 'a', '2147483648', 'Infinity', '1 2'])
    assert.ok(problemOf(item('most'), typed('most', text), folder), text);
  for (const text of ['', 'x', '1e39'])
    assert.ok(problemOf(item('ratio'), typed('ratio', text), folder), text);
  assert.equal(problemOf(item('most'), typed('most', '2147483647'), folder), undefined);
});

test('paths are relative to the project where they lie in it', () => {
  assert.equal(nearPath(join(folder, 'samples', 'a.txt'), folder), 'samples/a.txt');
  assert.equal(nearPath('samples/a.txt', folder), 'samples/a.txt');
  assert.equal(nearPath(folder, folder), '.');
  assert.equal(nearPath(resolve('/work/other/a.txt'), folder), resolve('/work/other/a.txt'));
  assert.equal(nearPath(join(folder, '..data'), folder), '..data');
  assert.deepEqual(valueOf(item('files'), [join(folder, 'a.txt')], folder), ['a.txt']);
});

test('values are set and taken away by their ids, whatever those are called', () => {
  const values = withValue({ most: 1 }, '__proto__', 2);
  assert.deepEqual(Object.entries(values), [
    ['most', 1],
    ['__proto__', 2],
  ]);
  assert.deepEqual(unknownIn(schemas, values), ['__proto__']);
  assert.deepEqual(withoutValue(values, '__proto__'), { most: 1 });
});

test('only messages of the form are taken', () => {
  for (const message of [
    { type: 'ready' },
    { type: 'set', id: 1, field: 'most', value: '3' },
    { type: 'checkValue', id: 0, field: 'on', value: true },
    { type: 'set', id: 1, field: 'files', value: ['a'] },
    { type: 'resetAll', id: 4 },
  ])
    assert.ok(isFromConfig(message), JSON.stringify(message));
  for (const message of [
    null,
    'ready',
    { type: 'toString' },
    { type: 'set', id: -1, field: 'most', value: '3' },
    { type: 'set', id: 1, field: 'most', value: 3 },
    { type: 'set', id: 1, field: 'files', value: [1] },
    { type: 'browse', id: 1 },
  ])
    assert.ok(!isFromConfig(message), JSON.stringify(message));
});
