/**
 * Telemetry that tells of a beginning and an end, as spans. Pure, and fed one event after the other.
 * StreamKit's `startSpan` sends `<type>.start`, `endSpan` sends `<type>` with `latency_ms` and the same
 * `span_id`; its own nodes send pairs (`vad.speech_start`, `vad.speech_end`; `tts.start`, `tts.done`).
 */
import type { Telemetry } from '../../host/contract.ts';
import { spanNameOf } from './span-names.ts';

/** One piece of telemetry of a plugin. The time is in whatever unit the caller likes. */
export interface TelemetryPoint {
  readonly record: number;
  readonly plugin: number;
  readonly time: number;
  readonly telemetry: Telemetry;
}

export interface TelemetrySpan {
  readonly plugin: number;
  /** What the beginning and the end have in common: `vad.speech`. */
  readonly name: string;
  /** Record of the beginning; undefined where only the end is known, with how long it took. */
  readonly begins?: number;
  /** Record of the end; undefined where that is not recorded. */
  readonly ends?: number;
  readonly from: number;
  readonly to: number;
  readonly failed: boolean;
}

/** Beginnings that are kept waiting for their end; the oldest is given up for the next one. */
const MOST_OPEN = 4096;

/** Finds the spans of all plugins. */
export class TelemetrySpans {
  readonly #perMs: number;
  readonly #open = new Map<string, TelemetryPoint & { readonly name: string }>();

  /** `perMs`: how many of the caller's units a millisecond is, for what says how long it took. */
  constructor(perMs: number) {
    this.#perMs = perMs;
  }

  /** The span that ends with this, where one does, or one that is given up because too many are open. */
  add(point: TelemetryPoint): TelemetrySpan | undefined {
    const { eventType, latencyMs } = point.telemetry;
    const said = spanNameOf(eventType);
    if (said.role === 'start') return this.#begin(said.name, point);
    const { failed } = said;
    for (const name of said.names) {
      const key = keyOf(point, name);
      const start = this.#open.get(key);
      if (start === undefined) continue;
      this.#open.delete(key);
      return {
        plugin: point.plugin,
        name,
        begins: start.record,
        ends: point.record,
        from: start.time,
        to: Math.max(start.time, point.time),
        failed,
      };
    }
    if (latencyMs === undefined || !Number.isFinite(latencyMs)) return undefined;
    return {
      plugin: point.plugin,
      name: eventType,
      ends: point.record,
      from: point.time - Math.max(0, latencyMs) * this.#perMs,
      to: point.time,
      failed,
    };
  }

  /** What began and has not ended; `to` is where the recording ends. */
  open(to: number): readonly TelemetrySpan[] {
    return [...this.#open.values()].map((start) => unended(start, to));
  }

  #begin(name: string, point: TelemetryPoint): TelemetrySpan | undefined {
    const key = keyOf(point, name);
    const same = this.#open.get(key);
    const oldest = same ?? (this.#open.size < MOST_OPEN ? undefined : this.#open.values().next().value);
    if (oldest !== undefined) this.#open.delete(keyOf(oldest, oldest.name));
    this.#open.set(key, { ...point, name });
    return oldest === undefined ? undefined : unended(oldest, point.time);
  }
}

function unended(start: TelemetryPoint & { readonly name: string }, to: number): TelemetrySpan {
  return {
    plugin: start.plugin,
    name: start.name,
    begins: start.record,
    from: start.time,
    to: Math.max(start.time, to),
    failed: false,
  };
}

/** A span id says which; else what it is a part of; else the next end of the same name is meant. */
function keyOf({ plugin, telemetry }: TelemetryPoint, name: string): string {
  const id = telemetry.spanId ?? telemetry.correlationId ?? telemetry.turnId ?? '';
  return JSON.stringify([plugin, name, id]);
}
