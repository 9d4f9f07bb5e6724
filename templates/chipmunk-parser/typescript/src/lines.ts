/**
 * Lines out of the slices of a stream that the host passes.
 *
 * The host passes everything that is not consumed yet, again and again, and never says that there is no more. So
 * where a slice ends within a line, that line may go on or not:
 *
 * - Lines before it are given, and what there is of it is left to the host, which passes it again with more.
 * - Where nothing is before it, the answer is `incomplete`, for which the host reads more. If there is no more, the
 *   host drops a byte (in strict runs Hotplug drops none) and passes the rest. A slice that is no longer than the one
 *   before says therefore: that was all, make a row of it. It is also how a line goes on that is longer than the
 *   host's buffer: as several rows, with nothing lost.
 * - The byte that is dropped must not be one of the line. The newline in front of the line is left to the host with
 *   it, so that it is that one. Only the first line of an input has none: its first byte is remembered and put back.
 *   (A last byte that is passed alone is beyond help: nothing is left to be passed.)
 */
export class Lines {
  /** The next slice begins with a newline that ends a line which was given already. */
  #afterNewline = false;
  /** The last answer was `incomplete`: the first byte and the length of its slice. */
  #asked: { first: number; length: number } | undefined;

  /** The lines of a slice; undefined where it is incomplete. */
  split(data: Uint8Array): Line[] | undefined {
    const asked = this.#asked;
    this.#asked = undefined;
    if (asked !== undefined && data.length <= asked.length) {
      return [this.#last(data, asked.first, data.length < asked.length)];
    }
    const lines: Line[] = [];
    let start = this.#afterNewline ? 1 : 0;
    let consumed = 0;
    for (let end; (end = data.indexOf(newline, start)) >= 0; start = consumed) {
      lines.push({ text: data.subarray(start, end), consumed: end + 1 - consumed });
      consumed = end + 1;
    }
    const last = lines.at(-1);
    if (last === undefined) {
      this.#asked = { first: data[0] ?? 0, length: data.length };
      return undefined;
    }
    // An answer that consumes nothing would be asked for again and again.
    this.#afterNewline = start < data.length && consumed > 1;
    if (this.#afterNewline) last.consumed -= 1;
    return lines;
  }

  /** What is left at the end of the input, or of the host's buffer. */
  #last(data: Uint8Array, first: number, dropped: boolean): Line {
    const afterNewline = this.#afterNewline;
    this.#afterNewline = false;
    let text = data;
    if (afterNewline && !dropped) text = data.subarray(1);
    if (!afterNewline && dropped) text = Uint8Array.of(first, ...data);
    return { text, consumed: data.length };
  }
}

/** A line without its newline, and how many bytes the host is to take away for it. */
export interface Line {
  text: Uint8Array;
  consumed: number;
}

const newline = 10;
