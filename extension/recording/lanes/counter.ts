import { doubles } from '../numbers.ts';
import type { CounterWindow } from '../query.ts';
import { RADIX, RADIX_BITS, roots } from '../sums.ts';

/** Sums of RADIX^level samples each. */
class Level {
  readonly from = doubles();
  readonly to = doubles();
  readonly low = doubles();
  readonly high = doubles();
}

export type CounterColumns = Omit<CounterWindow, 'lane'>;

export interface CounterStats {
  readonly least: number;
  /** Weighted by how long each value held. */
  readonly mean: number;
  readonly most: number;
  readonly last: number;
}

/** A number over time, summed up like the entries of a lane. */
export class CounterSeries {
  readonly #times = doubles();
  readonly #values = doubles();
  /** From sums of RADIX samples up. */
  readonly #levels: Level[] = [];
  #least = Infinity;
  #most = -Infinity;

  get count(): number {
    return this.#times.length;
  }

  add(time: number, value: number): void {
    this.#times.push(time);
    this.#values.push(value);
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
    if (this.count % RADIX === 0) this.#sumUp(0);
  }

  /**
   * The samples from `from` to `to`, with the one before them, which still holds at `from`. Of each bucket
   * that has more than one the first time with the lowest and highest, and its last sample.
   */
  window(from: number, to: number, buckets: number): CounterColumns {
    const points = new Points();
    const width = (to - from) / buckets;
    let before = -1;
    const visit = (level: number, node: number): void => {
      const earliest = this.#earliest(level, node);
      const latest = this.#latest(level, node);
      const last = ((node + 1) << (level * RADIX_BITS)) - 1;
      if (latest < from) before = Math.max(before, last);
      if (latest < from || earliest > to) return;
      const bucket = bucketOf(earliest, from, width, buckets);
      const isWhole = earliest >= from && latest <= to && bucket === bucketOf(latest, from, width, buckets);
      if (level === 0 || isWhole) {
        points.add(
          bucket,
          earliest,
          this.#low(level, node),
          this.#high(level, node),
          this.#times.at(last),
          this.#values.at(last),
        );
        return;
      }
      for (let child = node << RADIX_BITS; child < (node + 1) << RADIX_BITS; child++) visit(level - 1, child);
    };
    roots(this.count, this.#levels, visit);
    const held = before < 0 ? undefined : { time: this.#times.at(before), value: this.#values.at(before) };
    return { ...points.columns(held), least: this.#least, most: this.#most };
  }

  /** Over a stretch of time; undefined where nothing is known of it. */
  stats(from: number, to: number): CounterStats | undefined {
    let [least, most, weighted, weight] = [Infinity, -Infinity, 0, 0];
    let [time, value, before] = [from, NaN, -1];
    const hold = (until: number): void => {
      if (Number.isNaN(value) || until <= time) return;
      weighted += value * (until - time);
      weight += until - time;
    };
    const take = (sample: number): void => {
      if (Number.isNaN(value) && before >= 0) begin(this.#values.at(before));
      const at = this.#times.at(sample);
      hold(at);
      time = at;
      begin(this.#values.at(sample));
    };
    const begin = (its: number): void => {
      value = its;
      least = Math.min(least, its);
      most = Math.max(most, its);
    };
    const visit = (level: number, node: number): void => {
      const latest = this.#latest(level, node);
      if (latest < from) before = Math.max(before, ((node + 1) << (level * RADIX_BITS)) - 1);
      if (latest < from || this.#earliest(level, node) > to) return;
      if (level === 0) take(node);
      else
        for (let child = node << RADIX_BITS; child < (node + 1) << RADIX_BITS; child++)
          visit(level - 1, child);
    };
    roots(this.count, this.#levels, visit);
    if (Number.isNaN(value)) {
      if (before < 0) return undefined;
      begin(this.#values.at(before));
    }
    hold(to);
    return { least, most, last: value, mean: weight > 0 ? weighted / weight : value };
  }

  #earliest(level: number, node: number): number {
    return level === 0 ? this.#times.at(node) : (this.#levels[level - 1]?.from.at(node) ?? 0);
  }

  #latest(level: number, node: number): number {
    return level === 0 ? this.#times.at(node) : (this.#levels[level - 1]?.to.at(node) ?? 0);
  }

  #low(level: number, node: number): number {
    return level === 0 ? this.#values.at(node) : (this.#levels[level - 1]?.low.at(node) ?? 0);
  }

  #high(level: number, node: number): number {
    return level === 0 ? this.#values.at(node) : (this.#levels[level - 1]?.high.at(node) ?? 0);
  }

  #sumUp(below: number): void {
    const count = below === 0 ? this.count : (this.#levels[below - 1]?.from.length ?? 0);
    const level = (this.#levels[below] ??= new Level());
    let [from, to, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let node = count - RADIX; node < count; node++) {
      from = Math.min(from, this.#earliest(below, node));
      to = Math.max(to, this.#latest(below, node));
      low = Math.min(low, this.#low(below, node));
      high = Math.max(high, this.#high(below, node));
    }
    level.from.push(from);
    level.to.push(to);
    level.low.push(low);
    level.high.push(high);
    if (level.from.length % RADIX === 0) this.#sumUp(below + 1);
  }
}

function bucketOf(time: number, from: number, width: number, buckets: number): number {
  return width > 0 ? Math.min(buckets - 1, Math.max(-1, Math.floor((time - from) / width))) : 0;
}

/** Collects what is drawn of a counter. */
class Points {
  readonly #times: number[] = [];
  readonly #low: number[] = [];
  readonly #high: number[] = [];
  #bucket = -2;
  #lastTime = 0;
  #lastValue = 0;
  #several = false;

  add(bucket: number, time: number, low: number, high: number, lastTime: number, lastValue: number): void {
    const end = this.#times.length - 1;
    if (bucket === this.#bucket && end >= 0) {
      this.#low[end] = Math.min(this.#low[end] ?? low, low);
      this.#high[end] = Math.max(this.#high[end] ?? high, high);
      this.#several = true;
    } else {
      this.#close();
      this.#bucket = bucket;
      this.#times.push(time);
      this.#low.push(low);
      this.#high.push(high);
      this.#several = time !== lastTime || low !== high;
    }
    this.#lastTime = lastTime;
    this.#lastValue = lastValue;
  }

  columns(
    before: { readonly time: number; readonly value: number } | undefined,
  ): Pick<CounterColumns, 'times' | 'low' | 'high'> {
    this.#close();
    if (before !== undefined) {
      this.#times.unshift(before.time);
      this.#low.unshift(before.value);
      this.#high.unshift(before.value);
    }
    return {
      times: new Float64Array(this.#times),
      low: new Float64Array(this.#low),
      high: new Float64Array(this.#high),
    };
  }

  /** The value that holds on from here stands by itself. */
  #close(): void {
    if (!this.#several) return;
    this.#several = false;
    this.#times.push(this.#lastTime);
    this.#low.push(this.#lastValue);
    this.#high.push(this.#lastValue);
  }
}
