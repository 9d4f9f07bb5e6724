import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Lanes } from '../../extension/recording/lanes.ts';
import type { FunctionStats, RangeStats } from '../../extension/recording/query.ts';
import { CallStatus } from '../../extension/recording/record.ts';
import { live } from './recording-fixture.ts';
import { describers, sum, Writer } from './recording-lanes-fixture.ts';

function functionOf(stats: RangeStats, kind: string, name: string): FunctionStats | undefined {
  return stats.functions.find((one) => one.kind === kind && one.name === name);
}

describe('figures of a stretch of time', () => {
  it('count what begins in it once, with what failed', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.event(1, 1);
    gain.hostCall(2, 1, 2);
    gain.effect(5, 1, 1);
    gain.log(6, 1, 'error');
    gain.telemetry(7, 1, 'x.start');
    gain.call(11, 1, 10, CallStatus.error);
    gain.output(12, 0);
    gain.telemetry(17, 0, 'x.end');
    gain.event(20, 2);
    const lanes = new Lanes(recording, describers);
    const stats = lanes.stats({ from: 0, to: 15 });
    // The event and its call failed, and the log line says so.
    assert.deepEqual([stats.count, stats.errors], [7, 3]);
    assert.deepEqual(functionOf(stats, 'call', 'process'), {
      plugin: 'gain',
      kind: 'call',
      name: 'process',
      count: 1,
      errors: 1,
      totalMs: 10,
      selfMs: 7,
      p50: 10,
      p95: 10,
      p99: 10,
      longestMs: 10,
      longest: 5,
    });
    assert.equal(functionOf(stats, 'event', 'in')?.selfMs, 0);
    assert.equal(functionOf(stats, 'effect', 'send')?.count, 2);
    assert.equal(functionOf(stats, 'span', 'x')?.totalMs, 10);
    const { lanes: known } = lanes.query({ buckets: 10 });
    const effects = known.filter(({ kind }) => kind === 'effects').map(({ id }) => id);
    const some = lanes.stats({ from: 0, to: 30, lanes: effects });
    assert.deepEqual(
      [some.count, some.functions.map(({ name, totalMs }) => [name, totalMs])],
      [1, [['send', 1]]],
    );
    assert.deepEqual(lanes.stats({ from: 100, to: 200 }).count, 0);
  });

  it('take the time of calls within calls from the time of the outer ones', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.call(100, 0, 100, 0, 'outer');
    gain.call(30, 0, 20, 0, 'inner');
    gain.hostCall(15, 0, 5);
    gain.call(80, 0, 10, 0, 'inner');
    const stats = new Lanes(recording, describers).stats({ from: 0, to: 100 });
    assert.equal(functionOf(stats, 'call', 'outer')?.selfMs, 70);
    assert.equal(functionOf(stats, 'call', 'inner')?.selfMs, 25);
  });

  it('are exact, whatever the stretch', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.nat(20), fc.integer({ min: 0, max: 300 }), fc.constantFrom('a', 'b'), fc.boolean()),
          {
            maxLength: 300,
          },
        ),
        fc.nat(1500),
        fc.nat(1500),
        (list, from, length) => {
          using recording = live();
          const gain = new Writer(recording);
          let time = 0;
          const calls = list.map(([step, duration, name, failed]) => {
            time += step + duration;
            gain.call(time, 0, duration, failed ? CallStatus.error : CallStatus.ok, name);
            return { from: time - duration, duration, name, failed };
          });
          const to = from + length;
          const inside = calls.filter((call) => call.from >= from && call.from <= to);
          const stats = new Lanes(recording, describers).stats({ from, to });
          assert.equal(stats.count, inside.length);
          assert.equal(stats.errors, inside.filter(({ failed }) => failed).length);
          for (const name of ['a', 'b']) {
            const durations = inside
              .filter((call) => call.name === name)
              .map(({ duration }) => duration)
              .sort((a, b) => a - b);
            const found = functionOf(stats, 'call', name);
            assert.equal(found?.count ?? 0, durations.length);
            if (found === undefined) continue;
            const rank = (part: number): number | undefined =>
              durations[Math.ceil(part * durations.length) - 1];
            assert.deepEqual(
              [found.p50, found.p95, found.p99, found.longestMs, found.totalMs],
              [rank(0.5), rank(0.95), rank(0.99), durations.at(-1), sum(durations)],
            );
            const longest = recording.head(found.longest);
            assert.deepEqual([longest.name, longest.durationMs], [name, found.longestMs]);
          }
        },
      ),
    );
  });

  it('of counters weigh each value by how long it held', () => {
    using recording = live();
    const gain = new Writer(recording);
    for (const [time, value] of [
      [0, 5],
      [10, 100],
      [20, 40],
      [50, 7],
    ] as const)
      gain.counter(time, 'queue', value);
    const lanes = new Lanes(recording, describers);
    const figures = (from: number, to: number): unknown =>
      lanes
        .stats({ from, to })
        .counters.map(({ name, least, mean, most, last }) => [name, least, mean, most, last]);
    assert.deepEqual(figures(5, 15), [['queue', 5, 52.5, 100, 100]]);
    assert.deepEqual(figures(25, 45), [['queue', 40, 40, 40, 40]]);
    assert.deepEqual(figures(60, 60), [['queue', 7, 7, 7, 7]]);
    assert.deepEqual(figures(-10, -5), []);
  });
});
