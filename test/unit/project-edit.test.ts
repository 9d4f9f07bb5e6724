import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withField } from '../../extension/project/edit.ts';

const set = (text: string, value = '["a*"]'): string =>
  withField(text, 'subscriptions', value, 'hotplug.json');

test('a field that is there gets another value and nothing else changes', () => {
  assert.equal(
    set('{\n  "name": "a]}",\n  "subscriptions" : [ "x", {"y": "}"} ] ,\n\t"input": {"kind":  1e3}\n}\n'),
    '{\n  "name": "a]}",\n  "subscriptions" : ["a*"] ,\n\t"input": {"kind":  1e3}\n}\n',
  );
  assert.equal(set('{"subscriptions":null}'), '{"subscriptions":["a*"]}');
  assert.equal(set('{"subscriptions":-1.5e3 }'), '{"subscriptions":["a*"] }');
  assert.equal(set('{"subscriptions":"a \\" b"}'), '{"subscriptions":["a*"]}');
  assert.equal(
    set('{"subscriptions":[],"subscriptions":[1]}'),
    '{"subscriptions":[],"subscriptions":["a*"]}',
  );
  assert.equal(set('{"sub\\u0073criptions":[]}'), '{"sub\\u0073criptions":["a*"]}');
});

test('a field of the same name further in is another one', () => {
  assert.equal(
    set('{"params": {"subscriptions": [1]}}'),
    '{"params": {"subscriptions": [1]}, "subscriptions": ["a*"]}',
  );
});

test('a field that is missing comes last, as the others are written', () => {
  assert.equal(set('{}'), '{\n  "subscriptions": ["a*"]\n}');
  assert.equal(set('\ufeff{ }\n'), '\ufeff{\n  "subscriptions": ["a*"]\n}\n');
  assert.equal(set('{ "a": 1 }'), '{ "a": 1, "subscriptions": ["a*"] }');
  assert.equal(
    set('{\r\n\t"a": true,\r\n\t"b": []\r\n}'),
    '{\r\n\t"a": true,\r\n\t"b": [],\r\n\t"subscriptions": ["a*"]\r\n}',
  );
});

test('what is not an object of JSON stays as it is', () => {
  assert.throws(() => set('{"a": 1,}'), /hotplug\.json, line 1, column 9: not valid JSON/);
  assert.throws(() => set('[]'), /hotplug\.json: its content must be an object/);
});

test('whatever the object, the field reads as it was set and the others as before', () => {
  let state = 3;
  const below = (most: number): number => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) % most;
  // No name needs an escape: JSON.parse of V8 13.6 mixes up names "\\"" and "\\\\" that follow each other.
  const names = ['', 'a b', '}', ']', '{', ',', ':', 'subscriptions', '🐉'];
  const texts = ['', '"', '\\', '}', ']', '{', ',', ':', 'subscriptions', '🐉', '\n'];
  const value = (depth: number): unknown => {
    const kind = below(depth > 3 ? 4 : 6);
    if (kind === 0) return below(2) === 0;
    if (kind === 1) return below(1000) / 8;
    if (kind === 2) return null;
    if (kind === 3) return texts[below(texts.length)];
    if (kind === 4) return Array.from({ length: below(4) }, () => value(depth + 1));
    return object(depth + 1);
  };
  const object = (depth: number): Record<string, unknown> =>
    Object.fromEntries<unknown>(
      Array.from({ length: below(5) }, () => [names[below(names.length)] ?? '', value(depth)]),
    );
  for (let round = 0; round < 2000; round++) {
    const before = object(0);
    const text = JSON.stringify(before, undefined, below(2) * 2);
    assert.deepEqual(JSON.parse(set(text)), { ...before, subscriptions: ['a*'] }, text);
  }
});
