import { messageOf } from '../errors.ts';
import type { Description, Field, Links, Telemetry } from '../host/contract.ts';
import type { Crossing } from '../values/value.ts';
import { decodeLifecycle, isFailure, type LifecycleText } from './lifecycle.ts';
import { CallStatus, decodeCall, RecordKind } from './record.ts';
import type { RawRecord, Recording } from './record.ts';
import type { LogLevel, RecordDetail, Row, RowKind } from './query.ts';
import { reportFields, reportSource } from './report-fields.ts';
import { candidate } from './row-kind.ts';
import type { Candidate } from './row-kind.ts';
import type { SourcePlace } from './report-fields.ts';

const utf8 = new TextDecoder();

const STATUS_NAMES: Readonly<Record<CallStatus, string>> = {
  [CallStatus.ok]: 'ok',
  [CallStatus.error]: 'error',
  [CallStatus.trap]: 'trap',
};

/** What a contract knows of its records. */
export interface Describers {
  readonly describe: (record: RawRecord) => Description | undefined;
  readonly telemetry: (record: RawRecord) => Telemetry | undefined;
  readonly level?: (record: RawRecord) => LogLevel | undefined;
  readonly links?: (record: RawRecord) => Links | undefined;
  readonly values?: (record: RawRecord) => Crossing | undefined;
  readonly command?: (record: RawRecord) => readonly string[] | undefined;
}

/** A record as it is shown, before it is known whether the list or the detail asks. */
interface Shown {
  readonly summary: string;
  readonly fields: readonly Field[];
  readonly status: 'ok' | 'error';
  readonly durationMs?: number;
  readonly source?: SourcePlace;
}

/** The telemetry in an effect; undefined as well where it cannot be read. */
export function telemetryOf(record: RawRecord, describers: Describers): Telemetry | undefined {
  try {
    return describers.telemetry(record);
  } catch {
    // The row still shows the effect, and says what is wrong with it.
    return undefined;
  }
}

/** The row of a record; undefined for records that are not rows. */
export function rowOf(recording: Recording, index: number, describers: Describers): Row | undefined {
  return look(recording, index, describers)?.row;
}

/** The row of a record and everything else that is known of it; undefined for records that are not rows. */
export function detailOf(
  recording: Recording,
  index: number,
  describers: Describers,
): RecordDetail | undefined {
  const found = look(recording, index, describers);
  if (found === undefined) return undefined;
  const { row, shown } = found;
  const resendable = row.kind === 'event';
  return {
    ...row,
    fields: shown.fields,
    resendable,
    ...(shown.source === undefined ? {} : { source: shown.source }),
  };
}

/** The row's summary, and its kind where the head alone cannot tell it. */
export function summaryOf(
  record: RawRecord,
  possible: Candidate,
  describers: Describers,
): { readonly kind: RowKind; readonly shown: Shown } {
  if (possible !== 'effect or telemetry') return { kind: possible, shown: show(record, describers) };
  const telemetry = telemetryOf(record, describers);
  if (telemetry === undefined) return { kind: 'effect', shown: show(record, describers) };
  return { kind: 'telemetry', shown: showTelemetry(record, telemetry, describers) };
}

function look(
  recording: Recording,
  index: number,
  describers: Describers,
): { readonly row: Row; readonly shown: Shown } | undefined {
  const record = recording.at(index);
  const possible = candidate(record);
  if (possible === undefined) return undefined;
  const { kind, shown } = summaryOf(record, possible, describers);
  const row: Row = {
    record: index,
    kind,
    plugin: recording.info.plugins[record.plugin]?.name ?? '',
    time: record.time - recording.info.startedAt,
    event: record.event,
    name: record.name,
    summary: shown.summary,
    status: shown.status,
    ...(shown.durationMs === undefined ? {} : { durationMs: shown.durationMs }),
  };
  return { row, shown };
}

function show(record: RawRecord, describers: Describers): Shown {
  switch (record.kind) {
    case RecordKind.call:
      return showCall(record, describers);
    case RecordKind.lifecycle:
      return showLifecycle(record);
    case RecordKind.output: {
      const text = utf8.decode(record.payload);
      return { summary: text.trimEnd(), fields: [{ name: 'text', value: text }], status: 'ok' };
    }
    case RecordKind.event:
    case RecordKind.hostCall:
    case RecordKind.memory: {
      const described = describe(record, describers);
      return {
        summary: described?.summary ?? bytesText(record),
        fields: described?.fields ?? [],
        status: 'ok',
      };
    }
  }
}

function showCall(record: RawRecord, describers: Describers): Shown {
  const call = decodeCall(record.payload);
  const described = describe(record, describers);
  const status = STATUS_NAMES[call.status];
  return {
    summary: described?.summary ?? (call.text === '' ? status : call.text),
    fields: [
      { name: 'status', value: status },
      { name: 'duration', value: `${call.durationMs} ms` },
      ...(call.text === '' ? [] : [{ name: 'text', value: call.text }]),
      ...(described?.fields ?? []),
    ],
    status: call.status === CallStatus.ok ? 'ok' : 'error',
    durationMs: call.durationMs,
  };
}

function showLifecycle(record: RawRecord): Shown {
  const lifecycle = decodeLifecycle(record.payload);
  const { text, durationMs, report } = lifecycle;
  const source = report === undefined ? undefined : reportSource(report);
  return {
    summary: text === '' ? record.name : text,
    fields: [
      { name: 'change', value: record.name },
      ...(text === '' ? [] : [{ name: 'text', value: text }]),
      ...(durationMs === undefined ? [] : [{ name: 'duration', value: `${durationMs} ms` }]),
      ...instanceFields(lifecycle),
      ...(report === undefined ? [] : reportFields(report)),
    ],
    status: isFailure(record.name) ? 'error' : 'ok',
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(source === undefined ? {} : { source }),
  };
}

/** What a change says of the instance that runs from then on. */
function instanceFields(lifecycle: LifecycleText): readonly Field[] {
  const { artifact, runner, producers, params, rebuilt, began } = lifecycle;
  const fields = [
    ['artifact', artifact],
    ['interpreter', runner],
    ['made by', producers?.join(', ')],
    ['parameters', params === null ? 'none' : params],
    ['state', rebuilt === undefined ? undefined : `rebuilt from ${rebuilt} inputs`],
    ['life began in', began],
  ] as const;
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

function showTelemetry(record: RawRecord, telemetry: Telemetry, describers: Describers): Shown {
  const { eventType, latencyMs, data } = telemetry;
  const latency = latencyMs === undefined ? [] : [{ name: 'latency', value: `${latencyMs} ms` }];
  return {
    summary: latencyMs === undefined ? `${eventType} ${data}` : `${eventType} (${latencyMs} ms) ${data}`,
    fields: [
      { name: 'event type', value: eventType },
      ...latency,
      { name: 'data', value: data },
      ...(describe(record, describers)?.fields ?? []),
    ],
    status: 'ok',
  };
}

/** What the contract says; a payload that it cannot read is shown as such, it must not hide the other rows. */
function describe(record: RawRecord, describers: Describers): Description | undefined {
  try {
    return describers.describe(record);
  } catch (error) {
    return {
      summary: `${bytesText(record)}, not readable`,
      fields: [{ name: 'not readable', value: messageOf(error) }],
    };
  }
}

function bytesText(record: RawRecord): string {
  return `${record.payload.length} bytes`;
}
