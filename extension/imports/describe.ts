/** How records of imported traces are read: the contract's half of lists, details and lanes. */
import type { Description, Field } from '../host/contract.ts';
import type { Describers } from '../recording/describe.ts';
import { callResult, RecordFlag, RecordKind, type RawRecord } from '../recording/record.ts';
import type { Crossing, NamedValue } from '../values/value.ts';
import { printValue } from '../values/wave.ts';
import { decodePayload, type ImportedPayload } from './payload.ts';
import { fieldsOfAttributes, fieldsOfJson } from './values.ts';

/** Characters of a summary, and elements of a list in it: it stands on one line. */
const SUMMARY = 300;
const SHOWN = 16;

export const importedDescribers: Describers = {
  describe,
  telemetry: (record) => {
    if (!isEffect(record)) return undefined;
    const { tookMs, traceId, spanId, id, args, attributes, gives, takes } = payloadOf(record);
    // The end of an arrow that no slice could take.
    if (gives !== undefined || takes !== undefined) return undefined;
    const span = spanId ?? id;
    return {
      eventType: record.name,
      data: JSON.stringify(args ?? attributes ?? {}),
      ...(tookMs === undefined ? {} : { latencyMs: tookMs }),
      ...(traceId === undefined ? {} : { correlationId: traceId }),
      ...(span === undefined ? {} : { spanId: span }),
    };
  },
  level: (record) => payloadOf(record).level,
  links: (record) => {
    const { gives, takes } = payloadOf(record);
    if (gives === undefined && takes === undefined) return undefined;
    return { ...(gives === undefined ? {} : { gives }), ...(takes === undefined ? {} : { takes }) };
  },
  values: (record): Crossing | undefined =>
    hasPayload(record) ? { arguments: valuesOf(payloadOf(record)) } : undefined,
};

function describe(record: RawRecord): Description | undefined {
  if (!hasPayload(record)) return undefined;
  const payload = payloadOf(record);
  const values = valuesOf(payload);
  const { category, thread, text, level, traceId, spanId, parentId, id, tookMs, unfinished } = payload;
  const known: readonly (readonly [string, string | undefined])[] = [
    ['category', category],
    ['thread', thread],
    ['text', text],
    ['level', level],
    ['trace', traceId],
    ['span', spanId],
    ['parent', parentId],
    ['id', id],
    ['took', tookMs === undefined ? undefined : `${tookMs} ms`],
    ['end', unfinished === true ? 'not in the trace' : undefined],
  ];
  return {
    summary: summaryOf(payload, values),
    fields: [
      ...known.flatMap(([name, value]): readonly Field[] => (value === undefined ? [] : [{ name, value }])),
      ...values.map(({ name, value }) => ({ name, value: printValue(value) })),
    ],
  };
}

function summaryOf({ text, level, unfinished }: ImportedPayload, values: readonly NamedValue[]): string {
  const parts = values
    .slice(0, SHOWN)
    .map(({ name, value }) => `${name}: ${printValue(value, { most: SHOWN })}`);
  const line = [
    ...(level === undefined ? [] : [`${level}:`]),
    ...(text === undefined || text === '' ? [] : [text]),
    ...(unfinished === true ? ['(no end)'] : []),
    ...(parts.length === 0 ? [] : [parts.join(', ')]),
  ].join(' ');
  return line.length > SUMMARY ? `${line.slice(0, SUMMARY)}…` : line;
}

function valuesOf({ args, attributes }: ImportedPayload): readonly NamedValue[] {
  return attributes === undefined ? fieldsOfJson(args) : fieldsOfAttributes(attributes);
}

function isEffect({ kind, flags }: RawRecord): boolean {
  return kind === RecordKind.hostCall && (flags & RecordFlag.effect) !== 0;
}

function hasPayload({ kind }: RawRecord): boolean {
  return kind === RecordKind.call || kind === RecordKind.hostCall;
}

function payloadOf(record: RawRecord): ImportedPayload {
  if (!hasPayload(record)) return {};
  return decodePayload(
    record.kind === RecordKind.call ? (callResult(record.payload) ?? new Uint8Array()) : record.payload,
  );
}
