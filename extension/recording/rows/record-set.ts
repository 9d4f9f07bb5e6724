/** Sets of records: a bit each, with the number of members counted by stretch. */

/** Records of one stretch, as bits of 32. */
const STRETCH_BITS = 11;
const STRETCH = 1 << STRETCH_BITS;
const WORDS = STRETCH / 32;

/** Indexes of records; about an eighth of a byte for each record of the recording, whatever is in it. */
export class RecordSet {
  #words = new Uint32Array(WORDS);
  #counts = new Uint32Array(1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(index: number): void {
    if (index >= this.#words.length * 32) this.#grow(index);
    const word = index >>> 5;
    const bit = 1 << (index & 31);
    const before = this.#words[word] ?? 0;
    if ((before & bit) !== 0) return;
    this.#words[word] = before | bit;
    const stretch = index >>> STRETCH_BITS;
    this.#counts[stretch] = (this.#counts[stretch] ?? 0) + 1;
    this.#size++;
  }

  has(index: number): boolean {
    return (((this.#words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  /** Members below `index`. */
  rank(index: number): number {
    const end = Math.min(Math.max(0, index), this.#words.length * 32);
    const stretch = end >>> STRETCH_BITS;
    let rank = 0;
    for (let before = 0; before < stretch; before++) rank += this.#counts[before] ?? 0;
    const last = end >>> 5;
    for (let word = stretch * WORDS; word < last; word++) rank += bitsIn(this.#words[word] ?? 0);
    const rest = end & 31;
    return rest === 0 ? rank : rank + bitsIn((this.#words[last] ?? 0) & ((1 << rest) - 1));
  }

  /** The member with this rank; undefined outside of 0 ≤ rank < size. */
  select(rank: number): number | undefined {
    if (rank < 0 || rank >= this.#size) return undefined;
    let left = rank;
    let stretch = 0;
    for (; left >= (this.#counts[stretch] ?? 0); stretch++) left -= this.#counts[stretch] ?? 0;
    let word = stretch * WORDS;
    for (;;) {
      const count = bitsIn(this.#words[word] ?? 0);
      if (left < count) break;
      left -= count;
      word++;
    }
    let bits = this.#words[word] ?? 0;
    for (; left > 0; left--) bits &= bits - 1;
    return word * 32 + lowestBit(bits);
  }

  /** The first member from `index` on, below `end`. */
  next(index: number, end = this.#words.length * 32): number | undefined {
    const most = Math.min(end, this.#words.length * 32);
    let at = Math.max(0, index);
    while (at < most) {
      if ((at & (STRETCH - 1)) === 0 && this.#counts[at >>> STRETCH_BITS] === 0) {
        at += STRETCH;
        continue;
      }
      const bits = (this.#words[at >>> 5] ?? 0) >>> (at & 31);
      if (bits !== 0) {
        const found = at + lowestBit(bits);
        return found < most ? found : undefined;
      }
      at = ((at >>> 5) + 1) * 32;
    }
    return undefined;
  }

  /** The last member up to `index`, from `start` on. */
  previous(index: number, start = 0): number | undefined {
    let at = Math.min(index, this.#words.length * 32 - 1);
    while (at >= start) {
      if ((at & (STRETCH - 1)) === STRETCH - 1 && this.#counts[at >>> STRETCH_BITS] === 0) {
        at -= STRETCH;
        continue;
      }
      const bits = (this.#words[at >>> 5] ?? 0) << (31 - (at & 31));
      if (bits !== 0) {
        const found = at - Math.clz32(bits);
        return found >= start ? found : undefined;
      }
      at = (at >>> 5) * 32 - 1;
    }
    return undefined;
  }

  /** Members from `start` on, below `end`, in order. */
  *between(start: number, end: number): Generator<number, void> {
    for (let at = this.next(start, end); at !== undefined; at = this.next(at + 1, end)) yield at;
  }

  #grow(index: number): void {
    const stretches = Math.max((index >>> STRETCH_BITS) + 1, this.#counts.length * 2);
    const words = new Uint32Array(stretches * WORDS);
    words.set(this.#words);
    this.#words = words;
    const counts = new Uint32Array(stretches);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}

/** Number of bits that are set in 32. */
function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

/** Position of the lowest bit that is set. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
