/**
 * StreamKit packets as bytes, the form in which they are recorded and handed to the worker:
 * uint8 tag, uint8 0, uint16 channels (audio) or encoding (custom), uint32 sample rate (audio) or
 * bytes of the type id (custom), uint32 length of the data, uint32 0; then the type id (custom); then the data.
 * The data begin at a multiple of 8 bytes, because copies into shared memory go by words then.
 * Audio data are little-endian float32 samples, interleaved. Little-endian throughout.
 */
export const PacketTag = { audio: 0, text: 1, binary: 2, custom: 3 } as const;
export const PACKET_HEADER = 16;

export type Packet =
  | {
      readonly tag: 'audio';
      readonly sampleRate: number;
      readonly channels: number;
      readonly samples: Float32Array;
    }
  | { readonly tag: 'text'; readonly text: string }
  | { readonly tag: 'binary'; readonly bytes: Uint8Array }
  | { readonly tag: 'custom'; readonly typeId: string; readonly data: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Lays a packet down as bytes. */
export function encodePacket(packet: Packet): Uint8Array {
  switch (packet.tag) {
    case 'audio': {
      const { samples } = packet;
      return lay(PacketTag.audio, packet.channels, packet.sampleRate, samples.length, [
        new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength),
      ]);
    }
    case 'text': {
      const text = encoder.encode(packet.text);
      return lay(PacketTag.text, 0, 0, text.length, [text]);
    }
    case 'binary':
      return lay(PacketTag.binary, 0, 0, packet.bytes.length, [packet.bytes]);
    case 'custom': {
      const typeId = encoder.encode(packet.typeId);
      const data = encoder.encode(packet.data);
      return lay(PacketTag.custom, 0, typeId.length, data.length, [typeId, data]);
    }
  }
}

function lay(
  tag: number,
  half: number,
  word: number,
  length: number,
  parts: readonly Uint8Array[],
): Uint8Array {
  const bytes = new Uint8Array(PACKET_HEADER + parts.reduce((sum, part) => sum + part.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint8(0, tag);
  view.setUint16(2, half, true);
  view.setUint32(4, word, true);
  view.setUint32(8, length, true);
  let offset = PACKET_HEADER;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/**
 * Reads a packet back; undefined where the bytes are not one. Samples and bytes are copies. Of texts no more than
 * `most` bytes are read, for what shows their beginning.
 */
export function decodePacket(payload: Uint8Array, most = Infinity): Packet | undefined {
  if (payload.length < PACKET_HEADER) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const length = view.getUint32(8, true);
  const word = view.getUint32(4, true);
  const body = payload.subarray(PACKET_HEADER);
  switch (view.getUint8(0)) {
    case PacketTag.audio: {
      if (body.length < length * 4) return undefined;
      const samples = new Float32Array(new Uint8Array(body.subarray(0, length * 4)).buffer);
      return { tag: 'audio', sampleRate: word, channels: view.getUint16(2, true), samples };
    }
    case PacketTag.text:
      return { tag: 'text', text: decoder.decode(body.slice(0, Math.min(length, most))) };
    case PacketTag.binary:
      return { tag: 'binary', bytes: new Uint8Array(body.subarray(0, length)) };
    case PacketTag.custom:
      return {
        tag: 'custom',
        typeId: decoder.decode(body.slice(0, Math.min(word, most))),
        data: decoder.decode(body.slice(word, word + Math.min(length, most))),
      };
    default:
      return undefined;
  }
}

/**
 * A `send-output` host call as bytes: uint8 status (0 ok, 1 error), uint8 0, uint16 bytes of the pin's
 * name, uint32 bytes of the packet; the packet; the pin's name; the error's text.
 */
export const SEND_HEADER = 8;

export interface SentPacket {
  readonly pin: string;
  readonly packet: Packet | undefined;
  /** The bytes of the packet, for sending it on. */
  readonly packetBytes: Uint8Array;
  /** Undefined where the host took it. */
  readonly error: string | undefined;
}

/** Reads a recorded `send-output` call; of texts no more than `most` bytes. */
export function decodeSend(payload: Uint8Array, most = Infinity): SentPacket | undefined {
  if (payload.length < SEND_HEADER) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const pinLength = view.getUint16(2, true);
  const packetLength = view.getUint32(4, true);
  const pinAt = SEND_HEADER + packetLength;
  if (payload.length < pinAt + pinLength) return undefined;
  const packetBytes = payload.subarray(SEND_HEADER, pinAt);
  return {
    pin: decoder.decode(payload.slice(pinAt, pinAt + pinLength)),
    packet: decodePacket(packetBytes, most),
    packetBytes,
    error: view.getUint8(0) === 0 ? undefined : decoder.decode(payload.slice(pinAt + pinLength)),
  };
}

/** Lays a `send-output` call down as bytes; the inverse of {@link decodeSend}. */
export function encodeSend(pin: string, packetBytes: Uint8Array, error: string | undefined): Uint8Array {
  const pinBytes = encoder.encode(pin);
  const errorBytes = encoder.encode(error ?? '');
  const pinAt = SEND_HEADER + packetBytes.length;
  const bytes = new Uint8Array(pinAt + pinBytes.length + errorBytes.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, error === undefined ? 0 : 1);
  view.setUint16(2, pinBytes.length, true);
  view.setUint32(4, packetBytes.length, true);
  bytes.set(packetBytes, SEND_HEADER);
  bytes.set(pinBytes, pinAt);
  bytes.set(errorBytes, pinAt + pinBytes.length);
  return bytes;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Reads a recorded `log` call: uint8 level, then the message. */
export function decodeLog(payload: Uint8Array): { level: LogLevel; message: string } {
  return {
    level: LOG_LEVELS[payload[0] ?? 1] ?? 'info',
    message: decoder.decode(payload.slice(1)),
  };
}

/** Lays a `log` call down as bytes; the inverse of {@link decodeLog}. */
export function encodeLog(level: LogLevel, message: string): Uint8Array {
  const text = encoder.encode(message);
  const bytes = new Uint8Array(1 + text.length);
  bytes[0] = LOG_LEVELS.indexOf(level);
  bytes.set(text, 1);
  return bytes;
}
