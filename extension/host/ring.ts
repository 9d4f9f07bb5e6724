/**
 * A queue of frames between two threads in shared memory: one writer, one reader, no copies but
 * the payload's own. It carries inputs into a plugin's worker and records out of it.
 *
 * A frame is 8-byte aligned: float32 duration in ms, uint8 kind, uint8 flags, uint16 name, float64
 * time, uint32 event, uint32 payload length, payload. A frame never wraps; kind 0 fills the end of
 * the buffer. A payload larger than a quarter of the ring travels in pieces: all but the last
 * are of kind {@link FRAGMENT}.
 */
const HEADER = 24;
const FILL = 0;
const FRAGMENT = 255;

/** Words of the control block. */
const WRITTEN = 0;
const READ = 1;
/** 1 while the reader sleeps and wants to be woken. */
const READER_SLEEPS = 2;
/** 1 while the writer waits for room. */
const WRITER_SLEEPS = 3;
const CONTROL_WORDS = 8;

/** What both threads share; posting it to the other thread shares the memory. */
export interface RingMemory {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly data: SharedArrayBuffer;
}

/** Makes a ring of `bytes` bytes, a power of two. */
export function createRing(bytes: number): RingMemory {
  if ((bytes & (bytes - 1)) !== 0 || bytes < 4096) throw new RangeError(`not a ring size: ${bytes}`);
  return {
    control: new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4)),
    data: new SharedArrayBuffer(bytes),
  };
}

export interface Frame {
  kind: number;
  flags: number;
  name: number;
  time: number;
  /** Milliseconds from `time` to the end of what happened; 0 where that is not known. */
  durationMs: number;
  event: number;
  /** Points into the ring: valid until the next read. */
  payload: Uint8Array;
}

const align = (bytes: number): number => (bytes + 7) & ~7;

/** The writing end. */
export class RingWriter {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly floats: Float32Array<SharedArrayBuffer>;
  readonly view: DataView<SharedArrayBuffer>;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #size: number;
  readonly #limit: number;
  #written: number;
  /** Where the reserved frame starts, and its size. */
  #start = 0;
  #pending = 0;
  readonly #wake: () => void;

  /** `wake` is called after a frame was put into a ring whose reader sleeps. */
  constructor(memory: RingMemory, wake?: () => void) {
    this.#control = memory.control;
    this.bytes = new Uint8Array(memory.data);
    this.floats = new Float32Array(memory.data);
    this.view = new DataView(memory.data);
    this.#size = memory.data.byteLength;
    this.#limit = this.#size >> 2;
    this.#written = Atomics.load(this.#control, WRITTEN);
    this.#wake =
      wake ??
      ((): void => {
        Atomics.notify(this.#control, WRITTEN);
      });
  }

  /** The largest payload that {@link reserve} takes. */
  get largest(): number {
    return this.#limit - HEADER;
  }

  #room(): number {
    return this.#size - ((this.#written - Atomics.load(this.#control, READ)) | 0);
  }

  /** Whether a payload of this size fits now without waiting. */
  fits(payload: number): boolean {
    const total = align(HEADER + payload);
    const start = this.#written & (this.#size - 1);
    const tail = this.#size - start;
    return this.#room() >= (tail < total ? tail + total : total);
  }

  /**
   * Makes room for a frame and writes its header; returns where in {@link bytes} the payload goes.
   * Blocks the thread while the ring is full. {@link commit} publishes it.
   */
  reserve(kind: number, flags: number, name: number, time: number, event: number, payload: number): number {
    const total = align(HEADER + payload);
    let start = this.#written & (this.#size - 1);
    const tail = this.#size - start;
    if (tail < total) {
      this.#waitFor(tail + total);
      this.view.setUint8(start + 4, FILL);
      this.#written = (this.#written + tail) | 0;
      start = 0;
    } else {
      this.#waitFor(total);
    }
    const view = this.view;
    view.setUint8(start + 4, kind);
    view.setUint8(start + 5, flags);
    view.setUint16(start + 6, name, true);
    view.setFloat64(start + 8, time, true);
    view.setUint32(start + 16, event, true);
    view.setUint32(start + 20, payload, true);
    this.#start = start;
    this.#pending = total;
    return start + HEADER;
  }

  /** Publishes the frame that was reserved last, with how long it took in ms where that is known. */
  commit(durationMs = 0): void {
    this.view.setFloat32(this.#start, durationMs, true);
    this.#written = (this.#written + this.#pending) | 0;
    Atomics.store(this.#control, WRITTEN, this.#written);
    if (Atomics.load(this.#control, READER_SLEEPS) !== 0) this.#wake();
  }

  /**
   * Writes a whole frame, in pieces where it is large. `made`: when what ends now began, by
   * `performance.now()`.
   */
  write(
    kind: number,
    flags: number,
    name: number,
    time: number,
    event: number,
    payload: Uint8Array,
    made?: number,
  ): void {
    let offset = 0;
    while (payload.length - offset > this.largest) {
      const at = this.reserve(FRAGMENT, flags, name, time, event, this.largest);
      this.bytes.set(payload.subarray(offset, offset + this.largest), at);
      this.commit();
      offset += this.largest;
    }
    const at = this.reserve(kind, flags, name, time, event, payload.length - offset);
    this.bytes.set(offset === 0 ? payload : payload.subarray(offset), at);
    this.commit(made === undefined ? 0 : performance.now() - made);
  }

  #waitFor(bytes: number): void {
    while (this.#room() < bytes) {
      Atomics.store(this.#control, WRITER_SLEEPS, 1);
      const read = Atomics.load(this.#control, READ);
      if (this.#room() < bytes) Atomics.wait(this.#control, READ, read, 1000);
      Atomics.store(this.#control, WRITER_SLEEPS, 0);
    }
  }
}

/** The reading end. */
export class RingReader {
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #view: DataView<SharedArrayBuffer>;
  readonly #size: number;
  #read: number;
  #consumed: number;
  #pieces: Uint8Array[] = [];
  readonly #frame: Frame = {
    kind: 0,
    flags: 0,
    name: 0,
    time: 0,
    durationMs: 0,
    event: 0,
    payload: new Uint8Array(),
  };

  constructor(memory: RingMemory) {
    this.#control = memory.control;
    this.#bytes = new Uint8Array(memory.data);
    this.#view = new DataView(memory.data);
    this.#size = memory.data.byteLength;
    this.#read = Atomics.load(this.#control, READ);
    this.#consumed = this.#read;
  }

  /** The next frame, or undefined where there is none yet. It stays in the ring until {@link release}. */
  next(): Frame | undefined {
    const view = this.#view;
    for (;;) {
      if (this.#consumed === Atomics.load(this.#control, WRITTEN)) return undefined;
      const start = this.#consumed & (this.#size - 1);
      const kind = view.getUint8(start + 4);
      if (kind === FILL) {
        this.#consumed = (this.#consumed + this.#size - start) | 0;
        continue;
      }
      const length = view.getUint32(start + 20, true);
      this.#consumed = (this.#consumed + align(HEADER + length)) | 0;
      const payload = this.#bytes.subarray(start + HEADER, start + HEADER + length);
      if (kind === FRAGMENT) {
        this.#pieces.push(payload.slice());
        this.release();
        continue;
      }
      const frame = this.#frame;
      frame.kind = kind;
      frame.flags = view.getUint8(start + 5);
      frame.name = view.getUint16(start + 6, true);
      frame.time = view.getFloat64(start + 8, true);
      frame.durationMs = view.getFloat32(start, true);
      frame.event = view.getUint32(start + 16, true);
      frame.payload = this.#pieces.length === 0 ? payload : this.#join(payload);
      return frame;
    }
  }

  /** Gives the room of everything that was read back to the writer. */
  release(): void {
    if (this.#read === this.#consumed) return;
    this.#read = this.#consumed;
    Atomics.store(this.#control, READ, this.#read);
    if (Atomics.load(this.#control, WRITER_SLEEPS) !== 0) Atomics.notify(this.#control, READ);
  }

  /** Says whether the reader sleeps; a sleeping reader is woken by the writer. */
  setSleeping(sleeping: boolean): void {
    Atomics.store(this.#control, READER_SLEEPS, sleeping ? 1 : 0);
  }

  /** Resolves once something was written after `setSleeping(true)`, or after `timeoutMs`; never blocks the thread. */
  async wait(timeoutMs: number): Promise<void> {
    const written = Atomics.load(this.#control, WRITTEN);
    if (written !== this.#consumed) return;
    const result = Atomics.waitAsync(this.#control, WRITTEN, written, timeoutMs);
    if (result.async) await result.value;
  }

  #join(last: Uint8Array): Uint8Array {
    const pieces = [...this.#pieces, last];
    this.#pieces = [];
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let offset = 0;
    for (const piece of pieces) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    return whole;
  }
}
