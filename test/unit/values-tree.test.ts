import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { sameValues } from '../../extension/values/diff.ts';
import { elementPath, fieldPath, parsePath } from '../../extension/values/path.ts';
import { at, childrenOf, countChildren, withAt } from '../../extension/values/tree.ts';
import { crossingRecord, numberList, type Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import { values } from './values-fixture.ts';

const json = (value: string): Value => ({ type: 'string', value, format: 'json' });
const packet: Value = {
  type: 'record',
  fields: [
    { name: 'pin', value: { type: 'string', value: 'in' } },
    {
      name: 'packet',
      value: {
        type: 'variant',
        name: 'custom',
        value: {
          type: 'record',
          fields: [
            { name: 'type-id', value: { type: 'string', value: 'vad' } },
            {
              name: 'data',
              value: json('{"list": [1, {"a b": null}], "n": 1.50, "n": 2, "s": "x", "t": true}'),
            },
          ],
        },
      },
    },
    { name: 'samples', value: numberList('f32', Float32Array.of(0.5, 1)) },
    { name: 'pair', value: { type: 'tuple', items: [{ type: 'u8', value: 1 }, json('[]')] } },
    { name: 'result', value: { type: 'variant', name: 'err', value: { type: 'string', value: 'full' } } },
  ],
};

/** Every path into a value, with what is there. */
function* parts(value: Value, path = ''): Generator<[string, Value]> {
  const { indexed } = countChildren(value);
  for (const child of childrenOf(value)) {
    const inner = indexed > 0 ? elementPath(path, Number(child.name)) : fieldPath(path, child.name);
    yield [inner, child.value];
    yield* parts(child.value, inner);
  }
}

test('every part is found at its path', () => {
  fc.assert(
    fc.property(values, (value) => {
      for (const [path, part] of parts(value)) {
        const found = at(value, path);
        assert.ok(found !== undefined && sameValues(found, part), path);
      }
    }),
  );
});

test('a part that is replaced is there, and the others are as they were', () => {
  fc.assert(
    fc.property(values, fc.nat(), (value, number) => {
      const all = [...parts(value)];
      const chosen = all[number % Math.max(1, all.length)];
      if (chosen === undefined) return;
      const [path] = chosen;
      const before = printValue(value);
      const marker: Value = { type: 'bool', value: number % 2 === 0 };
      const changed = withAt(value, path, marker);
      assert.deepEqual(at(changed, path), marker);
      assert.equal(printValue(value), before, 'the value itself stays');
      for (const [other, part] of all) {
        if (other.startsWith(path) || path.startsWith(other)) continue;
        assert.ok(sameValues(at(changed, other), part), other);
      }
    }),
    { numRuns: 300 },
  );
});

test('paths lead through cases, JSON and lists', () => {
  const found = (path: string): string | undefined => {
    const value = at(packet, path);
    return value === undefined ? undefined : printValue(value);
  };
  assert.equal(found(''), printValue(packet));
  assert.equal(found('packet.data.list[1]["a b"]'), 'null');
  assert.equal(found('packet.custom.data.n'), '2');
  assert.equal(found('packet.data.list.length'), '2');
  assert.equal(found('packet.data.t'), 'true');
  assert.equal(found('packet.custom.type-id'), '"vad"');
  assert.equal(found('samples[1]'), '1');
  assert.equal(found('samples.length'), '2');
  assert.equal(found('pair[0]'), '1');
  assert.equal(found('result.err'), '"full"');
  for (const nowhere of [
    'x',
    'packet.text',
    'samples[2]',
    'samples.x',
    'pair[2]',
    'pin.x',
    'packet.data.list[9]',
    'packet.data.list[1].b.c',
    'result.ok',
    'packet.data.toString',
  ])
    assert.equal(found(nowhere), undefined, nowhere);
});

test('a replaced part of JSON leaves the rest of the text as it is', () => {
  const changed = (path: string, value: Value): string =>
    printValue(at(withAt(packet, path, value), 'packet.data') ?? packet);
  const data = printValue(at(packet, 'packet.data') ?? packet);
  assert.equal(
    changed('packet.data.s', { type: 'string', value: 'a"b' }),
    data.replace('\\"x\\"', '\\"a\\\\\\"b\\"'),
  );
  assert.equal(changed('packet.data.n', { type: 'f64', value: 0.25 }), data.replace(': 2', ': 0.25'));
  assert.equal(
    changed('packet.data.list[1]', json('{"z":[]}')),
    data.replace('{\\"a b\\": null}', '{\\"z\\":[]}'),
  );
  assert.equal(
    changed('packet.data.list', numberList('u8', [1, 2])),
    data.replace('[1, {\\"a b\\": null}]', '[1,2]'),
  );
  assert.equal(changed('packet.data.t', { type: 'variant', name: 'null' }), data.replace('true', 'null'));
  assert.equal(
    changed('packet.data.t', { type: 'record', fields: [{ name: 'k', value: { type: 'u64', value: 7n } }] }),
    data.replace('true', '{\\"k\\":7}'),
  );
});

test('a list of numbers stays one when an element is replaced', () => {
  const changed = withAt(packet, 'samples[0]', { type: 'f32', value: 0.25 });
  const list = at(changed, 'samples');
  assert.ok(list?.type === 'list' && list.numbers !== undefined);
  assert.deepEqual(Array.from(list.numbers), [0.25, 1]);
});

test('lists are unfolded a page at a time, and the rest is not made', () => {
  const made: number[] = [];
  const list: Value = {
    type: 'list',
    element: 'u8',
    length: 1_000_000,
    at: (index) => {
      made.push(index);
      return { type: 'u8', value: index % 256 };
    },
  };
  assert.deepEqual(countChildren(list), { named: 0, indexed: 1_000_000 });
  assert.deepEqual(
    childrenOf(list, 999_998, 100).map(({ name }) => name),
    ['999998', '999999'],
  );
  assert.deepEqual(made, [999_998, 999_999]);
  assert.deepEqual(childrenOf(list, 2_000_000, 5), []);
  assert.deepEqual(countChildren(packet), { named: 5, indexed: 0 });
  assert.deepEqual(countChildren(at(packet, 'packet.data') ?? packet), { named: 4, indexed: 0 });
  assert.deepEqual(countChildren({ type: 'bool', value: true }), { named: 0, indexed: 0 });
});

test('what cannot be replaced is refused with the place', () => {
  const refused = (path: string, value: Value, message: RegExp): void => {
    assert.throws(
      () => withAt(packet, path, value),
      (error) => error instanceof UserError && message.test(error.message) && error.advice !== '',
    );
  };
  const one: Value = { type: 'u8', value: 1 };
  refused('nothing', one, /^There is no nothing\.$/);
  refused('packet.data.list[7]', one, /^There is no packet\.data\.list\[7\]\.$/);
  refused('samples[2]', one, /^There is no samples\[2\]\.$/);
  refused('packet.data.n', { type: 'f64', value: NaN }, /^packet\.data\.n: JSON has no form for nan$/);
  refused('packet.data.n', { type: 'variant', name: 'err', value: one }, /no form for err\(1\)$/);
});

test('paths are read as they are written, and others are refused', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.nat(1000))), (steps) => {
      let path = '';
      for (const step of steps)
        path = typeof step === 'number' ? elementPath(path, step) : fieldPath(path, step);
      assert.deepEqual(parsePath(path), steps);
    }),
  );
  for (const [path, column] of [
    ['.a', 1],
    ['a.', 2],
    ['a..b', 2],
    ['a[x]', 2],
    ['a[0', 2],
    ['a b', 2],
    ['a["x]', 2],
    ['["\\q"]', 1],
    ['a[0]b', 5],
  ] as const)
    assert.throws(
      () => parsePath(path),
      (error) => error instanceof UserError && error.message.startsWith(`Column ${column} of "${path}"`),
      path,
    );
});

test('what crossed is a record of the arguments and the result', () => {
  const pin = { name: 'pin', value: { type: 'string', value: 'in' } as const };
  assert.equal(printValue(crossingRecord({ arguments: [pin] })), '{pin: "in"}');
  assert.equal(
    printValue(crossingRecord({ arguments: [pin], result: { type: 'variant', name: 'ok' } })),
    '{pin: "in", result: ok}',
  );
});
