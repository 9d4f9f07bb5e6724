import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonProblem, placeOf } from '../../extension/values/json-syntax.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Ends that make a JSON text of the beginning of any, one after the other up to a value, then closed. */
const ENDS = [
  '',
  '0',
  '"',
  '0"',
  '00"',
  '000"',
  '0000"',
  'rue',
  'ue',
  'e',
  'alse',
  'lse',
  'se',
  'ull',
  'll',
  'l',
  'n"',
  '":0',
  ':0',
  '"":0',
];

/** Whether some JSON text begins like this. */
function isBeginning(text: string): boolean {
  const closers = closersOf(text);
  return ENDS.some((end) => isJson(text + end + closers) || isJson(`${text}${end}:0${closers}`));
}

function closersOf(text: string): string {
  let closers = '';
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.?)*(?:"|$)|[{}[\]]/gs)) {
    if (token === '{') closers = `}${closers}`;
    else if (token === '[') closers = `]${closers}`;
    else if (token === '}' || token === ']') closers = closers.slice(1);
  }
  return closers;
}

const pieces = fc.array(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '""',
    '"a"',
    '\\',
    '\\u',
    'd8',
    'n',
    'true',
    'false',
    'null',
    'tr',
    '-',
    '0',
    '1',
    '.',
    'e',
    'E',
    '+',
    ' ',
    '\n',
    '\u0000',
    '\u001f',
    '\u007f',
    'é',
    '🐉',
  ),
  { maxLength: 12 },
);

test('a problem is found where JSON.parse finds one, at the end of the longest beginning of a JSON text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((all) => all.join('')),
        fc
          .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom('', '"', '}', ',', 'x', '\\', '0', '\n'))
          .map(
            ([text, at, put]) =>
              text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1),
          ),
      ),
      (text) => {
        const found = jsonProblem(text);
        assert.equal(found === undefined, isJson(text), JSON.stringify(found));
        if (found === undefined) return;
        assert.ok(
          isBeginning(text.slice(0, found.offset)),
          `${JSON.stringify(found)}: its beginning is none`,
        );
        if (found.offset < text.length) {
          assert.ok(
            !isBeginning(text.slice(0, found.offset + 1)),
            `${JSON.stringify(found)}: there is a longer one`,
          );
          assert.notEqual(found.what, 'it ends too early');
        } else {
          assert.equal(found.what, 'it ends too early');
        }
      },
    ),
    { seed: 6, numRuns: 4000 },
  );
});

test('ten megabytes and a million brackets are read', () => {
  const long = 'a'.repeat(10_000_000);
  assert.equal(jsonProblem(`"${long}"`), undefined);
  assert.deepEqual(jsonProblem(`"${long}`), { offset: 10_000_001, what: 'it ends too early' });
  assert.deepEqual(jsonProblem(`"${'\\n'.repeat(5_000_000)}\n`)?.offset, 10_000_001);
  const deep = 1_000_000;
  assert.equal(jsonProblem('['.repeat(deep) + ']'.repeat(deep)), undefined);
  assert.deepEqual(jsonProblem('['.repeat(deep) + ']'.repeat(deep - 1) + '}'), {
    offset: 2 * deep - 1,
    what: 'a comma or "]" is missing',
  });
});

test('a place is counted in lines, columns and bytes', () => {
  assert.equal(placeOf('abc', 0), 'line 1, column 1 (byte 0)');
  assert.equal(placeOf('abc', 3), 'line 1, column 4 (byte 3)');
  assert.equal(placeOf('é🐉\r\nab', 6), 'line 2, column 2 (byte 9)');
  assert.equal(placeOf('a\nb', 1), 'line 1, column 2 (byte 1)');
  assert.equal(placeOf('a\n\nb', 2), 'line 2, column 1 (byte 2)');
});
