/** Exports as text, read by parsers of others: csv-parse, JSON schemas of speedscope and of our own lines. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { filterOf } from '../../extension/export/filter.ts';
import { formatOfFile } from '../../extension/export/formats.ts';
import type { RawRecord } from '../../extension/recording/record.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { everything, exported, sourceOf, wild } from './export-fixture.ts';

const require = createRequire(import.meta.url);
const ajv = new Ajv({ strict: false, allowUnionTypes: true });
const isSpeedscope = ajv.compile(
  JSON.parse(
    readFileSync(require.resolve('speedscope/dist/release/file-format-schema.json'), 'utf8'),
  ) as object,
);
const isRecord = ajv.compile(
  JSON.parse(readFileSync(new URL('../../schemas/records.schema.json', import.meta.url), 'utf8')) as object,
);

interface ChromeEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: number;
  readonly name: string;
  readonly cat?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

function chrome(records: readonly RawRecord[]): readonly ChromeEvent[] {
  const json = exported('chrome', sourceOf(records)).toString();
  return (JSON.parse(json) as { traceEvents: readonly ChromeEvent[] }).traceEvents;
}

interface Profile {
  readonly name: string;
  readonly startValue: number;
  readonly endValue: number;
  readonly events: readonly { readonly type: 'O' | 'C'; readonly frame: number; readonly at: number }[];
}

function speedscope(records: readonly RawRecord[]): {
  readonly profiles: readonly Profile[];
  readonly frames: readonly { readonly name: string }[];
} {
  const json = JSON.parse(exported('speedscope', sourceOf(records)).toString()) as {
    profiles: readonly Profile[];
    shared: { frames: readonly { name: string }[] };
  };
  assert.ok(isSpeedscope(json), JSON.stringify(isSpeedscope.errors));
  return { profiles: json.profiles, frames: json.shared.frames };
}

/** Fails where slices of one thread overlap without one being within the other, as readers add their times. */
function assertNests(events: readonly ChromeEvent[]): void {
  const open = new Map<string, number[]>();
  for (const { ph, pid, tid, ts, dur = 0 } of events) {
    if (ph !== 'X') continue;
    assert.ok(ts >= 0 && dur >= 0, `${ts} ${dur}`);
    const key = `${pid} ${tid}`;
    const ends = open.get(key) ?? [];
    open.set(key, ends);
    while (ends.length > 0 && (ends.at(-1) ?? 0) <= ts) ends.pop();
    // Days later a double holds no eighths of a microsecond any more.
    const slack = ts + dur > 2 ** 49 ? (ts + dur) * 2 ** -50 : 0;
    const outer = ends.at(-1);
    if (outer !== undefined) assert.ok(ts + dur <= outer + slack, `${ts} + ${dur} ends after ${outer}`);
    ends.push(ts + dur);
  }
}

describe('Chrome trace events', () => {
  it('have calls that nest, points, spans, counters, names and flows', () => {
    const events = chrome(everything);
    const slices = events.filter(({ ph }) => ph === 'X');
    assert.deepEqual(
      slices.map(({ pid, name, cat, ts, dur }) => [pid, name, cat, ts, dur]),
      [
        [2, 'llm.request', 'spans', 21_000, 3000],
        [2, 'in', 'event', 20_000, 5000],
        [2, 'process', 'call,error', 21_000, 4000],
        [1, 'in', 'event', 10_000, 5000],
        [1, 'process', 'call', 10_000, 5000],
        [1, 'send-output', 'hostCall', 12_000, 500],
      ],
    );
    assertNests(events);
    // What takes no time is a point.
    const points = events.filter(({ ph, cat }) => ph === 'i' && cat === 'hostCall');
    assert.deepEqual(
      points.map(({ name, ts }) => `${name} ${ts}`),
      ['send-output 21000', 'send-output 24000', 'log 11000'],
    );
    const [start, finish] = ['s', 'f'].map((kind) => events.find(({ ph }) => ph === kind));
    assert.deepEqual([start?.pid, start?.ts, finish?.pid, finish?.ts], [1, 12_000, 2, 20_000]);
    assert.equal(start?.id, finish?.id);
    const counters = events.filter(({ ph }) => ph === 'C').map(({ name, args }) => [name, args]);
    assert.deepEqual(counters, [
      ['memory', { bytes: 1_114_112 }],
      ['queue', { number: 3 }],
      ['calls', { 'per second': 1 }],
      ['calls', { 'per second': 0 }],
      ['calls', { 'per second': 1 }],
      ['calls', { 'per second': 0 }],
    ]);
    const named = events.filter(({ name }) => name === 'thread_name').map(({ args }) => args?.['name']);
    for (const track of [
      'calls',
      'logs',
      'effects',
      'lifecycle',
      'telemetry llm.request',
      'span llm.request',
    ])
      assert.ok(named.includes(track), `${track} in ${named.join()}`);
  });

  it('nest whatever the recorded times are', () => {
    fc.assert(
      fc.property(wild, (records) => {
        assertNests(chrome(records));
      }),
      { numRuns: 200 },
    );
  });
});

describe('speedscope', () => {
  it('gets a profile for each plugin', () => {
    const { profiles, frames } = speedscope(everything);
    assert.deepEqual(
      profiles.map(({ name }) => name),
      ['gain', 'vad'],
    );
    const [gain] = profiles;
    const told = gain?.events.map(({ type, frame, at }) => `${type} ${frames[frame]?.name ?? ''} ${at}`);
    assert.deepEqual(told, [
      'O event in 10',
      'O process 10',
      'O log 11',
      'C log 11',
      'O send-output 12',
      'C send-output 12.5',
      'C process 15',
      'C event in 15',
    ]);
    assert.deepEqual([gain?.startValue, gain?.endValue], [10, 15]);
  });

  it('gets events that go up in time, each closing the last one that was opened', () => {
    fc.assert(
      fc.property(wild, (records) => {
        const { profiles, frames } = speedscope(records);
        for (const { events, startValue, endValue } of profiles) {
          const open: number[] = [];
          let before = startValue;
          for (const { type, frame, at } of events) {
            assert.ok(at >= before && at <= endValue, `${at}`);
            assert.ok(frame < frames.length);
            before = at;
            if (type === 'O') open.push(frame);
            else assert.equal(open.pop(), frame);
          }
          assert.deepEqual(open, []);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('CSV', () => {
  const read = (records: readonly RawRecord[], choice = {}): readonly Readonly<Record<string, string>>[] =>
    parseCsv(exported('csv', sourceOf(records, choice)), {
      columns: true,
      record_delimiter: '\r\n',
      relax_column_count: false,
    });

  it('has a line for each row, and no formula', () => {
    const rows = read(everything);
    assert.equal(rows.length, 11);
    const { time_ms, plugin, kind, level, summary } = rows[2] ?? {};
    assert.deepEqual(
      { time_ms, plugin, kind, level, summary },
      {
        time_ms: '11.000000',
        plugin: 'gain',
        kind: 'log',
        level: 'warn',
        summary: 'warn: =HYPERLINK("http://x")',
      },
    );
    assert.equal(rows[0]?.['timestamp'], '2026-09-21T14:13:20.000000000Z');
    assert.equal(rows[8]?.['summary'], 'unreachable, "really"');
  });

  it('is read back whatever is in it', () => {
    fc.assert(
      fc.property(wild, (records) => {
        const source = sourceOf(records);
        const rows = read(records);
        const wanted = records.filter(
          ({ kind }) => kind !== RecordKind.memory && kind !== RecordKind.counter,
        );
        assert.equal(rows.length, wanted.length);
        for (const [index, row] of rows.entries()) {
          const name = (wanted[index]?.name ?? '').toWellFormed();
          const isFormula = /^[=+\-@\t\r]/.test(name);
          assert.equal(row['name'], isFormula ? `'${name}` : name);
          assert.ok(source.recording.count > 0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('JSON Lines', () => {
  const read = (records: readonly RawRecord[], choice = {}): readonly Readonly<Record<string, unknown>>[] => {
    const lines = exported('jsonl', sourceOf(records, choice)).toString().split('\n');
    assert.equal(lines.pop(), '');
    return lines.map((line) => {
      const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
      assert.ok(isRecord(record), `${JSON.stringify(isRecord.errors)} ${line}`);
      return record;
    });
  };

  it('have every record with its values', () => {
    const records = read(everything);
    assert.equal(records.length, everything.length);
    assert.deepEqual(records[3]?.['values'], {
      'pin-name': 'out',
      packet: { text: 'hello' },
      result: 'ok',
    });
    assert.equal(records[9]?.['value'], 1_114_112);
    assert.equal(records[11]?.['text'], 'line one\nline two');
    assert.deepEqual(records[12]?.['lifecycle'], { change: 'failed', text: 'vad trapped' });
  });

  it('are what the schema says whatever is recorded', () => {
    fc.assert(
      fc.property(wild, (records) => {
        assert.equal(read(records).length, records.length);
      }),
      { numRuns: 200 },
    );
  });

  it('are of a stretch, and of what a filter lets through', () => {
    const told = (choice: object): unknown[] => read(everything, choice).map(({ record }) => record);
    assert.deepEqual(told({ from: 12.2, to: 20 }), [3, 4, 5]);
    assert.deepEqual(told({ from: 29 }), [12]);
    const { recording, describers } = sourceOf(everything);
    assert.deepEqual(told({ lets: filterOf(recording, describers, 'kind:call') }), [4, 8]);
    assert.deepEqual(
      told({ lets: filterOf(recording, describers, '') }),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12],
    );
    assert.throws(() => filterOf(recording, describers, 'duration:loud'), /The filter is not understood at/);
  });
});

it('the name of a file says its format', () => {
  assert.deepEqual(
    [
      'a.pftrace',
      'A.TRACE.JSON',
      'a.otlp.jsonl',
      'a.otlp.pb',
      'a.jsonl',
      'a.csv',
      'a.speedscope.json',
      'a.json',
    ].map(formatOfFile),
    ['perfetto', 'chrome', 'otlp-json', 'otlp-protobuf', 'jsonl', 'csv', 'speedscope', undefined],
  );
});
