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
import { UserError } from '../../extension/errors.ts';
import { packets } from './streamkit-fixture.ts';

void test('packets come back from bytes as they were', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const bytes = encodePacket(packet);
      const whole = Buffer.concat([Buffer.of(1, 2, 3), bytes]);
      const read = decodePacket(whole.subarray(3));
      whole.fill(0);
      assert.deepEqual(read, packet, 'it is a copy');
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
