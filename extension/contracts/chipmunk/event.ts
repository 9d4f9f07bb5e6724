/**
 * Calls of `parse` as events. A parser is given a slice of a stream again and again until it has
 * consumed it, so an event says where its slice lies, and has only what was read since the event before:
 * the piece itself, or the place of a file where it can be read again.
 */
import type { DataReference } from '../../host/produce.ts';

export const PARSE = 'parse';

/** What was read since the event before. */
export interface Load {
  /** Where in the stream it begins: where the one before ended, or a new stream begins. */
  readonly at: number;
  readonly length: number;
  readonly from: Uint8Array | DataReference;
}

/** One call of `parse`. Offsets and lengths are bytes of the stream, below 2^53. */
export interface ParseEvent {
  readonly offset: number;
  readonly length: number;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: bigint | undefined;
  readonly load: Load | undefined;
}

const HEADER = 24;
const LOAD_HEADER = 16;
const Flag = { timestamp: 1, load: 2, reference: 4 } as const;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Flags (uint32), 4 bytes of nothing, offset and length (float64); uint64 timestamp; the load: at and length (float64), then its bytes or a reference as JSON. Little-endian. */
export function encodeParse({ offset, length, timestamp, load }: ParseEvent): Uint8Array {
  const isInline = load?.from instanceof Uint8Array;
  const from =
    load === undefined ? new Uint8Array() : isInline ? load.from : encoder.encode(JSON.stringify(load.from));
  const stamp = timestamp === undefined ? 0 : 8;
  const bytes = new Uint8Array(HEADER + stamp + (load === undefined ? 0 : LOAD_HEADER + from.length));
  const view = new DataView(bytes.buffer);
  const flags =
    (timestamp === undefined ? 0 : Flag.timestamp) |
    (load === undefined ? 0 : Flag.load) |
    (load === undefined || isInline ? 0 : Flag.reference);
  view.setUint32(0, flags, true);
  view.setFloat64(8, offset, true);
  view.setFloat64(16, length, true);
  if (timestamp !== undefined) view.setBigUint64(HEADER, timestamp, true);
  if (load === undefined) return bytes;
  view.setFloat64(HEADER + stamp, load.at, true);
  view.setFloat64(HEADER + stamp + 8, load.length, true);
  bytes.set(from, HEADER + stamp + LOAD_HEADER);
  return bytes;
}

/** The inverse of {@link encodeParse}; the bytes of the load are those of the payload. Undefined for a payload that is no such event. */
export function decodeParse(payload: Uint8Array): ParseEvent | undefined {
  if (payload.length < HEADER) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const flags = view.getUint32(0, true);
  const offset = view.getFloat64(8, true);
  const length = view.getFloat64(16, true);
  const stamp = (flags & Flag.timestamp) === 0 ? 0 : 8;
  if (!isCount(offset) || !isCount(length) || payload.length < HEADER + stamp) return undefined;
  const timestamp = stamp === 0 ? undefined : view.getBigUint64(HEADER, true);
  if ((flags & Flag.load) === 0) return { offset, length, timestamp, load: undefined };
  const start = HEADER + stamp + LOAD_HEADER;
  if (payload.length < start) return undefined;
  const at = view.getFloat64(HEADER + stamp, true);
  const loaded = view.getFloat64(HEADER + stamp + 8, true);
  const rest = payload.subarray(start);
  const from = (flags & Flag.reference) === 0 ? rest : readReference(rest);
  if (!isCount(at) || !isCount(loaded) || from?.length !== loaded) return undefined;
  return { offset, length, timestamp, load: { at, length: loaded, from } };
}

/** What an event refers to and does not hold; undefined where it holds everything. */
export function referenceOf(payload: Uint8Array): DataReference | undefined {
  const { load } = decodeParse(payload) ?? {};
  return load === undefined || load.from instanceof Uint8Array ? undefined : load.from;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function readReference(bytes: Uint8Array): DataReference | undefined {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { file, offset, length, sha256 } = value as Readonly<Record<keyof DataReference, unknown>>;
  const isRange =
    typeof offset === 'number' && isCount(offset) && typeof length === 'number' && isCount(length);
  if (typeof file !== 'string' || typeof sha256 !== 'string' || !isRange) return undefined;
  return { file, offset, length, sha256 };
}
