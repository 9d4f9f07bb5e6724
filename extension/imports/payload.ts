/** What a record of an imported trace holds, as UTF-8 JSON: everything that its head does not say. */
import type { LogLevel } from '../recording/query.ts';

/** The contract that imported plugins are said to be for. Nothing is written for it, and nothing of it runs. */
export const IMPORTED = 'imported';

export interface ImportedPayload {
  /** Categories of a trace event, or the scope that a span was made in. */
  readonly category?: string;
  /** Thread that it belongs to, where the plugin's name does not say it. */
  readonly thread?: string;
  /** Arguments of a trace event, as they stand in the file. */
  readonly args?: unknown;
  /** Attributes of OTLP, as they stand in the file. */
  readonly attributes?: unknown;
  /** A log's line, or how a span failed. */
  readonly text?: string;
  readonly level?: LogLevel;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentId?: string;
  /** What tells an asynchronous event or a flow from others. */
  readonly id?: string;
  /** Milliseconds of an asynchronous slice, which is recorded at its end. */
  readonly tookMs?: number;
  /** Its end is not in the trace. */
  readonly unfinished?: boolean;
  /** It stands in the trace as a failure. */
  readonly failed?: boolean;
  /** Ids of flows that begin and end here. */
  readonly gives?: string;
  readonly takes?: string;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function encodePayload(payload: ImportedPayload): Uint8Array {
  return encoder.encode(JSON.stringify(payload));
}

/** Nothing where the bytes are not what they should be. */
export function decodePayload(bytes: Uint8Array): ImportedPayload {
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
