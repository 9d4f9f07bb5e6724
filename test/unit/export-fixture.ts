/** Recordings to export: one that has everything in it, and ones that no host would write. */
import fc from 'fast-check';
import { contracts } from '../../extension/contracts/index.ts';
import { encodeLog, encodePacket, encodeSend } from '../../extension/contracts/streamkit/packet.ts';
import type { Source } from '../../extension/export/encode.ts';
import { piecesOf, type ExportFormat } from '../../extension/export/formats.ts';
import type { Signal } from '../../extension/export/otlp-file.ts';
import { describersOf } from '../../extension/host/describers.ts';
import type { Describers } from '../../extension/recording/describe.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import type { RawRecord, RecordedPlugin, Recording } from '../../extension/recording/record.ts';
import { plugin, STARTED_AT } from './recording-fixture.ts';

const utf8 = new TextEncoder();

/** Records in memory. */
export class ListedRecording implements Recording {
  readonly info;
  readonly records: RawRecord[];

  constructor(
    records: readonly RawRecord[],
    plugins: readonly RecordedPlugin[] = [plugin('gain'), plugin('vad')],
  ) {
    this.records = [...records];
    this.info = { version: 1, contract: 'streamkit', startedAt: STARTED_AT, tools: {}, plugins } as const;
  }

  get count(): number {
    return this.records.length;
  }

  at(index: number): RawRecord {
    const record = this.records[index];
    if (record === undefined) throw new RangeError(`no record ${index}`);
    return record;
  }
}

/** A record at so many milliseconds. */
function at(time: number, record: Partial<RawRecord> & Pick<RawRecord, 'kind'>): RawRecord {
  const none = { plugin: 0, name: '', event: 0, flags: 0, payload: new Uint8Array(0) };
  return { ...none, ...record, time: STARTED_AT + time };
}

function float(value: number): Uint8Array {
  return new Uint8Array(new Float64Array([value]).buffer);
}

function telemetry(data: Readonly<Record<string, unknown>>): Partial<RawRecord> {
  const packet = encodePacket({
    tag: 'custom',
    typeId: 'core::telemetry/event@1',
    data: JSON.stringify(data),
  });
  return {
    name: 'send-output',
    flags: RecordFlag.effect,
    payload: encodeSend('telemetry', packet, undefined),
  };
}

const text = encodePacket({ tag: 'text', text: 'hello' });

/** Two plugins; what `gain` sends is delivered to `vad`, whose call fails. */
export const everything: readonly RawRecord[] = [
  at(0, {
    kind: RecordKind.lifecycle,
    name: 'running',
    payload: utf8.encode('{"change":"running","text":"Running gain"}'),
  }),
  at(10, { kind: RecordKind.event, name: 'in', event: 1, payload: text }),
  at(11, {
    kind: RecordKind.hostCall,
    name: 'log',
    event: 1,
    flags: RecordFlag.log,
    payload: encodeLog('warn', '=HYPERLINK("http://x")'),
  }),
  at(12, {
    kind: RecordKind.hostCall,
    name: 'send-output',
    event: 1,
    flags: RecordFlag.effect,
    durationMs: 0.5,
    payload: encodeSend('out', text, undefined),
  }),
  at(15, {
    kind: RecordKind.call,
    name: 'process',
    event: 1,
    payload: encodeCall({ durationMs: 5, status: CallStatus.ok, text: '' }),
  }),
  at(20, { kind: RecordKind.event, plugin: 1, name: 'in', event: 1, payload: text }),
  at(21, {
    kind: RecordKind.hostCall,
    plugin: 1,
    event: 1,
    ...telemetry({ event_type: 'llm.request.start', span_id: 's1', correlation_id: 'c1' }),
  }),
  at(24, {
    kind: RecordKind.hostCall,
    plugin: 1,
    event: 1,
    ...telemetry({ event_type: 'llm.request', span_id: 's1', correlation_id: 'c1', latency_ms: 3 }),
  }),
  at(25, {
    kind: RecordKind.call,
    plugin: 1,
    name: 'process',
    event: 1,
    status: CallStatus.trap,
    payload: encodeCall({ durationMs: 4, status: CallStatus.trap, text: 'unreachable, "really"' }),
  }),
  at(26, { kind: RecordKind.memory, name: 'memory', payload: float(1_114_112) }),
  at(27, { kind: RecordKind.counter, plugin: 1, name: 'queue', payload: float(3) }),
  at(28, { kind: RecordKind.output, plugin: 1, name: 'stderr', payload: utf8.encode('line one\nline two') }),
  at(29, {
    kind: RecordKind.lifecycle,
    plugin: 1,
    name: 'failed',
    payload: utf8.encode('{"change":"failed","text":"vad trapped"}'),
  }),
];

export function sourceOf(
  records: readonly RawRecord[],
  choice: Source['choice'] = {},
  plugins?: readonly RecordedPlugin[],
): Source {
  const recording = new ListedRecording(records, plugins);
  return { recording, describers: linked(describersOf(recording, contracts)), choice, version: '1.2.3' };
}

/** As if packets had ids that stay with them: what is sent from `out` is what arrives at the pin `in` of another plugin. */
function linked(describers: Describers): Describers {
  return {
    ...describers,
    links: (record) => {
      if (record.kind === RecordKind.event && record.plugin === 1) return { takes: `packet ${record.event}` };
      const isEffect = record.kind === RecordKind.hostCall && record.durationMs === 0.5;
      return isEffect ? { gives: `packet ${record.event}` } : undefined;
    },
  };
}

/** An export as bytes. */
export function exported(format: ExportFormat, source: Source, signal?: Signal): Buffer {
  const pieces: Uint8Array[] = [];
  for (const piece of piecesOf(format, source, signal)) if (piece !== undefined) pieces.push(piece);
  return Buffer.concat(pieces);
}

const names = fc.oneof(
  fc.constantFrom(
    'in',
    'process',
    'send-output',
    'log',
    '=1+1',
    '"quoted", \r\n name',
    '\u0000\u001b[31m',
    '\ud800',
  ),
  fc.string({ unit: 'binary' }),
  fc.constant('n'.repeat(65_535)),
);

const times = fc.oneof(
  fc.integer({ min: 0, max: 4_000_000 }).map((ticks) => ticks / 4096),
  fc.constantFrom(0, -1, -1e12, 365 * 86_400_000, 1e15, NaN, Infinity, -Infinity),
);

/** Records as no host writes them: times that jump, numbers that are none, payloads that mean nothing. */
export const wild: fc.Arbitrary<readonly RawRecord[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom(...Object.values(RecordKind)),
      plugin: fc.integer({ min: 0, max: 2 }),
      name: names,
      time: times,
      event: fc.integer({ min: 0, max: 4 }),
      flags: fc.integer({ min: 0, max: 31 }),
      durationMs: fc.option(fc.oneof(times, fc.constant(0.5)), { nil: undefined }),
      payload: fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc
          .record({ durationMs: times, status: fc.constantFrom(...Object.values(CallStatus)), text: names })
          .map((call) => encodeCall(call)),
        fc.constantFrom('llm.start', 'llm', 'llm.done', '\ud800.start').map((event_type) => {
          const data = { event_type, latency_ms: 5 };
          return telemetry(data).payload ?? new Uint8Array(0);
        }),
      ),
    })
    .map(({ durationMs, time, ...record }): RawRecord => ({
      ...record,
      time: STARTED_AT + time,
      ...(durationMs === undefined ? {} : { durationMs }),
    })),
  { maxLength: 40 },
);
