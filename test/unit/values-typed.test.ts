import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { sameValues } from '../../extension/values/diff.ts';
import { fitTo } from '../../extension/values/fit.ts';
import { defaultValue, sampleValue } from '../../extension/values/make.ts';
import { parseValue } from '../../extension/values/parse.ts';
import { readTyped } from '../../extension/values/typed.ts';
import type { Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import type { WitType } from '../../extension/wit/model.ts';
import { typedValues, witTypes } from './custom-fixture.ts';

const color: WitType = { kind: 'enum', cases: ['red', 'green', 'dark-blue'], name: 'a:b/c#color' };
const u8: WitType = { kind: 'u8' };
const text: WitType = { kind: 'string' };
const bucket: WitType = { kind: 'own', resource: 'wasi:keyvalue/store@0.2.0-draft#bucket' };
const point: WitType = {
  kind: 'record',
  name: 'a:b/c#point',
  fields: [
    { name: 'x', type: { kind: 's32' } },
    { name: 'label', type: { kind: 'option', some: text } },
  ],
};
const shape: WitType = {
  kind: 'variant',
  name: 'a:b/c#shape',
  cases: [{ name: 'nothing' }, { name: 'circle', type: { kind: 'f64' } }, { name: 'at', type: point }],
};
const anyOf: Value = { type: 'variant', name: 'anything' };

for (const options of [{}, { lines: true }])
  test(`values of every type are read back from their text${'lines' in options ? ' on several lines' : ''}`, () => {
    fc.assert(
      fc.property(typedValues, ([type, value]) => {
        const read = readTyped(printValue(value, options), type);
        assert.ok(sameValues(read, value), printValue(value));
      }),
      { numRuns: 400 },
    );
  });

test('what is read without its type fits the type afterwards', () => {
  fc.assert(
    fc.property(typedValues, ([type, value]) => {
      // The payload of another case is read by its looks.
      const loose = parseValue(`anything(${printValue(value)})`, { type: 'variant', name: 'other' });
      assert.ok(loose.type === 'variant' && loose.value !== undefined);
      assert.ok(sameValues(fitTo(loose.value, type, 'v'), value), printValue(value));
    }),
    { numRuns: 400 },
  );
});

test('default and sample values are of their type', () => {
  fc.assert(
    fc.property(witTypes, (type) => {
      for (const value of [defaultValue(type), sampleValue(type)])
        assert.ok(sameValues(readTyped(printValue(value), type), value), printValue(value));
    }),
  );
});

test('a default depends on nothing, a sample shows something', () => {
  const cases: readonly [WitType, string, string][] = [
    [u8, '0', '1'],
    [{ kind: 'list', element: u8 }, '[]', '[1]'],
    [{ kind: 'option', some: text }, 'none', 'some("text")'],
    [{ kind: 'result', ok: u8, err: text }, 'ok(0)', 'ok(1)'],
    [color, 'red', 'red'],
    [shape, 'nothing', 'nothing'],
    [{ kind: 'flags', flags: ['read', 'write'] }, '{}', '{read}'],
    [point, '{x: 0, label: none}', '{x: 1, label: some("text")}'],
    [bucket, 'bucket', 'bucket'],
  ];
  for (const [type, plain, sample] of cases) {
    assert.equal(printValue(defaultValue(type)), plain);
    assert.equal(printValue(sampleValue(type)), sample);
  }
});

test('what people write is read: flat cases, omitted options, resources by number or new', () => {
  const cases: readonly [string, WitType, string][] = [
    ['"x"', { kind: 'option', some: text }, 'some("x")'],
    ['7', { kind: 'result', ok: u8 }, 'ok(7)'],
    ['{x: 1}', point, '{x: 1, label: none}'],
    ['{label: "a", x: -1}', point, '{x: -1, label: some("a")}'],
    ['at({x: 5})', shape, 'at({x: 5, label: none})'],
    ['{write, read,}', { kind: 'flags', flags: ['read', 'write'] }, '{read, write}'],
    ['-0', { kind: 's32' }, '0'],
    ['[+1, -0]', { kind: 'list', element: { kind: 's8' } }, '[1, 0]'],
    ['bucket#12', bucket, 'bucket#12'],
    ['bucket', bucket, 'bucket'],
    ['some(none)', { kind: 'option', some: { kind: 'option', some: u8 } }, 'some(none)'],
    ['ok', { kind: 'result' }, 'ok'],
    ['// nothing much\n[1, 2]', { kind: 'list', element: { kind: 'f32' } }, '[1, 2]'],
  ];
  for (const [written, type, expected] of cases) assert.equal(printValue(readTyped(written, type)), expected);
});

test('errors say what the type wants, and where', () => {
  const cases: readonly [string, WitType, RegExp][] = [
    [
      'blue',
      color,
      /^Column 1: expected one of red, green, dark-blue, which are the cases of color \(enum\), found "blue"/,
    ],
    ['circle', shape, /^Column 7: expected "\(" and a f64, the value of circle, found the end/],
    ['nothing(1)', shape, /nothing alone: it has no value/],
    ['{x: 1, z: 2}', point, /^Column 8: expected one of the fields x, label, found "z"/],
    ['{label: "a"}', point, /expected the field "x", a s32/],
    ['300', u8, /expected a whole number from 0 to 255, found "300"/],
    ['[1, "a"]', { kind: 'list', element: u8 }, /^Column 5: expected a whole number/],
    ['[1, 2, 3]', { kind: 'list', element: u8, length: 2 }, /expected 2 elements, not 3/],
    ['(1)', { kind: 'tuple', items: [u8, u8] }, /expected 2 values, not 1/],
    ['store#1', bucket, /expected a bucket: bucket#1, or bucket for a new one/],
    ['bucket#0', bucket, /expected the number of a resource, from 1/],
    ['{execute}', { kind: 'flags', flags: ['read'] }, /expected one of the flags read, found "execute"/],
    ['5', { kind: 'option', some: { kind: 'option', some: u8 } }, /expected none or some\(…\) of option/],
    ['1 2', u8, /expected the end/],
  ];
  for (const [written, type, message] of cases)
    assert.throws(
      () => readTyped(written, type),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        assert.match(error.advice, /^Write (an? |)\S.*: \S/s);
        return true;
      },
      written,
    );
});

test('any text is read or refused, never anything else', () => {
  fc.assert(
    fc.property(
      witTypes,
      fc.string({ unit: fc.constantFrom(...'{}[]()",:#1a-\\ \nsome(none)ok'.split(/(?=.)/s)) }),
      (type, written) => {
        try {
          readTyped(written, type);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('what does not fit is refused with its path', () => {
  const list: WitType = { kind: 'list', element: point };
  const value = parseValue('x([{x: 1}, {x: "a"}])', anyOf);
  assert.ok(value.type === 'variant' && value.value !== undefined);
  const inner = value.value;
  assert.throws(
    () => fitTo(inner, list, 'args.points'),
    (error) =>
      error instanceof UserError && error.message.startsWith('args.points[1].x: expected a s32, found "a"'),
  );
  assert.throws(() => fitTo({ type: 's64', value: 256n }, u8, 'v'), /v: expected a u8, found 256/);
  assert.throws(() => fitTo({ type: 'flags', set: ['x'] }, point, 'v'), UserError);
  assert.equal(printValue(fitTo({ type: 'f64', value: 3 }, u8, 'v')), '3');
});
