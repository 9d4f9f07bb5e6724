import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readResponse } from '../../extension/contracts/holomush/response.ts';

const SAY = { stream: 'location:room1', type: 'say', payload: '{"message": "Echo: hello"}' };

function read(output: unknown): ReturnType<typeof readResponse> {
  return readResponse(Buffer.from(typeof output === 'string' ? output : JSON.stringify(output)));
}

for (const output of ['', '{}', '{"events": []}', '{"events":null}', 'null', ' \n{ }\t', '{"log": [1]}']) {
  test(`${JSON.stringify(output)} is no action`, () => {
    assert.deepEqual(read(output), { ok: true, events: [], refused: [] });
  });
}

test('what a plugin writes is taken in its order, unknown types and fields included', () => {
  const other = { stream: 'global:*', type: 'weather', payload: '"rain"' };
  assert.deepEqual(read({ events: [SAY, { ...other, color: 'red' }], took: 5 }), {
    ok: true,
    events: [SAY, other],
    refused: [],
  });
});

test('names are the same in capitals, the last one counts, and null is as missing, as in Go', () => {
  assert.deepEqual(
    read('{"Events":[{"STREAM":"a","Type":"say","pAyLoAd":"1","payload":"2","stream":null}]}'),
    {
      ok: true,
      events: [],
      refused: [{ index: 0, message: 'events[0].stream: is missing or empty; HoloMUSH refuses that, too' }],
    },
  );
  assert.deepEqual(read('{"event\u017f":[{"\u017ftream":"a","type":"say","payload":"2"}]}'), {
    ok: true,
    events: [{ stream: 'a', type: 'say', payload: '2' }],
    refused: [],
  });
});

test('halves of surrogate pairs become U+FFFD', () => {
  const result = read(
    '{"events":[{"stream":"\\ud800","type":"\\udc00\\ud83d\\udc09","payload":"\\"\\ud800\\""}]}',
  );
  assert.deepEqual(result.ok && result.events, [{ stream: '\ufffd', type: '\ufffd🐉', payload: '"\ufffd"' }]);
});

test('an emit that is refused takes no other with it', () => {
  const result = read({
    events: [
      SAY,
      { ...SAY, stream: '' },
      { type: 'say', payload: '{}' },
      null,
      { ...SAY, type: '' },
      { ...SAY, payload: undefined },
      { ...SAY, payload: '{"message": hello}' },
      { ...SAY, payload: 'Echo: hello' },
      SAY,
    ],
  });
  assert.deepEqual(result, {
    ok: true,
    events: [SAY, SAY],
    refused: [
      { index: 1, message: 'events[1].stream: is missing or empty; HoloMUSH refuses that, too' },
      { index: 2, message: 'events[2].stream: is missing or empty; HoloMUSH refuses that, too' },
      { index: 3, message: 'events[3].stream: is missing or empty; HoloMUSH refuses that, too' },
      { index: 4, message: 'events[4].type: is missing or empty' },
      { index: 5, message: 'events[5].payload: is missing or empty; it has to be JSON text, {} for example' },
      {
        index: 6,
        message:
          'events[6].payload: is not JSON text: line 1, column 13 (byte 12): a value is missing, at "hello}"',
      },
      {
        index: 7,
        message:
          'events[7].payload: is not JSON text: line 1, column 1 (byte 0): a value is missing, at "Echo: hello"',
      },
    ],
  });
});

const BAD: readonly (readonly [what: string, output: unknown, message: string])[] = [
  ['a space', ' ', 'output: is not JSON: line 1, column 2 (byte 1): it ends too early'],
  ['text', 'hello', 'output: is not JSON: line 1, column 1 (byte 0): a value is missing, at "hello"'],
  [
    'JSON with a comma too many',
    '{\n  "events": [1,]\n}',
    'output: is not JSON: line 2, column 16 (byte 17): a value is missing, at "]\\n}"',
  ],
  [
    'a dictionary of Python',
    "{'events': []}",
    'output: is not JSON: line 1, column 2 (byte 1): a name in double quotes is missing, at "\'events\': []}"',
  ],
  [
    'two answers',
    '{}{}',
    'output: is not JSON: line 1, column 3 (byte 2): there is more after the end, at "{}"',
  ],
  ['a list', [SAY], 'output: is a list, not an object'],
  ['a number', 0, 'output: is the number 0, not an object'],
  ['a text', '"hello"', 'output: is a text, not an object'],
  ['false', 'false', 'output: is false, not an object'],
  ['events that are one event', { events: SAY }, 'events: is an object, not a list'],
  ['events that are text', { events: '[]' }, 'events: is a text, not a list'],
  ['an event that is text', { events: [SAY, 'say'] }, 'events[1]: is a text, not an object'],
  ['an event that is a list', { events: [[]] }, 'events[0]: is a list, not an object'],
  [
    'a stream that is a number',
    { events: [{ ...SAY, stream: 7 }] },
    'events[0].stream: is the number 7, not a text',
  ],
  ['a type that is true', { events: [{ ...SAY, type: true }] }, 'events[0].type: is true, not a text'],
  [
    'a payload that is an object',
    { events: [SAY, SAY, { ...SAY, payload: { message: 'hello' } }] },
    'events[2].payload: is an object, not a text',
  ],
];

for (const [what, output, message] of BAD) {
  test(`${what} is refused as a whole`, () => {
    const result = read(output);
    assert.ok(!result.ok);
    assert.equal(result.message, message);
    assert.notEqual(result.advice, '');
  });
}

test('who forgets to encode a payload is told how', () => {
  const result = read({ events: [{ ...SAY, payload: {} }] });
  assert.match(result.ok ? '' : result.advice, /json\.dumps in Python, JSON\.stringify in JavaScript/);
});

test('bytes that are not UTF-8 are refused with their place', () => {
  const before = Buffer.from('{"events":[{"stream":"é\ufffd');
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc0, 0x80]]) {
    const result = readResponse(Buffer.concat([before, Buffer.from(bytes), Buffer.from('"}]}')]));
    assert.equal(result.ok ? '' : result.message, `output: is not UTF-8 text at byte ${before.length}`);
  }
});

test('ten megabytes, ten thousand emits and a million brackets are read', () => {
  const message = JSON.stringify({ message: 'x'.repeat(10_000_000) });
  const large = read({ events: [{ ...SAY, payload: message }] });
  assert.equal(large.ok && large.events[0]?.payload, message);
  const many = read({
    events: Array.from({ length: 10_000 }, (_, index) => ({ ...SAY, stream: index % 2 ? '' : 'a' })),
  });
  assert.ok(many.ok);
  assert.deepEqual([many.events.length, many.refused.length, many.refused[4999]?.index], [5000, 5000, 9999]);
  assert.ok(!read('['.repeat(1_000_000)).ok);
  assert.ok(!read(`"${'a'.repeat(10_000_000)}`).ok);
  const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000);
  const payload = read({ events: [{ ...SAY, payload: deep }] });
  assert.ok(payload.ok && payload.events.length === 1);
});

/** The same in the plainest words, by JSON.parse alone. */
function slowRead(text: string): 'refused' | { events: unknown[]; refused: number[] } {
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    return 'refused';
  }
  const taken: { events: unknown[]; refused: number[] } = { events: [], refused: [] };
  if (value === null) return taken;
  if (typeof value !== 'object' || Array.isArray(value)) return 'refused';
  const { events } = value as { events?: unknown };
  if (events === undefined || events === null) return taken;
  if (!Array.isArray(events)) return 'refused';
  for (const [index, one] of (events as unknown[]).entries()) {
    if (typeof one !== 'object' || Array.isArray(one)) return 'refused';
    const fields = ['stream', 'type', 'payload'].map(
      (name) => (one as Record<string, unknown> | null)?.[name] ?? '',
    );
    if (fields.some((field) => typeof field !== 'string')) return 'refused';
    const [stream, type, payload] = fields as string[];
    let json = true;
    try {
      JSON.parse(payload ?? '');
    } catch {
      json = false;
    }
    if (stream === '' || type === '' || !json) taken.refused.push(index);
    else taken.events.push({ stream, type, payload });
  }
  return taken;
}

const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', '{}', '"x"', '1') },
  fc.constantFrom('', null, 5, true, {}, [], 'no'),
);
const outputs = fc
  .oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        events: fc.array(
          fc.oneof(
            {
              weight: 9,
              arbitrary: fc.record({ stream: field, type: field, payload: field }, { requiredKeys: [] }),
            },
            fc.constantFrom(null, 'x', [], 3),
          ),
          { maxLength: 4 },
        ),
      }),
    },
    fc.jsonValue({ maxDepth: 3 }),
  )
  .map((value) => JSON.stringify(value));

test('answers, whole and changed, are read as the slow reader reads them', () => {
  const seen = { refused: 0, events: 0 };
  fc.assert(
    fc.property(
      outputs,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('', '{', ']', ',', '"', '\\', '0', 'n', ' ')), {
        maxLength: 2,
      }),
      (whole, changes) => {
        let text = whole;
        for (const [place, put] of changes) {
          const at = place % (text.length + 1);
          text = text.slice(0, at) + put + text.slice(at + 1);
        }
        const slow = slowRead(text);
        const result = read(text);
        if (slow === 'refused') {
          seen.refused++;
          assert.ok(!result.ok, text);
          assert.match(result.message, /^(output|events(\[\d+\](\.(stream|type|payload))?)?): /);
        } else {
          seen.events += slow.events.length;
          assert.ok(result.ok, text);
          assert.deepEqual(
            { events: result.events, refused: result.refused.map(({ index }) => index) },
            slow,
          );
        }
      },
    ),
    { seed: 6, numRuns: 10_000 },
  );
  assert.ok(seen.refused > 1000 && seen.events > 500, JSON.stringify(seen));
});

test('any bytes are an answer or a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const result = readResponse(bytes);
      assert.ok(result.ok || result.message.startsWith('output: '));
    }),
    { seed: 6, numRuns: 5000 },
  );
});
