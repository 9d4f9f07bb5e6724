const FIRST_CAPACITY = 256;

/** A list of numbers that only grows, in a typed array. */
class NumberList<T extends Float64Array | Uint32Array> {
  readonly #make: (length: number) => T;
  #items: T;
  #length = 0;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#items = make(FIRST_CAPACITY);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#items.length) {
      const more = this.#make(this.#length * 2);
      more.set(this.#items);
      this.#items = more;
    }
    this.#items[this.#length++] = value;
  }

  /** The number there; 0 outside. */
  at(index: number): number {
    return this.#items[index] ?? 0;
  }
}

export type Doubles = NumberList<Float64Array>;
export type Integers = NumberList<Uint32Array>;

export const doubles = (): Doubles => new NumberList((length): Float64Array => new Float64Array(length));
export const integers = (): Integers => new NumberList((length): Uint32Array => new Uint32Array(length));
