import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Lanes } from '../../extension/recording/lanes.ts';
import { CounterSeries } from '../../extension/recording/lanes/counter.ts';
import { Distribution, LatencySketch } from '../../extension/recording/lanes/latency.ts';
import { SliceFlag, type CounterWindow, type LaneWindow } from '../../extension/recording/query.ts';
import { live } from './recording-fixture.ts';
import { describers, lanesOf, listed, Writer } from './recording-lanes-fixture.ts';

function counterOf(window: LaneWindow, name: string): CounterWindow | undefined {
  const lane = window.lanes.find((one) => one.name === name);
  return window.counters.find((one) => one.lane === lane?.id);
}

const samples = fc.array(fc.tuple(fc.integer({ min: -2, max: 9 }), fc.integer({ min: -50, max: 50 })), {
  maxLength: 400,
});

describe('counters', () => {
  it('keep the highest and the lowest of every bucket, and the value that holds on', () => {
    fc.assert(
      fc.property(
        samples,
        fc.nat(500),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 40 }),
        (list, from, length, buckets) => {
          const series = new CounterSeries();
          let time = 0;
          const all = list.map(([step, value]) => {
            time += step;
            series.add(time, value);
            return { time, value };
          });
          const to = from + length;
          const inside = all.filter((one) => one.time >= from && one.time <= to);
          const window = series.window(from, to, buckets);
          const before = all.findLast((one) => one.time < from);
          const isHeld = before !== undefined;
          assert.equal(window.times.length, window.low.length);
          if (inside.length === 0) {
            assert.equal(window.times.length, isHeld ? 1 : 0);
            if (isHeld) assert.equal(window.low[0], before.value);
            return;
          }
          const shown = [...window.times].slice(isHeld ? 1 : 0);
          const low = [...window.low].slice(isHeld ? 1 : 0);
          const high = [...window.high].slice(isHeld ? 1 : 0);
          assert.equal(Math.min(...low), Math.min(...inside.map(({ value }) => value)));
          assert.equal(Math.max(...high), Math.max(...inside.map(({ value }) => value)));
          assert.equal(low.at(-1) === high.at(-1) || inside.length === 1, true);
          assert.equal(high.at(-1), inside.at(-1)?.value, 'the last value holds');
          assert.ok(shown.every((one) => one >= from && one <= to));
          if (all.length > 0) {
            assert.equal(window.least, Math.min(...all.map(({ value }) => value)));
            assert.equal(window.most, Math.max(...all.map(({ value }) => value)));
          }
        },
      ),
    );
  });

  it('are memory, what the host counts, calls a second and how long calls took', () => {
    using recording = live();
    const gain = new Writer(recording);
    for (let at = 0; at < 1000; at++) {
      gain.call(at, at + 1, at === 500 ? 400 : 0.5);
      gain.memory(at, at === 700 ? 9e9 : 1e6 + at);
      gain.counter(at, 'queue', at % 10);
    }
    gain.counter(1000, 'dropped', 0);
    gain.counter(1001, 'dropped', 4);
    const lanes = new Lanes(recording, describers);
    let window = lanes.query({ buckets: 400 });
    while (window.indexed < 1) window = lanes.query({ buckets: 400 });
    assert.deepEqual(
      window.lanes
        .filter(({ kind }) => kind === 'counter')
        .map(({ name, unit, count }) => [name, unit, count]),
      [
        ['calls/s', 'per second', 1000],
        ['dropped', 'number', 2],
        ['latency p50', 'milliseconds', 1000],
        ['latency p95', 'milliseconds', 1000],
        ['latency p99', 'milliseconds', 1000],
        ['memory', 'bytes', 1000],
        ['queue', 'number', 1000],
      ],
    );
    assert.equal(Math.max(...(counterOf(window, 'memory')?.high ?? [])), 9e9);
    assert.equal(counterOf(window, 'queue')?.most, 9);
    const rate = counterOf(window, 'calls/s');
    assert.ok(rate !== undefined);
    assert.equal(rate.times.length, 50);
    assert.ok(rate.most < 1200 && rate.most > 900);
    assert.equal(counterOf(window, 'latency p50')?.most, 0.5);
    assert.equal(counterOf(window, 'latency p99')?.most, 400);
    const [lifecycle] = lanesOf(window, 'lifecycle');
    assert.deepEqual(lifecycle && listed(window, lifecycle.slices), [
      [0, 1001, 1001, 3001, 'dropped', SliceFlag.error],
    ]);
  });

  it('of how long calls took are right to the twentieth part where the calls are many', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.002, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 2000 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (durations, part) => {
          const sketch = new LatencySketch();
          for (const duration of durations) sketch.add(duration);
          const distribution = new Distribution();
          const whole = Math.floor(durations.length / 512);
          for (let number = 0; number < whole; number++) sketch.addTo(distribution, number);
          for (const duration of durations.slice(whole * 512)) distribution.add(duration);
          assert.equal(distribution.count, durations.length);
          const exact = durations.toSorted((a, b) => a - b)[Math.ceil(part * durations.length) - 1] ?? 0;
          const [found = 0] = distribution.percentiles([part]);
          assert.ok(Math.abs(found - exact) <= exact * 0.05, `${found} for ${exact}`);
        },
      ),
    );
  });
});
