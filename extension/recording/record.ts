import type { UserError } from '../errors.ts';

/**
 * One record of a recording: something that crossed the plugin's boundary, or that happened to
 * the plugin. The payload stays binary until somebody looks at it.
 */
export const RecordKind = {
  /** An input that is handed to the plugin. `name` is the pin or stream; the contract encodes the payload. */
  event: 1,
  /** An export call that came back. `name` is the export; see {@link encodeCall}. */
  call: 2,
  /** An import call that the plugin made. `name` is the import; the contract encodes arguments and result. */
  hostCall: 3,
  /** Bytes that the plugin wrote. `name` is `stdout` or `stderr`; the payload is UTF-8 text. */
  output: 4,
  /** A change of the plugin's life: see {@link Lifecycle}. The payload is UTF-8 JSON. */
  lifecycle: 5,
  /** The size of the plugin's linear memory. The payload is one little-endian float64, in bytes. */
  memory: 6,
  /** A number that the host counts, such as `queue`. The payload is one little-endian float64. */
  counter: 7,
} as const;

export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];
export type RecordKindName = keyof typeof RecordKind;

/** Bits of {@link RawRecord.flags}. */
export const RecordFlag = {
  /** A host call whose arguments leave the plugin: a packet, an emitted event, a row. */
  effect: 1,
  /** A host call that writes a log line. */
  log: 2,
  /** Happened while the state of an earlier instance was rebuilt from its inputs; effects went nowhere. */
  rebuilding: 4,
  /** A host call of WASI (clock, random number, stream), not of the contract. */
  wasi: 8,
  /** An event that is a control message, not an input: new parameters. The contract says what its payload is. */
  control: 16,
  /** Happened while an instance was made: its metadata, its start, its constructor. */
  starting: 32,
  /** Happened while an instance was ended in good order, perhaps beside the life of the next one. */
  ending: 64,
  /** Fields of the payload were taken out before it was recorded. */
  redacted: 128,
} as const;

/** A record without its payload. */
export interface RecordHead {
  readonly kind: RecordKind;
  /** Index into {@link RecordingInfo.plugins}. */
  readonly plugin: number;
  /** Pin, export or import. */
  readonly name: string;
  /** Milliseconds since the Unix epoch, with fractions. */
  readonly time: number;
  /** Number of the event during which it happened, counted from 1 per plugin; 0 outside of any event. */
  readonly event: number;
  readonly flags: number;
  /** Milliseconds that a call or host call took, where that is known: of a call until its time, of a host call from it on. */
  readonly durationMs?: number;
  /** How a call ended. */
  readonly status?: CallStatus;
  /** Bytes of the payload, where that is known without reading it. */
  readonly size?: number;
}

export interface RawRecord extends RecordHead {
  /** Valid until the next call on the recording that gave it; copy what you keep. */
  readonly payload: Uint8Array;
}

/** How an export call ended. */
export const CallStatus = { ok: 0, error: 1, trap: 2 } as const;
export type CallStatus = (typeof CallStatus)[keyof typeof CallStatus];

export interface CallPayload {
  readonly durationMs: number;
  readonly status: CallStatus;
  /** The error's text, or what the contract has to say of the result; often empty. */
  readonly text: string;
  /** What the export gave, as the contract encodes it; the text is empty then. */
  readonly result?: Uint8Array;
}

/** Bytes of a call's payload before its text or result. */
export const CALL_HEADER = 9;
/** Bit of a call's status: what follows is the result. */
export const CALL_RESULT = 0x80;

/** Encodes a `call` record's payload: float64 duration in ms, uint8 status, UTF-8 text or, with {@link CALL_RESULT}, the result. */
export function encodeCall({ durationMs, status, text, result }: CallPayload): Uint8Array {
  const rest = result ?? new TextEncoder().encode(text);
  const bytes = new Uint8Array(CALL_HEADER + rest.length);
  const view = new DataView(bytes.buffer);
  view.setFloat64(0, durationMs, true);
  view.setUint8(8, result === undefined ? status : status | CALL_RESULT);
  bytes.set(rest, CALL_HEADER);
  return bytes;
}

/**
 * Decodes what {@link encodeCall} wrote; a payload cut short reads as a call of no duration. The result is a
 * part of the payload: copy what you keep.
 */
export function decodeCall(payload: Uint8Array): CallPayload {
  const time = decodeCallTime(payload);
  if (payload.length <= CALL_HEADER) return { ...time, text: '' };
  const rest = payload.subarray(CALL_HEADER);
  if (((payload[CALL_HEADER - 1] ?? 0) & CALL_RESULT) === 0)
    return { ...time, text: new TextDecoder().decode(rest) };
  return { ...time, text: '', result: rest };
}

/** What the call gave, where it gave something: a part of the payload, valid as long as that is. */
export function callResult(payload: Uint8Array): Uint8Array | undefined {
  if (payload.length < CALL_HEADER || ((payload[CALL_HEADER - 1] ?? 0) & CALL_RESULT) === 0) return undefined;
  return payload.subarray(CALL_HEADER);
}

/** The same without the text and the result. */
export function decodeCallTime(payload: Uint8Array): Pick<CallPayload, 'durationMs' | 'status'> {
  if (payload.length < CALL_HEADER) return { durationMs: 0, status: CallStatus.ok };
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const durationMs = view.getFloat64(0, true);
  const status = view.getUint8(8) & ~CALL_RESULT;
  return {
    durationMs: Number.isFinite(durationMs) ? Math.max(0, durationMs) : 0,
    status: status === 1 ? CallStatus.error : status === 2 ? CallStatus.trap : CallStatus.ok,
  };
}

/** The payload of a `lifecycle` record; its `name` is the `change`. */
export interface Lifecycle {
  readonly change:
    | 'initializing'
    | 'running'
    | 'failed'
    | 'stopped'
    | 'reloaded'
    | 'reload-failed'
    | 'build-started'
    | 'build-finished'
    | 'build-failed'
    | 'restarted'
    /** Goes on from an earlier recording: the first record of the plugin in this one. */
    | 'continued'
    | 'diagnostic';
  /** What to show: the contract's exact state text where it has one. */
  readonly text: string;
  /** SHA-256 in hex of what runs now: the component, or the source that `runner` runs. */
  readonly artifact?: string;
  /** SHA-256 in hex of the development interpreter that runs the source. */
  readonly runner?: string;
  /** Tools that made it, as its producers section names them: `rustc 1.95.0`. */
  readonly producers?: readonly string[];
  /** The parameters that this instance was made with where they are not the plugin's: JSON text, null for none. */
  readonly params?: string | null;
  /** How many inputs the state was rebuilt from; undefined where it is fresh. */
  readonly rebuilt?: number;
  /** Name of the file in which the plugin's life began. */
  readonly began?: string;
  /** Milliseconds that the change took: a build, a reload. */
  readonly durationMs?: number;
  /** The whole report of a failure, as `host/report.ts` defines it. */
  readonly report?: unknown;
}

/** What a recording says of itself; written once at its start (plugins may join later). */
export interface RecordingInfo {
  readonly version: 1 | 2;
  readonly contract: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly tools: Readonly<Record<string, string>>;
  readonly plugins: readonly RecordedPlugin[];
}

export interface RecordedPlugin {
  readonly name: string;
  readonly contract: string;
  readonly language: string;
  /** The parameters that the plugin was started with, as JSON text. */
  readonly params?: string;
  readonly limits: { readonly memoryBytes: number; readonly deadlineMs: number };
}

/** The chunks of a recording, each of which holds the payloads of some hundreds or thousands of records. */
export interface RecordChunks {
  /** Number of the chunk that holds a record: that of the record before, or a larger one. Throws a RangeError where there is no such record. */
  of(index: number): number;
  /** Its bytes, valid until the next call on the recording; undefined for one that still grows. */
  read(chunk: number): Uint8Array | undefined;
}

/** A recording that can be read, finished or still growing. */
export interface Recording {
  /** The file, absolute; undefined where it is in none. */
  readonly path?: string;
  readonly info: RecordingInfo;
  /** Number of records; grows while the recording is open. */
  readonly count: number;
  /** How much of a file was read, from 0 to 1 by bytes; all of it where absent, and where the rest cannot be: see `failure`. */
  readonly indexed?: number;
  /** What the end of a finished file says of all of it, before everything was read. */
  readonly expected?: { readonly count: number; readonly durationMs: number } | undefined;
  /** Why the rest is not there: a full disk, a damaged file. What there is stays readable. */
  readonly failure?: UserError | undefined;
  /** The record with this index, 0 ≤ index < count. Throws a RangeError outside. */
  at(index: number): RawRecord;
  /** The same without the payload, where that is cheaper. */
  head?(index: number): RecordHead;
  /** How payloads lie together, for who looks for the same in many. */
  readonly chunks?: RecordChunks;
  /**
   * Calls `listener` with the number of records after some came in, and when no more will come, at most ten
   * times a second. Returns how to end that.
   */
  onGrow?(listener: (count: number) => void): () => void;
}

/** A record's head, without reading its payload where that can be spared. */
export function headOf(recording: Recording, index: number): RecordHead {
  return recording.head?.(index) ?? recording.at(index);
}
