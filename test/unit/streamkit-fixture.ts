import fc from 'fast-check';
import {
  encodeLog,
  encodePacket,
  encodeSend,
  LOG_LEVELS,
  type LogLevel,
  type Packet,
} from '../../extension/contracts/streamkit/packet.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../extension/recording/record.ts';

const plain = { noNullPrototype: true };

export const packets: fc.Arbitrary<Packet> = fc.oneof(
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

function record(kind: RecordKind, flags: number, name: string, payload: Uint8Array): RawRecord {
  return { kind, flags, name, payload, plugin: 0, time: 1000, event: 1 };
}

export function eventRecord(pin: string, packet: Packet): RawRecord {
  return record(RecordKind.event, 0, pin, encodePacket(packet));
}

export function paramsRecord(json: string): RawRecord {
  return record(RecordKind.event, RecordFlag.control, 'update-params', Buffer.from(json));
}

export function sendRecord(pin: string, packet: Packet, error?: string): RawRecord {
  const payload = encodeSend(pin, encodePacket(packet), error);
  return record(RecordKind.hostCall, RecordFlag.effect, 'send-output', payload);
}

export function logRecord(level: LogLevel, message: string): RawRecord {
  return record(RecordKind.hostCall, RecordFlag.log, 'log', encodeLog(level, message));
}

/** A WASI call as `host/boundary.ts` records it. */
export function wasiRecord(name: string, args: readonly unknown[], result?: unknown): RawRecord {
  const payload = Buffer.from(JSON.stringify({ args, result }));
  return record(RecordKind.hostCall, RecordFlag.wasi, name, payload);
}

export function otherRecord(kind: RecordKind, name: string, payload: Uint8Array | string): RawRecord {
  return record(kind, 0, name, typeof payload === 'string' ? Buffer.from(payload) : payload);
}

/** Any record of the contract's own. */
export const records: fc.Arbitrary<RawRecord> = fc.oneof(
  fc.tuple(fc.string(), packets).map(([pin, packet]) => eventRecord(pin, packet)),
  fc.json().map(paramsRecord),
  fc
    .tuple(fc.string(), packets, fc.option(fc.string(), { nil: undefined }))
    .map(([pin, packet, error]) => sendRecord(pin, packet, error)),
  fc.tuple(fc.constantFrom(...LOG_LEVELS), fc.string()).map(([level, message]) => logRecord(level, message)),
);
