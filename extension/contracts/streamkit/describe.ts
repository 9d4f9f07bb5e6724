import type { Description, Field } from '../../host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord, type RecordHead } from '../../recording/record.ts';
import { crossingRecord, type Crossing, type Value } from '../../values/value.ts';
import { printValue, stringLiteral } from '../../values/wave.ts';
import { valueWording } from '../wording.ts';
import { decodeLog, decodePacket, decodeSend, LOG_LEVELS, type LogLevel, type Packet } from './packet.ts';
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

/** What a packet's summary has beside what is in it. */
const PACKETS: readonly string[] = [
  ...['audio', 'samples', 'ms', 'hz', 'peak', 'text', 'binary', 'bytes', 'custom'],
  ...['infinity', 'unreadable', 'packet', 'host', 'call', 'err', 'params', 'none'],
];

/** Words of summaries beside those of what was recorded. */
export function wording(record: Pick<RecordHead, 'kind' | 'flags'>): readonly string[] {
  if ((record.flags & RecordFlag.wasi) !== 0) return valueWording(record);
  // The level of a line is recorded as a number.
  return (record.flags & RecordFlag.log) === 0 ? PACKETS : LOG_LEVELS;
}

/** Elements of a list that are shown; the rest is counted. */
const SHOWN = 256;
/** Bytes of a text that a summary is made of; it has a few hundred characters. */
const BRIEF_BYTES = 2000;

function fieldsOf(crossing: Crossing): readonly Field[] {
  return crossingRecord(crossing).fields.map(({ name, value }) => ({
    name,
    value: printValue(value, { most: SHOWN }),
  }));
}

/** Describes this contract's events and host calls. Fields are read when they are asked for. */
export function describe(record: RawRecord): Description | undefined {
  if (record.kind === RecordKind.event) return describeEvent(record);
  if (record.kind !== RecordKind.hostCall) return undefined;
  if ((record.flags & RecordFlag.wasi) !== 0) return describeWasi(record);
  if ((record.flags & RecordFlag.log) !== 0) return describeLog(record);
  const sent = decodeSend(record.payload, BRIEF_BYTES);
  if (sent === undefined) return { summary: 'unreadable host call', fields: [] };
  const refused = sent.error === undefined ? '' : `: err(${stringLiteral(sent.error)})`;
  return {
    summary: `${sent.pin} ← ${summarise(sent.packet)}${refused}`,
    get fields() {
      const crossing = values(record);
      return crossing === undefined ? [] : fieldsOf(crossing);
    },
  };
}

/** As text: lines are read, and places in sources are found in them. */
function describeLog({ payload }: RawRecord): Description {
  const { level, message } = decodeLog(payload.subarray(0, BRIEF_BYTES));
  return {
    summary: `${level}: ${message}`,
    get fields() {
      return [
        { name: 'level', value: level },
        { name: 'message', value: decodeLog(payload).message },
      ];
    },
  };
}

/** How severe a line of the log is. */
export function level({ kind, flags, payload }: RawRecord): LogLevel | undefined {
  if (kind !== RecordKind.hostCall || (flags & RecordFlag.log) === 0) return undefined;
  return decodeLog(payload.subarray(0, 1)).level;
}

function describeEvent(record: RawRecord): Description {
  if ((record.flags & RecordFlag.control) !== 0) {
    const params = decoder.decode(record.payload);
    const text = params === '' ? 'none' : params;
    return { summary: `params ${text}`, fields: [{ name: 'params', value: text }] };
  }
  return {
    summary: summarise(decodePacket(record.payload, BRIEF_BYTES)),
    get fields() {
      const crossing = values(record);
      const [, ...rest] = crossing === undefined ? [] : fieldsOf(crossing);
      return [{ name: 'pin', value: record.name }, ...rest];
    },
  };
}

/** A long text is cut before it is written out. */
function shortened(value: Value): Value {
  if (value.type !== 'string' || value.value.length <= BRIEF_BYTES) return value;
  return { type: 'string', value: value.value.slice(0, BRIEF_BYTES) };
}

function describeWasi(record: RawRecord): Description {
  const crossing = values(record);
  if (crossing === undefined) return { summary: 'unreadable host call', fields: [] };
  const brief = (value: Value): string => printValue(shortened(value), { most: 16 });
  const args = crossing.arguments.map(({ value }) => brief(value)).join(', ');
  const parts = [
    ...(args === '' ? [] : [`(${args})`]),
    ...(crossing.result === undefined ? [] : [`→ ${brief(crossing.result)}`]),
  ];
  return {
    summary: parts.join(' '),
    get fields() {
      return fieldsOf(crossing);
    },
  };
}
