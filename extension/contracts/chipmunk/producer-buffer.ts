/** Which bytes of a stream the real host's buffer holds, as offsets: the bytes themselves are elsewhere. */
import type { Buffering } from '../../inputs/byte-source.ts';

export class StreamBuffer {
  readonly figures: Buffering;
  /** Offset in the stream of the first byte that is not consumed, and of the end of what was loaded. */
  #position = 0;
  #loaded = 0;
  /** Offset of the byte at the buffer's front: consumed bytes stay there until the rest is moved. */
  #front = 0;

  constructor(figures: Buffering) {
    this.figures = figures;
  }

  get position(): number {
    return this.#position;
  }

  get available(): number {
    return this.#loaded - this.#position;
  }

  /** Takes bytes away, at most those that are there. */
  consume(count: number): void {
    this.#position = Math.min(this.#position + count, this.#loaded);
    if (this.#position === this.#loaded) this.#front = this.#loaded;
  }

  /** Bytes that fit behind those that are there. */
  get room(): number {
    return Math.max(0, this.figures.capacity - (this.#loaded - this.#front));
  }

  /** Moves the bytes to the front where the real host does; gives how many it would read then. */
  roomLikeHost(): number {
    const { capacity, enough, cutsOff, atOnce } = this.figures;
    if (cutsOff) return capacity;
    if (this.available < enough) this.#front = this.#position;
    if (atOnce === undefined) return this.room;
    return this.room < atOnce ? 0 : atOnce;
  }

  /** Moves the bytes to the front; gives how many to read, above the capacity where it is taken. */
  roomForMore(): number {
    this.#front = this.#position;
    const { capacity, enough, atOnce } = this.figures;
    if (atOnce !== undefined) return atOnce;
    return this.room <= Math.min(enough, capacity >> 1) ? capacity : this.room;
  }

  /** Adds bytes that were read; gives where they begin. */
  add(count: number): number {
    const at = this.#loaded;
    this.#loaded += count;
    return at;
  }
}
