import type { Description, Field } from '../../host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import { crossingRecord, type Crossing, type Value } from '../../values/value.ts';
import { printValue, stringLiteral } from '../../values/wave.ts';
import { decodeLog, decodePacket, decodeSend, type Packet } from './packet.ts';
import { values } from './values.ts';

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
      return `text ${stringLiteral(packet.text.length > 200 ? `${packet.text.slice(0, 200)}…` : packet.text)}`;
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

/** Elements of a list that are shown; the rest is counted. */
const SHOWN = 256;

function fieldsOf(crossing: Crossing): readonly Field[] {
  return crossingRecord(crossing).fields.map(({ name, value }) => ({
    name,
    value: printValue(value, { most: SHOWN }),
  }));
}

/** Describes this contract's events and host calls. */
export function describe(record: RawRecord): Description | undefined {
  if (record.kind === RecordKind.event) return describeEvent(record);
  if (record.kind !== RecordKind.hostCall) return undefined;
  if ((record.flags & RecordFlag.wasi) !== 0) return describeWasi(record);
  if ((record.flags & RecordFlag.log) !== 0) {
    // As text: lines are read, and places in sources are found in them.
    const { level, message } = decodeLog(record.payload);
    const fields = [
      { name: 'level', value: level },
      { name: 'message', value: message },
    ];
    return { summary: `${level}: ${message}`, fields };
  }
  const sent = decodeSend(record.payload);
  const crossing = values(record);
  if (sent === undefined) return { summary: 'unreadable host call', fields: [] };
  const refused = sent.error === undefined ? '' : `: err(${stringLiteral(sent.error)})`;
  return {
    summary: `${sent.pin} ← ${summarise(sent.packet)}${refused}`,
    fields: crossing === undefined ? [] : fieldsOf(crossing),
  };
}

function describeEvent(record: RawRecord): Description {
  if ((record.flags & RecordFlag.control) !== 0) {
    const params = decoder.decode(record.payload);
    const text = params === '' ? 'none' : params;
    return { summary: `params ${text}`, fields: [{ name: 'params', value: text }] };
  }
  const crossing = values(record);
  const [, ...rest] = crossing === undefined ? [] : fieldsOf(crossing);
  return {
    summary: summarise(decodePacket(record.payload)),
    fields: [{ name: 'pin', value: record.name }, ...rest],
  };
}

function describeWasi(record: RawRecord): Description {
  const crossing = values(record);
  if (crossing === undefined) return { summary: 'unreadable host call', fields: [] };
  const brief = (value: Value): string => printValue(value, { most: 16 });
  const args = crossing.arguments.map(({ value }) => brief(value)).join(', ');
  const parts = [
    ...(args === '' ? [] : [`(${args})`]),
    ...(crossing.result === undefined ? [] : [`→ ${brief(crossing.result)}`]),
  ];
  return { summary: parts.join(' '), fields: fieldsOf(crossing) };
}
