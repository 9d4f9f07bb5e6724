/** Telemetry as StreamKit reads it: `core::telemetry/event@1`, crates/core/src/telemetry.rs. */
import type { Telemetry } from '../../host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import { decodeSend } from './packet.ts';

/** Where a packet's tag stands behind the call's header, and the one of custom packets. */
const TAG_OFFSET = 8;
const CUSTOM = 3;
/** Bytes of a text that StreamKit passes on, and what it writes behind one that it cut. */
const LONGEST_TEXT = 100;
const CUT = '...[truncated]';
/** The event in which StreamKit says what it dropped. */
const HEALTH = 'telemetry.health';
/** What `core::telemetry_out` takes of one event type, unless its parameter `max_events_per_sec` says otherwise. */
const MOST_PER_SECOND = 100;
/** Numbers that are taken of one event, and objects that they may lie within. */
const MOST_NUMBERS = 32;
const DEEPEST = 3;

type Fields = Readonly<Record<string, unknown>>;

/** Finds the plugin's own telemetry: a custom packet whose data has an `event_type`. */
export function telemetry(record: RawRecord): Telemetry | undefined {
  if (record.kind !== RecordKind.hostCall || (record.flags & RecordFlag.effect) === 0) return undefined;
  // Most effects are not custom packets.
  if (record.payload[TAG_OFFSET] !== CUSTOM) return undefined;
  const packet = decodeSend(record.payload)?.packet;
  if (packet?.tag !== 'custom') return undefined;
  let data: unknown;
  try {
    data = JSON.parse(packet.data);
  } catch {
    return undefined;
  }
  if (!isObject(data) || typeof data['event_type'] !== 'string') return undefined;
  const latency = data['latency_ms'];
  const correlationId = idOf(data['correlation_id']);
  const turnId = idOf(data['turn_id']);
  const spanId = idOf(data['span_id']);
  const numbers = numbersOf(data);
  return {
    eventType: data['event_type'],
    data: packet.data,
    ...(typeof latency === 'number' ? { latencyMs: latency } : {}),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(turnId === undefined ? {} : { turnId }),
    ...(spanId === undefined ? {} : { spanId }),
    ...(numbers.length === 0 ? {} : { numbers }),
    ...noteOf(data),
    mostPerSecond: MOST_PER_SECOND,
  };
}

/** An id that StreamKit would take: a text that says something. */
function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numbersOf(data: Fields): readonly (readonly [string, number])[] {
  const numbers: [string, number][] = [];
  const look = (fields: Fields, before: string, depth: number): void => {
    for (const [name, value] of Object.entries(fields)) {
      if (numbers.length >= MOST_NUMBERS) return;
      if (typeof value === 'number') numbers.push([before + name, value]);
      else if (isObject(value) && depth < DEEPEST) look(value, `${before}${name}.`, depth + 1);
    }
  };
  look(data, '', 1);
  return numbers;
}

/** StreamKit cuts every text of more than 100 bytes and drops events that come too fast or find a full queue. */
function noteOf(data: Fields): Pick<Telemetry, 'note' | 'lost'> {
  if (data['event_type'] === HEALTH) {
    const full = countOf(data['dropped_due_to_full']);
    const rate = countOf(data['dropped_due_to_rate_limit']);
    const parts = [
      ...(full > 0 ? [`${full} dropped, the queue was full`] : []),
      ...(rate > 0 ? [`${rate} dropped, over 100 a second of one type`] : []),
    ];
    if (parts.length > 0) return { note: parts.join('; '), lost: true };
  }
  return isCut(data, 1) ? { note: 'truncated' } : {};
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}

function isCut(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.endsWith(CUT) || isLong(value);
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return false;
  return Object.values(value).some((inner) => isCut(inner, depth + 1));
}

function isLong(text: string): boolean {
  // No character takes more than three bytes a unit.
  return (
    text.length > LONGEST_TEXT || (text.length * 3 > LONGEST_TEXT && Buffer.byteLength(text) > LONGEST_TEXT)
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
