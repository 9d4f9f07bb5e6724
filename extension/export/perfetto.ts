/**
 * Perfetto's trace: `TracePacket`s with `TrackDescriptor`s and `TrackEvent`s
 * (https://perfetto.dev/docs/reference/synthetic-track-event). Numbers of fields are those of
 * `protos/perfetto/trace/*.proto`.
 */
import type { RecordedPlugin } from '../recording/record.ts';
import { clockOf, type Clock } from './clock.ts';
import type { Delivery } from './deliveries.ts';
import { encode, type Encoder, type Pieces, type Source } from './encode.ts';
import { SpanRows, TrackNames } from './rows.ts';
import type { Item, Slice } from './items.ts';
import type { Row } from '../recording/query.ts';
import { WireWriter } from './wire.ts';

const TRACE = { packet: 1 } as const;
const PACKET = {
  clockSnapshot: 6,
  timestamp: 8,
  sequenceId: 10,
  trackEvent: 11,
  internedData: 12,
  sequenceFlags: 13,
  trackDescriptor: 60,
} as const;
const EVENT = {
  categoryIids: 3,
  debugAnnotations: 4,
  type: 9,
  nameIid: 10,
  trackUuid: 11,
  name: 23,
  doubleCounterValue: 44,
  flowIds: 47,
  terminatingFlowIds: 48,
  correlationIdText: 53,
} as const;
const TRACK = { uuid: 1, name: 2, process: 3, thread: 4, parentUuid: 5, counter: 8 } as const;
const INTERNED = { categories: 1, eventNames: 2, annotationNames: 3 } as const;
const ANNOTATION = { nameIid: 1, uint: 3, double: 5, string: 6 } as const;
const UNIT = { bytes: 3, count: 2 } as const;

const BEGIN = 1;
const END = 2;
const INSTANT = 3;
const COUNTER = 4;

const REALTIME = 1;
const BOOTTIME = 6;
/** All packets are of one sequence. */
const SEQUENCE = 1;
const STATE_CLEARED = 1;
const NEEDS_STATE = 2;

/** Names that are written once; others are written in full each time, so that no recording fills the memory. */
const MOST_NAMES = 65_536;
const LONGEST_NAME = 1024;

export function perfetto(source: Source): Pieces {
  return encode(source, new PerfettoEncoder(source));
}

class PerfettoEncoder implements Encoder {
  readonly #out = new WireWriter();
  readonly #clock: Clock;
  readonly #plugins: readonly RecordedPlugin[];
  readonly #tracks = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #categories = new Map<string, number>();
  readonly #annotations = new Map<string, number>();
  readonly #rows = new SpanRows();
  readonly #types = new TrackNames();
  #lastTrack = 0;
  #lastFlow = 0n;

  constructor({ recording }: Source) {
    this.#clock = clockOf(recording.info.startedAt);
    this.#plugins = recording.info.plugins;
    const start = this.#clock.epoch(0);
    const out = this.#out;
    out.message(TRACE.packet, () => {
      out.uint(PACKET.sequenceId, SEQUENCE);
      out.uint(PACKET.sequenceFlags, STATE_CLEARED);
      out.message(PACKET.clockSnapshot, () => {
        // Packets are in the clock that is the default, which goes as the real one does.
        for (const clock of [BOOTTIME, REALTIME]) {
          out.message(1, () => {
            out.uint(1, clock);
            out.uint(2, start);
          });
        }
        out.uint(2, BOOTTIME);
      });
    });
  }

  get length(): number {
    return this.#out.length;
  }

  take(): Uint8Array {
    return this.#out.take();
  }

  end(): void {
    // A trace ends with its last packet.
  }

  item(item: Item): void {
    switch (item.type) {
      case 'slices':
        this.#slices(item.plugin, item.slices);
        return;
      case 'point': {
        const { plugin, track, row, telemetry, time } = item;
        const name = telemetry?.eventType ?? row.name;
        const where = telemetry === undefined ? track : `telemetry ${this.#types.of(plugin, name)}`;
        this.#event(time, INSTANT, this.#track(plugin, where), {
          name,
          category: track,
          row,
          ...(telemetry?.correlationId === undefined ? {} : { correlation: telemetry.correlationId }),
        });
        return;
      }
      case 'span': {
        const { plugin, span, row } = item;
        const place = this.#rows.place(plugin, span.name, span.from, span.to);
        const track = this.#track(plugin, `span ${place.name}`, place.row);
        this.#event(place.from, BEGIN, track, { name: span.name, category: 'spans', row });
        this.#event(place.to, END, track);
        return;
      }
      case 'counter': {
        const track = this.#counter(item.plugin, item.name, item.unit);
        this.#event(item.time, COUNTER, track, { value: item.value });
        return;
      }
    }
  }

  #slices(plugin: number, slices: readonly Slice[]): void {
    const track = this.#calls(plugin);
    const open: Slice[] = [];
    const closeTo = (depth: number): void => {
      for (let last = open.at(-1); last !== undefined && last.depth >= depth; last = open.at(-1)) {
        this.#event(last.to, END, track);
        open.pop();
      }
    };
    for (const slice of slices) {
      closeTo(slice.depth);
      const { row, gives, delivery } = slice;
      const ends = delivery === undefined ? undefined : this.#flowTo(delivery, row.plugin);
      this.#event(slice.from, BEGIN, track, {
        name: row.name,
        category: slice.kind,
        row,
        ...(gives === undefined ? {} : { begins: flowOf(gives) }),
        ...(ends === undefined ? {} : { ends }),
      });
      open.push(slice);
    }
    closeTo(0);
  }

  /**
   * The flow that ends at this slice. What more than one plugin got is one flow for the first of them; the others
   * begin at an instant of their own, because a flow goes on from where it arrived.
   */
  #flowTo({ source, isFirst, id }: Delivery, plugin: string): bigint {
    if (isFirst) return flowOf(id);
    const begins = ++this.#lastFlow;
    this.#event(source.time, INSTANT, this.#track(source.plugin, 'effects'), {
      name: `delivered to ${plugin}`,
      category: 'effects',
      begins,
    });
    return begins;
  }

  #event(
    time: number,
    type: number,
    track: number,
    what: {
      readonly name?: string;
      readonly category?: string;
      readonly row?: Row;
      readonly value?: number;
      readonly begins?: bigint;
      readonly ends?: bigint;
      readonly correlation?: string;
    } = {},
  ): void {
    const out = this.#out;
    const { name, category, row, value, begins, ends, correlation } = what;
    const fresh: Fresh[] = [];
    const nameId =
      name === undefined || name.length > LONGEST_NAME
        ? undefined
        : intern(this.#names, name, INTERNED.eventNames, fresh);
    const categories = [category, row?.status === 'error' ? 'error' : undefined].map((one) =>
      one === undefined ? undefined : intern(this.#categories, one, INTERNED.categories, fresh),
    );
    const annotations = row === undefined ? [] : annotationsOf(row);
    const ids = annotations.map(([key]) => intern(this.#annotations, key, INTERNED.annotationNames, fresh));
    out.message(TRACE.packet, () => {
      out.uint(PACKET.timestamp, this.#clock.epoch(time));
      out.uint(PACKET.sequenceId, SEQUENCE);
      out.uint(PACKET.sequenceFlags, NEEDS_STATE);
      if (fresh.length > 0) {
        out.message(PACKET.internedData, () => {
          for (const { field, id, text } of fresh) {
            out.message(field, () => {
              out.uint(1, id);
              out.string(2, text);
            });
          }
        });
      }
      out.message(PACKET.trackEvent, () => {
        out.uint(EVENT.type, type);
        out.uint(EVENT.trackUuid, track);
        for (const id of categories) if (id !== undefined) out.uint(EVENT.categoryIids, id);
        if (nameId !== undefined) out.uint(EVENT.nameIid, nameId);
        else if (name !== undefined) out.string(EVENT.name, name);
        if (value !== undefined) out.double(EVENT.doubleCounterValue, value);
        if (begins !== undefined) out.fixed64(EVENT.flowIds, begins);
        if (ends !== undefined) out.fixed64(EVENT.terminatingFlowIds, ends);
        if (correlation !== undefined) out.string(EVENT.correlationIdText, correlation);
        for (const [index, [, annotated]] of annotations.entries()) {
          out.message(EVENT.debugAnnotations, () => {
            out.uint(ANNOTATION.nameIid, ids[index] ?? 0);
            if (typeof annotated === 'string') out.string(ANNOTATION.string, annotated);
            else if (Number.isSafeInteger(annotated) && annotated >= 0) out.uint(ANNOTATION.uint, annotated);
            else out.double(ANNOTATION.double, annotated);
          });
        }
      });
    });
  }

  /** The plugin's own track is that of a process; its calls are what its only thread does. */
  #process(plugin: number): number {
    return this.#made(`${plugin}`, (uuid) => {
      const { name, contract, language } = this.#plugins[plugin] ?? {};
      const out = this.#out;
      out.uint(TRACK.uuid, uuid);
      out.message(TRACK.process, () => {
        out.uint(1, plugin + 1);
        out.string(6, name ?? '');
        for (const label of [contract, language]) if (label !== undefined) out.string(8, label);
      });
    });
  }

  #calls(plugin: number): number {
    const parent = this.#process(plugin);
    return this.#made(`${plugin} calls`, (uuid) => {
      const out = this.#out;
      out.uint(TRACK.uuid, uuid);
      out.uint(TRACK.parentUuid, parent);
      out.message(TRACK.thread, () => {
        out.uint(1, plugin + 1);
        out.uint(2, plugin + 1);
        out.string(5, 'calls');
      });
    });
  }

  /** A track of points or spans; rows of one name stand below each other. */
  #track(plugin: number, name: string, row = 0): number {
    const parent = this.#process(plugin);
    return this.#made(`${plugin} ${row} track ${name}`, (uuid) => {
      const out = this.#out;
      out.uint(TRACK.uuid, uuid);
      out.uint(TRACK.parentUuid, parent);
      out.string(TRACK.name, name);
    });
  }

  #counter(plugin: number, name: string, unit: 'bytes' | 'number' | 'per second'): number {
    const parent = this.#process(plugin);
    return this.#made(`${plugin} counter ${name}`, (uuid) => {
      const out = this.#out;
      out.uint(TRACK.uuid, uuid);
      out.uint(TRACK.parentUuid, parent);
      out.string(TRACK.name, name);
      out.message(TRACK.counter, () => {
        if (unit === 'per second') out.string(6, 'calls/s');
        else out.uint(3, UNIT[unit === 'bytes' ? 'bytes' : 'count']);
      });
    });
  }

  #made(key: string, write: (uuid: number) => void): number {
    const known = this.#tracks.get(key);
    if (known !== undefined) return known;
    const uuid = ++this.#lastTrack;
    this.#tracks.set(key, uuid);
    const out = this.#out;
    out.message(TRACE.packet, () => {
      out.uint(PACKET.sequenceId, SEQUENCE);
      out.message(PACKET.trackDescriptor, () => {
        write(uuid);
      });
    });
    return uuid;
  }
}

/** A text that is written for the first time, under its number from then on. */
interface Fresh {
  readonly field: number;
  readonly id: number;
  readonly text: string;
}

/** The number of a text; undefined where there are too many. */
function intern(known: Map<string, number>, text: string, field: number, fresh: Fresh[]): number | undefined {
  const found = known.get(text);
  if (found !== undefined || known.size >= MOST_NAMES) return found;
  const id = known.size + 1;
  known.set(text, id);
  fresh.push({ field, id, text });
  return id;
}

function annotationsOf(row: Row): readonly (readonly [string, string | number])[] {
  return [
    ['record', row.record],
    ...(row.event === 0 ? [] : [['event', row.event] as const]),
    ['status', row.status],
    ...(row.level === undefined ? [] : [['level', row.level] as const]),
    ['bytes', row.size],
    ...(row.summary === '' ? [] : [['summary', row.summary] as const]),
  ];
}

/** A number for the id of a delivery; its highest bit keeps it apart from those that are counted. FNV-1a. */
function flowOf(id: string): bigint {
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (let index = 0; index < id.length; index++)
    hash = BigInt.asUintN(64, (hash ^ BigInt(id.charCodeAt(index))) * 0x100_0000_01b3n);
  return hash | (1n << 63n);
}
