/** OTLP's requests as protobuf. Numbers of fields are those of the .proto files in opentelemetry/proto. */
import { STATUS_ERROR, type Attribute, type OtelGroup, type OtelLog, type OtelSpan } from './otlp.ts';
import type { WireWriter } from './wire.ts';

const SCOPE_NAME = 'hotplug';
/** ExportTraceServiceRequest and ExportLogsServiceRequest, what is in them, and what is in that. */
const REQUEST = { resources: 1 } as const;
const RESOURCE_DATA = { resource: 1, scopes: 2 } as const;
const SCOPE_DATA = { scope: 1, entries: 2 } as const;
const SCOPE = { name: 1, version: 2 } as const;
const RESOURCE = { attributes: 1 } as const;
const KEY_VALUE = { key: 1, value: 2 } as const;
const VALUE = { string: 1, bool: 2, int: 3, double: 4 } as const;
const SPAN = {
  traceId: 1,
  spanId: 2,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  start: 7,
  end: 8,
  attributes: 9,
  links: 13,
  status: 15,
} as const;
const LINK = { traceId: 1, spanId: 2 } as const;
const STATUS = { message: 2, code: 3 } as const;
const LOG = {
  time: 1,
  severityNumber: 2,
  severityText: 3,
  body: 5,
  attributes: 6,
  traceId: 9,
  spanId: 10,
  observedTime: 11,
  eventName: 12,
} as const;

/** An ExportTraceServiceRequest; several after each other are one, too. */
export function writeTraces(out: WireWriter, groups: readonly OtelGroup<OtelSpan>[], version: string): void {
  writeRequest(out, groups, version, writeSpan);
}

/** An ExportLogsServiceRequest; several after each other are one, too. */
export function writeLogs(out: WireWriter, groups: readonly OtelGroup<OtelLog>[], version: string): void {
  writeRequest(out, groups, version, writeLog);
}

function writeRequest<Entry>(
  out: WireWriter,
  groups: readonly OtelGroup<Entry>[],
  version: string,
  write: (out: WireWriter, entry: Entry) => void,
): void {
  for (const { resource, entries } of groups) {
    out.message(REQUEST.resources, () => {
      out.message(RESOURCE_DATA.resource, () => {
        writeAttributes(out, RESOURCE.attributes, resource.attributes);
      });
      out.message(RESOURCE_DATA.scopes, () => {
        out.message(SCOPE_DATA.scope, () => {
          out.string(SCOPE.name, SCOPE_NAME);
          out.string(SCOPE.version, version);
        });
        for (const entry of entries) {
          out.message(SCOPE_DATA.entries, () => {
            write(out, entry);
          });
        }
      });
    });
  }
}

function writeSpan(out: WireWriter, span: OtelSpan): void {
  const { parentSpanId, failure } = span;
  out.bytes(SPAN.traceId, Buffer.from(span.traceId, 'hex'));
  out.bytes(SPAN.spanId, Buffer.from(span.spanId, 'hex'));
  if (parentSpanId !== undefined) out.bytes(SPAN.parentSpanId, Buffer.from(parentSpanId, 'hex'));
  out.string(SPAN.name, span.name);
  out.uint(SPAN.kind, span.kind);
  out.fixed64(SPAN.start, span.start);
  out.fixed64(SPAN.end, span.end);
  writeAttributes(out, SPAN.attributes, span.attributes);
  for (const { traceId, spanId } of span.links) {
    out.message(SPAN.links, () => {
      out.bytes(LINK.traceId, Buffer.from(traceId, 'hex'));
      out.bytes(LINK.spanId, Buffer.from(spanId, 'hex'));
    });
  }
  if (failure === undefined) return;
  out.message(SPAN.status, () => {
    out.string(STATUS.message, failure);
    out.uint(STATUS.code, STATUS_ERROR);
  });
}

function writeLog(out: WireWriter, log: OtelLog): void {
  const { traceId, spanId, eventName } = log;
  out.fixed64(LOG.time, log.time);
  out.uint(LOG.severityNumber, log.severityNumber);
  out.string(LOG.severityText, log.severityText);
  out.message(LOG.body, () => {
    out.string(VALUE.string, log.body);
  });
  writeAttributes(out, LOG.attributes, log.attributes);
  if (traceId !== undefined) out.bytes(LOG.traceId, Buffer.from(traceId, 'hex'));
  if (spanId !== undefined) out.bytes(LOG.spanId, Buffer.from(spanId, 'hex'));
  out.fixed64(LOG.observedTime, log.time);
  if (eventName !== undefined) out.string(LOG.eventName, eventName);
}

function writeAttributes(out: WireWriter, field: number, attributes: readonly Attribute[]): void {
  for (const [key, value] of attributes) {
    out.message(field, () => {
      out.string(KEY_VALUE.key, key);
      out.message(KEY_VALUE.value, () => {
        if (typeof value === 'string') out.string(VALUE.string, value);
        else if (typeof value === 'boolean') out.uint(VALUE.bool, value ? 1 : 0);
        else if (Number.isSafeInteger(value)) out.uint(VALUE.int, BigInt.asUintN(64, BigInt(value)));
        else out.double(VALUE.double, value);
      });
    });
  }
}
