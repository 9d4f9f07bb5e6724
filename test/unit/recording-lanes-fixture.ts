import type { Telemetry } from '../../extension/host/contract.ts';
import type { Describers } from '../../extension/recording/describe.ts';
import type { LiveRecording } from '../../extension/recording/live.ts';
import type { Lane, LaneSlices, LaneWindow } from '../../extension/recording/query.ts';
import { encodeCall, RecordFlag, RecordKind, type CallStatus } from '../../extension/recording/record.ts';
import { STARTED_AT } from './recording-fixture.ts';

export const NOTHING = new Uint8Array(0);

/** Telemetry is a payload of JSON, a log's level its text. */
export const describers: Describers = {
  describe: () => undefined,
  telemetry: ({ payload }) =>
    payload.length > 0 ? (JSON.parse(new TextDecoder().decode(payload)) as Telemetry) : undefined,
  level: ({ payload }) => (new TextDecoder().decode(payload) === 'error' ? 'error' : 'info'),
};

/** Writes records with times in milliseconds since the recording's start. */
export class Writer {
  readonly #recording: LiveRecording;
  readonly #plugin: number;

  constructor(recording: LiveRecording, plugin = 0) {
    this.#recording = recording;
    this.#plugin = plugin;
  }

  event(time: number, event: number, name = 'in'): number {
    return this.#add(RecordKind.event, name, time, event, 0, NOTHING);
  }

  /** A call that ends at `time`. */
  call(time: number, event: number, durationMs: number, status: CallStatus = 0, name = 'process'): number {
    return this.#add(RecordKind.call, name, time, event, 0, encodeCall({ durationMs, status, text: '' }));
  }

  hostCall(time: number, event: number, durationMs = 0, name = 'now', flags = 0): number {
    return this.#add(RecordKind.hostCall, name, time, event, flags, NOTHING, durationMs);
  }

  effect(time: number, event: number, durationMs = 0): number {
    return this.hostCall(time, event, durationMs, 'send', RecordFlag.effect);
  }

  telemetry(
    time: number,
    event: number,
    eventType: string,
    rest: Omit<Partial<Telemetry>, 'eventType'> = {},
  ): number {
    const payload = new TextEncoder().encode(JSON.stringify({ eventType, data: '{}', ...rest }));
    return this.#add(RecordKind.hostCall, 'send', time, event, RecordFlag.effect, payload);
  }

  log(time: number, event: number, level = 'info'): number {
    const payload = new TextEncoder().encode(level);
    return this.#add(RecordKind.hostCall, 'log', time, event, RecordFlag.log, payload);
  }

  output(time: number, event: number): number {
    return this.#add(RecordKind.output, 'stderr', time, event, 0, NOTHING);
  }

  lifecycle(time: number, change: string, rest: object = {}): number {
    const payload = new TextEncoder().encode(JSON.stringify({ text: change, ...rest }));
    return this.#add(RecordKind.lifecycle, change, time, 0, 0, payload);
  }

  memory(time: number, bytes: number): number {
    return this.#add(RecordKind.memory, 'memory', time, 0, 0, numberBytes(bytes));
  }

  counter(time: number, name: string, value: number): number {
    return this.#add(RecordKind.counter, name, time, 0, 0, numberBytes(value));
  }

  #add(
    kind: RecordKind,
    name: string,
    time: number,
    event: number,
    flags: number,
    payload: Uint8Array,
    durationMs?: number,
  ): number {
    return this.#recording.append(
      this.#plugin,
      kind,
      name,
      STARTED_AT + time,
      event,
      flags,
      payload,
      durationMs,
    );
  }
}

function numberBytes(value: number): Uint8Array {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setFloat64(0, value, true);
  return payload;
}

/** The lanes of one kind, with their slices. */
export function lanesOf(
  window: LaneWindow,
  kind: Lane['kind'],
): readonly { readonly lane: Lane; readonly slices: LaneSlices }[] {
  return window.lanes
    .filter((lane) => lane.kind === kind)
    .flatMap((lane) => {
      const slices = window.slices.find((one) => one.lane === lane.id);
      return slices === undefined ? [] : [{ lane, slices }];
    });
}

/** Slices as rows: row, from, to, record, name, flags. */
export function listed(window: LaneWindow, slices: LaneSlices): readonly unknown[] {
  return Array.from({ length: slices.length }, (_, at) => [
    slices.row[at],
    slices.from[at],
    slices.to[at],
    slices.record[at],
    window.names[slices.name[at] ?? 0],
    slices.flags[at],
  ]);
}

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
