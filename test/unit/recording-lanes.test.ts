import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LiveRecording } from '../../extension/recording/live.ts';
import { Pyramid } from '../../extension/recording/pyramid.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import { RecordingView } from '../../extension/recording/view.ts';
import { live, STARTED_AT } from './recording-fixture.ts';

const nothing = new Uint8Array(0);

function viewOf(recording: LiveRecording): RecordingView {
  return new RecordingView(
    recording,
    () => undefined,
    (record) => (record.payload.length > 0 ? { eventType: 'vad.speech', data: '{}' } : undefined),
  );
}

function memory(bytes: number): Uint8Array {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setFloat64(0, bytes, true);
  return payload;
}

interface Entry {
  readonly from: number;
  readonly to: number;
  readonly error: boolean;
}

/** Mostly in order, as records are, with some long ones and some that come late. */
const entries: fc.Arbitrary<readonly Entry[]> = fc
  .array(
    fc.record({
      step: fc.integer({ min: -3, max: 10 }),
      length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(300)),
      error: fc.boolean(),
    }),
    { maxLength: 700 },
  )
  .map((list) => {
    let to = 0;
    return list.map(({ step, length, error }) => {
      to += step;
      return { from: to - length, to, error };
    });
  });

describe('a pyramid of spans', () => {
  it('counts every entry in the window once and hides no error, at every zoom', () => {
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: -50, max: 3000 }),
        fc.nat(3000),
        fc.nat(400),
        (list, from, length, width) => {
          const pyramid = new Pyramid();
          for (const entry of list) pyramid.add(entry.from, entry.to, entry.error);
          const to = from + length;
          const inside = list.filter((entry) => entry.to >= from && entry.from <= to);
          const spans = pyramid.spans(from, to, width);
          assert.equal(
            spans.reduce((sum, { count }) => sum + count, 0),
            inside.length,
          );
          for (const span of spans) {
            if (span.count > 1) assert.ok(span.to - span.from <= width);
            assert.equal(list[span.entry]?.error, span.error, 'an error is shown by one that failed');
          }
          for (const entry of inside.filter(({ error }) => error)) {
            assert.ok(spans.some((span) => span.error && span.from <= entry.from && span.to >= entry.to));
          }
        },
      ),
    );
  });

  it('gives few spans however many entries there are', () => {
    const pyramid = new Pyramid();
    const count = 100_000;
    for (let entry = 0; entry < count; entry++) pyramid.add(entry, entry + 0.5, entry === 77_777);
    for (const buckets of [1, 10, 1000]) {
      const spans = pyramid.spans(0, count, count / buckets);
      assert.ok(spans.length <= 2 * buckets + 1, `${spans.length} spans for ${buckets} buckets`);
      assert.deepEqual(
        spans.filter(({ error }) => error).map(({ entry }) => entry),
        [77_777],
      );
    }
    assert.deepEqual(
      pyramid.spans(500, 502.1, 0).map(({ entry }) => entry),
      [500, 501, 502],
    );
  });
});

describe('lanes', () => {
  it('hold calls from their start to their end, and the others where they happened', () => {
    using recording = live();
    const { call, hostCall, lifecycle, output, event } = RecordKind;
    recording.append(0, event, 'in', STARTED_AT + 1, 1, 0, nothing);
    recording.append(0, hostCall, 'now', STARTED_AT + 2, 1, 0, nothing);
    recording.append(0, hostCall, 'send', STARTED_AT + 3, 1, RecordFlag.effect, nothing);
    recording.append(0, hostCall, 'send', STARTED_AT + 4, 1, RecordFlag.effect, new Uint8Array(1));
    recording.append(0, hostCall, 'log', STARTED_AT + 5, 1, RecordFlag.log, nothing);
    recording.append(0, output, 'stderr', STARTED_AT + 6, 1, 0, nothing);
    recording.append(
      0,
      call,
      'process',
      STARTED_AT + 10,
      1,
      0,
      encodeCall({ durationMs: 9, status: CallStatus.trap, text: 'x' }),
    );
    recording.append(1, lifecycle, 'failed', STARTED_AT + 12, 0, 0, nothing);
    const window = viewOf(recording).lanes({ buckets: 1000 });
    assert.deepEqual([window.from, window.to, window.duration], [0, 12, 12]);
    const lanes = window.lanes.map(({ plugin, kind, slices }) => [
      plugin,
      kind,
      ...slices.map((slice) => [slice.from, slice.to, slice.record, slice.name, slice.error]),
    ]);
    assert.deepEqual(lanes, [
      ['gain', 'calls', [1, 10, 6, 'process', true]],
      ['gain', 'hostCalls', [2, 2, 1, 'now', false], [3, 3, 2, 'send', false]],
      ['gain', 'logs', [5, 5, 4, 'log', false], [6, 6, 5, 'stderr', false]],
      ['gain', 'telemetry', [4, 4, 3, 'vad.speech', false]],
      ['vad', 'reloads', [12, 12, 7, 'failed', true]],
    ]);
  });

  it('count every record of a growing recording once, whatever the buckets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(50), fc.constantFrom(0, 1, 2)), { maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (calls, buckets) => {
          using recording = live();
          const view = viewOf(recording);
          let time = STARTED_AT;
          for (const [step, status] of calls) {
            time += step;
            const name = status === 0 ? 'process' : 'update-params';
            recording.append(
              0,
              RecordKind.call,
              name,
              time,
              0,
              0,
              encodeCall({ durationMs: 0, status: status === 0 ? 0 : 1, text: '' }),
            );
            if (status === 2) view.lanes({ buckets });
          }
          const slices = view.lanes({ buckets }).lanes[0]?.slices ?? [];
          assert.equal(
            slices.reduce((sum, { count }) => sum + count, 0),
            calls.length,
          );
          assert.equal(
            slices.some(({ error }) => error),
            calls.some(([, status]) => status !== 0),
          );
          for (const slice of slices) assert.equal(slice.name, slice.error ? 'update-params' : 'process');
        },
      ),
    );
  });

  it('of an empty recording are none', () => {
    using recording = live();
    const window = viewOf(recording).lanes({ buckets: 100 });
    assert.deepEqual([window.duration, window.lanes, window.memory], [0, [], []]);
  });

  it('keep the highest and the lowest memory of every bucket', () => {
    using recording = live();
    const count = 10_000;
    for (let sample = 0; sample < count; sample++) {
      const bytes = sample === 5000 ? 9e9 : sample === 7000 ? 1 : 1e6 + sample;
      recording.append(0, RecordKind.memory, 'memory', STARTED_AT + sample, 0, 0, memory(bytes));
    }
    const view = viewOf(recording);
    const series = view.lanes({ buckets: 50 }).memory[0];
    assert.ok(series?.plugin === 'gain');
    assert.ok(series.times.length <= 100 && series.times.length === series.bytes.length);
    assert.equal(series.bytes[series.times.indexOf(5000)], 9e9);
    assert.equal(series.bytes[series.times.indexOf(7000)], 1);
    assert.deepEqual(
      series.times,
      series.times.toSorted((a, b) => a - b),
    );
    const part = view.lanes({ from: 100.5, to: 103.5, buckets: 50 }).memory[0];
    assert.deepEqual(part?.times, [100, 101, 102, 103]);
  });
});
