/** Apart from the formats themselves, so that a page can name one. */
export type ExportFormat =
  'perfetto' | 'chrome' | 'otlp-json' | 'otlp-protobuf' | 'jsonl' | 'csv' | 'speedscope';
