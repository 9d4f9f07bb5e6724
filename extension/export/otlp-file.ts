/**
 * OpenTelemetry's data in files. JSON: one request a line, of spans or of logs, as the collector's file exporter
 * writes and its `otlpjsonfile` receiver reads them. Protobuf: requests after each other, which are one request, of
 * spans or of logs.
 */
import { clockOf } from './clock.ts';
import { encode, TextPieces, type Encoder, type Pieces, type Source } from './encode.ts';
import { OtelBatches } from './otlp-batches.ts';
import { logsJson, tracesJson } from './otlp-json.ts';
import { writeLogs, writeTraces } from './otlp-protobuf.ts';
import { OtelTranslator, type OtelGroup, type OtelLog, type OtelSpan } from './otlp.ts';
import { WireWriter } from './wire.ts';

export type Signal = 'traces' | 'logs';

/** Spans or logs in one request. */
const BATCH = 1024;

export function otlpJson(source: Source): Pieces {
  const out = new TextPieces();
  const { version } = source;
  return otlp(source, out, {
    traces: (groups) => {
      out.add(`${tracesJson(groups, version)}\n`);
    },
    logs: (groups) => {
      out.add(`${logsJson(groups, version)}\n`);
    },
  });
}

export function otlpProtobuf(source: Source, signal: Signal): Pieces {
  const out = new WireWriter();
  const { version } = source;
  return otlp(
    source,
    out,
    signal === 'traces'
      ? {
          traces: (groups) => {
            writeTraces(out, groups, version);
          },
        }
      : {
          logs: (groups) => {
            writeLogs(out, groups, version);
          },
        },
  );
}

function otlp(
  source: Source,
  out: Pick<Encoder, 'length' | 'take'>,
  write: {
    readonly traces?: (groups: readonly OtelGroup<OtelSpan>[]) => void;
    readonly logs?: (groups: readonly OtelGroup<OtelLog>[]) => void;
  },
): Pieces {
  const {
    recording: { info },
    version,
  } = source;
  const spans = new OtelBatches<OtelSpan>(info, version);
  const logs = new OtelBatches<OtelLog>(info, version);
  const send = (least: number): void => {
    if (spans.count >= least) write.traces?.(spans.take());
    if (logs.count >= least) write.logs?.(logs.take());
  };
  const translator = new OtelTranslator(info, clockOf(info.startedAt), {
    ...(write.traces === undefined ? {} : { span: spans.add }),
    ...(write.logs === undefined ? {} : { log: logs.add }),
  });
  return encode(source, {
    get length() {
      return out.length;
    },
    take: () => out.take(),
    item: (item) => {
      translator.item(item);
      send(BATCH);
    },
    end: () => {
      send(1);
    },
  });
}
