/**
 * What a recording tells, in the form that traces have: nested slices, points, spans and counters. Fed one record
 * after the other, it holds no more than the event that each plugin is at.
 */
import { telemetryOf, rowOf, type Describers } from '../recording/describe.ts';
import { Nesting, type Nested } from '../recording/lanes/nesting.ts';
import { TelemetrySpans, type TelemetrySpan } from '../recording/lanes/telemetry-spans.ts';
import {
  CallStatus,
  decodeCallTime,
  RecordKind,
  type RawRecord,
  type Recording,
} from '../recording/record.ts';
import type { Row } from '../recording/query.ts';
import { candidate } from '../recording/row-kind.ts';
import { isChosen, type Choice } from './choice.ts';
import { clockOf, durationOf, type Clock } from './clock.ts';
import { CallRate } from './call-rate.ts';
import { Deliveries } from './deliveries.ts';
import type { Belongs, Item, PointTrack, Slice } from './items.ts';

const NS_PER_MS = 1e6;
/** Nanoseconds in thirty years: no duration is told to be longer. */
const LONGEST = 1e18;

/** What is known of a plugin while its records go by. */
interface PluginState {
  readonly nesting: Nesting;
  readonly rate: CallRate;
  /** The event it is at, and whose record that is. */
  number: number;
  event: number;
  told: boolean;
}

/** Tells a recording item by item. */
export class Story {
  readonly clock: Clock;
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #choice: Choice;
  readonly #take: (item: Item) => void;
  readonly #plugins = new Map<number, PluginState>();
  readonly #spans = new TelemetrySpans(NS_PER_MS);
  readonly #deliveries = new Deliveries();
  /** The latest time that was seen. */
  #end = 0;

  /** `take` gets each item once it is known; those of one track in their order. */
  constructor(recording: Recording, describers: Describers, choice: Choice, take: (item: Item) => void) {
    this.#recording = recording;
    this.#describers = describers;
    this.#choice = choice;
    this.#take = take;
    this.clock = clockOf(recording.info.startedAt);
  }

  /** The next record, in the order of the recording. */
  add(index: number): void {
    const record = this.#recording.at(index);
    const plugin = this.#plugin(record.plugin);
    const time = this.clock.since(record.time);
    const { from, to } = stretch(record, time);
    const told = this.#isTold(index, record);
    const isEvent = record.kind === RecordKind.event;
    if (isEvent || (ofEvents(record.kind) && record.event !== plugin.number)) {
      plugin.nesting.flush();
      plugin.number = record.event;
      plugin.event = index;
      plugin.told = isEvent && told;
    }
    if (!told) return;
    this.#end = Math.max(this.#end, to);
    this.#tell(index, record, plugin, from, to);
  }

  /** Tells what is known of events whose last call came back, as where nothing came for a while. */
  settle(): void {
    for (const { nesting } of this.#plugins.values()) nesting.settle();
  }

  /** Nothing follows. */
  end(): void {
    const plugins = [...this.#plugins].sort(([a], [b]) => a - b);
    for (const [, { nesting }] of plugins) nesting.flush();
    for (const [, { rate }] of plugins) rate.end();
    for (const span of this.#spans.open(this.#end)) this.#span(span);
  }

  #tell(index: number, record: RawRecord, plugin: PluginState, from: number, to: number): void {
    switch (record.kind) {
      case RecordKind.event:
        plugin.nesting.add({ record: index, kind: 'event', event: record.event, from, to });
        return;
      case RecordKind.call:
        plugin.nesting.add({ record: index, kind: 'call', event: record.event, from, to });
        plugin.rate.count(to);
        this.#noteGiven(index, record, from);
        return;
      case RecordKind.hostCall:
        plugin.nesting.add({ record: index, kind: 'hostCall', event: record.event, from, to });
        this.#noteGiven(index, record, from);
        this.#point(index, record, from);
        return;
      case RecordKind.output:
      case RecordKind.lifecycle:
        this.#point(index, record, from);
        return;
      case RecordKind.memory:
      case RecordKind.counter:
        this.#sample(record, from);
        return;
    }
  }

  /** With a filter, samples of counters are left out: no filter lets them through. */
  #isTold(index: number, record: RawRecord): boolean {
    if (this.#choice.lets !== undefined && candidate(record) === undefined) return false;
    return isChosen(this.#recording, index, this.#choice);
  }

  #plugin(index: number): PluginState {
    let found = this.#plugins.get(index);
    if (found === undefined) {
      const nesting = new Nesting((slices) => {
        this.#slices(index, slices);
      });
      const rate = new CallRate((time, value) => {
        this.#take({ type: 'counter', plugin: index, name: 'calls', unit: 'per second', time, value });
      });
      found = { nesting, rate, number: 0, event: -1, told: false };
      this.#plugins.set(index, found);
    }
    return found;
  }

  #slices(plugin: number, nested: readonly Nested[]): void {
    let [head] = nested;
    if (head === undefined) return;
    const slices = nested.flatMap((slice): Slice[] => {
      const row = rowOf(this.#recording, slice.record, this.#describers);
      if (row === undefined) return [];
      const record = this.#recording.at(slice.record);
      const links = this.#links(record);
      const delivery =
        links?.takes === undefined
          ? undefined
          : this.#deliveries.take(links.takes, record.plugin, slice.record);
      // Outside of events each slice at the top is a story of its own.
      if (record.event === 0 && slice.depth === 0) head = slice;
      const belongs = this.#belongs(slice.record, record, head ?? slice);
      if (links?.gives !== undefined) this.#deliveries.place(links.gives, slice.from, belongs.event);
      return [
        {
          ...slice,
          row,
          belongs,
          trap: slice.kind === 'call' && decodeCallTime(record.payload).status === CallStatus.trap,
          ...(links?.gives === undefined ? {} : { gives: links.gives }),
          ...(delivery === undefined ? {} : { delivery }),
        },
      ];
    });
    this.#take({ type: 'slices', plugin, slices });
  }

  /** An event is told together with what belongs to it; what comes alone belongs to the event of before. */
  #belongs(index: number, record: RawRecord, head: Nested): Belongs {
    if (head.kind === 'event') return { event: head.record, told: true };
    const plugin = this.#plugins.get(record.plugin);
    if (record.event !== 0 && plugin?.number === record.event)
      return { event: plugin.event, told: plugin.told };
    return { event: head === NOBODY ? index : head.record, told: false };
  }

  #point(index: number, record: RawRecord, time: number): void {
    const row = rowOf(this.#recording, index, this.#describers);
    if (row === undefined) return;
    const track = TRACKS[row.kind];
    if (track === undefined) return;
    const belongs = this.#belongs(index, record, NOBODY);
    const telemetry = track === 'telemetry' ? telemetryOf(record, this.#describers) : undefined;
    const point = { plugin: record.plugin, record: index, time, row, belongs };
    if (telemetry === undefined) {
      this.#take({ type: 'point', track, ...point });
      return;
    }
    this.#take({ type: 'point', track, ...point, telemetry });
    const span = this.#spans.add({ record: index, plugin: record.plugin, time, telemetry });
    if (span !== undefined) this.#span(span, belongs);
  }

  #span(span: TelemetrySpan, belongs?: Belongs): void {
    const record = span.ends ?? span.begins;
    if (record === undefined) return;
    const row = rowOf(this.#recording, record, this.#describers);
    if (row === undefined) return;
    const whole = belongs ?? { event: record, told: false };
    this.#take({ type: 'span', plugin: span.plugin, span, row, belongs: whole });
  }

  #sample(record: RawRecord, time: number): void {
    if (record.payload.length < 8) return;
    const { buffer, byteOffset } = record.payload;
    const value = new DataView(buffer, byteOffset, 8).getFloat64(0, true);
    if (!Number.isFinite(value)) return;
    const isMemory = record.kind === RecordKind.memory;
    this.#take({
      type: 'counter',
      plugin: record.plugin,
      name: isMemory ? 'memory' : record.name,
      unit: isMemory ? 'bytes' : 'number',
      time,
      value,
    });
  }

  #noteGiven(index: number, record: RawRecord, time: number): void {
    const gives = this.#links(record)?.gives;
    if (gives === undefined) return;
    const { event } = this.#belongs(index, record, NOBODY);
    this.#deliveries.give(gives, { plugin: record.plugin, record: index, event, time });
  }

  #links(record: RawRecord): ReturnType<NonNullable<Describers['links']>> {
    try {
      return this.#describers.links?.(record);
    } catch {
      // What cannot be read is linked to nothing.
      return undefined;
    }
  }
}

/** Stands for records that are told alone. */
const NOBODY: Nested = { record: -1, kind: 'hostCall', depth: 0, from: 0, to: 0 };

const TRACKS: Readonly<Partial<Record<Row['kind'], PointTrack>>> = {
  effect: 'effects',
  log: 'logs',
  telemetry: 'telemetry',
  lifecycle: 'lifecycle',
};

/** Whether records of a kind stand in the order of events; changes and samples come from elsewhere, at any time. */
function ofEvents(kind: RecordKind): boolean {
  return kind === RecordKind.call || kind === RecordKind.hostCall || kind === RecordKind.output;
}

/** Where a record begins and ends: a call's time is when it ended, a host call's when it was made. */
function stretch(record: RawRecord, time: number): { readonly from: number; readonly to: number } {
  if (record.kind === RecordKind.call)
    return { from: time - nanoseconds(decodeCallTime(record.payload).durationMs), to: time };
  return {
    from: time,
    to: record.kind === RecordKind.hostCall ? time + nanoseconds(record.durationMs) : time,
  };
}

function nanoseconds(durationMs: number | undefined): number {
  return Math.min(Math.round((durationOf(durationMs) ?? 0) * NS_PER_MS), LONGEST);
}
