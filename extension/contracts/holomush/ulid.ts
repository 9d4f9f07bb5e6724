/** ULIDs: https://github.com/ulid/spec, 48 bits of time and 80 random ones in 26 characters that sort by time. */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SHAPE = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;
const LATEST = 2 ** 48 - 1;
const RANDOM_BYTES = 10;

/** Whether a text is a ULID, in capitals or not. */
export function isUlid(text: string): boolean {
  return SHAPE.test(text);
}

/** Makes ULIDs of which each one is above those before it in the same millisecond. */
export class UlidSource {
  readonly #fill: (bytes: Uint8Array<ArrayBuffer>) => unknown;
  readonly #random = new Uint8Array(RANDOM_BYTES);
  #time = -1;

  /** `fill` puts random bytes into what it is given. */
  constructor(fill: (bytes: Uint8Array<ArrayBuffer>) => unknown) {
    this.#fill = fill;
  }

  /** The next one of a time in Unix milliseconds. Throws a RangeError for a time that a ULID cannot hold. */
  next(time: number): string {
    if (!Number.isInteger(time) || time < 0 || time > LATEST)
      throw new RangeError(`${time} is no time of a ULID: whole milliseconds from 0 to ${LATEST}`);
    if (time === this.#time) {
      increment(this.#random);
    } else {
      this.#time = time;
      this.#fill(this.#random);
      // Leaves 2⁷⁹ increments before the bits run out.
      this.#random[0] = (this.#random[0] ?? 0) & 0x7f;
    }
    return digits(time, 10) + digits(wholeOf(this.#random, 0), 8) + digits(wholeOf(this.#random, 5), 8);
  }
}

const fresh = new UlidSource((bytes) => crypto.getRandomValues(bytes));

/** A fresh ULID of now, or of a time in Unix milliseconds. Throws a RangeError for a time that it cannot hold. */
export function newUlid(time = Date.now()): string {
  return fresh.next(time);
}

function increment(bytes: Uint8Array): void {
  for (let index = bytes.length - 1; index >= 0; index--) {
    const next = ((bytes[index] ?? 0) + 1) & 0xff;
    bytes[index] = next;
    if (next !== 0) return;
  }
}

/** Five bytes as a whole number, which is as many as fill digits exactly. */
function wholeOf(bytes: Uint8Array, start: number): number {
  return bytes.subarray(start, start + 5).reduce((whole, byte) => whole * 256 + byte, 0);
}

function digits(whole: number, count: number): string {
  let text = '';
  for (let rest = whole; text.length < count; rest = Math.floor(rest / 32))
    text = ALPHABET.charAt(rest % 32) + text;
  return text;
}
