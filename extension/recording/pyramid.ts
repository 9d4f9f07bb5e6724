import { bytes, doubles, integers } from './numbers.ts';
import { SliceFlag } from './query.ts';
import { RADIX, RADIX_BITS, roots } from './sums.ts';

/** Nodes that one window looks at before it merges whatever is left; only entries that overlap by the thousand get there. */
const MOST_VISITS = 200_000;

/** Entries of a pyramid that are close together in time. */
export interface Span {
  from: number;
  to: number;
  count: number;
  /** The first entry that failed, or else the longest. */
  entry: number;
  /** Of `SliceFlag`, of all of them. */
  flags: number;
}

/** Summaries of RADIX^level entries each. */
class Level {
  readonly from = doubles();
  readonly to = doubles();
  readonly entry = integers();
  readonly flags = bytes();
}

/**
 * Stretches of time in the order in which they were added, summed up by eights, by sixty-fours and so
 * on, so that a view of a million of them looks at a few thousand. They need not be sorted, but it
 * is fast because they nearly are.
 */
export class Pyramid {
  readonly #from = doubles();
  readonly #duration = doubles();
  readonly #flags = bytes();
  /** From sums of RADIX entries up. */
  readonly #levels: Level[] = [];

  get count(): number {
    return this.#from.length;
  }

  /** Adds an entry; its number is how many there were before. A duration may be Infinity: it has no end. */
  add(from: number, duration: number, flags: number): void {
    this.#from.push(from);
    this.#duration.push(duration);
    this.#flags.push(flags);
    if (this.count % RADIX === 0) this.#sumUp(0);
  }

  fromOf(entry: number): number {
    return this.#from.at(entry);
  }

  durationOf(entry: number): number {
    return this.#duration.at(entry);
  }

  flagsOf(entry: number): number {
    return this.#flags.at(entry);
  }

  /**
   * The entries that touch `from` to `to`, neighbours merged where together they last no longer
   * than `width`. A failed entry makes its span an error; each entry is counted once.
   */
  spans(from: number, to: number, width: number): Span[] {
    const found = new Spans(this, from, to, width);
    roots(this.count, this.#levels, (level, node) => {
      this.#visit(level, node, found);
    });
    return found.spans;
  }

  /**
   * Goes through the entries that begin from `from` to `to`, both included, in the order in which they were
   * added.
   */
  beginning(from: number, to: number, visit: (entry: number) => void): void {
    const look = (level: number, node: number): void => {
      if (this.#latest(level, node) < from || this.#earliest(level, node) > to) return;
      if (level > 0) {
        for (let child = node << RADIX_BITS; child < (node + 1) << RADIX_BITS; child++)
          look(level - 1, child);
        return;
      }
      if (this.#from.at(node) >= from) visit(node);
    };
    roots(this.count, this.#levels, look);
  }

  /**
   * Sorts the entries that begin in `from` to `to` into so many buckets of time. Where a sum of at most
   * RADIX^`largest` entries lies in one bucket as a whole, `visit` gets it at once: its bucket, level and number.
   */
  buckets(
    from: number,
    to: number,
    count: number,
    largest: number,
    visit: (bucket: number, level: number, node: number) => void,
  ): void {
    const bucketOf = (time: number): number =>
      Math.min(count - 1, Math.floor(((time - from) / (to - from)) * count));
    const look = (level: number, node: number): void => {
      const earliest = this.#earliest(level, node);
      if (this.#latest(level, node) < from || earliest > to) return;
      if (level === 0) {
        if (earliest >= from) visit(bucketOf(earliest), 0, node);
        return;
      }
      if (level <= largest && earliest >= from && this.#latest(level, node) <= to) {
        const bucket = bucketOf(earliest);
        if (bucket === bucketOf(this.#latest(level, node))) {
          visit(bucket, level, node);
          return;
        }
      }
      for (let child = node << RADIX_BITS; child < (node + 1) << RADIX_BITS; child++) look(level - 1, child);
    };
    roots(this.count, this.#levels, look);
  }

  #earliest(level: number, node: number): number {
    return level === 0 ? this.#from.at(node) : (this.#levels[level - 1]?.from.at(node) ?? 0);
  }

  #latest(level: number, node: number): number {
    return level === 0
      ? this.#from.at(node) + this.#duration.at(node)
      : (this.#levels[level - 1]?.to.at(node) ?? 0);
  }

  #visit(level: number, node: number, found: Spans): void {
    found.visits++;
    if (level === 0) {
      const from = this.#from.at(node);
      const to = from + this.#duration.at(node);
      if (to >= found.from && from <= found.to) found.add(from, to, 1, node, this.#flags.at(node));
      return;
    }
    const at = this.#levels[level - 1];
    if (at === undefined) return;
    const from = at.from.at(node);
    const to = at.to.at(node);
    if (to < found.from || from > found.to) return;
    const isWhole = from >= found.from && to <= found.to;
    if (isWhole && (to - from <= found.width || found.visits > MOST_VISITS)) {
      found.add(from, to, 1 << (level * RADIX_BITS), at.entry.at(node), at.flags.at(node));
      return;
    }
    for (let child = node << RADIX_BITS; child < (node + 1) << RADIX_BITS; child++)
      this.#visit(level - 1, child, found);
  }

  /** Sums up the last RADIX nodes of a level, and then theirs where those are complete as well. */
  #sumUp(below: number): void {
    const count = below === 0 ? this.count : (this.#levels[below - 1]?.from.length ?? 0);
    const level = (this.#levels[below] ??= new Level());
    let [from, to, flags] = [Infinity, -Infinity, 0];
    let entry = -1;
    for (let node = count - RADIX; node < count; node++) {
      from = Math.min(from, this.#earliest(below, node));
      to = Math.max(to, this.#latest(below, node));
      const its = below === 0 ? node : (this.#levels[below - 1]?.entry.at(node) ?? 0);
      if (entry < 0 || this.outranks(its, entry)) entry = its;
      flags |= below === 0 ? this.#flags.at(node) : (this.#levels[below - 1]?.flags.at(node) ?? 0);
    }
    level.from.push(from);
    level.to.push(to);
    level.entry.push(entry);
    level.flags.push(flags);
    if (level.from.length % RADIX === 0) this.#sumUp(below + 1);
  }

  /** Whether an entry stands for a later sum rather than the one that does so far: failed ones first, then long ones. */
  outranks(entry: number, other: number): boolean {
    const failed = (this.#flags.at(entry) & SliceFlag.error) !== 0;
    const otherFailed = (this.#flags.at(other) & SliceFlag.error) !== 0;
    if (failed || otherFailed) return failed && !otherFailed;
    return this.#duration.at(entry) > this.#duration.at(other);
  }
}

/** Collects spans and merges neighbours. */
class Spans {
  readonly spans: Span[] = [];
  readonly from: number;
  readonly to: number;
  readonly width: number;
  visits = 0;
  readonly #pyramid: Pyramid;
  #last: Span | undefined;

  constructor(pyramid: Pyramid, from: number, to: number, width: number) {
    this.#pyramid = pyramid;
    this.from = from;
    this.to = to;
    this.width = width;
  }

  add(from: number, to: number, count: number, entry: number, flags: number): void {
    const last = this.#last;
    if (
      last !== undefined &&
      (Math.max(last.to, to) - Math.min(last.from, from) <= this.width || this.visits > MOST_VISITS)
    ) {
      last.from = Math.min(last.from, from);
      last.to = Math.max(last.to, to);
      last.count += count;
      if (this.#pyramid.outranks(entry, last.entry)) last.entry = entry;
      last.flags |= flags;
      return;
    }
    this.#last = { from, to, count, entry, flags };
    this.spans.push(this.#last);
  }
}
