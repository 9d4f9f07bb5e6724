const BLOCK_BITS = 12;
const BLOCK = 1 << BLOCK_BITS;
const FIRST_CAPACITY = 16;

type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;

/**
 * A list of numbers that only grows, in typed arrays of 4,096 that stay where they are; the first one grows to
 * that size, so that thousands of short lists cost little.
 */
class NumberList<T extends Numbers> {
  readonly #make: (length: number) => T;
  readonly #blocks: T[] = [];
  #length = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const index = this.#length++;
    this.#room(index)[index & (BLOCK - 1)] = value;
  }

  /** The number there; 0 outside. */
  at(index: number): number {
    return this.#blocks[index >>> BLOCK_BITS]?.[index & (BLOCK - 1)] ?? 0;
  }

  /** Changes a number that is there. */
  set(index: number, value: number): void {
    const block = this.#blocks[index >>> BLOCK_BITS];
    if (block !== undefined && index < this.#length) block[index & (BLOCK - 1)] = value;
  }

  #room(index: number): T {
    const number = index >>> BLOCK_BITS;
    const block = this.#blocks[number];
    if (block !== undefined && (index & (BLOCK - 1)) < block.length) return block;
    const more = this.#make(index === 0 ? FIRST_CAPACITY : number === 0 ? index * 2 : BLOCK);
    if (block !== undefined) more.set(block);
    this.#blocks[number] = more;
    return more;
  }
}

export type Doubles = NumberList<Float64Array>;
export type Integers = NumberList<Uint32Array>;
export type Shorts = NumberList<Uint16Array>;
export type Bytes = NumberList<Uint8Array>;

export const doubles = (): Doubles => new NumberList((length): Float64Array => new Float64Array(length));
export const integers = (): Integers => new NumberList((length): Uint32Array => new Uint32Array(length));
export const shorts = (): Shorts => new NumberList((length): Uint16Array => new Uint16Array(length));
export const bytes = (): Bytes => new NumberList((length): Uint8Array => new Uint8Array(length));
