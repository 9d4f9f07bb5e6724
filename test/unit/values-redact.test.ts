import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { mayName, readRules, redactFields, redactParams } from '../../extension/values/redact.ts';
import { numberList, valueList, type NamedValue, type Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import { values } from './values-fixture.ts';

const text = (value: string): Value => ({ type: 'string', value });
const json = (value: string): Value => ({ type: 'string', value, format: 'json' });
const record = (fields: Record<string, Value>): Value => ({ type: 'record', fields: named(fields) });
const named = (fields: Record<string, Value>): NamedValue[] =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));

/** What is left of the fields as text; `same` where the rules name nothing. */
function left(fields: Record<string, Value>, ...rules: string[]): string {
  const redacted = redactFields(named(fields), 'send', readRules(rules));
  return redacted === undefined
    ? 'same'
    : printValue({ type: 'record', fields: redacted }, { plainJson: true });
}

const packet: Record<string, Value> = {
  packet: {
    type: 'variant',
    name: 'custom',
    value: record({
      'type-id': text('login'),
      data: json('{"user":{"token":"t","age":7},"list":[{"token":"u"},{"x":null}],"token":"v"}'),
    }),
  },
  result: { type: 'variant', name: 'err', value: text('no') },
};
const data = (rest: string): string =>
  `{packet: custom({type-id: "login", data: ${rest}}), result: err("no")}`;

test('a name is every field of that name, in values and in JSON', () => {
  assert.equal(
    left(packet, 'token'),
    data(
      '{"user":{"token":"[redacted]","age":7},"list":[{"token":"[redacted]"},{"x":null}],"token":"[redacted]"}',
    ),
  );
  assert.equal(left(packet, 'user', 'x'), data('{"user":{},"list":[{"token":"u"},{"x":null}],"token":"v"}'));
  assert.equal(left(packet, 'age', 'list'), data('{"user":{"token":"t","age":0},"list":[],"token":"v"}'));
  assert.equal(left(packet, 'nothing', 'toke', 'Token'), 'same');
});

test('a path leads from the top; cases and what is around may stand in it or not', () => {
  const only = data('{"user":{"token":"t","age":7},"list":[{"token":"u"},{"x":null}],"token":"[redacted]"}');
  assert.equal(left(packet, 'packet.custom.data.token'), only);
  assert.equal(left(packet, 'packet.data.token'), only);
  assert.equal(left(packet, 'send.packet.data.token'), only);
  assert.equal(left(packet, '*.data.token'), only);
  assert.equal(
    left(packet, 'packet.data.list.*.token'),
    data('{"user":{"token":"t","age":7},"list":[{"token":"[redacted]"},{"x":null}],"token":"v"}'),
  );
  assert.equal(
    left(packet, 'packet.data.*.token'),
    data('{"user":{"token":"[redacted]","age":7},"list":[{"token":"u"},{"x":null}],"token":"v"}'),
  );
  assert.equal(left(packet, 'packet.data'), data('{}'));
  assert.equal(left(packet, 'packet.data["user"].age'), left(packet, 'age'));
  for (const elsewhere of [
    'data.token',
    'packet.text',
    'other.packet.data',
    'packet.token',
    'packet.data.user.token.x',
  ])
    assert.equal(left(packet, elsewhere), 'same', elsewhere);
});

test('what carries a value has a name: a case, a pin, an import', () => {
  assert.equal(left(packet, 'err'), `${data(printJson()).slice(0, -10)}err("[redacted]")}`);
  assert.equal(left(packet, 'result'), left(packet, 'err'));
  assert.equal(left(packet, 'send.result'), left(packet, 'err'));
  assert.equal(
    left(packet, 'send'),
    '{packet: custom({type-id: "[redacted]", data: {}}), result: err("[redacted]")}',
  );
});

function printJson(): string {
  return '{"user":{"token":"t","age":7},"list":[{"token":"u"},{"x":null}],"token":"v"}';
}

test('what is taken out keeps its type', () => {
  const all: Record<string, Value> = {
    a: { type: 'bool', value: true },
    b: { type: 'u64', value: 7n },
    c: { type: 'f32', value: 0.5 },
    d: { type: 'char', value: 'x' },
    e: text('secret'),
    f: numberList('f32', [0.5, 1]),
    g: valueList('string', [text('a'), text('b')]),
    h: { type: 'tuple', items: [text('a'), { type: 'u8', value: 1 }] },
    i: record({ inner: text('a') }),
    j: { type: 'variant', name: 'info' },
    k: { type: 'flags', set: ['read'] },
    l: json('[1]'),
    m: json('"s"'),
    n: json('no json'),
    o: { type: 'variant', name: 'some', value: { type: 's8', value: -1 } },
  };
  assert.equal(
    left({ all: record(all) }, 'all'),
    '{all: {a: false, b: 0, c: 0, d: \'*\', e: "[redacted]", f: [0, 0], g: ["[redacted]", "[redacted]"], ' +
      'h: ("[redacted]", 0), i: {inner: "[redacted]"}, j: info, k: {}, l: [], m: "\\"[redacted]\\"", n: "[redacted]", o: some(0)}}',
  );
  assert.equal(left({ f: numberList('f32', [1, 2]) }, 'f.*'), '{f: [0, 0]}');
  assert.equal(left({ g: valueList('record', [record({ a: text('x') })]) }, 'a'), '{g: [{a: "[redacted]"}]}');
  assert.equal(
    left({ h: { type: 'tuple', items: [record({ a: text('x') })] } }, 'h.*.a'),
    '{h: ({a: "[redacted]"})}',
  );
});

test('a text that is JSON is looked into whatever its type says, and what is no JSON stays', () => {
  assert.equal(
    left({ message: text('{"password": "p"}') }, 'password'),
    '{message: "{\\"password\\": \\"[redacted]\\"}"}',
  );
  assert.equal(left({ message: text('password: p') }, 'password'), 'same');
  assert.equal(left({ message: text('{"password": p}') }, 'password'), 'same');
  assert.equal(
    left({ data: json('{"pass\\u0077ord":"p"}') }, 'password'),
    '{data: {"pass\\u0077ord":"[redacted]"}}',
  );
  assert.equal(left({ data: json('{"a":1,"a":2}') }, 'a'), '{data: {"a":0,"a":0}}');
});

test('what lies too deep to be looked into is taken out', () => {
  const deep = `${'['.repeat(2000)}{"password":"p"}${']'.repeat(2000)}`;
  const redacted = left({ data: json(deep) }, 'password');
  assert.doesNotMatch(redacted, /password|"p"/);
});

test('nothing of a field is left anywhere in JSON', () => {
  const secret = 'S3CR3T';
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('key', 'a"b', 'ä', ''), (other, name) => {
      const here = { [name]: { deep: [secret] } };
      const whole = JSON.stringify([{ other }, { [name]: secret, within: [[here]] }]);
      const rules = readRules([`[${JSON.stringify(name)}]`]);
      assert.ok(mayName(Buffer.from(whole), rules));
      const redacted = redactParams(whole, rules) ?? whole;
      assert.ok(!redacted.includes(secret), redacted);
      JSON.parse(redacted);
    }),
  );
});

test('rules that name nothing in a value leave it alone', () => {
  const rules = readRules(['NOT-THERE', 'not.there', '*.*.NOT-THERE']);
  fc.assert(
    fc.property(values, (value) => {
      assert.equal(redactFields([{ name: 'x', value }], 'in', rules), undefined);
    }),
  );
});

test('a value that is redacted twice is redacted once', () => {
  const rules = readRules(['x']);
  fc.assert(
    fc.property(values, (value) => {
      const fields = [{ name: 'x', value }];
      const once = redactFields(fields, 'in', rules) ?? fields;
      const twice = redactFields(once, 'in', rules) ?? once;
      assert.equal(
        printValue({ type: 'record', fields: twice }),
        printValue({ type: 'record', fields: once }),
      );
    }),
  );
});

test('parameters are a field of their own', () => {
  const params = '{"password":"p","gain":1}';
  assert.equal(redactParams(params, readRules(['password'])), '{"password":"[redacted]","gain":1}');
  assert.equal(redactParams(params, readRules(['params.gain'])), '{"password":"p","gain":0}');
  assert.equal(redactParams(params, readRules(['update-params.params.gain'])), '{"password":"p","gain":0}');
  assert.equal(redactParams(params, readRules(['params'])), '{}');
  assert.equal(redactParams(params, readRules(['token'])), undefined);
});

test('a quick look at the bytes finds every text that has a name', () => {
  const rules = readRules(['password', 'packet.data.tökén']);
  assert.equal(mayName(Buffer.from('{"password":1}'), rules), true);
  assert.equal(mayName(Buffer.from('{"tökén":1}'), rules), true);
  assert.equal(mayName(Buffer.from('{"pass\\u0077ord":1}'), rules), true);
  assert.equal(mayName(Buffer.from('{"gain":1}'), rules), false);
  assert.equal(mayName(Buffer.from('{"gain":1}'), readRules(['packet.data.*'])), true);
});

test('rules that cannot be right are refused', () => {
  for (const [rule, message] of [
    ['', /names no field/],
    ['*', /"\*" names no field/],
    ['*.*', /names no field/],
    ['a[0]', /the number of an element/],
    ['a..b', /^Column 2 of "a\.\.b": expected a name/],
    ['a b', /^Column 2/],
  ] as const)
    assert.throws(
      () => readRules(['password', rule]),
      (error) => error instanceof UserError && message.test(error.message) && error.advice !== '',
      rule,
    );
});
