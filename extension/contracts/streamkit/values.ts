/** StreamKit's events and host calls as typed values, and packets back from them. */
import { RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import { numberList, type Crossing, type Value } from '../../values/value.ts';
import { bytesOf, fieldOf, floatsOf, misfit, recordOf, textOf, wholeOf } from '../read.ts';
import { wasiValues } from '../wasi.ts';
import { decodeLog, decodePacket, decodeSend, type Packet } from './packet.ts';

const decoder = new TextDecoder();

/**
 * An event is `pin` and `packet`, a control message `params`, `send-output` is `pin-name`, `packet` and
 * a result, `log` is `level` and `message`.
 */
export function values(record: RawRecord): Crossing | undefined {
  if (record.kind === RecordKind.event) {
    if ((record.flags & RecordFlag.control) !== 0) {
      return { arguments: [{ name: 'params', value: paramsValue(decoder.decode(record.payload)) }] };
    }
    const packet = decodePacket(record.payload);
    if (packet === undefined) return undefined;
    return {
      arguments: [
        { name: 'pin', value: { type: 'string', value: record.name } },
        { name: 'packet', value: packetValue(packet) },
      ],
    };
  }
  if (record.kind !== RecordKind.hostCall) return undefined;
  if ((record.flags & RecordFlag.wasi) !== 0) return wasiValues(record);
  if ((record.flags & RecordFlag.log) !== 0) {
    const { level, message } = decodeLog(record.payload);
    return {
      arguments: [
        { name: 'level', value: { type: 'variant', name: level } },
        { name: 'message', value: { type: 'string', value: message } },
      ],
    };
  }
  const sent = decodeSend(record.payload);
  if (sent?.packet === undefined) return undefined;
  return {
    arguments: [
      { name: 'pin-name', value: { type: 'string', value: sent.pin } },
      { name: 'packet', value: packetValue(sent.packet) },
    ],
    result: resultValue(sent.error),
  };
}

/** `option<string>`; no text is none. */
export function paramsValue(json: string): Value {
  if (json === '') return { type: 'variant', name: 'none' };
  return { type: 'variant', name: 'some', value: { type: 'string', value: json, format: 'json' } };
}

/** `result<_, string>`; undefined is ok. */
export function resultValue(error: string | undefined): Value {
  if (error === undefined) return { type: 'variant', name: 'ok' };
  return { type: 'variant', name: 'err', value: { type: 'string', value: error } };
}

/** The error's text of a `result<_, string>`; undefined for ok. Throws a UserError where it is neither. */
export function resultOf(value: Value): string | undefined {
  if (value.type === 'variant' && value.name === 'ok' && value.value === undefined) return undefined;
  if (value.type === 'variant' && value.name === 'err' && value.value?.type === 'string')
    return value.value.value;
  throw misfit('result', 'ok or err("...")');
}

/** The text of an `option<string>`; none is no text. */
export function paramsOf(value: Value): string {
  if (value.type === 'variant' && value.name === 'none' && value.value === undefined) return '';
  if (value.type === 'variant' && value.name === 'some' && value.value?.type === 'string')
    return value.value.value;
  throw misfit('params', 'none or some("...")');
}

/** A packet in the types of the WIT. */
export function packetValue(packet: Packet): Value {
  return { type: 'variant', name: packet.tag, value: payloadValue(packet) };
}

function payloadValue(packet: Packet): Value {
  switch (packet.tag) {
    case 'audio':
      return {
        type: 'record',
        fields: [
          { name: 'sample-rate', value: { type: 'u32', value: packet.sampleRate } },
          { name: 'channels', value: { type: 'u16', value: packet.channels } },
          { name: 'samples', value: numberList('f32', packet.samples) },
        ],
      };
    case 'text':
      return { type: 'string', value: packet.text };
    case 'binary':
      return numberList('u8', packet.bytes);
    case 'custom':
      return {
        type: 'record',
        fields: [
          { name: 'type-id', value: { type: 'string', value: packet.typeId } },
          { name: 'encoding', value: { type: 'variant', name: 'json' } },
          { name: 'data', value: { type: 'string', value: packet.data, format: 'json' } },
        ],
      };
  }
}

/** A packet from its value; the inverse of {@link packetValue}. Throws a UserError that names the field. */
export function packetOf(value: Value): Packet {
  const { name, value: body } = value.type === 'variant' ? value : { name: '', value: undefined };
  switch (name) {
    case 'audio': {
      const fields = recordOf(body, 'packet');
      const sampleRate = fieldOf(fields, 'sample-rate', 'packet.sample-rate');
      const channels = fieldOf(fields, 'channels', 'packet.channels');
      return {
        tag: 'audio',
        sampleRate: wholeOf(sampleRate, 0xffffffff, 'packet.sample-rate'),
        channels: wholeOf(channels, 0xffff, 'packet.channels'),
        samples: floatsOf(fieldOf(fields, 'samples', 'packet.samples'), 'packet.samples'),
      };
    }
    case 'text':
      return { tag: 'text', text: textOf(body, 'packet') };
    case 'binary':
      return { tag: 'binary', bytes: bytesOf(body, 'packet') };
    case 'custom': {
      const fields = recordOf(body, 'packet');
      const encoding = fieldOf(fields, 'encoding', 'packet.encoding');
      if (encoding.type !== 'variant' || encoding.name !== 'json') throw misfit('packet.encoding', 'json');
      return {
        tag: 'custom',
        typeId: textOf(fieldOf(fields, 'type-id', 'packet.type-id'), 'packet.type-id'),
        data: textOf(fieldOf(fields, 'data', 'packet.data'), 'packet.data'),
      };
    }
    default:
      throw misfit('packet', 'one of audio(...), text(...), binary(...), custom(...)');
  }
}
