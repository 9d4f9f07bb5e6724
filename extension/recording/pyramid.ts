import { doubles, integers } from './numbers.ts';

const RADIX_BITS = 3;
const RADIX = 1 << RADIX_BITS;
/** In place of an entry's number: none of them failed. */
const NONE = 0xffff_ffff;

/** Entries that are close together in time. */
export interface Span {
  from: number;
  to: number;
  count: number;
  /** The first entry that failed, or else the first of all. */
  entry: number;
  error: boolean;
}

/** Summaries of RADIX^level entries each. */
class Level {
  readonly from = doubles();
  readonly to = doubles();
  readonly error = integers();
}

/**
 * Spans of time in the order in which they were added, summed up by eights, by sixty-fours and so
 * on, so that a view of a million of them looks at a few thousand. They need not be sorted, but it
 * is fast because they nearly are.
 */
export class Pyramid {
  readonly #levels: Level[] = [new Level()];

  get count(): number {
    return this.#levels[0]?.from.length ?? 0;
  }

  /** Adds an entry; its number is how many there were before. */
  add(from: number, to: number, error: boolean): void {
    this.#push(0, from, to, error ? this.count : NONE);
  }

  /**
   * The entries that touch `from` to `to`, neighbours merged where together they last no longer
   * than `width`. A failed entry makes its span an error; each entry is counted once.
   */
  spans(from: number, to: number, width: number): Span[] {
    const found = new Spans(from, to, width);
    // What is complete on the highest level, then the rest of the level below, and so on.
    let start = 0;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      const nodes = this.#levels[level]?.from.length ?? 0;
      for (let node = start >>> (level * RADIX_BITS); node < nodes; node++) this.#visit(level, node, found);
      start = nodes << (level * RADIX_BITS);
    }
    return found.spans;
  }

  #visit(level: number, node: number, found: Spans): void {
    const at = this.#levels[level];
    if (at === undefined) return;
    const from = at.from.at(node);
    const to = at.to.at(node);
    if (to < found.from || from > found.to) return;
    const whole = from >= found.from && to <= found.to && to - from <= found.width;
    if (level === 0 || whole) {
      const failed = at.error.at(node);
      found.add(
        from,
        to,
        1 << (level * RADIX_BITS),
        failed === NONE ? node << (level * RADIX_BITS) : failed,
        failed !== NONE,
      );
      return;
    }
    for (let child = node << RADIX_BITS; child < (node + 1) << RADIX_BITS; child++)
      this.#visit(level - 1, child, found);
  }

  #push(number: number, from: number, to: number, error: number): void {
    const level = this.#levels[number] ?? new Level();
    this.#levels[number] = level;
    level.from.push(from);
    level.to.push(to);
    level.error.push(error);
    const count = level.from.length;
    if (count % RADIX !== 0) return;
    let [minimum, maximum, first] = [Infinity, -Infinity, NONE];
    for (let node = count - RADIX; node < count; node++) {
      minimum = Math.min(minimum, level.from.at(node));
      maximum = Math.max(maximum, level.to.at(node));
      first = Math.min(first, level.error.at(node));
    }
    this.#push(number + 1, minimum, maximum, first);
  }
}

/** Collects spans and merges neighbours. */
class Spans {
  readonly spans: Span[] = [];
  readonly from: number;
  readonly to: number;
  readonly width: number;
  #last: Span | undefined;

  constructor(from: number, to: number, width: number) {
    this.from = from;
    this.to = to;
    this.width = width;
  }

  add(from: number, to: number, count: number, entry: number, error: boolean): void {
    const last = this.#last;
    if (last !== undefined && Math.max(last.to, to) - Math.min(last.from, from) <= this.width) {
      last.from = Math.min(last.from, from);
      last.to = Math.max(last.to, to);
      last.count += count;
      if (error && !last.error) last.entry = entry;
      last.error ||= error;
      return;
    }
    this.#last = { from, to, count, entry, error };
    this.spans.push(this.#last);
  }
}
