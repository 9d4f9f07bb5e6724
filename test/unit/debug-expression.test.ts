import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { readBreakpoint } from '../../extension/replay/debug/breakpoints.ts';
import { evaluate, isTrue, namesIn } from '../../extension/replay/debug/evaluate.ts';
import { parseExpression } from '../../extension/replay/debug/expression.ts';
import { numberList, valueList, type Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';

const audio: Value = {
  type: 'variant',
  name: 'audio',
  value: {
    type: 'record',
    fields: [
      { name: 'sample-rate', value: { type: 'u32', value: 48_000 } },
      { name: 'samples', value: numberList('f32', [0.5, -1, 2]) },
      { name: 'big', value: { type: 'u64', value: 2n ** 60n } },
      { name: 'none', value: { type: 'variant', name: 'none' } },
      { name: 'words', value: valueList('string', [{ type: 'string', value: 'a' }]) },
    ],
  },
};
const json: Value = { type: 'string', format: 'json', value: '{"a":{"b":[1,"two",null]},"length":7}' };
const names = namesIn({
  type: 'record',
  fields: [
    { name: 'packet', value: audio },
    { name: 'pin', value: { type: 'string', value: 'in' } },
    { name: 'data', value: json },
    { name: 'length', value: { type: 'u8', value: 9 } },
  ],
});

function valueOf(text: string): string {
  const value = evaluate(parseExpression(text), names);
  return value === undefined ? 'nothing' : printValue(value);
}

test('expressions over the fields of values', () => {
  const cases: Readonly<Record<string, string>> = {
    'packet.samples.length': '3',
    'packet.audio.samples[2]': '2',
    'packet.samples[packet.samples.length - 1] * 2': '4',
    'packet.samples[3]': 'nothing',
    'packet.samples[-1]': 'nothing',
    'packet.sample-rate': '48000',
    'packet.sample_rate': '48000',
    'packet["sample-rate"] - length': '47991',
    'packet.sample-rate -length': '47991',
    'packet.big == 1152921504606846976': 'true',
    'packet.big + 1 > packet.big': 'true',
    'packet.big % 0 > 1': 'false',
    'packet.big > 1e18': 'true',
    'packet == "audio"': 'true',
    'packet != "text"': 'true',
    'packet.none == null': 'true',
    'packet.nowhere == null': 'true',
    'packet.nowhere > 1': 'nothing',
    'packet.nowhere ?? 4': '4',
    'packet.words.includes("a") && !packet.words.includes("b")': 'true',
    'packet.samples.includes(-1)': 'true',
    'data.a.b[1] + "!"': '"two!"',
    'data.a.b.length': '3',
    'data.length': '7',
    'data.a.b[2] == null': 'true',
    'pin.length': '2',
    'pin.startsWith("i") && pin.endsWith("n") && pin.includes("in")': 'true',
    'pin < "j" ? 1 : 2': '1',
    '"a-b" == "a-b"': 'true',
    '-length % 4': '-1',
    '7 / 2': '3.5',
    'pin || 1': '"in"',
    constructor: 'nothing',
    'pin.__proto__': 'nothing',
    'packet.toString': 'nothing',
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(valueOf(text), expected, text);
});

test('what is no expression says where it goes wrong', () => {
  for (const [text, message] of [
    ['packet.', /^Column 8: /],
    ['(pin', /Column 5: Unclosed \(/],
    ['pin = "x"', /^Column 5: /],
    ['pin; packet', /More than one expression/],
    ['pin.at(0)', /"\.at\(\)" is not possible/],
    ['packet()', /A call is not possible/],
    ['[1, 2]', /array is not possible/],
    ['this', /this is not possible/],
    ['~1', /"~" is not possible/],
    ['1 << 2', /"<<" is not possible/],
    ['', /is empty/],
  ] as const) {
    assert.throws(
      () => parseExpression(text),
      (error) => error instanceof UserError && message.test(error.message),
      text,
    );
  }
  assert.throws(() => valueOf('pin - 1'), /- does not go with "in" and 1/);
});

test('no text makes anything but a value or an error that a user can read', () => {
  const words = fc.constantFrom(
    ...[
      'packet',
      '.samples',
      '[0]',
      '[',
      ']',
      '(',
      ')',
      '-',
      '==',
      '&&',
      '.length',
      '"x"',
      '?',
      ':',
      '!',
      '1',
      '.includes',
      ',',
      ' ',
      "'",
      '{',
      '}',
      'log:',
    ],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
      ),
      (text) => {
        try {
          isTrue(evaluate(parseExpression(text), names));
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
        try {
          readBreakpoint(1, { name: text, condition: text, hits: text, log: text });
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      },
    ),
    { numRuns: 3000 },
  );
  assert.throws(() => parseExpression('('.repeat(5000)), UserError);
  assert.throws(() => parseExpression('('.repeat(4000)), UserError);
  assert.throws(() => parseExpression('!'.repeat(4000)), UserError);
  assert.equal(evaluate(parseExpression(`${'!'.repeat(1000)}true`), names)?.type, 'bool');
});

test('patterns match whole names, in any of the ways to write them', () => {
  const matches = (pattern: string, name: string): boolean =>
    readBreakpoint(1, { name: pattern }).target.matches(name);
  assert.ok(matches('send-output', 'send-output'));
  assert.ok(matches('send_output', 'send-output'));
  assert.ok(matches('send-*', 'send-output'));
  assert.ok(!matches('send', 'send-output'));
  assert.ok(matches('now', 'wasi:clocks/wall-clock#now'));
  assert.ok(matches('wasi:clocks/*', 'wasi:clocks/wall-clock#now'));
  assert.ok(!matches('.*', 'send-output'), 'it is no regular expression');
  assert.ok(matches('in?', 'in1'));
  assert.equal(readBreakpoint(1, { name: 'event' }).target.kind, 'event');
  assert.equal(readBreakpoint(1, { name: 'event:in*' }).target.kind, 'event');
  assert.equal(readBreakpoint(1, { name: 'event-log' }).target.kind, 'function');
});
