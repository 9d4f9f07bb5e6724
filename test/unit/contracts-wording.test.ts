/** Searches pass over payloads that do not hold a word, so a summary may say nothing else but what is announced. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { contracts } from '../../extension/contracts/index.ts';
import { encodeLog, encodeSend, LOG_LEVELS } from '../../extension/contracts/streamkit/packet.ts';
import { SIGNATURES } from '../../extension/contracts/wasi-signatures.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import { ownWording, summaryOf } from '../../extension/recording/describe.ts';
import {
  CallStatus,
  encodeCall,
  RecordFlag,
  RecordKind,
  type RawRecord,
} from '../../extension/recording/record.ts';
import { candidate } from '../../extension/recording/row-kind.ts';

/** Every word of letters in the summary is in the payload, or announced. */
function assertAnnounced(contractId: string, record: RawRecord): void {
  const contract = contracts[contractId];
  const possible = candidate(record);
  assert.ok(contract?.wording !== undefined && possible !== undefined);
  // Letters of escapes are no words: \n is a line break.
  const summary = summaryOf(record, possible, contract).replaceAll(/\\(?:u\{[0-9a-f]+\}|.)/g, ' ');
  const payload = Buffer.from(record.payload).toString('latin1').toLowerCase();
  const announced = [...ownWording(record), ...contract.wording(record)];
  for (const found of summary.match(/[A-Za-z]{3,}/g) ?? []) {
    const word = found.toLowerCase();
    const isKnown =
      /^[a-f]+$/.test(word) || payload.includes(word) || announced.some((one) => one.includes(word));
    assert.ok(isKnown, `"${word}" of ${summary}`);
  }
}

function record(part: Partial<RawRecord> & Pick<RawRecord, 'payload'>): RawRecord {
  return { kind: RecordKind.event, plugin: 0, name: 'in', time: 0, event: 1, flags: 0, ...part };
}

const text = fc.string({ unit: 'grapheme' });

const packets: fc.Arbitrary<EventJson> = fc.oneof(
  fc.record({ text }),
  fc.record({ binary: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')) }),
  fc.record({ custom: fc.record({ typeId: text, data: fc.jsonValue() as fc.Arbitrary<EventJson> }) }),
  fc.constant({
    custom: {
      typeId: 'core::telemetry/event@1',
      data: { event_type: 'vad.start', latency_ms: 2.5, turn_id: 't' },
    },
  }),
  fc.record({ audio: fc.record({ samples: fc.array(fc.float({ noNaN: true })) }) }),
);

test('summaries of StreamKit are what was recorded, and words that are announced', () => {
  const { streamkit } = contracts;
  assert.ok(streamkit !== undefined);
  fc.assert(
    fc.property(
      packets,
      text,
      fc.constantFrom(...LOG_LEVELS),
      fc.boolean(),
      (packet, words, level, refused) => {
        const { payload } = streamkit.encodeEvent({ packet });
        assertAnnounced('streamkit', record({ payload }));
        const sent = encodeSend(words.slice(0, 50), payload, refused ? words : undefined);
        const { effect, log, control } = RecordFlag;
        const { hostCall } = RecordKind;
        assertAnnounced('streamkit', record({ kind: hostCall, flags: effect, payload: sent }));
        assertAnnounced(
          'streamkit',
          record({ kind: hostCall, flags: log, payload: encodeLog(level, words) }),
        );
        assertAnnounced('streamkit', record({ flags: control, payload: Buffer.from(words) }));
        assertAnnounced('streamkit', record({ payload: Buffer.from(words) }));
      },
    ),
  );
});

test('summaries of calls and of values are what was recorded, and words that are announced', () => {
  const { extism } = contracts;
  assert.ok(extism !== undefined);
  fc.assert(
    fc.property(
      text,
      fc.uint8Array(),
      fc.constantFrom(...Object.values(CallStatus)),
      (words, bytes, status) => {
        const asText = extism.encodeEvent({ call: 'echo', input: words }).payload;
        const asBytes = extism.encodeEvent({
          call: 'echo',
          inputBase64: Buffer.from(bytes).toString('base64'),
        }).payload;
        for (const id of ['extism', 'custom', 'holomush']) {
          for (const payload of [asText, asBytes, bytes]) {
            assertAnnounced(id, record({ payload }));
            assertAnnounced(id, record({ kind: RecordKind.hostCall, payload }));
            assertAnnounced(id, record({ kind: RecordKind.hostCall, flags: RecordFlag.log, payload }));
          }
          const call = encodeCall({ durationMs: 1, status, text: words });
          assertAnnounced(id, record({ kind: RecordKind.call, payload: call }));
        }
      },
    ),
  );
});

test('summaries of WASI calls are what was recorded, and words that are announced', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(SIGNATURES)),
      fc.array(fc.jsonValue()),
      fc.jsonValue(),
      (name, args, result) => {
        const payload = Buffer.from(JSON.stringify({ args, result }));
        const call = record({ kind: RecordKind.hostCall, flags: RecordFlag.wasi, name, payload });
        for (const id of ['streamkit', 'extism', 'custom']) assertAnnounced(id, call);
      },
    ),
  );
});
