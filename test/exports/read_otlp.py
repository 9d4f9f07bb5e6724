"""Reads OTLP with OpenTelemetry's own messages and prints spans and logs as JSON.

    read_otlp.py FILE...

A file that ends with .jsonl has requests as JSON, one a line; .traces.pb and .logs.pb have one request. Fails where
there is anything that OpenTelemetry does not know, or an id or time is none.
"""

import base64
import json
import sys

from google.protobuf import json_format, unknown_fields
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

IDS = {"traceId", "spanId", "parentSpanId"}


def known(message):
    unknown = unknown_fields.UnknownFieldSet(message)
    if len(unknown) > 0:
        raise SystemExit(f"{message.DESCRIPTOR.name} has unknown fields")
    for field, value in message.ListFields():
        if field.type != field.TYPE_MESSAGE:
            continue
        for inner in value if hasattr(value, "add") else [value]:
            known(inner)


def with_bytes(value):
    """OTLP has ids in hexadecimal where protobuf's JSON has base64."""
    if isinstance(value, list):
        return [with_bytes(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: base64.b64encode(bytes.fromhex(one)).decode() if name in IDS else with_bytes(one)
        for name, one in value.items()
    }


def from_json(line):
    told = json.loads(line)
    kind = ExportTraceServiceRequest if "resourceSpans" in told else ExportLogsServiceRequest
    return json_format.ParseDict(with_bytes(told), kind())


def requests(path):
    if path.endswith(".jsonl"):
        with open(path, encoding="utf-8") as file:
            for line in file:
                yield from_json(line)
        return
    kind = ExportTraceServiceRequest if path.endswith(".traces.pb") else ExportLogsServiceRequest
    with open(path, "rb") as file:
        yield kind.FromString(file.read())


def value_of(value):
    return getattr(value, value.WhichOneof("value"))


def attributes_of(attributes):
    told = {one.key: value_of(one.value) for one in attributes}
    if len(told) != len(attributes):
        raise SystemExit("an attribute is there twice")
    return told


def check_id(id, length):
    if len(id) != length or not any(id):
        raise SystemExit(f"{id.hex()} is no id of {length} bytes")
    return id.hex()


def read(path):
    spans, logs = [], []
    for request in requests(path):
        known(request)
        if isinstance(request, ExportTraceServiceRequest):
            for group in request.resource_spans:
                resource = attributes_of(group.resource.attributes)
                for scope in group.scope_spans:
                    spans.extend(span_of(span, resource, scope.scope) for span in scope.spans)
        else:
            for group in request.resource_logs:
                resource = attributes_of(group.resource.attributes)
                for scope in group.scope_logs:
                    logs.extend(log_of(log, resource, scope.scope) for log in scope.log_records)
    return {"spans": spans, "logs": logs}


def span_of(span, resource, scope):
    if span.start_time_unix_nano > span.end_time_unix_nano:
        raise SystemExit(f"{span.name} ends before it begins")
    return {
        "service": resource["service.name"],
        "scope": [scope.name, scope.version],
        "trace": check_id(span.trace_id, 16),
        "span": check_id(span.span_id, 8),
        "parent": check_id(span.parent_span_id, 8) if span.parent_span_id else None,
        "name": span.name,
        "kind": span.kind,
        "start": str(span.start_time_unix_nano),
        "end": str(span.end_time_unix_nano),
        "attributes": attributes_of(span.attributes),
        "links": [[check_id(link.trace_id, 16), check_id(link.span_id, 8)] for link in span.links],
        "status": [span.status.code, span.status.message],
    }


def log_of(log, resource, scope):
    return {
        "service": resource["service.name"],
        "scope": [scope.name, scope.version],
        "time": str(log.time_unix_nano),
        "severity": [log.severity_number, log.severity_text],
        "body": value_of(log.body),
        "event": log.event_name,
        "attributes": attributes_of(log.attributes),
        "trace": check_id(log.trace_id, 16) if log.trace_id else None,
        "span": check_id(log.span_id, 8) if log.span_id else None,
    }


print(json.dumps([read(path) for path in sys.argv[1:]]))
