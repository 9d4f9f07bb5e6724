/** Rectangles as x, y, width and height in CSS pixels, kept in one array that is used again every frame. */
export class Boxes {
  #data: Float32Array;
  #length = 0;

  /** `room` is how many there is room for at first; it grows. */
  constructor(room = 64) {
    this.#data = new Float32Array(room * 4);
  }

  /** How many there are. */
  get count(): number {
    return this.#length >> 2;
  }

  /** Four numbers for each; valid until the next {@link add}. */
  get data(): Float32Array {
    return this.#data;
  }

  clear(): void {
    this.#length = 0;
  }

  add(x: number, y: number, width: number, height: number): void {
    if (this.#length === this.#data.length) {
      const more = new Float32Array(this.#data.length * 2);
      more.set(this.#data);
      this.#data = more;
    }
    const at = this.#length;
    this.#data[at] = x;
    this.#data[at + 1] = y;
    this.#data[at + 2] = width;
    this.#data[at + 3] = height;
    this.#length = at + 4;
  }

  /**
   * Adds a bar, or lengthens the last one where this one touches it or lies in it: what fills the same
   * pixels is filled once. Only for boxes without edges of their own.
   */
  join(x: number, y: number, width: number, height: number): void {
    const at = this.#length - 4;
    if (at >= 0 && this.#data[at + 1] === y && this.#data[at + 3] === height) {
      const start = this.#data[at] ?? 0;
      const end = start + (this.#data[at + 2] ?? 0);
      if (x >= start && x <= end + 0.25) {
        if (x + width > end) this.#data[at + 2] = x + width - start;
        return;
      }
    }
    this.add(x, y, width, height);
  }
}

/** Points of lines as x and y in CSS pixels, used again like {@link Boxes}. */
export class Points {
  #data: Float32Array = new Float32Array(256);
  #length = 0;

  /** Numbers that are in use: two for each point. */
  get length(): number {
    return this.#length;
  }

  get data(): Float32Array {
    return this.#data;
  }

  clear(): void {
    this.#length = 0;
  }

  add(x: number, y: number): void {
    if (this.#length === this.#data.length) {
      const more = new Float32Array(this.#data.length * 2);
      more.set(this.#data);
      this.#data = more;
    }
    this.#data[this.#length] = x;
    this.#data[this.#length + 1] = y;
    this.#length += 2;
  }
}
