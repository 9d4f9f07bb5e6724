/** Types of StreamKit's plugin contract (wit/plugin.wit) as JavaScript sees them. */

export type SampleFormat = 'float32' | 's16-le';

/** The shape of an audio stream. A rate or channel count of 0 accepts any. */
export interface AudioFormat {
  sampleRate: number;
  channels: number;
  sampleFormat: SampleFormat;
}

export type PacketType =
  | { tag: 'raw-audio'; val: AudioFormat }
  | { tag: 'opus-audio' }
  | { tag: 'text' }
  | { tag: 'binary' }
  /** A structured packet with this type id. */
  | { tag: 'custom'; val: string }
  | { tag: 'any' };

/** Interleaved samples of one packet. */
export interface AudioFrame {
  sampleRate: number;
  channels: number;
  samples: number[];
}

/** A structured packet. The host refuses data that is no JSON. */
export interface CustomPacket {
  typeId: string;
  encoding: 'json';
  data: string;
}

export type Packet =
  | { tag: 'audio'; val: AudioFrame }
  | { tag: 'text'; val: string }
  | { tag: 'binary'; val: Uint8Array }
  | { tag: 'custom'; val: CustomPacket };

export interface NodeMetadata {
  /** A simple name such as "gain"; the host puts it in its own namespace. */
  kind: string;
  inputs: { name: string; acceptsTypes: PacketType[] }[];
  outputs: { name: string; producesType: PacketType }[];
  /** JSON Schema of the parameters, as text. */
  paramSchema: string;
  categories: string[];
}
