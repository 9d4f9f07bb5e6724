import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeEvent, encodeEvent } from '../../extension/contracts/streamkit/events.ts';
import {
  decodePacket,
  decodeSend,
  encodePacket,
  type Packet,
} from '../../extension/contracts/streamkit/packet.ts';
import { wavePacket, waveString } from '../../extension/contracts/streamkit/wave.ts';
import { UserError } from '../../extension/errors.ts';

const plain = { noNullPrototype: true };
const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record(
    {
      tag: fc.constant('audio' as const),
      sampleRate: fc.nat(192_000),
      channels: fc.nat(8),
      samples: fc.float32Array({ noNaN: true, noDefaultInfinity: true }),
    },
    plain,
  ),
  fc.record({ tag: fc.constant('text' as const), text: fc.string({ unit: 'grapheme' }) }, plain),
  fc.record({ tag: fc.constant('binary' as const), bytes: fc.uint8Array() }, plain),
  fc.record(
    { tag: fc.constant('custom' as const), typeId: fc.string({ unit: 'grapheme' }), data: fc.json() },
    plain,
  ),
);

void test('packets come back from bytes as they were', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      assert.deepEqual(decodePacket(encodePacket(packet)), packet);
    }),
  );
});

void test('events come back from JSON as they were', () => {
  fc.assert(
    fc.property(packets, fc.string(), (packet, pin) => {
      const event = { name: pin, payload: encodePacket(packet) };
      const json = JSON.parse(JSON.stringify(decodeEvent(event))) as Record<string, unknown>;
      const again = encodeEvent(json);
      assert.equal(again.name, pin);
      if (packet.tag === 'custom') {
        assert.deepEqual(decodeEvent(again), decodeEvent(event));
      } else {
        assert.deepEqual(decodePacket(again.payload), normalised(packet));
      }
    }),
  );
});

/** JSON has no negative zero. */
function normalised(packet: Packet): Packet {
  if (packet.tag !== 'audio') return packet;
  return {
    ...packet,
    samples: packet.samples.map((sample) => (Number.isFinite(sample) ? sample + 0 : sample)),
  };
}

void test('random bytes are a packet or nothing, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      decodePacket(bytes);
      decodeSend(bytes);
    }),
  );
});

for (const [name, event, message] of [
  ['no packet', {}, /^packet: is missing/],
  ['two cases', { packet: { text: 'a', binary: '' } }, /exactly one/],
  ['an unknown case', { packet: { video: 1 } }, /unknown case "video"/],
  ['a pin that is a number', { pin: 3, packet: { text: 'a' } }, /^pin: is not a string/],
  [
    'a sample that is text',
    { packet: { audio: { samples: [1, 'x'] } } },
    /^packet\.audio\.samples\[1\]: is not a number/,
  ],
  [
    'half a sample rate',
    { packet: { audio: { sampleRate: 0.5, samples: [] } } },
    /^packet\.audio\.sampleRate/,
  ],
  ['bytes that are not base64', { packet: { binary: '%%' } }, /^packet\.binary: is not base64/],
  ['custom without a type', { packet: { custom: { data: 1 } } }, /^packet\.custom\.typeId/],
] as const) {
  void test(`an event with ${name} is refused with the field's name`, () => {
    assert.throws(
      () => encodeEvent(event),
      (error) => error instanceof UserError && message.test(error.message) && error.advice !== '',
    );
  });
}

void test('values are shown in WAVE', () => {
  assert.equal(waveString('a"b\\c\n\u0001'), '"a\\"b\\\\c\\n\\u{1}"');
  assert.equal(wavePacket({ tag: 'text', text: 'hi' }), 'text("hi")');
  assert.equal(wavePacket({ tag: 'binary', bytes: Uint8Array.of(1, 255) }), 'binary([1, 255])');
  assert.equal(
    wavePacket({
      tag: 'audio',
      sampleRate: 48_000,
      channels: 1,
      samples: Float32Array.of(0.1, NaN, -Infinity),
    }),
    'audio({sample-rate: 48000, channels: 1, samples: [0.1, nan, -inf]})',
  );
  assert.match(wavePacket({ tag: 'binary', bytes: new Uint8Array(300) }), /44 more/);
});
