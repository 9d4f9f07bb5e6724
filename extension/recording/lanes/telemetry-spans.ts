/**
 * Telemetry that tells of a beginning and an end, as spans. Pure, and fed one event after the other.
 * StreamKit's `startSpan` sends `<type>.start`, `endSpan` sends `<type>` with `latency_ms` and the same
 * `span_id`; its own nodes send pairs (`vad.speech_start`, `vad.speech_end`; `tts.start`, `tts.done`).
 */
import type { Telemetry } from '../../host/contract.ts';
import { OpenSpans } from './open-spans.ts';
import type { Begun } from './open-spans.ts';
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

/** Finds the spans of all plugins. */
export class TelemetrySpans {
  readonly #perMs: number;
  /** By plugin. */
  readonly #open = new Map<number, OpenSpans<TelemetryPoint>>();

  /** `perMs`: how many of the caller's units a millisecond is, for what says how long it took. */
  constructor(perMs: number) {
    this.#perMs = perMs;
  }

  /** The span that ends with this, where one does, or one that is given up because too many are open. */
  add(point: TelemetryPoint): TelemetrySpan | undefined {
    const { plugin, record, time, telemetry } = point;
    const { eventType, latencyMs } = telemetry;
    const said = spanNameOf(eventType);
    const open = this.#of(plugin);
    if (said.role === 'start') {
      const given = open.begin({ name: said.name, ids: telemetry, of: point });
      return given === undefined ? undefined : unended(given, time);
    }
    const { failed, names } = said;
    const begun = open.end(names, telemetry);
    if (begun !== undefined) {
      const { record: begins, time: from } = begun.of;
      return { plugin, name: begun.name, begins, ends: record, from, to: Math.max(from, time), failed };
    }
    if (latencyMs === undefined || !Number.isFinite(latencyMs)) return undefined;
    const from = time - Math.max(0, latencyMs) * this.#perMs;
    return { plugin, name: eventType, ends: record, from, to: time, failed };
  }

  /** What began and has not ended; `to` is where the recording ends. */
  open(to: number): readonly TelemetrySpan[] {
    return [...this.#open.values()].flatMap((open) => [...open.all].map((begun) => unended(begun, to)));
  }

  #of(plugin: number): OpenSpans<TelemetryPoint> {
    const known = this.#open.get(plugin);
    if (known !== undefined) return known;
    const made = new OpenSpans<TelemetryPoint>();
    this.#open.set(plugin, made);
    return made;
  }
}

function unended({ name, of: { plugin, record, time } }: Begun<TelemetryPoint>, to: number): TelemetrySpan {
  return { plugin, name, begins: record, from: time, to: Math.max(time, to), failed: false };
}
