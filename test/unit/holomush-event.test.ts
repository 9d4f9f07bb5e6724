import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeWire,
  encodeWire,
  readEvent,
  type MushEvent,
} from '../../extension/contracts/holomush/event.ts';
import { goJson } from '../../extension/contracts/holomush/text.ts';
import { isUlid } from '../../extension/contracts/holomush/ulid.ts';
import { UserError } from '../../extension/errors.ts';

const SAY = { stream: 'location:room1', type: 'say', payload: '{"message": "Hello, world!"}' };
/** That of the authoring guide. */
const GUIDE = {
  id: '01JGXYZ123ABC456DEF789GHI',
  ...SAY,
  timestamp: 1_737_195_000_000,
  actor_kind: 0,
  actor_id: 'player123',
};

function wireText(event: MushEvent): string {
  return Buffer.from(encodeWire(event)).toString('utf8');
}

test("the guide's event goes over the wire with its fields in their order and nothing between them", () => {
  assert.equal(
    wireText(readEvent(GUIDE)),
    '{"id":"01JGXYZ123ABC456DEF789GHI","stream":"location:room1","type":"say","timestamp":1737195000000,"actor_kind":0,"actor_id":"player123","payload":"{\\"message\\": \\"Hello, world!\\"}"}',
  );
});

test('what an event does not say is filled in', () => {
  const before = Date.now();
  const event = readEvent({
    stream: '',
    type: 'weather',
    payload: { wind: 'north & west', force: [1, null] },
  });
  assert.ok(isUlid(event.id));
  assert.ok(event.timestamp >= before && event.timestamp <= Date.now());
  assert.deepEqual(
    { ...event, id: '', timestamp: 0 },
    {
      id: '',
      stream: '',
      type: 'weather',
      timestamp: 0,
      actorKind: 0,
      actorId: '',
      payload: '{"wind":"north \\u0026 west","force":[1,null]}',
    },
  );
  assert.notEqual(readEvent(SAY).id, readEvent(SAY).id);
});

test('any text is an id, also where it is no ULID', () => {
  assert.equal(readEvent({ ...SAY, id: 'not one' }).id, 'not one');
  assert.equal(readEvent({ ...SAY, id: '' }).id, '');
});

test('the ends of what a number holds are times, and 255 is a kind', () => {
  for (const timestamp of [Number.MIN_SAFE_INTEGER, -1, 0, Number.MAX_SAFE_INTEGER]) {
    const event = readEvent({ ...GUIDE, timestamp, actor_kind: 255 });
    assert.deepEqual(decodeWire(encodeWire(event)), event);
  }
  assert.ok(
    wireText(readEvent({ ...GUIDE, timestamp: -0, actor_kind: -0 })).includes(
      '"timestamp":0,"actor_kind":0,',
    ),
  );
});

test('a payload of ten megabytes passes, as an object and as text', () => {
  const message = '<'.repeat(10_000_000);
  const event = readEvent({ ...GUIDE, payload: { message } });
  assert.deepEqual(readEvent({ ...GUIDE, payload: event.payload }), event);
  const again = decodeWire(encodeWire(event));
  assert.equal(again.payload, event.payload);
  assert.deepEqual(JSON.parse(again.payload), { message });
});

test('halves of surrogate pairs become U+FFFD when they are read', () => {
  const event = readEvent({ ...GUIDE, stream: 'a\ud800b', payload: '"\udc00"' });
  assert.equal(event.stream, 'a\ufffdb');
  assert.equal(event.payload, '"\ufffd"');
});

const BAD: readonly (readonly [what: string, change: object, message: RegExp])[] = [
  ['an id that is a number', { id: 1 }, /^id: is the number 1, not a text$/],
  ['an id that is null', { id: null }, /^id: is null, not a text$/],
  ['no stream', { stream: undefined }, /^stream: is missing; it has to be a text$/],
  ['a stream that is a list', { stream: ['a'] }, /^stream: is a list, not a text$/],
  ['no type', { type: undefined }, /^type: is missing/],
  ['a type that is true', { type: true }, /^type: is true, not a text$/],
  ['a timestamp that is a date', { timestamp: '2025-01-18' }, /^timestamp: is a text, not a whole number/],
  [
    'half a millisecond',
    { timestamp: 0.5 },
    /^timestamp: is the number 0.5, not a whole number of Unix milliseconds/,
  ],
  ['an endless timestamp', { timestamp: Infinity }, /^timestamp: is the number Infinity/],
  [
    'a timestamp beyond what is exact',
    { timestamp: 2 ** 53 },
    /^timestamp: 9007199254740992 is beyond ±9007199254740991/,
  ],
  ['the least int64', { timestamp: -(2 ** 63) }, /^timestamp: -9223372036854776000 is beyond/],
  [
    'an actor_kind of 256',
    { actor_kind: 256 },
    /^actor_kind: is the number 256, not a whole number from 0 to 255/,
  ],
  ['an actor_kind of -1', { actor_kind: -1 }, /^actor_kind: is the number -1/],
  ['an actor_kind of 1.5', { actor_kind: 1.5 }, /^actor_kind: is the number 1.5/],
  ['an actor_kind by name', { actor_kind: 'plugin' }, /^actor_kind: is a text, not .*2 a plugin$/],
  ['an actor_id that is an object', { actor_id: {} }, /^actor_id: is an object, not a text$/],
  ['no payload', { payload: undefined }, /^payload: is missing; it has to be JSON text$/],
  ['a payload that is a list', { payload: [] }, /^payload: is a list, not JSON text$/],
  ['a payload that is a number', { payload: 5 }, /^payload: is the number 5/],
  [
    'an empty payload',
    { payload: '' },
    /^payload: is not JSON text: line 1, column 1 \(byte 0\): it ends too early$/,
  ],
  [
    'a payload that is plain text',
    { payload: 'hello' },
    /^payload: is not JSON text: line 1, column 1 \(byte 0\): a value is missing, at "hello"$/,
  ],
  [
    'a payload that is too long',
    { payload: '{}\n}' },
    /^payload: .* line 2, column 1 \(byte 3\): there is more after the end, at "}"$/,
  ],
  ['a field of another language', { actorKind: 2 }, /^actorKind: is no field of an event$/],
];

for (const [what, change, message] of BAD) {
  test(`an event with ${what} is refused with the field's name`, () => {
    assert.throws(
      () => readEvent({ ...GUIDE, ...change }),
      (error) => error instanceof UserError && message.test(error.message) && error.advice !== '',
    );
  });
}

test('a payload object that JSON cannot hold is refused', () => {
  const deep = JSON.parse('{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000)) as object;
  const refused = (error: unknown): boolean =>
    error instanceof UserError && error.message.startsWith('payload: cannot be written as JSON');
  assert.throws(() => readEvent({ ...SAY, payload: { big: 1n } }), refused);
  assert.throws(() => readEvent({ ...SAY, payload: deep }), refused);
});

test('a field named __proto__ is no field', () => {
  const event = JSON.parse('{"stream":"a","type":"say","payload":"{}","__proto__":{"id":"x"}}') as Record<
    string,
    unknown
  >;
  assert.throws(() => readEvent(event), /^UserError: __proto__: is no field/);
});

const WIRE = wireText(readEvent(GUIDE));
const BAD_WIRE: readonly (readonly [what: string, bytes: Uint8Array | string, message: RegExp])[] = [
  ['nothing', '', /^event: is not JSON: line 1, column 1 \(byte 0\): it ends too early$/],
  ['no JSON', WIRE.slice(0, -1), /^event: is not JSON: line 1, column 182 \(byte 181\): it ends too early$/],
  [
    'a byte order mark',
    `\ufeff${WIRE}`,
    /^event: is not JSON: line 1, column 1 \(byte 0\): a value is missing, at /,
  ],
  ['a list', `[${WIRE}]`, /^event: is a list, not an object$/],
  ['no timestamp', WIRE.replace('"timestamp":1737195000000,', ''), /^timestamp: is missing/],
  [
    'an int64 that is not exact',
    WIRE.replace('1737195000000', '9223372036854775807'),
    /^timestamp: 9223372036854776000 is beyond/,
  ],
  ['one more field', WIRE.replace('{', '{"kind":1,'), /^kind: is no field/],
  [
    'bytes that are not UTF-8',
    Buffer.from(WIRE.replace('room1', 'roomé'), 'latin1'),
    /^event: is not UTF-8 text at byte 57$/,
  ],
  [
    'U+FFFD before such bytes',
    Buffer.concat([Buffer.from('{"id":"\ufffd'), Buffer.of(0xe2, 0x82)]),
    /at byte 10$/,
  ],
];

for (const [what, bytes, message] of BAD_WIRE) {
  test(`wire bytes of ${what} are refused with the place`, () => {
    assert.throws(
      () => decodeWire(typeof bytes === 'string' ? Buffer.from(bytes) : bytes),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '<',
      '>',
      '&',
      '\\',
      '"',
      '\u2028',
      '\u2029',
      '\n',
      '\u0001',
      '\x7f',
      '\ud800',
      '\udc00',
      '🐉',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
});
const events: fc.Arbitrary<MushEvent> = fc.record({
  id: text,
  stream: text,
  type: text,
  timestamp: fc.maxSafeInteger().map((time) => time + 0),
  actorKind: fc.nat(255),
  actorId: text,
  payload: fc.jsonValue().map((value) => JSON.stringify(value)),
});

/** Go's appendString, code point by code point: https://pkg.go.dev/encoding/json#Marshal */
function slowGoString(value: string): string {
  const short = new Map([
    ['"', '\\"'],
    ['\\', '\\\\'],
    ['\b', '\\b'],
    ['\f', '\\f'],
    ['\n', '\\n'],
    ['\r', '\\r'],
    ['\t', '\\t'],
  ]);
  let written = '';
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (short.has(character)) written += short.get(character) ?? '';
    else if (code >= 0xd800 && code <= 0xdfff) written += '\\ufffd';
    else if (code < 0x20 || '<>&\u2028\u2029'.includes(character))
      written += `\\u${code.toString(16).padStart(4, '0')}`;
    else written += character;
  }
  return `"${written}"`;
}

test('texts are escaped as a slow writer of the same rules escapes them', () => {
  fc.assert(
    fc.property(text, (value) => {
      assert.equal(goJson(value), slowGoString(value));
    }),
    { seed: 6, numRuns: 5000 },
  );
  for (let code = 0; code <= 0xffff; code++) {
    const value = String.fromCharCode(code);
    assert.equal(goJson(`\\${value}ud800`), slowGoString(`\\${value}ud800`));
  }
});

test('events come back from the wire as they were', () => {
  fc.assert(
    fc.property(events, (event) => {
      const well = {
        ...event,
        id: event.id.toWellFormed(),
        stream: event.stream.toWellFormed(),
        type: event.type.toWellFormed(),
        actorId: event.actorId.toWellFormed(),
        payload: event.payload.toWellFormed(),
      };
      assert.deepEqual(decodeWire(encodeWire(event)), well);
      const { actorKind, actorId, ...same } = event;
      assert.deepEqual(readEvent({ ...same, actor_kind: actorKind, actor_id: actorId }), well);
    }),
    { seed: 6, numRuns: 2000 },
  );
});

test('changed wire bytes are an event that comes back, or a UserError', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      events,
      fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(...Buffer.from('{}[]:,"\\0e-u')), fc.nat(255))), {
        maxLength: 3,
      }),
      (event, changes) => {
        const bytes = encodeWire(event);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          const read = decodeWire(bytes);
          taken++;
          assert.deepEqual(decodeWire(encodeWire(read)), read);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
          assert.notEqual(error.message, '');
        }
      },
    ),
    { seed: 6, numRuns: 5000 },
  );
  assert.ok(taken > 500 && taken < 4500, `${taken} of 5000 were taken`);
});

test('anything is an event that comes back, or a UserError', () => {
  const anything = fc.record(
    {
      id: fc.jsonValue(),
      stream: fc.oneof(text, fc.jsonValue()),
      type: fc.oneof(text, fc.jsonValue()),
      timestamp: fc.oneof(fc.double(), fc.integer()),
      actor_kind: fc.oneof(fc.integer({ min: -3, max: 300 }), fc.double()),
      actor_id: fc.oneof(text, fc.jsonValue()),
      payload: fc.oneof(fc.json(), fc.object(), text),
    },
    { requiredKeys: ['stream', 'type', 'payload'] },
  );
  fc.assert(
    fc.property(anything, (event) => {
      try {
        const read = readEvent(event);
        assert.deepEqual(decodeWire(encodeWire(read)), read);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
    { seed: 6, numRuns: 3000 },
  );
});
