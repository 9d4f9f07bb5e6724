import { UserError } from '../../errors.ts';
import type { EncodedEvent, EventJson } from '../../host/contract.ts';
import { decodePacket, encodePacket, type Packet } from './packet.ts';

const FORM =
  'Write {"pin": "in", "packet": {"text": "..."}}, or a packet of {"binary": base64}, {"custom": {"typeId", "data"}} or {"audio": {"sampleRate", "channels", "samples"}}.';

function wrong(where: string, what: string): UserError {
  return new UserError(`${where}: ${what}`, FORM);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Turns an event from its JSON form; a missing pin is `in`. Throws a UserError that names the field. */
export function encodeEvent(event: EventJson): EncodedEvent {
  const pin = event['pin'] ?? 'in';
  if (typeof pin !== 'string') throw wrong('pin', 'is not a string');
  return { name: pin, payload: encodePacket(packetOf(event['packet'])) };
}

function packetOf(value: unknown): Packet {
  if (!isObject(value)) throw wrong('packet', 'is missing or not an object');
  const cases = Object.keys(value);
  const [tag] = cases;
  if (cases.length !== 1 || tag === undefined)
    throw wrong('packet', 'must have exactly one of audio, text, binary, custom');
  const body = value[tag];
  switch (tag) {
    case 'text':
      if (typeof body !== 'string') throw wrong('packet.text', 'is not a string');
      return { tag, text: body };
    case 'binary':
      return { tag, bytes: binaryOf(body) };
    case 'custom':
      return customOf(body);
    case 'audio':
      return audioOf(body);
    default:
      throw wrong('packet', `has the unknown case "${tag}"`);
  }
}

function binaryOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  if (typeof body !== 'string' || !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body))
    throw wrong('packet.binary', 'is not base64 text');
  return new Uint8Array(Buffer.from(body, 'base64'));
}

function customOf(body: unknown): Packet {
  if (!isObject(body)) throw wrong('packet.custom', 'is not an object');
  const typeId = body['typeId'];
  const data = body['data'];
  if (typeof typeId !== 'string') throw wrong('packet.custom.typeId', 'is not a string');
  if (data === undefined) throw wrong('packet.custom.data', 'is missing');
  return { tag: 'custom', typeId, data: JSON.stringify(data) };
}

function audioOf(body: unknown): Packet {
  if (!isObject(body)) throw wrong('packet.audio', 'is not an object');
  const sampleRate = body['sampleRate'] ?? 48_000;
  const channels = body['channels'] ?? 1;
  const samples = body['samples'];
  if (!isWhole(sampleRate, 0xffffffff)) throw wrong('packet.audio.sampleRate', 'is not a whole number');
  if (!isWhole(channels, 0xffff)) throw wrong('packet.audio.channels', 'is not a whole number below 65,536');
  if (samples instanceof Float32Array) return { tag: 'audio', sampleRate, channels, samples };
  if (!Array.isArray(samples)) throw wrong('packet.audio.samples', 'is not a list of numbers');
  const numbers = samples.map((sample: unknown, index) => {
    if (typeof sample !== 'number') throw wrong(`packet.audio.samples[${index}]`, 'is not a number');
    return sample;
  });
  return { tag: 'audio', sampleRate, channels, samples: Float32Array.from(numbers) };
}

function isWhole(value: unknown, largest: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largest;
}

/** The JSON form of an event; the inverse of {@link encodeEvent}. */
export function decodeEvent(event: EncodedEvent): EventJson {
  const packet = decodePacket(event.payload);
  return { pin: event.name, packet: packet === undefined ? null : jsonOf(packet) };
}

function jsonOf(packet: Packet): Readonly<Record<string, unknown>> {
  switch (packet.tag) {
    case 'text':
      return { text: packet.text };
    case 'binary':
      return { binary: Buffer.from(packet.bytes).toString('base64') };
    case 'custom':
      return { custom: { typeId: packet.typeId, data: JSON.parse(packet.data) as unknown } };
    case 'audio':
      return {
        audio: {
          sampleRate: packet.sampleRate,
          channels: packet.channels,
          samples: Array.from(packet.samples),
        },
      };
  }
}
