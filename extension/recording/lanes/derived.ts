/** Counters that are computed from calls when they are asked for: how many a second, how long they took. */
import type { CounterColumns } from './counter.ts';
import type { LaneData } from './lane.ts';
import { CallStack, PERCENTILES, RATE } from './lane.ts';
import { Distribution, SKETCH_LEVEL } from './latency.ts';

/** Pixels that one value of these counters takes, so that they are more than noise. */
const BUCKETS_A_VALUE = 8;
const MOST_VALUES = 128;
const SECOND = 1000;
const ANY_LEVEL = 20;

/** One counter of a group's calls over a stretch of time. */
export function derivedWindow(
  name: string,
  calls: LaneData,
  from: number,
  to: number,
  buckets: number,
  duration: number,
): CounterColumns {
  const values = Math.max(1, Math.min(MOST_VALUES, Math.floor(buckets / BUCKETS_A_VALUE)));
  const part = PERCENTILES.find((one) => one.name === name)?.part;
  const compute = (start: number, end: number, count: number): CounterColumns =>
    part === undefined
      ? rateOf(calls, start, end, count)
      : percentileOf(part, distributionsOf(calls, start, end, count), start, end);
  const shown = compute(from, to, values);
  const whole = from <= 0 && to >= duration ? shown : compute(0, Math.max(duration, SHORTEST), MOST_VALUES);
  return { ...shown, least: Math.min(shown.least, whole.least), most: Math.max(shown.most, whole.most) };
}

/** Milliseconds: no stretch is shorter. */
export const SHORTEST = 0.001;

export function isRate(name: string): boolean {
  return name === RATE;
}

function rateOf(calls: LaneData, from: number, to: number, buckets: number): CounterColumns {
  const counts = new Float64Array(buckets);
  for (const { pyramid } of calls.stack(CallStack.calls).tracks) {
    pyramid.buckets(from, to, buckets, ANY_LEVEL, (bucket, level) => {
      counts[bucket] = (counts[bucket] ?? 0) + (1 << (3 * level));
    });
  }
  const width = (to - from) / buckets;
  const values = counts.map((count) => (count / width) * SECOND);
  return columnsOf(
    values.map((_, bucket) => from + bucket * width),
    values,
  );
}

/** The durations of the calls that begin in each bucket. */
export function distributionsOf(
  calls: LaneData,
  from: number,
  to: number,
  buckets: number,
): readonly Distribution[] {
  const distributions = Array.from({ length: buckets }, () => new Distribution());
  for (const { pyramid, latency } of calls.stack(CallStack.calls).tracks) {
    pyramid.buckets(from, to, buckets, SKETCH_LEVEL, (bucket, level, node) => {
      const its = distributions[bucket];
      if (its === undefined) return;
      if (level === SKETCH_LEVEL) latency?.addTo(its, node);
      else
        for (let entry = node << (3 * level); entry < (node + 1) << (3 * level); entry++)
          its.add(pyramid.durationOf(entry));
    });
  }
  return distributions;
}

/** A bucket without calls has no percentile: the value before it holds. */
function percentileOf(
  part: number,
  distributions: readonly Distribution[],
  from: number,
  to: number,
): CounterColumns {
  const width = (to - from) / distributions.length;
  const times: number[] = [];
  const values: number[] = [];
  for (const [bucket, distribution] of distributions.entries()) {
    if (distribution.count === 0) continue;
    times.push(from + bucket * width);
    values.push(distribution.percentiles([part])[0] ?? 0);
  }
  return columnsOf(new Float64Array(times), new Float64Array(values));
}

function columnsOf(times: Float64Array, values: Float64Array): CounterColumns {
  let [least, most] = [values.length === 0 ? 0 : Infinity, values.length === 0 ? 0 : -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { times, low: values, high: values.slice(), least, most };
}
