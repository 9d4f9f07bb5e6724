/** The formats that recordings are exported in. */
import { chrome } from './chrome.ts';
import { csv } from './csv.ts';
import type { ExportFormat } from './format.ts';
import type { Pieces, Source } from './encode.ts';
import { jsonl } from './jsonl.ts';
import { otlpJson, otlpProtobuf, type Signal } from './otlp-file.ts';
import { perfetto } from './perfetto.ts';
import { speedscope } from './speedscope.ts';

export type { ExportFormat } from './format.ts';

export interface FormatFacts {
  /** What it is called. */
  readonly title: string;
  /** How its files end, with the dot. */
  readonly ending: string;
  /** No terminal can show it. */
  readonly isBinary: boolean;
  /** It is one file for each of these. */
  readonly signals?: readonly Signal[];
}

export const formats: Readonly<Record<ExportFormat, FormatFacts>> = {
  perfetto: { title: 'Perfetto trace', ending: '.pftrace', isBinary: true },
  chrome: { title: 'Chrome trace events', ending: '.trace.json', isBinary: false },
  'otlp-json': { title: 'OpenTelemetry, JSON', ending: '.otlp.jsonl', isBinary: false },
  'otlp-protobuf': {
    title: 'OpenTelemetry, protobuf',
    ending: '.otlp.pb',
    isBinary: true,
    signals: ['traces', 'logs'],
  },
  jsonl: { title: 'JSON Lines', ending: '.jsonl', isBinary: false },
  csv: { title: 'Comma-separated values', ending: '.csv', isBinary: false },
  speedscope: { title: 'speedscope profile', ending: '.speedscope.json', isBinary: false },
};

export const formatNames = Object.keys(formats) as readonly ExportFormat[];

/** The format whose files end like this one; the longest ending counts. */
export function formatOfFile(file: string): ExportFormat | undefined {
  return formatNames
    .filter((name) => file.toLowerCase().endsWith(formats[name].ending))
    .sort((a, b) => formats[b].ending.length - formats[a].ending.length)[0];
}

/** The export itself. `signal` is for formats that have signals: spans where absent. */
export function piecesOf(format: ExportFormat, source: Source, signal: Signal = 'traces'): Pieces {
  switch (format) {
    case 'perfetto':
      return perfetto(source);
    case 'chrome':
      return chrome(source);
    case 'otlp-json':
      return otlpJson(source);
    case 'otlp-protobuf':
      return otlpProtobuf(source, signal);
    case 'jsonl':
      return jsonl(source);
    case 'csv':
      return csv(source);
    case 'speedscope':
      return speedscope(source);
  }
}
