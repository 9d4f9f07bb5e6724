/** Counters that are computed from calls when they are asked for: how many a second, how long they took. */
import { RADIX_BITS } from '../sums.ts';
import type { CounterColumns } from './counter.ts';
import type { LaneData } from './lane.ts';
import { CallStack, PERCENTILES } from './lane.ts';
import { Distribution, SKETCH_LEVEL } from './latency.ts';

/** Pixels that one value of these counters takes at least, so that they are more than noise. */
const BUCKETS_A_VALUE = 8;
const MOST_VALUES = 64;
const SECOND = 1000;
const ANY_LEVEL = 20;
/** Milliseconds: no stretch is shorter. */
export const SHORTEST = 0.001;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly values: number;
}

/** Computes the counters of one group's calls. */
export class DerivedCounters {
  /** The percentiles are asked for together; of one stretch they are found at once. */
  #found: { readonly key: string; readonly columns: readonly CounterColumns[] }[] = [];

  window(
    name: string,
    calls: LaneData,
    from: number,
    to: number,
    buckets: number,
    duration: number,
  ): CounterColumns {
    const values = Math.max(1, Math.min(MOST_VALUES, Math.floor(buckets / BUCKETS_A_VALUE)));
    const shown = this.#columns(name, calls, { from, to, values });
    // The scale is that of the whole recording.
    const whole = this.#columns(name, calls, {
      from: 0,
      to: Math.max(duration, SHORTEST),
      values: MOST_VALUES,
    });
    return { ...shown, least: Math.min(shown.least, whole.least), most: Math.max(shown.most, whole.most) };
  }

  #columns(name: string, calls: LaneData, stretch: Stretch): CounterColumns {
    const percentile = PERCENTILES.findIndex((one) => one.name === name);
    if (percentile < 0) return rateOf(calls, stretch);
    const key = [calls.count, stretch.from, stretch.to, stretch.values].join(' ');
    let found = this.#found.find((one) => one.key === key);
    if (found === undefined) {
      found = { key, columns: percentilesOf(calls, stretch) };
      this.#found = [...this.#found.slice(-1), found];
    }
    return found.columns[percentile] ?? columnsOf(new Float64Array(0), new Float64Array(0));
  }
}

function rateOf(calls: LaneData, { from, to, values }: Stretch): CounterColumns {
  const counts = new Float64Array(values);
  for (const { pyramid } of calls.stack(CallStack.calls).tracks) {
    pyramid.buckets(from, to, values, ANY_LEVEL, (bucket, level) => {
      counts[bucket] = (counts[bucket] ?? 0) + (1 << (RADIX_BITS * level));
    });
  }
  const width = (to - from) / values;
  return columnsOf(
    counts.map((_, bucket) => from + bucket * width),
    counts.map((count) => (count / width) * SECOND),
  );
}

/** A bucket without calls has no percentile: the value before it holds. */
function percentilesOf(calls: LaneData, { from, to, values }: Stretch): readonly CounterColumns[] {
  const distributions = Array.from({ length: values }, () => new Distribution());
  for (const { pyramid, latency } of calls.stack(CallStack.calls).tracks) {
    pyramid.buckets(from, to, values, SKETCH_LEVEL, (bucket, level, node) => {
      const its = distributions[bucket];
      if (its === undefined) return;
      if (level === SKETCH_LEVEL) latency?.addTo(its, node);
      else
        for (let entry = node << (RADIX_BITS * level); entry < (node + 1) << (RADIX_BITS * level); entry++)
          its.add(pyramid.durationOf(entry));
    });
  }
  const width = (to - from) / values;
  const times: number[] = [];
  const parts = PERCENTILES.map(({ part }) => part);
  const found: number[][] = parts.map(() => []);
  for (const [bucket, distribution] of distributions.entries()) {
    if (distribution.count === 0) continue;
    times.push(from + bucket * width);
    for (const [part, value] of distribution.percentiles(parts).entries()) found[part]?.push(value);
  }
  return found.map((list) => columnsOf(new Float64Array(times), new Float64Array(list)));
}

function columnsOf(times: Float64Array, values: Float64Array): CounterColumns {
  let [least, most] = [values.length === 0 ? 0 : Infinity, values.length === 0 ? 0 : -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { times, low: values, high: values.slice(), least, most };
}
