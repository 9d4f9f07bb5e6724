import { telemetryOf } from './describe.ts';
import type { Describers } from './describe.ts';
import { isFailure } from './lifecycle.ts';
import { MemorySeries } from './memory-series.ts';
import { integers } from './numbers.ts';
import { Pyramid } from './pyramid.ts';
import type { Lane, LaneQuery, LaneWindow, Slice } from './query.ts';
import { headOf, CallStatus, decodeCallTime, RecordKind } from './record.ts';
import type { Recording } from './record.ts';
import { candidate } from './row-kind.ts';

type LaneKind = Lane['kind'];
const LANE_KINDS: readonly LaneKind[] = ['calls', 'hostCalls', 'logs', 'reloads', 'telemetry'];
const MOST_BUCKETS = 16_384;
/** Milliseconds: no window is shorter, so that a recording of one instant still has a width. */
const SHORTEST = 0.001;

/** What the timeline needs of one lane, kept as records come in. */
class LaneRecords {
  readonly pyramid = new Pyramid();
  readonly records = integers();
  readonly names = integers();
}

/** The timeline of a recording: each record is looked at once. */
export class Lanes {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #lanes: Map<LaneKind, LaneRecords>[] = [];
  readonly #memory: MemorySeries[] = [];
  readonly #names: string[] = [];
  readonly #nameIds = new Map<string, number>();
  #scanned = 0;
  #duration = 0;

  constructor(recording: Recording, describers: Describers) {
    this.#recording = recording;
    this.#describers = describers;
  }

  query(query: LaneQuery): LaneWindow {
    this.#update();
    const from = query.from ?? 0;
    const to = Math.max(query.to ?? this.#duration, from + SHORTEST);
    const buckets = Math.min(Math.max(1, Math.floor(query.buckets)), MOST_BUCKETS);
    const width = (to - from) / buckets;
    const lanes: Lane[] = [];
    const memory = [];
    for (const [plugin, { name }] of this.#recording.info.plugins.entries()) {
      for (const kind of LANE_KINDS) {
        const lane = this.#lanes[plugin]?.get(kind);
        if (lane !== undefined)
          lanes.push({ plugin: name, kind, slices: this.#slices(lane, kind, from, to, width) });
      }
      const series = this.#memory[plugin];
      if (series !== undefined) memory.push({ plugin: name, ...series.window(from, to, buckets) });
    }
    return { from, to, duration: this.#duration, lanes, memory };
  }

  #slices(lane: LaneRecords, kind: Lane['kind'], from: number, to: number, width: number): Slice[] {
    return lane.pyramid.spans(from, to, width).map((span) => {
      // A build and the reload that it led to are one story, and its end is what matters.
      const entry = kind === 'reloads' && !span.error ? span.entry + span.count - 1 : span.entry;
      return {
        from: span.from,
        to: span.to,
        count: span.count,
        record: lane.records.at(entry),
        name: this.#names[lane.names.at(entry)] ?? '',
        error: span.error,
      };
    });
  }

  #update(): void {
    const count = this.#recording.count;
    for (; this.#scanned < count; this.#scanned++) this.#look(this.#scanned);
  }

  #look(index: number): void {
    const recording = this.#recording;
    const head = headOf(recording, index);
    const time = head.time - recording.info.startedAt;
    this.#duration = Math.max(this.#duration, time);
    switch (candidate(head)) {
      case 'call': {
        const { durationMs, status } = decodeCallTime(recording.at(index).payload);
        // A call's time is when it ended.
        this.#add(
          head.plugin,
          'calls',
          index,
          head.name,
          time - Math.max(0, durationMs),
          time,
          status !== CallStatus.ok,
        );
        break;
      }
      case 'hostCall':
        this.#add(head.plugin, 'hostCalls', index, head.name, time, time, false);
        break;
      case 'log':
        this.#add(head.plugin, 'logs', index, head.name, time, time, false);
        break;
      case 'lifecycle':
        this.#add(head.plugin, 'reloads', index, head.name, time, time, isFailure(head.name));
        break;
      case 'effect or telemetry': {
        const telemetry = telemetryOf(recording.at(index), this.#describers);
        this.#add(
          head.plugin,
          telemetry === undefined ? 'hostCalls' : 'telemetry',
          index,
          telemetry?.eventType ?? head.name,
          time,
          time,
          false,
        );
        break;
      }
      case 'event':
        break;
      case undefined:
        if (head.kind === RecordKind.memory) this.#addMemory(head.plugin, time, recording.at(index).payload);
        break;
    }
  }

  #add(
    plugin: number,
    kind: LaneKind,
    record: number,
    name: string,
    from: number,
    to: number,
    error: boolean,
  ): void {
    const lanes = (this.#lanes[plugin] ??= new Map<LaneKind, LaneRecords>());
    let lane = lanes.get(kind);
    if (lane === undefined) {
      lane = new LaneRecords();
      lanes.set(kind, lane);
    }
    lane.pyramid.add(from, to, error);
    lane.records.push(record);
    lane.names.push(this.#nameId(name));
  }

  #addMemory(plugin: number, time: number, payload: Uint8Array): void {
    if (payload.length < 8) return;
    const bytes = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getFloat64(0, true);
    (this.#memory[plugin] ??= new MemorySeries()).add(time, bytes);
  }

  #nameId(name: string): number {
    const known = this.#nameIds.get(name);
    if (known !== undefined) return known;
    this.#nameIds.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }
}
