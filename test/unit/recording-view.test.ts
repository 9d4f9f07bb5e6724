import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { FailureReport } from '../../extension/host/report.ts';
import type { LiveRecording } from '../../extension/recording/live.ts';
import type { RowFilter, RowKind, RowWindow } from '../../extension/recording/query.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import type { Lifecycle, RawRecord } from '../../extension/recording/record.ts';
import { RecordingView } from '../../extension/recording/view.ts';
import { add, live, records, STARTED_AT } from './recording-fixture.ts';

const utf8 = new TextEncoder();

/** A contract whose payloads are text; effects that start with `T` are telemetry. */
function viewOf(recording: LiveRecording): RecordingView {
  const text = (record: RawRecord): string => new TextDecoder().decode(record.payload);
  return new RecordingView(
    recording,
    (record) =>
      record.kind === RecordKind.call
        ? undefined
        : { summary: text(record), fields: [{ name: 'text', value: text(record) }] },
    (record) =>
      text(record).startsWith('T') ? { eventType: 'vad.speech', latencyMs: 3, data: '{}' } : undefined,
  );
}

function put(
  recording: LiveRecording,
  record: Partial<Omit<RawRecord, 'payload'>> & { readonly payload?: Uint8Array | string },
): number {
  const payload =
    typeof record.payload === 'string' ? utf8.encode(record.payload) : (record.payload ?? new Uint8Array(0));
  return add(recording, {
    kind: RecordKind.event,
    plugin: 0,
    name: 'in',
    time: STARTED_AT,
    event: 0,
    flags: 0,
    ...record,
    payload,
  });
}

function lifecycle(of: Lifecycle): Uint8Array {
  return utf8.encode(JSON.stringify(of));
}

function kinds(window: RowWindow): RowKind[] {
  return window.rows.map(({ kind }) => kind);
}

describe('rows', () => {
  it('are of the kind that their flags and payload make them', () => {
    using recording = live();
    const { hostCall } = RecordKind;
    put(recording, { kind: RecordKind.event, payload: 'e' });
    put(recording, {
      kind: RecordKind.call,
      name: 'process',
      payload: encodeCall({ durationMs: 1.5, status: CallStatus.ok, text: '' }),
    });
    put(recording, { kind: hostCall, name: 'now', payload: '1' });
    put(recording, { kind: hostCall, name: 'send', flags: RecordFlag.effect, payload: 'packet' });
    put(recording, { kind: hostCall, name: 'send', flags: RecordFlag.effect, payload: 'T' });
    put(recording, { kind: hostCall, name: 'log', flags: RecordFlag.log, payload: 'hello' });
    put(recording, { kind: RecordKind.output, name: 'stderr', payload: 'panicked\n' });
    put(recording, { kind: RecordKind.memory, payload: new Uint8Array(8) });
    put(recording, {
      kind: RecordKind.lifecycle,
      name: 'running',
      payload: lifecycle({ change: 'running', text: 'Running' }),
    });
    const window = viewOf(recording).rows({ filter: {}, first: 0, count: 100 });
    assert.deepEqual(kinds(window), [
      'event',
      'call',
      'hostCall',
      'effect',
      'telemetry',
      'log',
      'log',
      'lifecycle',
    ]);
    assert.deepEqual(
      window.rows.map(({ summary }) => summary),
      ['e', 'ok', '1', 'packet', 'vad.speech (3 ms) {}', 'hello', 'panicked', 'Running'],
    );
    assert.deepEqual([window.matching, window.total, window.first], [8, 8, 0]);
    assert.equal(window.rows[1]?.durationMs, 1.5);
    assert.deepEqual(
      window.rows.map(({ record }) => record),
      [0, 1, 2, 3, 4, 5, 6, 8],
    );
  });

  it('of any filter are those of the whole list that match it, also while the recording grows', () => {
    const all: readonly RowKind[] = ['event', 'call', 'hostCall', 'lifecycle', 'effect', 'log', 'telemetry'];
    const filters: fc.Arbitrary<RowFilter> = fc.record(
      {
        text: fc.constantFrom('', 'IN', 'gain e', 'T', 'vad process'),
        kinds: fc.subarray([...all]),
        plugins: fc.subarray(['gain', 'vad']),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(records),
        fc.array(records),
        filters,
        fc.nat(20),
        fc.oneof(fc.nat(30), fc.constant('end' as const)),
        (before, after, filter, count, first) => {
          using recording = live();
          const view = viewOf(recording);
          for (const record of before) add(recording, record);
          view.rows({ filter, first: 0, count: 5 });
          for (const record of after) add(recording, record);
          const whole = viewOf(recording).rows({ filter: {}, first: 0, count: 1000 });
          const words = (filter.text ?? '').toLowerCase().split(' ');
          const expected = whole.rows.filter(
            (row) =>
              (filter.kinds?.includes(row.kind) ?? true) &&
              (filter.plugins?.includes(row.plugin) ?? true) &&
              words.every((word) =>
                `${row.kind}\n${row.plugin}\n${row.name}\n${row.summary}`.toLowerCase().includes(word),
              ),
          );
          const window = view.rows({ filter, first, count });
          const start =
            first === 'end' ? Math.max(0, expected.length - count) : Math.min(first, expected.length);
          assert.deepEqual(window, {
            matching: expected.length,
            total: whole.total,
            first: start,
            rows: expected.slice(start, start + count),
          });
          assert.equal(
            whole.total,
            [...before, ...after].filter(({ kind }) => kind !== RecordKind.memory).length,
          );
        },
      ),
    );
  });

  it('of each kind add up to all', () => {
    fc.assert(
      fc.property(fc.array(records), (list) => {
        using recording = live();
        for (const record of list) add(recording, record);
        const view = viewOf(recording);
        const count = (filter: RowFilter): number => view.rows({ filter, first: 'end', count: 0 }).matching;
        const each: readonly RowKind[] = [
          'event',
          'call',
          'hostCall',
          'lifecycle',
          'effect',
          'log',
          'telemetry',
        ];
        const total = count({});
        assert.equal(
          each.map((kind) => count({ kinds: [kind] })).reduce((sum, n) => sum + n, 0),
          total,
        );
        assert.equal(count({ plugins: ['gain'] }) + count({ plugins: ['vad'] }), total);
        assert.equal(count({ kinds: [] }), 0);
      }),
    );
  });

  it('whose payload the contract cannot read say so and hide nothing', () => {
    using recording = live();
    put(recording, { payload: 'x' });
    put(recording, { kind: RecordKind.hostCall, flags: RecordFlag.effect });
    put(recording, { kind: RecordKind.lifecycle, name: 'failed', payload: 'not JSON' });
    const fail = (): never => {
      throw new Error('bad bytes');
    };
    const view = new RecordingView(recording, fail, fail);
    const { rows } = view.rows({ filter: {}, first: 'end', count: 10 });
    assert.deepEqual(
      rows.map(({ summary }) => summary),
      ['1 bytes, not readable', '0 bytes, not readable', 'not JSON'],
    );
    assert.deepEqual(view.detail(0).fields, [{ name: 'not readable', value: 'bad bytes' }]);
  });
});

describe('the detail', () => {
  const report: FailureReport = {
    kind: 'trap',
    what: 'The plugin trapped.',
    advice: 'Look at the stack.',
    stateText: 'Failed: Runtime error',
    call: 'process',
    event: { number: 7, name: 'in', summary: '960 samples', record: 0 },
    stderr: 'panicked at src/lib.rs:12',
    frames: [
      { function: 'rust_panic' },
      { function: 'gain::process', file: '/p/src/lib.rs', line: 12, column: 5 },
      { function: 'main', file: '/p/main.rs', line: 1 },
    ],
    source: { file: '/p/src/lib.rs', line: 12, column: 5 },
    hostCalls: ['log("a")', 'now()'],
  };

  it('of a failure has every line of its report and the place in the sources', () => {
    using recording = live();
    const payload = lifecycle({
      change: 'failed',
      text: 'Failed: Runtime error',
      artifact: 'ab12',
      durationMs: 4,
      report,
    });
    put(recording, { kind: RecordKind.lifecycle, name: 'failed', time: STARTED_AT + 20, event: 7, payload });
    const detail = viewOf(recording).detail(0);
    assert.deepEqual(detail.source, { file: '/p/src/lib.rs', line: 12, column: 5 });
    assert.deepEqual(
      [detail.status, detail.time, detail.durationMs, detail.resendable],
      ['error', 20, 4, false],
    );
    assert.deepEqual(
      detail.fields.map(({ name, value }) => `${name}: ${value}`),
      [
        'change: failed',
        'text: Failed: Runtime error',
        'duration: 4 ms',
        'artifact: ab12',
        'failure: trap',
        'what happened: The plugin trapped.',
        'what to do: Look at the stack.',
        'state: Failed: Runtime error',
        'call: process',
        'event: 7 in 960 samples',
        'stderr: panicked at src/lib.rs:12',
        'at: rust_panic',
        'at: gain::process (/p/src/lib.rs:12:5)',
        'at: main (/p/main.rs:1)',
        'host call: log("a")',
        'host call: now()',
      ],
    );
  });

  it('of a call has status, duration and text; an event can be sent again', () => {
    using recording = live();
    put(recording, {
      kind: RecordKind.call,
      name: 'process',
      payload: encodeCall({ durationMs: 2, status: CallStatus.error, text: 'no such pin' }),
    });
    put(recording, { payload: 'hello' });
    put(recording, { kind: RecordKind.memory, payload: new Uint8Array(8) });
    const view = viewOf(recording);
    const call = view.detail(0);
    assert.deepEqual([call.status, call.summary, call.durationMs], ['error', 'no such pin', 2]);
    assert.deepEqual(
      call.fields.map(({ value }) => value),
      ['error', '2 ms', 'no such pin'],
    );
    assert.equal(view.detail(1).resendable, true);
    assert.throws(() => view.detail(2), RangeError);
    assert.throws(() => view.detail(3), RangeError);
  });
});
