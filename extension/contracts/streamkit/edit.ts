/** What a replay answers, and what it delivers where a person edited the recording. */
import { messageOf, UserError } from '../../errors.ts';
import type { EncodedEvent, RecordedAnswer } from '../../host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import type { Crossing, Value } from '../../values/value.ts';
import { fieldOf, misfit, textOf } from '../read.ts';
import { editWasiResult } from '../wasi.ts';
import { decodeSend, encodePacket, encodeSend } from './packet.ts';
import { packetOf, paramsOf, resultOf } from './values.ts';

/** First byte of a refused `send-output`'s answer; an accepted one has no bytes. */
const REFUSED = 1;
const encoder = new TextEncoder();

/**
 * The recorded answer of a host call. `send-output`: the key is the pin; no bytes are ok, else a 1 and
 * the error's text. WASI: the recorded payload. `log` returns nothing.
 */
export function answerOf(record: RawRecord): RecordedAnswer | undefined {
  if (record.kind !== RecordKind.hostCall || (record.flags & RecordFlag.log) !== 0) return undefined;
  if ((record.flags & RecordFlag.wasi) !== 0) return { key: '', bytes: new Uint8Array(record.payload) };
  const sent = decodeSend(record.payload);
  if (sent === undefined) return undefined;
  if (sent.error === undefined) return { key: sent.pin, bytes: new Uint8Array() };
  const text = encoder.encode(sent.error);
  const bytes = new Uint8Array(1 + text.length);
  bytes[0] = REFUSED;
  bytes.set(text, 1);
  return { key: sent.pin, bytes };
}

/** The same event with these arguments. Throws a UserError that names the field. */
export function editEvent(record: RawRecord, args: Crossing['arguments']): EncodedEvent {
  if (record.kind !== RecordKind.event)
    throw new UserError('Only an event can be delivered again.', 'Edit the arguments of an event.');
  if ((record.flags & RecordFlag.control) !== 0) {
    const params = paramsOf(fieldOf(args, 'params', 'params'));
    if (params !== '') checkJson(params, 'params');
    return { name: record.name, payload: encoder.encode(params) };
  }
  const packet = packetOf(fieldOf(args, 'packet', 'packet'));
  if (packet.tag === 'custom') checkJson(packet.data, 'packet.data');
  return { name: textOf(fieldOf(args, 'pin', 'pin'), 'pin'), payload: encodePacket(packet) };
}

/** The payload that would have been recorded with another result. Throws a UserError that names the field. */
export function editResult(record: RawRecord, result: Value): Uint8Array {
  if (record.kind !== RecordKind.hostCall)
    throw new UserError('Only a host call has a result that can be edited.', 'Edit the event itself.');
  if ((record.flags & RecordFlag.wasi) !== 0) return editWasiResult(record, result);
  const sent = (record.flags & RecordFlag.log) === 0 ? decodeSend(record.payload) : undefined;
  if (sent === undefined)
    throw new UserError(
      `${record.name} returns nothing that can be edited.`,
      'Edit another host call, or the event.',
    );
  return encodeSend(sent.pin, sent.packetBytes, resultOf(result));
}

/** The real host never delivers data that do not parse. */
function checkJson(text: string, path: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    throw misfit(path, `JSON: ${messageOf(error)}`);
  }
}
