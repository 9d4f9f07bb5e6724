/** Spans and logs as OpenTelemetry's protocol has them in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
import { isObject } from '../recording/lifecycle.ts';
import type { LogLevel } from '../recording/query.ts';
import type { JsonPart } from './json-stream.ts';
import type { Notes } from './notes.ts';
import type { ImportedPayload } from './payload.ts';
import { PieceKind, type Pieces } from './pieces.ts';
import type { Tracks } from './tracks.ts';
import { valueOfAny } from './values.ts';
import { printValue } from '../values/wave.ts';

/** What is asked of the JSON. */
export const OTLP_PATHS: readonly string[] = [
  '$.resourceSpans.*.resource',
  '$.resourceSpans.*.scopeSpans.*.spans.*',
  // Until 1.0 of the protocol.
  '$.resourceSpans.*.instrumentationLibrarySpans.*.spans.*',
  '$.resourceLogs.*.resource',
  '$.resourceLogs.*.scopeLogs.*.logRecords.*',
  '$.resourceMetrics.*.resource',
];

/** Nanoseconds of a uint64 in milliseconds; later than this no recording can hold. */
const FARTHEST_MS = 1.8e13;

type Json = Readonly<Record<string, unknown>>;

export class OtlpParts {
  readonly #pieces: Pieces;
  readonly #tracks: Tracks;
  readonly #notes: Notes;
  #count = 0;

  constructor(pieces: Pieces, tracks: Tracks, notes: Notes) {
    this.#pieces = pieces;
    this.#tracks = tracks;
    this.#notes = notes;
  }

  /** Takes the next part of the file. */
  take({ value, keys, document }: JsonPart): void {
    const [what, resource, member, , list] = keys;
    const group = `${document}.${String(what)}.${String(resource)}`;
    if (member === 'resource') {
      if (what === 'resourceMetrics')
        this.#notes.add('Metrics are not shown; resources that have some', ++this.#count);
      else this.#name(group, value);
      return;
    }
    const number = ++this.#count;
    if (!isObject(value)) this.#notes.add('Spans and logs that are no objects are left out', number);
    else if (list === 'spans') this.#span(value, group, number);
    else this.#log(value, group, number);
  }

  #name(group: string, resource: unknown): void {
    const attributes =
      isObject(resource) && Array.isArray(resource['attributes']) ? resource['attributes'] : [];
    const named = (key: string): string | undefined => {
      const found = attributes.find((one: unknown) => isObject(one) && one['key'] === key) as unknown;
      const value = isObject(found) ? valueOfAny(found['value']) : undefined;
      return value === undefined ? undefined : value.type === 'string' ? value.value : printValue(value);
    };
    const [name, space] = [named('service.name'), named('service.namespace')];
    if (name !== undefined)
      this.#tracks.nameGroup(group, { name: space === undefined ? name : `${space}/${name}` });
    else this.#tracks.nameGroup(group, { name: 'unknown service' });
  }

  #span(span: Json, group: string, number: number): void {
    const from = millisecondsOf(span['startTimeUnixNano']);
    const to = millisecondsOf(span['endTimeUnixNano']);
    const time = from ?? to;
    if (time === undefined) {
      this.#notes.add('Spans without a time are left out', number);
      return;
    }
    if (to === undefined) this.#notes.add('Spans without an end are shown without a duration', number);
    else if (to < time)
      this.#notes.add('Spans that end before they begin are shown without a duration', number);
    const { status, attributes, events } = span;
    const failed = isObject(status) && (status['code'] === 2 || status['code'] === 'STATUS_CODE_ERROR');
    const text = isObject(status) && typeof status['message'] === 'string' ? status['message'] : '';
    const ids = idsOf(span);
    const track = this.#tracks.of(group);
    this.#pieces.add({
      kind: PieceKind.span,
      track,
      name: nameOf(span),
      time,
      amount: Math.max(0, (to ?? time) - time),
      payload: {
        ...ids,
        ...(typeof span['parentSpanId'] === 'string' && span['parentSpanId'] !== ''
          ? { parentId: span['parentSpanId'] }
          : {}),
        ...(attributes === undefined ? {} : { attributes }),
        ...(text === '' ? {} : { text }),
        ...(failed ? { failed } : {}),
        ...(to === undefined ? { unfinished: true } : {}),
      },
    });
    for (const event of Array.isArray(events) ? (events as readonly unknown[]) : []) {
      const at = isObject(event) ? millisecondsOf(event['timeUnixNano']) : undefined;
      if (!isObject(event) || at === undefined) {
        this.#notes.add('Events of spans without a time are left out', number);
        continue;
      }
      const { attributes: its } = event;
      this.#pieces.add({
        kind: PieceKind.instant,
        track,
        name: nameOf(event),
        time: at,
        payload: { ...ids, ...(its === undefined ? {} : { attributes: its }) },
      });
    }
  }

  #log(log: Json, group: string, number: number): void {
    const time = millisecondsOf(log['timeUnixNano']) ?? millisecondsOf(log['observedTimeUnixNano']);
    if (time === undefined) {
      this.#notes.add('Logs without a time are left out', number);
      return;
    }
    const { attributes, body, severityText, eventName } = log;
    const value = body === undefined ? undefined : valueOfAny(body);
    const level = levelOf(log['severityNumber']);
    const text = value === undefined ? '' : value.type === 'string' ? value.value : printValue(value);
    this.#pieces.add({
      kind: PieceKind.log,
      track: this.#tracks.of(group),
      name:
        typeof eventName === 'string' && eventName !== ''
          ? eventName
          : typeof severityText === 'string' && severityText !== ''
            ? severityText
            : 'log',
      time,
      payload: {
        ...idsOf(log),
        text,
        ...(level === undefined ? {} : { level }),
        ...(attributes === undefined ? {} : { attributes }),
      },
    });
  }
}

function idsOf({ traceId, spanId }: Json): Pick<ImportedPayload, 'traceId' | 'spanId'> {
  return {
    ...(typeof traceId === 'string' && traceId !== '' ? { traceId } : {}),
    ...(typeof spanId === 'string' && spanId !== '' ? { spanId } : {}),
  };
}

function nameOf({ name }: Json): string {
  return typeof name === 'string' ? name : '';
}

/** Nanoseconds since the epoch as milliseconds; 0 means that they are not known. */
function millisecondsOf(nanoseconds: unknown): number | undefined {
  if (typeof nanoseconds === 'number') return within(nanoseconds / 1e6);
  if (typeof nanoseconds !== 'string' || !/^\d{1,20}$/.test(nanoseconds)) return undefined;
  const whole = BigInt(nanoseconds);
  return within(Number(whole / 1_000_000n) + Number(whole % 1_000_000n) / 1e6);
}

function within(milliseconds: number): number | undefined {
  return milliseconds > 0 && milliseconds < FARTHEST_MS ? milliseconds : undefined;
}

/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
function levelOf(severity: unknown): LogLevel | undefined {
  const named = typeof severity === 'string' ? /^SEVERITY_NUMBER_([A-Z]+)/.exec(severity)?.[1] : undefined;
  if (named !== undefined) {
    const level = named.toLowerCase();
    return level === 'fatal'
      ? 'error'
      : (['trace', 'debug', 'info', 'warn', 'error'] as const).find((one) => one === level);
  }
  if (typeof severity !== 'number' || severity < 1) return undefined;
  if (severity <= 4) return 'trace';
  if (severity <= 8) return 'debug';
  if (severity <= 12) return 'info';
  return severity <= 16 ? 'warn' : 'error';
}
