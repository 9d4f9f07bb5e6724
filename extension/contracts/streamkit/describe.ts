import type { Description, Field, Telemetry } from '../../host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import { decodeLog, decodePacket, decodeSend, type Packet } from './packet.ts';
import { wavePacket, waveString } from './wave.ts';

const decoder = new TextDecoder();

/** One line that says what is in a packet: its shape, and for audio how loud it is. */
function summarise(packet: Packet | undefined): string {
  if (packet === undefined) return 'unreadable packet';
  switch (packet.tag) {
    case 'audio': {
      const { samples, channels, sampleRate } = packet;
      const frames = channels > 0 ? samples.length / channels : samples.length;
      const ms = sampleRate > 0 ? ` (${Number(((frames / sampleRate) * 1000).toFixed(1))} ms)` : '';
      return `audio ${samples.length} samples${ms}, ${sampleRate} Hz × ${channels}, peak ${peak(samples).toFixed(4)}`;
    }
    case 'text':
      return `text ${waveString(packet.text.length > 200 ? `${packet.text.slice(0, 200)}…` : packet.text)}`;
    case 'binary':
      return `binary ${packet.bytes.length} bytes ${Buffer.from(packet.bytes.subarray(0, 16)).toString('hex')}${packet.bytes.length > 16 ? '…' : ''}`;
    case 'custom':
      return `custom ${packet.typeId} ${packet.data.length > 200 ? `${packet.data.slice(0, 200)}…` : packet.data}`;
  }
}

/** The largest absolute sample. */
function peak(samples: Float32Array): number {
  let largest = 0;
  for (const sample of samples) {
    const size = Math.abs(sample);
    if (size > largest) largest = size;
  }
  return largest;
}

function packetFields(packet: Packet | undefined): readonly Field[] {
  if (packet === undefined) return [];
  return [{ name: 'packet', value: wavePacket(packet) }];
}

/** Describes this contract's events and host calls. */
export function describe(record: RawRecord): Description | undefined {
  if (record.kind === RecordKind.event) {
    if ((record.flags & RecordFlag.control) !== 0) {
      const params = decoder.decode(record.payload);
      const text = params === '' ? 'none' : params;
      return { summary: `params ${text}`, fields: [{ name: 'params', value: text }] };
    }
    const packet = decodePacket(record.payload);
    return {
      summary: summarise(packet),
      fields: [{ name: 'pin', value: record.name }, ...packetFields(packet)],
    };
  }
  if (record.kind !== RecordKind.hostCall) return undefined;
  if ((record.flags & RecordFlag.wasi) !== 0) return describeWasi(record);
  if ((record.flags & RecordFlag.log) !== 0) {
    const { level, message } = decodeLog(record.payload);
    return {
      summary: `${level}: ${message}`,
      fields: [
        { name: 'level', value: level },
        { name: 'message', value: message },
      ],
    };
  }
  const sent = decodeSend(record.payload);
  if (sent === undefined) return { summary: 'unreadable host call', fields: [] };
  const result = sent.error === undefined ? 'ok' : `err(${waveString(sent.error)})`;
  return {
    summary: `${sent.pin} ← ${summarise(sent.packet)}${sent.error === undefined ? '' : `: ${result}`}`,
    fields: [
      { name: 'pin-name', value: waveString(sent.pin) },
      ...packetFields(sent.packet),
      { name: 'result', value: result },
    ],
  };
}

function describeWasi(record: RawRecord): Description {
  const text = decoder.decode(record.payload);
  return { summary: text, fields: [{ name: 'call', value: text }] };
}

/** Finds the plugin's own telemetry: a custom packet whose data has an `event_type`. */
export function telemetry(record: RawRecord): Telemetry | undefined {
  if (record.kind !== RecordKind.hostCall || (record.flags & RecordFlag.effect) === 0) return undefined;
  // The packet's tag stands right behind the call's header; most effects are not custom packets.
  if (record.payload[8] !== 3) return undefined;
  const packet = decodeSend(record.payload)?.packet;
  if (packet?.tag !== 'custom') return undefined;
  try {
    const data: unknown = JSON.parse(packet.data);
    if (
      typeof data !== 'object' ||
      data === null ||
      !('event_type' in data) ||
      typeof data.event_type !== 'string'
    )
      return undefined;
    const latency =
      'latency_ms' in data && typeof data.latency_ms === 'number' ? { latencyMs: data.latency_ms } : {};
    return { eventType: data.event_type, data: packet.data, ...latency };
  } catch {
    return undefined;
  }
}
