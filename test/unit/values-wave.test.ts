import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { parseValue } from '../../extension/values/parse.ts';
import { numberList, valueList, type Value } from '../../extension/values/value.ts';
import { printValue, type PrintOptions } from '../../extension/values/wave.ts';
import { values } from './values-fixture.ts';

const text = (value: string): Value => ({ type: 'string', value });
const json = (value: string): Value => ({ type: 'string', value, format: 'json' });

for (const [form, options] of [
  ['on one line', {}],
  ['on several lines', { lines: true }],
  ['with plain JSON', { plainJson: true }],
  ['on several lines with plain JSON', { lines: true, plainJson: true }],
] satisfies [string, PrintOptions][]) {
  test(`values ${form} are read back as they were`, () => {
    fc.assert(
      fc.property(values, (value) => {
        const again = parseValue(printValue(value, options), value);
        assert.equal(printValue(again), printValue(value));
      }),
      { numRuns: 300 },
    );
  });
}

test('values are written as WAVE writes them', () => {
  const cases: readonly [Value, string][] = [
    [{ type: 'u64', value: 18446744073709551615n }, '18446744073709551615'],
    [{ type: 'f32', value: Math.fround(0.1) }, '0.1'],
    [{ type: 'f32', value: Math.fround(16777217) }, '16777216'],
    [{ type: 'f32', value: Math.fround(1 / 3) }, '0.33333334'],
    [{ type: 'f64', value: 0.1 }, '0.1'],
    [{ type: 'f64', value: -0 }, '-0'],
    [{ type: 'f64', value: NaN }, 'nan'],
    [{ type: 'f32', value: -Infinity }, '-inf'],
    [{ type: 'char', value: "'" }, "'\\''"],
    [text('a"b\\c\n\r\t\u0001\u007f\ud800é☃'), '"a\\"b\\\\c\\n\\r\\t\\u{1}\\u{7f}\\u{d800}é☃"'],
    [{ type: 'record', fields: [] }, '{:}'],
    [{ type: 'flags', set: [] }, '{}'],
    [{ type: 'flags', set: ['read', 'write'] }, '{read, write}'],
    [{ type: 'variant', name: 'err', value: text('full') }, 'err("full")'],
    [{ type: 'variant', name: 'true' }, '%true'],
    [{ type: 'tuple', items: [{ type: 'bool', value: true }, text('')] }, '(true, "")'],
    [numberList('u8', [1, 255]), '[1, 255]'],
    [
      { type: 'record', fields: [{ name: 'odd name', value: json('{"a":1}') }] },
      '{"odd name": "{\\"a\\":1}"}',
    ],
  ];
  for (const [value, expected] of cases) assert.equal(printValue(value), expected);
});

test('a long list is cut where that is asked for, and says by how much', () => {
  assert.equal(printValue(numberList('u8', [1, 2, 3, 4]), { most: 2 }), '[1, 2, /* 2 more */]');
  assert.equal(printValue(numberList('u8', [1, 2]), { most: 2 }), '[1, 2]');
});

test('documents have a line for each field, rows of numbers and JSON as it is', () => {
  const packet: Value = {
    type: 'record',
    fields: [
      { name: 'samples', value: numberList('f32', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) },
      { name: 'few', value: numberList('u8', [1, 2]) },
      { name: 'data', value: json('{"a":{"b":[1,2]},"c":{},"d":[]}') },
      { name: 'spaced', value: json('{"a": 1}') },
      { name: 'note', value: text('one\n  two"""\\') },
      { name: 'result', value: { type: 'variant', name: 'some', value: { type: 'record', fields: [] } } },
    ],
  };
  assert.equal(
    printValue(packet, { lines: true, plainJson: true }),
    [
      '{',
      '  samples: [',
      '    0, 1, 2, 3, 4, 5, 6, 7,',
      '    8, 9,',
      '  ],',
      '  few: [1, 2],',
      '  data: {',
      '    "a": {',
      '      "b": [',
      '        1,',
      '        2',
      '      ]',
      '    },',
      '    "c": {},',
      '    "d": []',
      '  },',
      '  spaced: "{\\"a\\": 1}",',
      '  note: """',
      '    one',
      '      two\\"\\"\\"\\\\',
      '    """,',
      '  result: some({:}),',
      '}',
    ].join('\n'),
  );
});

test('what people write is read: comments, JSON, flat cases, omitted options, cases of another kind', () => {
  const err: Value = { type: 'variant', name: 'err', value: text('full') };
  const some: Value = { type: 'variant', name: 'some', value: json('{}') };
  const record: Value = {
    type: 'record',
    fields: [
      { name: 'a', value: { type: 'f32', value: 1 } },
      { name: 'b', value: { type: 'variant', name: 'none' } },
    ],
  };
  const cases: readonly [string, Value, string][] = [
    [' 0.5 // half\n', { type: 'f32', value: 2 }, '0.5'],
    ['1e3', { type: 'f64', value: 2 }, '1000'],
    ['+7', { type: 'u8', value: 2 }, '7'],
    ['"new text"', text('old'), '"new text"'],
    ['"\\u{1F600}"', text('old'), '"😀"'],
    ['ok', err, 'ok'],
    ['err("other")', err, 'err("other")'],
    ['err ( "a" )', { type: 'variant', name: 'ok' }, 'err("a")'],
    ['{ "gain": 1.0 }', some, 'some("{\\"gain\\":1.0}")'],
    ['{ "gain": 1.0 }', json('null'), '"{\\"gain\\":1.0}"'],
    ['[1, 2,]', numberList('u8', []), '[1, 2]'],
    ['["a", "b"]', valueList('string', []), '["a", "b"]'],
    ['[[1], [2]]', valueList('list<u8>', []), '[[1], [2]]'],
    ['{b: 3, a: 2}', record, '{a: 2, b: some(3)}'],
    ['{a: 2}', record, '{a: 2, b: none}'],
    ['%true', { type: 'variant', name: 'ok' }, '%true'],
    [
      'other({x: nan, y: {read}, z: {:}, w: (1, -0), v: 99999999999999999999})',
      err,
      'other({x: nan, y: {read}, z: {:}, w: (1, -0), v: 100000000000000000000})',
    ],
    ['"""\n    a\n      b\r\n  """', text(''), '"  a\\n    b"'],
  ];
  for (const [written, like, expected] of cases)
    assert.equal(printValue(parseValue(written, like)), expected);
});

test('what cannot be read is refused with the place and what was expected there', () => {
  const record: Value = {
    type: 'record',
    fields: [
      { name: 'rate', value: { type: 'u16', value: 1 } },
      { name: 'flags', value: { type: 'flags', set: [] } },
    ],
  };
  const cases: readonly [string, Value, string][] = [
    ['', { type: 'bool', value: true }, 'Column 1: expected true or false, found the end'],
    ['yes', { type: 'bool', value: true }, 'Column 1: expected true or false, found "yes"'],
    ['256', { type: 'u8', value: 1 }, 'Column 1: expected a whole number from 0 to 255, found "256"'],
    ['1.5', { type: 's8', value: 1 }, 'Column 1: expected a whole number from -128 to 127, found "1.5"'],
    ['1e39', { type: 'f32', value: 1 }, 'Column 1: expected a number below 3.5e38, found "1e39"'],
    ['1e999', { type: 'f64', value: 1 }, 'Column 1: expected a number below 1.8e308, found "1e999"'],
    ['text', { type: 'f64', value: 1 }, 'Column 1: expected a number, found "text"'],
    ['text', text(''), 'Column 1: expected a string in double quotes, found "text"'],
    ['"a', text(''), 'Column 3: expected a closing double quote, found the end'],
    ['"a\n"', text(''), 'Line 1, column 3: expected a closing double quote, found "\\n"'],
    ['"\\x"', text(''), 'Column 2: expected one of \\\\ \\" \\\' \\t \\n \\r \\u{…}, found "\\\\"'],
    ['"\\u{110000}"', text(''), 'Column 2: expected a character number of at most 10ffff, found "\\\\"'],
    ["'ab'", { type: 'char', value: 'a' }, 'Column 3: expected a closing single quote, found "b"'],
    ["''", { type: 'char', value: 'a' }, 'Column 2: expected a character, found "\'"'],
    ['[1, 2', numberList('u8', []), 'Column 6: expected "," or "]", found the end'],
    ['[1 2]', numberList('u8', []), 'Column 4: expected "," or "]", found "2"'],
    [
      '[1, /* 9 more */]',
      numberList('u8', []),
      'Column 5: expected every element: this text leaves some out, found "/"',
    ],
    ['[1] 2', numberList('u8', []), 'Column 5: expected the end, found "2"'],
    ['{rate: 1}', record, 'Column 9: expected the field "flags", found "}"'],
    ['{rate: 1, rate: 2}', record, 'Column 11: expected "rate" once only, found "rate"'],
    ['{\n  rat: 1}', record, 'Line 2, column 3: expected one of the fields rate, flags, found "rat"'],
    ['{rate: 70000, flags: {}}', record, 'Column 8: expected a whole number from 0 to 65535, found "70000"'],
    ['(1)', { type: 'tuple', items: [] }, 'Column 2: expected no more than 0 values, found "1"'],
    ['()', { type: 'tuple', items: [text('')] }, 'Column 2: expected 1 values, not 0, found ")"'],
    ['{"a":}', json(''), 'Column 1: expected JSON, or a string literal, found "{"'],
    ['"x"', { type: 'variant', name: 'ok' }, 'Column 1: expected a case such as ok, found "\\""'],
    [
      'err',
      { type: 'variant', name: 'err', value: text('') },
      'Column 4: expected "(" and the value of err, found the end',
    ],
    ['"""a"""', text(''), 'Column 4: expected a line break after """, found "a"'],
    [
      '"""\n a\n  """',
      text(''),
      'Line 1, column 1: expected lines that are indented as the closing """ is, found "\\""',
    ],
    [
      '['.repeat(1000),
      valueList('x', []),
      'Column 202: expected at most 200 values within each other, found "["',
    ],
  ];
  for (const [written, like, message] of cases) {
    assert.throws(
      () => parseValue(written, like),
      (error) => {
        assert.ok(error instanceof UserError, written);
        assert.equal(error.message, message);
        assert.match(error.advice, /^Write it as the present value is written: ./);
        return true;
      },
      written,
    );
  }
});

test('any text is read or refused, never anything else', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ':',
    ',',
    '"',
    "'",
    '\\',
    'a',
    '1',
    '-',
    '.',
    ' ',
    '\n',
    '"""',
    'none',
    'nan',
    '//',
    '/*',
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((all) => all.join('')),
      values,
      (written, like) => {
        try {
          parseValue(written, like);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});
