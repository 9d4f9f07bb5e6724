/** OTLP's requests as JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): ids in hexadecimal, 64-bit numbers as text. */
import { STATUS_ERROR, type Attribute, type OtelGroup, type OtelLog, type OtelSpan } from './otlp.ts';
import { jsonText } from './text.ts';

const SCOPE = 'hotplug';

/** An ExportTraceServiceRequest. */
export function tracesJson(groups: readonly OtelGroup<OtelSpan>[], version: string): string {
  return jsonText({
    resourceSpans: groups.map(({ resource, entries }) => ({
      resource: { attributes: attributesJson(resource.attributes) },
      scopeSpans: [{ scope: { name: SCOPE, version }, spans: entries.map(spanJson) }],
    })),
  });
}

/** An ExportLogsServiceRequest. */
export function logsJson(groups: readonly OtelGroup<OtelLog>[], version: string): string {
  return jsonText({
    resourceLogs: groups.map(({ resource, entries }) => ({
      resource: { attributes: attributesJson(resource.attributes) },
      scopeLogs: [{ scope: { name: SCOPE, version }, logRecords: entries.map(logJson) }],
    })),
  });
}

function spanJson(span: OtelSpan): unknown {
  const { traceId, spanId, parentSpanId, name, kind, links, failure } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    attributes: attributesJson(span.attributes),
    ...(links.length === 0 ? {} : { links }),
    status: failure === undefined ? {} : { code: STATUS_ERROR, message: failure },
  };
}

function logJson(log: OtelLog): unknown {
  const { severityNumber, severityText, body, eventName, traceId, spanId } = log;
  const time = String(log.time);
  return {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber,
    severityText,
    body: { stringValue: body },
    attributes: attributesJson(log.attributes),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    ...(eventName === undefined ? {} : { eventName }),
  };
}

function attributesJson(attributes: readonly Attribute[]): unknown {
  return attributes.map(([key, value]) => ({ key, value: valueJson(value) }));
}

function valueJson(value: Attribute[1]): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
