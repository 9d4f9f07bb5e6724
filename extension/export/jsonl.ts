/**
 * One record a line, as JSON, with everything that is known of it: `schemas/records.schema.json` says what.
 * Samples of counters are records here, too.
 */
import { rowOf, type Describers } from '../recording/describe.ts';
import { RecordFlag, RecordKind, type RawRecord, type Recording } from '../recording/record.ts';
import { valueJson, type Json } from '../recording/value-json.ts';
import { crossingRecord } from '../values/value.ts';
import { isChosen } from './choice.ts';
import { clockOf, durationOf, type Clock } from './clock.ts';
import { isoTime } from './csv.ts';
import { TextPieces, TURN, type Pieces, type Source } from './encode.ts';
import { jsonText } from './text.ts';

const FLAG_NAMES = Object.entries(RecordFlag);

export function* jsonl({ recording, describers, choice }: Source): Pieces {
  const out = new TextPieces();
  const clock = clockOf(recording.info.startedAt);
  const { count } = recording;
  for (let index = 0; index < count; index++) {
    if (isChosen(recording, index, choice))
      out.add(`${jsonText(recordJson(recording, index, describers, clock))}\n`);
    if (out.isFull) yield out.take();
    else if (index % TURN === TURN - 1) yield undefined;
  }
  yield out.take();
}

function recordJson(
  recording: Recording,
  index: number,
  describers: Describers,
  clock: Clock,
): Readonly<Record<string, unknown>> {
  const row = rowOf(recording, index, describers);
  const record = recording.at(index);
  const since = clock.since(record.time);
  const { name: plugin = '', contract = '' } = recording.info.plugins[record.plugin] ?? {};
  const flags = FLAG_NAMES.filter(([, bit]) => (record.flags & bit) !== 0).map(([name]) => name);
  const duration = durationOf(row?.durationMs);
  const values = valuesOf(record, describers);
  return {
    record: index,
    time: since / 1e6,
    timestamp: isoTime(clock.epoch(since)),
    plugin,
    contract,
    kind: row?.kind ?? KIND_NAMES.get(record.kind) ?? 'unknown',
    name: record.name,
    ...(record.event === 0 ? {} : { event: record.event }),
    ...(flags.length === 0 ? {} : { flags }),
    ...(row === undefined ? {} : { status: row.status }),
    ...(row?.level === undefined ? {} : { level: row.level }),
    ...(duration === undefined ? {} : { durationMs: duration }),
    bytes: record.payload.length,
    ...(row === undefined || row.summary === '' ? {} : { summary: row.summary }),
    ...(values === undefined ? {} : { values }),
    ...plainOf(record),
  };
}

const KIND_NAMES = new Map(Object.entries(RecordKind).map(([name, kind]) => [kind, name] as const));

/** What crossed the boundary; undefined where it has no types, or cannot be read. */
function valuesOf(record: RawRecord, describers: Describers): Json | undefined {
  try {
    const crossing = describers.values?.(record);
    return crossing === undefined ? undefined : valueJson(crossingRecord(crossing));
  } catch {
    // The summary says what is wrong with it.
    return undefined;
  }
}

const utf8 = new TextDecoder();

/** The payloads of records that mean the same in every contract. */
function plainOf({ kind, payload }: RawRecord): Readonly<Record<string, unknown>> {
  switch (kind) {
    case RecordKind.output:
      return { text: utf8.decode(payload) };
    case RecordKind.lifecycle:
      return lifecycleOf(utf8.decode(payload));
    case RecordKind.memory:
    case RecordKind.counter:
      if (payload.length < 8) return {};
      return { value: new DataView(payload.buffer, payload.byteOffset, 8).getFloat64(0, true) };
    case RecordKind.event:
    case RecordKind.call:
    case RecordKind.hostCall:
      return {};
  }
}

function lifecycleOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return { lifecycle: JSON.parse(text) as unknown };
  } catch {
    return { text };
  }
}
