import { CALL_HEADER, CALL_RESULT, CallStatus, RecordKind } from './record.ts';
import type { RawRecord, RecordHead } from './record.ts';
import { kindOfChannel, MAX_NAME, pluginOfChannel } from './layout.ts';

const BLOCK_BITS = 13;
const BLOCK_SIZE = 1 << BLOCK_BITS;
/** The largest number that a float32 holds. */
const LONGEST = 3.4028234663852886e38;
const KINDS: readonly RecordKind[] = Object.values(RecordKind);
const STATUSES: readonly CallStatus[] = Object.values(CallStatus);

/** Numbers that fit into two bytes, and as many of them below the first number as above it where that one is larger. */
const NARROW = 0x1_0000;
const HALF = NARROW / 2;

/**
 * A column of numbers that are mostly small or close to one another: two bytes each; four bytes each
 * once one of them does not fit.
 */
class NarrowColumn {
  /** What the numbers but 0 are counted from; undefined before the first one. */
  #base: number | undefined;
  #values: Uint16Array | Uint32Array = new Uint16Array(BLOCK_SIZE);

  get(at: number): number {
    const value = this.#values[at] ?? 0;
    return value === 0 ? 0 : value + (this.#base ?? 0);
  }

  set(at: number, number: number): void {
    if (number === 0) {
      this.#values[at] = 0;
      return;
    }
    if (this.#values.BYTES_PER_ELEMENT === 2) {
      this.#base ??= number < NARROW ? 0 : number - HALF;
      const value = number - this.#base;
      if (value >= 1 && value < NARROW) {
        this.#values[at] = value;
        return;
      }
      this.#widen();
    }
    this.#values[at] = number;
  }

  #widen(): void {
    const wide = new Uint32Array(BLOCK_SIZE);
    for (let at = 0; at < BLOCK_SIZE; at++) wide[at] = this.get(at);
    this.#values = wide;
    this.#base = 0;
  }
}

/**
 * The columns of 8,192 records, never moved once they are there: 23 bytes a record as a rule, 27 where some of
 * them took time, 28 where calls failed as well.
 */
class Block {
  readonly time = new Float64Array(BLOCK_SIZE);
  readonly channel = new Uint16Array(BLOCK_SIZE);
  readonly name = new NarrowColumn();
  readonly flags = new Uint8Array(BLOCK_SIZE);
  readonly event = new NarrowColumn();
  readonly chunk = new NarrowColumn();
  readonly offset = new Uint32Array(BLOCK_SIZE);
  readonly length = new NarrowColumn();
  /** Milliseconds; 0 where that is not known. */
  durationMs: Float32Array | undefined;
  /** Of {@link CallStatus}. */
  status: Uint8Array | undefined;
}

/** Each name of a recording once. */
class Names {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #bytes: Uint8Array[] = [];

  idOf(text: string): number {
    return this.#ids.get(text) ?? this.#add(text);
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  /** The name in UTF-8, at most {@link MAX_NAME} bytes. */
  bytesOf(id: number): Uint8Array {
    return this.#bytes[id] ?? new Uint8Array(0);
  }

  #add(text: string): number {
    const id = this.#texts.length;
    const bytes = new TextEncoder().encode(text).subarray(0, MAX_NAME);
    this.#ids.set(text, id);
    this.#bytes.push(bytes);
    // What a file can hold and no more, so that the open recording and its file read alike.
    this.#texts.push(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    return id;
  }
}

/** Where every record of a recording is and what is known of it without its payload. */
export class RecordIndex {
  readonly names = new Names();
  readonly #blocks: Block[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** `offset` and `length` are those of the payload within the chunk's uncompressed bytes. */
  add(
    time: number,
    channel: number,
    name: number,
    event: number,
    flags: number,
    chunk: number,
    offset: number,
    length: number,
  ): number {
    const index = this.#count;
    const at = index & (BLOCK_SIZE - 1);
    let block = this.#blocks[index >>> BLOCK_BITS];
    if (block === undefined) {
      block = new Block();
      this.#blocks.push(block);
    }
    block.time[at] = time;
    block.channel[at] = channel;
    block.name.set(at, name);
    block.event.set(at, event);
    block.flags[at] = flags;
    block.chunk.set(at, chunk);
    block.offset[at] = offset;
    block.length.set(at, length);
    this.#count = index + 1;
    return index;
  }

  /** Takes note of how long a record took, in milliseconds; what is no duration is left out. */
  setDuration(index: number, durationMs: number): void {
    if (!(durationMs > 0 && durationMs < Infinity)) return;
    const block = this.#block(index);
    block.durationMs ??= new Float32Array(BLOCK_SIZE);
    block.durationMs[index & (BLOCK_SIZE - 1)] = Math.min(durationMs, LONGEST);
  }

  /** Takes note of what a call's payload of `length` bytes at `offset` says of it; see `encodeCall`. */
  setCall(index: number, view: DataView, offset: number, length: number): void {
    if (length < CALL_HEADER) return;
    this.setDuration(index, view.getFloat64(offset, true));
    const status = view.getUint8(offset + CALL_HEADER - 1) & ~CALL_RESULT;
    if (status === CallStatus.ok || status >= STATUSES.length) return;
    const block = this.#block(index);
    block.status ??= new Uint8Array(BLOCK_SIZE);
    block.status[index & (BLOCK_SIZE - 1)] = status;
  }

  head(index: number): RecordHead {
    const block = this.#block(index);
    const at = index & (BLOCK_SIZE - 1);
    const channel = block.channel[at] ?? 0;
    const durationMs = block.durationMs?.[at] ?? 0;
    const head = {
      kind: KINDS[kindOfChannel(channel) - 1] ?? RecordKind.event,
      plugin: pluginOfChannel(channel),
      name: this.names.textOf(block.name.get(at)),
      time: block.time[at] ?? 0,
      event: block.event.get(at),
      flags: block.flags[at] ?? 0,
      size: block.length.get(at),
    };
    if (head.kind === RecordKind.call)
      return { ...head, durationMs, status: STATUSES[block.status?.[at] ?? 0] ?? CallStatus.ok };
    return durationMs === 0 ? head : { ...head, durationMs };
  }

  /** The record with its payload cut out of `bytes`, the uncompressed chunk that holds it. */
  record(index: number, bytes: Uint8Array): RawRecord {
    const block = this.#block(index);
    const at = index & (BLOCK_SIZE - 1);
    const offset = block.offset[at] ?? 0;
    return { ...this.head(index), payload: bytes.subarray(offset, offset + block.length.get(at)) };
  }

  chunkOf(index: number): number {
    return this.#block(index).chunk.get(index & (BLOCK_SIZE - 1));
  }

  timeOf(index: number): number {
    return this.#block(index).time[index & (BLOCK_SIZE - 1)] ?? 0;
  }

  channelOf(index: number): number {
    return this.#block(index).channel[index & (BLOCK_SIZE - 1)] ?? 0;
  }

  /** Offset within the chunk of the name's first byte. */
  nameOffsetOf(index: number): number {
    const block = this.#block(index);
    const at = index & (BLOCK_SIZE - 1);
    return (block.offset[at] ?? 0) - this.names.bytesOf(block.name.get(at)).length;
  }

  #block(index: number): Block {
    const block = index >= 0 && index < this.#count ? this.#blocks[index >>> BLOCK_BITS] : undefined;
    if (block === undefined || !Number.isInteger(index)) {
      throw new RangeError(`There is no record ${index}: the recording has ${this.#count}.`);
    }
    return block;
  }
}
