/**
 * What a recording tells as OpenTelemetry's spans and log records (https://opentelemetry.io/docs/specs/otel/), before
 * it is written as JSON or protobuf. Attributes have the names of the semantic conventions where those have one.
 */
import { createHash } from 'node:crypto';
import type { RecordedPlugin, RecordingInfo } from '../recording/record.ts';
import type { LogLevel, Row } from '../recording/query.ts';
import type { Clock } from './clock.ts';
import type { Belongs, Item, Slice } from './items.ts';

export type Attribute = readonly [name: string, value: string | number | boolean];

/** The plugin that something is of. */
export interface OtelResource {
  readonly attributes: readonly Attribute[];
}

/** Spans or logs of one plugin. */
export interface OtelGroup<Entry> {
  readonly resource: OtelResource;
  readonly entries: readonly Entry[];
}

/** Ids are hexadecimal, times nanoseconds since the Unix epoch. */
export interface OtelSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: (typeof SpanKind)[keyof typeof SpanKind];
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: readonly Attribute[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Why it failed; undefined where it did not. */
  readonly failure?: string;
}

export interface OtelLog {
  readonly time: bigint;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly eventName?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: readonly Attribute[];
}

export const SpanKind = { internal: 1, producer: 4, consumer: 5 } as const;

/** The status code of what failed; what did not fail has none. */
export const STATUS_ERROR = 2;

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITIES: Readonly<Record<LogLevel, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17 };

/** Ids of a recording: the same for each export of it, whatever part is exported. */
export class OtelIds {
  readonly #prefix: string;
  readonly #seed: readonly [number, number];

  constructor({ startedAt, contract, plugins }: RecordingInfo) {
    // A plugin may join later: the first one is always there.
    const what = JSON.stringify([startedAt, contract, plugins[0]?.name]);
    const hash = createHash('sha256').update(what).digest();
    this.#prefix = hash.subarray(0, 8).toString('hex');
    this.#seed = [hash.readUInt32LE(8), hash.readUInt32LE(12)];
  }

  /** Of the event with this record, and everything that came of it. */
  trace(event: number): string {
    return this.#prefix + this.#mixed(event, 1);
  }

  /** Of a record; what the plugin told of a span itself is another one. */
  span(record: number, isTelemetry = false): string {
    return this.#mixed(record, isTelemetry ? 3 : 2);
  }

  #mixed(number: number, what: number): string {
    const [a, b] = this.#seed;
    const left = mix(a ^ mix(number ^ Math.imul(what, 0x9e37_79b9)));
    // The number itself, turned about, keeps ids apart whatever the other half comes to; none of them is 0.
    const right = (Math.imul(number + 1, 0x9e37_79b1) ^ b) >>> 0;
    return `${hex(left === 0 && right === 0 ? what : left)}${hex(right)}`;
  }
}

/** The last step of MurmurHash3. */
function mix(number: number): number {
  let mixed = number;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex(number: number): string {
  return number.toString(16).padStart(8, '0');
}

/** The resource of each plugin. */
export function resourceOf(plugin: RecordedPlugin | undefined, version: string): OtelResource {
  return {
    attributes: [
      ['service.name', plugin?.name ?? 'unknown_service'],
      ['telemetry.sdk.name', 'hotplug'],
      ['telemetry.sdk.version', version],
      ...(plugin === undefined
        ? []
        : [['hotplug.contract', plugin.contract] as const, ['hotplug.language', plugin.language] as const]),
    ],
  };
}

/** Who wants spans, logs or both; what nobody wants is not made. */
export interface OtelTaker {
  readonly span?: (plugin: number, span: OtelSpan) => void;
  readonly log?: (plugin: number, log: OtelLog) => void;
}

/** Turns items into spans and logs. */
export class OtelTranslator {
  readonly #clock: Clock;
  readonly #ids: OtelIds;
  readonly #take: OtelTaker;

  constructor(info: RecordingInfo, clock: Clock, take: OtelTaker) {
    this.#clock = clock;
    this.#ids = new OtelIds(info);
    this.#take = take;
  }

  item(item: Item): void {
    const { span, log } = this.#take;
    switch (item.type) {
      case 'slices':
        if (span !== undefined) this.#slices(item.plugin, item.slices, span);
        return;
      case 'point':
        if (log !== undefined && item.track !== 'effects') this.#point(item, log);
        return;
      case 'span':
        if (span !== undefined) this.#telemetrySpan(item, span);
        return;
      case 'counter':
        // Metrics are another signal.
        return;
    }
  }

  #slices(plugin: number, slices: readonly Slice[], take: NonNullable<OtelTaker['span']>): void {
    const above: Slice[] = [];
    for (const slice of slices) {
      while ((above.at(-1)?.depth ?? -1) >= slice.depth) above.pop();
      const parent = above.at(-1)?.record ?? parentOf(slice.record, slice.belongs);
      above.push(slice);
      const { row, delivery } = slice;
      const links =
        delivery === undefined
          ? []
          : [
              {
                traceId: this.#ids.trace(delivery.source.event),
                spanId: this.#ids.span(delivery.source.record),
              },
            ];
      take(plugin, {
        traceId: this.#ids.trace(slice.belongs.event),
        spanId: this.#ids.span(slice.record),
        ...(parent === undefined ? {} : { parentSpanId: this.#ids.span(parent) }),
        name: nameOf(slice),
        kind: kindOf(slice),
        start: this.#clock.epoch(slice.from),
        end: this.#clock.epoch(slice.to),
        attributes: attributesOf(slice),
        links,
        ...(row.status === 'error' ? { failure: row.summary } : {}),
      });
    }
  }

  #telemetrySpan(
    { plugin, span, row, belongs }: Extract<Item, { type: 'span' }>,
    take: NonNullable<OtelTaker['span']>,
  ): void {
    const record = span.begins ?? span.ends ?? row.record;
    const parent = parentOf(record, belongs);
    take(plugin, {
      traceId: this.#ids.trace(belongs.event),
      spanId: this.#ids.span(record, true),
      ...(parent === undefined ? {} : { parentSpanId: this.#ids.span(parent) }),
      name: span.name,
      kind: SpanKind.internal,
      start: this.#clock.epoch(span.from),
      end: this.#clock.epoch(span.to),
      attributes: [
        ['hotplug.record', record],
        ...(span.ends === undefined ? [['hotplug.unfinished', true] as const] : []),
        ['hotplug.summary', row.summary],
      ],
      links: [],
      ...(span.failed ? { failure: row.summary } : {}),
    });
  }

  #point(
    { plugin, time, row, telemetry, belongs, record, track }: Extract<Item, { type: 'point' }>,
    take: NonNullable<OtelTaker['log']>,
  ): void {
    const isFailure = row.status === 'error';
    const level = row.level ?? (isFailure ? 'error' : 'info');
    const parent = parentOf(record, belongs);
    take(plugin, {
      time: this.#clock.epoch(time),
      severityNumber: SEVERITIES[level],
      severityText: level.toUpperCase(),
      body: telemetry?.data ?? row.summary,
      traceId: this.#ids.trace(belongs.event),
      ...(parent === undefined ? {} : { spanId: this.#ids.span(parent) }),
      ...(telemetry === undefined
        ? track === 'lifecycle'
          ? { eventName: `hotplug.plugin.${row.name}` }
          : {}
        : { eventName: telemetry.eventType }),
      attributes: [
        ['hotplug.record', record],
        ['hotplug.kind', row.kind],
        ...(row.event === 0 ? [] : [['hotplug.event', row.event] as const]),
        ...(row.name === 'stdout' || row.name === 'stderr' ? [['log.iostream', row.name] as const] : []),
        ...(telemetry?.correlationId === undefined
          ? []
          : [['hotplug.telemetry.correlation_id', telemetry.correlationId] as const]),
        ...(telemetry?.turnId === undefined
          ? []
          : [['hotplug.telemetry.turn_id', telemetry.turnId] as const]),
      ],
    });
  }
}

/** The record whose span is above that of a record which nothing else is above of. */
function parentOf(record: number, { event, told }: Belongs): number | undefined {
  return told && event !== record ? event : undefined;
}

/** Spans of messages are called after what is done and where, as the conventions have it. */
function nameOf({ kind, row }: Slice): string {
  if (kind === 'event') return `process ${row.name}`;
  return row.kind === 'effect' ? `send ${row.name}` : row.name;
}

function kindOf({ kind, row }: Slice): OtelSpan['kind'] {
  if (kind === 'event') return SpanKind.consumer;
  return row.kind === 'effect' ? SpanKind.producer : SpanKind.internal;
}

function attributesOf({ kind, row, trap }: Slice): readonly Attribute[] {
  const isMessage = kind === 'event' || row.kind === 'effect';
  return [
    ['hotplug.record', row.record],
    ['hotplug.kind', row.kind],
    ...(row.event === 0 ? [] : [['hotplug.event', row.event] as const]),
    ...(isMessage ? messageAttributes(kind, row) : []),
    ...(kind === 'event' ? [] : [['code.function.name', row.name] as const]),
    ...(row.status === 'error' ? [['error.type', trap ? 'trap' : 'error'] as const] : []),
    ...(row.summary === '' ? [] : [['hotplug.summary', row.summary] as const]),
  ];
}

function messageAttributes(kind: Slice['kind'], row: Row): readonly Attribute[] {
  const operation = kind === 'event' ? 'process' : 'send';
  return [
    ['messaging.system', 'hotplug'],
    ['messaging.operation.type', operation],
    ['messaging.operation.name', operation],
    ['messaging.destination.name', row.name],
    ['messaging.message.body.size', row.size],
  ];
}
