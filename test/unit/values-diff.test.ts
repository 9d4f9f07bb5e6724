import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffValues, sameValues } from '../../extension/values/diff.ts';
import { at, childrenOf, countChildren, withAt } from '../../extension/values/tree.ts';
import { numberList, valueList, type ListValue, type Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import { values } from './values-fixture.ts';

const text = (value: string): Value => ({ type: 'string', value });
const json = (value: unknown): Value => ({ type: 'string', value: JSON.stringify(value), format: 'json' });

/** Differences as `path: expected -> actual`. */
function told(expected: Value | undefined, actual: Value | undefined): readonly string[] {
  return diffValues(expected, actual, 'it').map(
    ({ path, expected: before = '(none)', actual: after = '(none)' }) => `${path}: ${before} -> ${after}`,
  );
}

test('a value is the same as itself', () => {
  fc.assert(
    fc.property(fc.clone(values, 2), ([a, b]) => {
      assert.deepEqual(diffValues(a, b, 'it'), []);
      assert.ok(sameValues(a, b));
    }),
  );
});

test('nothing differs where and only where both have the same form', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const same = form(a) === form(b);
      assert.equal(diffValues(a, b, 'it').length === 0, same);
      assert.equal(sameValues(a, b), same);
    }),
    { numRuns: 500 },
  );
});

test('one part that was replaced is one that differs', () => {
  fc.assert(
    fc.property(values, fc.nat(), (value, number) => {
      const before: Value = { type: 'record', fields: [{ name: 'x', value }] };
      const { indexed, named } = countChildren(value);
      const chosen = childrenOf(value)[number % Math.max(1, indexed + named)];
      const path = chosen === undefined ? ['x'] : ['x', indexed > 0 ? Number(chosen.name) : chosen.name];
      const after = withAt(before, path, { type: 'variant', name: 'null' });
      assert.equal(sameValues(before, after), form(before) === form(after));
    }),
    { numRuns: 300 },
  );
});

/** A text that only equal values share. */
function form(value: Value): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (typeof part === 'number') return printValue({ type: 'f64', value: part });
    if (typeof part !== 'object' || part === null || !('type' in part) || part.type !== 'list') return part;
    const list = part as ListValue;
    const items = Array.from({ length: list.length }, (_, index) => list.at(index));
    return { list: items };
  });
}

test('a difference in a field is told with its path, and the path leads to it', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const before: Value = { type: 'record', fields: [{ name: 'x', value: valueList('any', [a]) }] };
      const after: Value = { type: 'record', fields: [{ name: 'x', value: valueList('any', [b]) }] };
      for (const { path, expected } of diffValues(before, after, '')) {
        assert.ok(path.startsWith('x[0]'), path);
        if (expected === undefined || path.endsWith('[…]')) continue;
        assert.notEqual(at(before, path), undefined, path);
      }
    }),
    { numRuns: 500 },
  );
});

test('records are compared by field, variants by case, lists by index, floats by their bits', () => {
  const packet = (rate: number, samples: readonly number[]): Value => ({
    type: 'variant',
    name: 'audio',
    value: {
      type: 'record',
      fields: [
        { name: 'sample-rate', value: { type: 'u32', value: rate } },
        { name: 'samples', value: numberList('f32', samples) },
      ],
    },
  });
  const err = (error: string): Value => ({ type: 'variant', name: 'err', value: text(error) });
  const ok: Value = { type: 'variant', name: 'ok' };
  assert.deepEqual(told(packet(1, [1, NaN, 0]), packet(2, [1, NaN, -0])), [
    'it.sample-rate: 1 -> 2',
    'it.samples[2]: 0 -> -0',
  ]);
  assert.deepEqual(told(packet(1, [1, 2]), packet(1, [1, 3, 4])), [
    'it.samples.length: 2 -> 3',
    'it.samples[1]: 2 -> 3',
  ]);
  assert.deepEqual(told(ok, err('full')), ['it: ok -> err("full")']);
  assert.deepEqual(told(err('a'), err('b')), ['it: err("a") -> err("b")']);
  assert.deepEqual(told(undefined, ok), ['it: (none) -> ok']);
  assert.deepEqual(told({ type: 'variant', name: 'some', value: ok }, { type: 'variant', name: 'some' }), [
    'it: some(ok) -> some',
  ]);
  assert.deepEqual(told({ type: 'f64', value: NaN }, { type: 'f64', value: NaN }), []);
  assert.deepEqual(told({ type: 'u64', value: 5n }, { type: 'u64', value: 5 }), []);
  assert.deepEqual(told({ type: 'u8', value: 5 }, text('5')), ['it: 5 -> "5"']);
  assert.deepEqual(told({ type: 'tuple', items: [ok] }, { type: 'tuple', items: [ok, ok] }), [
    'it[1]: (none) -> ok',
  ]);
  assert.deepEqual(told(valueList('string', [text('a')]), valueList('string', [text('b'), text('c')])), [
    'it.length: 1 -> 2',
    'it[0]: "a" -> "b"',
    'it[1]: (none) -> "c"',
  ]);
});

test('JSON is compared by its fields', () => {
  assert.deepEqual(
    told(
      json({ event_type: 'start', at: { ms: 3, list: [1, { a: null }] }, gone: true }),
      json({ event_type: 'stop', at: { ms: 3, list: [1, { a: [] }, 'x'] }, 'new one': {} }),
    ),
    [
      'it.event_type: "start" -> "stop"',
      'it.at.list.length: 2 -> 3',
      'it.at.list[1].a: null -> []',
      'it.at.list[2]: (none) -> "x"',
      'it.gone: true -> (none)',
      'it["new one"]: (none) -> {}',
    ],
  );
  const raw = (value: string): Value => ({ type: 'string', value, format: 'json' });
  assert.deepEqual(told(raw('{"a":12345678901234567890}'), raw('{"a":12345678901234567891}')), [
    'it.a: 12345678901234567890 -> 12345678901234567891',
  ]);
  assert.deepEqual(told(raw('{"a":1,"b":2}'), raw('{"b":2,"a":1}')), [
    'it: "{\\"a\\":1,\\"b\\":2}" -> "{\\"b\\":2,\\"a\\":1}"',
  ]);
  assert.deepEqual(told(raw('"\\u0061"'), raw('"a"')), ['it: "\\"\\\\u0061\\"" -> "\\"a\\""']);
  assert.deepEqual(told(raw('{"a":'), raw('{"a":1}')), ['it: "{\\"a\\":" -> "{\\"a\\":1}"']);
  assert.deepEqual(told(raw('1'), raw('[1]')), ['it: 1 -> [1]']);
});

test('of many differences the first are told and the others counted', () => {
  const zeros = numberList('f32', new Float32Array(48_000));
  const ones = numberList('f32', new Float32Array(48_000).fill(1));
  const lines = told(zeros, ones);
  assert.equal(lines.length, 17);
  assert.equal(lines[15], 'it[15]: 0 -> 1');
  assert.equal(lines[16], 'it[…]: /* 47984 more differ */ -> /* 47984 more differ */');
  const object = (value: number): Value =>
    json(Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, value])));
  assert.equal(told(object(1), object(2)).at(-1), 'it[…]: /* 1 more differs */ -> /* 1 more differs */');
  const nested = (value: number): Value =>
    json(Array.from({ length: 17 }, () => Array.from({ length: 17 }, () => [value, value])));
  assert.equal(told(nested(1), nested(2)).length, 257);
});

test('of long texts the part around the first difference is shown', () => {
  const same = 'x'.repeat(5000);
  const [line = ''] = told(text(`${same}a${same}`), text(`${same}b${same}`));
  assert.match(line, /^it: "…x{40}ax+…" -> "…x{40}bx+…"$/);
  assert.ok(line.length < 1000);
});

test('JSON that is nested without end is compared all the same', () => {
  const deep = (value: string): Value => ({
    type: 'string',
    value: '['.repeat(5000) + value + ']'.repeat(5000),
    format: 'json',
  });
  assert.deepEqual(told(deep('1'), deep('1')), []);
  assert.equal(told(deep('1'), deep('2')).length, 1);
});
