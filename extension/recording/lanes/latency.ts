import { shorts } from '../numbers.ts';
import { RADIX_BITS } from '../sums.ts';

/** Sums of the pyramid's third level have so many entries. */
export const SKETCH_LEVEL = 3;
const SKETCH = 1 << (RADIX_BITS * SKETCH_LEVEL);
/** Bins per doubling: neighbours are 9 % apart. */
const PER_OCTAVE = 8;
/** Milliseconds of the first bin's upper edge, 1 µs; the last one ends at 18 minutes. */
const SMALLEST = 0.001;
const BINS = 30 * PER_OCTAVE;

/** How the durations of each 512 calls are distributed, less than a byte a call. */
export class LatencySketch {
  readonly #bins = shorts();
  #open = new Uint16Array(BINS);
  #count = 0;

  add(duration: number): void {
    const bin = binOf(duration);
    this.#open[bin] = (this.#open[bin] ?? 0) + 1;
    if (++this.#count % SKETCH !== 0) return;
    for (const count of this.#open) this.#bins.push(count);
    this.#open = new Uint16Array(BINS);
  }

  /** Adds the counts of the `number`th 512 calls. */
  addTo(distribution: Distribution, number: number): void {
    for (let bin = 0; bin < BINS; bin++) {
      const count = this.#bins.at(number * BINS + bin);
      if (count > 0) distribution.addMany(bin, count);
    }
  }
}

/** Durations of which only the distribution is kept where they are many. */
export class Distribution {
  readonly #few: number[] = [];
  #bins: Uint32Array | undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(duration: number): void {
    if (this.#bins === undefined && this.#few.length < FEW) {
      this.#few.push(duration);
      this.#count++;
      return;
    }
    this.addMany(binOf(duration), 1);
  }

  addMany(bin: number, count: number): void {
    const bins = this.#useBins();
    bins[bin] = (bins[bin] ?? 0) + count;
    this.#count += count;
  }

  /** Milliseconds by nearest rank: exact where they are few, else within 5 %. */
  percentiles(parts: readonly number[]): readonly number[] {
    if (this.#bins === undefined) {
      const sorted = this.#few.toSorted((a, b) => a - b);
      return parts.map((part) => sorted[rankOf(part, sorted.length)] ?? 0);
    }
    const bins = this.#bins;
    return parts.map((part) => {
      let rest = rankOf(part, this.#count);
      for (let bin = 0; bin < BINS; bin++) {
        rest -= bins[bin] ?? 0;
        if (rest < 0) return middleOf(bin);
      }
      return middleOf(BINS - 1);
    });
  }

  #useBins(): Uint32Array {
    if (this.#bins !== undefined) return this.#bins;
    const bins = new Uint32Array(BINS);
    for (const duration of this.#few) {
      const bin = binOf(duration);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    this.#bins = bins;
    return bins;
  }
}

/** So many durations of one bucket are kept as they are. */
const FEW = 64;

/** Position of a percentile by nearest rank among so many sorted ones, from 0. */
export function rankOf(part: number, count: number): number {
  return Math.max(0, Math.ceil(part * count) - 1);
}

function binOf(duration: number): number {
  if (!(duration > SMALLEST)) return 0;
  return Math.min(BINS - 1, 1 + Math.floor(Math.log2(duration / SMALLEST) * PER_OCTAVE));
}

/** Milliseconds in the middle of a bin. */
function middleOf(bin: number): number {
  return bin === 0 ? SMALLEST / 2 : SMALLEST * 2 ** ((bin - 0.5) / PER_OCTAVE);
}
