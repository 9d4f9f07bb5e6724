/** How what a plugin emits hangs together with the events that others get. */
import { createHash } from 'node:crypto';
import type { Links } from '../../host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import { decodePayload } from '../typed/encoding.ts';
import { EMIT, mushEventOf } from './payloads.ts';
import { UlidSource } from './ulid.ts';

/**
 * The id that an emitted event has on the bus: a ULID of the moment at which it was recorded, whose other bits
 * come from the record, so that a recording tells which event became which. Nothing of the payload is in it: of
 * that fields may be left out before it is recorded.
 */
export function emittedId({ time, plugin, event }: RawRecord): string {
  const digest = createHash('sha256').update(`${time} ${plugin} ${event}`).digest();
  const ulids = new UlidSource((random) => {
    random.set(digest.subarray(0, random.length));
  });
  return ulids.next(Math.max(0, Math.floor(time)));
}

export function links(record: RawRecord): Links | undefined {
  if (record.kind === RecordKind.event) {
    const id = mushEventOf(decodePayload(record.payload))?.id;
    return id === undefined || id === '' ? undefined : { takes: id };
  }
  const isEmitted =
    record.kind === RecordKind.hostCall && (record.flags & RecordFlag.effect) !== 0 && record.name === EMIT;
  return isEmitted ? { gives: emittedId(record) } : undefined;
}
