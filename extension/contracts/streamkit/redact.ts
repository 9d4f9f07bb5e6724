/** Redaction of StreamKit's events and host calls. Names of pins stay: a replay matches answers by them. */
import { RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import { mayName, redactFields, type Redaction } from '../../values/redact.ts';
import { crossingRecord, type Crossing, type NamedValue, type Value } from '../../values/value.ts';
import { fieldOf, textOf } from '../read.ts';
import { namesShape, redactCommon } from '../redact.ts';
import { encodeWasi } from '../wasi.ts';
import {
  decodeLog,
  decodeSend,
  encodeLog,
  encodePacket,
  encodeSend,
  PacketTag,
  SEND_HEADER,
  type Packet,
} from './packet.ts';
import { packetOf, packetValue, paramsOf, paramsValue, resultOf, resultValue, values } from './values.ts';

const encoder = new TextEncoder();
const EMPTY: Readonly<Record<number, Packet>> = {
  [PacketTag.audio]: { tag: 'audio', sampleRate: 0, channels: 0, samples: new Float32Array() },
  [PacketTag.text]: { tag: 'text', text: '' },
  [PacketTag.binary]: { tag: 'binary', bytes: new Uint8Array() },
  [PacketTag.custom]: { tag: 'custom', typeId: '', data: '{}' },
};

/** The payload of a record without what the rules name; undefined where they name nothing in it. */
export function redact(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
  if (record.kind !== RecordKind.event && record.kind !== RecordKind.hostCall)
    return redactCommon(record, redaction);
  const shape = shapeOf(record);
  const named =
    namesShape(redaction, shape.name, record.name, shape.sample) ||
    (shape.hasText && mayName(record.payload, redaction));
  const crossing = named ? values(record) : undefined;
  if (crossing === undefined) return undefined;
  const redacted = redactFields(fieldsOf(crossing), record.name, redaction);
  return redacted === undefined ? undefined : encode(record, redacted);
}

/** What crossed but the name of its pin. */
function fieldsOf(crossing: Crossing): readonly NamedValue[] {
  return crossingRecord(crossing).fields.filter(({ name }) => name !== 'pin' && name !== 'pin-name');
}

/** What can be said of a record without decoding it. */
interface Shape {
  readonly name: string;
  readonly sample: () => readonly NamedValue[];
  /** It has texts, which may be JSON. */
  readonly hasText: boolean;
}

function shapeOf(record: RawRecord): Shape {
  if ((record.flags & RecordFlag.control) !== 0 && record.kind === RecordKind.event)
    return { name: 'control', sample: () => [{ name: 'params', value: paramsValue('{}') }], hasText: true };
  // These have the same fields, and few of them, every time that they have an error, and every time that they have none.
  if ((record.flags & (RecordFlag.wasi | RecordFlag.log)) !== 0)
    return {
      name: hasError(record) ? 'call refused' : 'call',
      sample: () => fieldsOf(values(record) ?? { arguments: [] }),
      hasText: true,
    };
  const sent = record.kind === RecordKind.hostCall;
  const tag = record.payload[sent ? SEND_HEADER : 0] ?? PacketTag.text;
  const refused = sent && record.payload[0] !== 0;
  return {
    name: `${sent ? 'sent' : 'event'} ${tag}${refused ? ' refused' : ''}`,
    sample: () => {
      const packet = EMPTY[tag];
      const fields = packet === undefined ? [] : [{ name: 'packet', value: packetValue(packet) }];
      return sent ? [...fields, { name: 'result', value: resultValue(refused ? '' : undefined) }] : fields;
    },
    hasText: tag === PacketTag.text || tag === PacketTag.custom,
  };
}

/** Of a call of WASI: where it is not sure, a look at a sample more is all that it costs. */
function hasError({ payload }: RawRecord): boolean {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).includes('"err":');
}

function encode(record: RawRecord, fields: readonly NamedValue[]): Uint8Array {
  const field = (name: string): Value => fieldOf(fields, name, name);
  if (record.kind === RecordKind.event) {
    return (record.flags & RecordFlag.control) !== 0
      ? encoder.encode(paramsOf(field('params')))
      : encodePacket(packetOf(field('packet')));
  }
  if ((record.flags & RecordFlag.wasi) !== 0) {
    const result = fields.find(({ name }) => name === 'result')?.value;
    const args = fields.filter(({ name }) => name !== 'result');
    return encodeWasi(record.name, { arguments: args, ...(result === undefined ? {} : { result }) });
  }
  if ((record.flags & RecordFlag.log) !== 0)
    return encodeLog(decodeLog(record.payload).level, textOf(field('message'), 'message'));
  const pin = decodeSend(record.payload)?.pin ?? '';
  return encodeSend(pin, encodePacket(packetOf(field('packet'))), resultOf(field('result')));
}
