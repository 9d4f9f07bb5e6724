import { messageOf } from '../errors.ts';
import type { Description, Field, Links, Telemetry } from '../host/contract.ts';
import type { Crossing } from '../values/value.ts';
import { decodeLifecycle, isFailure, type LifecycleText } from './lifecycle.ts';
import { CallStatus, decodeCall, RecordFlag, RecordKind } from './record.ts';
import type { RawRecord, RecordHead, Recording } from './record.ts';
import type { LogLevel, RecordDetail, Row, RowKind } from './query.ts';
import { reportFields, reportSource } from './report-fields.ts';
import { visible } from './visible.ts';
import { candidate } from './row-kind.ts';
import type { Candidate } from './row-kind.ts';
import type { SourcePlace } from './report-fields.ts';

const utf8 = new TextDecoder();
/** Characters of a row's summary; the detail has the rest. */
const WIDTH = 400;
/** Characters of a name in a list: more than any line is wide. The detail has all of it. */
export const LIST_NAME = 1000;
/** Characters of all long texts of a detail; the rest of them is counted. */
const DETAIL = 1 << 20;
/** Characters of a text that is not long. */
const SHORT = 1000;
/** Bytes of an output line that a row reads: enough for its summary in any script. */
const LINE_BYTES = 4 * WIDTH;

const STATUS_NAMES: Readonly<Record<CallStatus, string>> = {
  [CallStatus.ok]: 'ok',
  [CallStatus.error]: 'error',
  [CallStatus.trap]: 'trap',
};

/** What a contract knows of its records. */
export interface Describers {
  readonly describe: (record: RawRecord) => Description | undefined;
  readonly telemetry: (record: RawRecord) => Telemetry | undefined;
  /** See `Contract.wording`. */
  readonly wordingOf?: (
    record: Pick<RecordHead, 'plugin' | 'kind' | 'name' | 'flags'>,
  ) => readonly string[] | undefined;
  readonly level?: (record: RawRecord) => LogLevel | undefined;
  readonly links?: (record: RawRecord) => Links | undefined;
  readonly values?: (record: RawRecord) => Crossing | undefined;
  readonly command?: (record: RawRecord) => readonly string[] | undefined;
}

/** Words of summaries that are written here: see `Contract.wording`. */
export function ownWording({ kind }: Pick<RecordHead, 'kind'>): readonly string[] {
  return kind === RecordKind.call ? [...CANNOT_READ, ...Object.values(STATUS_NAMES)] : CANNOT_READ;
}

const CANNOT_READ: readonly string[] = ['bytes', 'not', 'readable', 'ms'];

/** A record as it is shown, before it is known whether the list or the detail asks. */
interface Shown {
  readonly summary: string;
  readonly fields: readonly Field[];
  readonly status: 'ok' | 'error';
  readonly durationMs?: number;
  readonly source?: SourcePlace;
}

/** What is asked for: fields are only put together for a detail. */
type Depth = 'row' | 'detail';

/** The telemetry in an effect; undefined as well where it cannot be read. */
export function telemetryOf(record: RawRecord, describers: Describers): Telemetry | undefined {
  try {
    return describers.telemetry(record);
  } catch {
    // The row still shows the effect, and says what is wrong with it.
    return undefined;
  }
}

/** How severe a record's line is; undefined where it is no line, or says nothing of that. */
export function levelOf(record: RawRecord, describers: Describers): LogLevel | undefined {
  if (record.kind === RecordKind.output) return record.name === 'stderr' ? 'warn' : 'info';
  if (record.kind !== RecordKind.hostCall || (record.flags & RecordFlag.log) === 0) return undefined;
  try {
    return describers.level?.(record);
  } catch {
    // A line that cannot be read is still a row.
    return undefined;
  }
}

/** The row of a record; undefined for records that are not rows. */
export function rowOf(recording: Recording, index: number, describers: Describers): Row | undefined {
  return look(recording, index, describers, 'row')?.row;
}

/** The row as lists have it: its size does not depend on what a plugin calls things. */
export function rowInList(recording: Recording, index: number, describers: Describers): Row | undefined {
  const row = rowOf(recording, index, describers);
  if (row === undefined || (row.name.length <= LIST_NAME && row.plugin.length <= LIST_NAME)) return row;
  return { ...row, name: shortened(row.name), plugin: shortened(row.plugin) };
}

function shortened(name: string): string {
  return name.length > LIST_NAME ? `${cut(name, LIST_NAME)}…` : name;
}

/** The row of a record and everything else that is known of it; undefined for records that are not rows. */
export function detailOf(
  recording: Recording,
  index: number,
  describers: Describers,
): RecordDetail | undefined {
  const found = look(recording, index, describers, 'detail');
  if (found === undefined) return undefined;
  const { row, shown, hasValue } = found;
  return {
    ...row,
    fields: bounded(shown.fields),
    resendable: row.kind === 'event',
    hasValue,
    ...(shown.source === undefined ? {} : { source: shown.source }),
  };
}

/** The fields, as much of their texts as a page can take. */
function bounded(fields: readonly Field[]): readonly Field[] {
  let room = DETAIL;
  return fields.map(({ name, value }) => {
    if (value.length <= SHORT) return { name, value };
    const shown = cut(value, room);
    room -= shown.length;
    const rest = value.length - shown.length;
    return { name, value: rest === 0 ? value : `${shown}… (${rest} more characters)` };
  });
}

/** A record's summary as its row shows it: on one line, cut where it is long. */
export function summaryOf(record: RawRecord, possible: Candidate, describers: Describers): string {
  const telemetry = possible === 'effect or telemetry' ? telemetryOf(record, describers) : undefined;
  const shown =
    telemetry === undefined
      ? show(record, describers, 'row')
      : showTelemetry(record, telemetry, describers, 'row');
  return onOneLine(shown.summary);
}

function onOneLine(text: string): string {
  const short = text.length > WIDTH ? `${cut(text, WIDTH)}…` : text;
  return visible(short.trimEnd());
}

/** So many characters of a text or one less, not to cut within a pair of surrogates. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? most - 1 : most);
}

interface Looked {
  readonly row: Row;
  readonly shown: Shown;
  readonly hasValue: boolean;
}

function look(recording: Recording, index: number, describers: Describers, depth: Depth): Looked | undefined {
  const record = recording.at(index);
  const possible = candidate(record);
  if (possible === undefined) return undefined;
  const telemetry = possible === 'effect or telemetry' ? telemetryOf(record, describers) : undefined;
  const kind: RowKind =
    possible === 'effect or telemetry' ? (telemetry === undefined ? 'effect' : 'telemetry') : possible;
  const shown =
    telemetry === undefined
      ? show(record, describers, depth)
      : showTelemetry(record, telemetry, describers, depth);
  const level = levelOf(record, describers);
  const durationMs = shown.durationMs ?? record.durationMs;
  const failed = record.status !== undefined && record.status !== CallStatus.ok;
  const row: Row = {
    record: index,
    kind,
    plugin: recording.info.plugins[record.plugin]?.name ?? '',
    time: record.time - recording.info.startedAt,
    event: record.event,
    name: record.name,
    summary: onOneLine(shown.summary),
    status: failed ? 'error' : shown.status,
    ...(level === undefined ? {} : { level }),
    ...(durationMs === undefined ? {} : { durationMs }),
    size: record.payload.length,
  };
  return { row, shown, hasValue: depth === 'detail' && hasValue(record, describers) };
}

/** Whether {@link Describers.values} can read the record. */
function hasValue(record: RawRecord, describers: Describers): boolean {
  try {
    const crossing = describers.values?.(record);
    return crossing !== undefined && (crossing.arguments.length > 0 || crossing.result !== undefined);
  } catch {
    // The detail says what is wrong with it.
    return false;
  }
}

function show(record: RawRecord, describers: Describers, depth: Depth): Shown {
  switch (record.kind) {
    case RecordKind.call:
      return showCall(record, describers, depth);
    case RecordKind.lifecycle:
      return showLifecycle(record);
    case RecordKind.output: {
      const text = utf8.decode(depth === 'row' ? record.payload.subarray(0, LINE_BYTES) : record.payload);
      return { summary: text, fields: [{ name: 'text', value: text }], status: 'ok' };
    }
    case RecordKind.event:
    case RecordKind.hostCall:
    case RecordKind.memory:
    case RecordKind.counter: {
      const described = describe(record, describers);
      return {
        summary: described?.summary ?? bytesText(record),
        fields: fieldsOf(described, depth),
        status: 'ok',
      };
    }
  }
}

/** Contracts put fields together when they are asked for, which a row is not. */
function fieldsOf(described: Description | undefined, depth: Depth): readonly Field[] {
  return depth === 'row' ? [] : (described?.fields ?? []);
}

function showCall(record: RawRecord, describers: Describers, depth: Depth): Shown {
  const call = decodeCall(record.payload);
  const described = describe(record, describers);
  const status = STATUS_NAMES[call.status];
  return {
    summary: described?.summary ?? (call.text === '' ? status : call.text),
    fields: [
      { name: 'status', value: status },
      { name: 'duration', value: milliseconds(call.durationMs) },
      ...(call.text === '' ? [] : [{ name: 'text', value: call.text }]),
      ...fieldsOf(described, depth),
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
      ...(durationMs === undefined ? [] : [{ name: 'duration', value: milliseconds(durationMs) }]),
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

function showTelemetry(record: RawRecord, telemetry: Telemetry, describers: Describers, depth: Depth): Shown {
  const { eventType, latencyMs, data } = telemetry;
  const latency = latencyMs === undefined ? [] : [{ name: 'latency', value: `${latencyMs} ms` }];
  return {
    summary: latencyMs === undefined ? `${eventType} ${data}` : `${eventType} (${latencyMs} ms) ${data}`,
    fields: [
      { name: 'event type', value: eventType },
      ...latency,
      { name: 'data', value: data },
      ...(depth === 'row' ? [] : fieldsOf(describe(record, describers), depth)),
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

/** A duration to the nanosecond, without the digits that adding up made. */
function milliseconds(duration: number): string {
  return `${Number(duration.toFixed(6))} ms`;
}
