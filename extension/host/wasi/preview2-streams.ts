/** Streams and what can be waited for, as `wasi:io` has them: the classes that its interfaces give to a plugin. */
import { GuestFault } from '../../wasm/fault.ts';

export type Interface = Record<string, unknown>;

export const NANOSECONDS = 1_000_000n;
const WRITE_PERMIT = 65_536n;
/** Most bytes that may be written and waited for in one call. */
const BLOCKING_WRITE = 4096;
const nowhere = new Int32Array(new SharedArrayBuffer(4));

/** Something to wait for: a time, or nothing. */
export class Pollable {
  readonly #due: bigint | undefined;
  readonly #of: Stream | undefined;
  constructor(due?: bigint, of?: Stream) {
    this.#due = due;
    this.#of = of;
  }
  [Symbol.dispose](): void {
    if (this.#of !== undefined) this.#of.pollables--;
  }
  /** Nanoseconds to wait; 0 when ready. */
  remaining(): bigint {
    if (this.#due === undefined) return 0n;
    const left = this.#due - process.hrtime.bigint();
    return left > 0n ? left : 0n;
  }
  ready(): boolean {
    return this.remaining() === 0n;
  }
  block(): void {
    sleep(this.remaining());
  }
  /** How it stands in a recording. */
  toJSON(): string {
    return 'pollable';
  }
}

export function sleep(nanoseconds: bigint): void {
  if (nanoseconds > 0n) Atomics.wait(nowhere, 0, 0, Number(nanoseconds) / Number(NANOSECONDS));
}

/** What the bindings turn into the `err` case of a WASI result. */
export function wasiError(code: string): Error {
  return Object.assign(new Error(code), { payload: code });
}

/** The same of a stream that has ended. */
export function closed(): Error {
  return Object.assign(new Error('closed'), { payload: { tag: 'closed' } });
}

/** What may be dropped only after the pollables that were made of it. */
class Stream {
  /** Those that there are. */
  pollables = 0;
  subscribe(): Pollable {
    this.pollables++;
    return new Pollable(undefined, this);
  }
  [Symbol.dispose](): void {
    if (this.pollables === 0) return;
    throw new GuestFault('resource has children', {
      what: 'the plugin dropped a stream before a pollable of it: resource has children',
      advice: 'The real host ends the call, too. Drop what `subscribe` gave first.',
    });
  }
}

/** One that has ended, where it is not a stream of something. */
export class InputStream extends Stream {
  read(_length: bigint): Uint8Array {
    throw closed();
  }
  blockingRead(length: bigint): Uint8Array {
    return this.read(length);
  }
  skip(_length: bigint): bigint {
    throw closed();
  }
  blockingSkip(length: bigint): bigint {
    return this.skip(length);
  }
}

export class OutputStream extends Stream {
  readonly #write: (bytes: Uint8Array) => void;
  /** What is written goes nowhere where nobody says where. */
  constructor(write: (bytes: Uint8Array) => void = () => undefined) {
    super();
    this.#write = write;
  }
  checkWrite(): bigint {
    return WRITE_PERMIT;
  }
  write(bytes: Uint8Array): void {
    this.#write(bytes);
  }
  blockingWriteAndFlush(bytes: Uint8Array): void {
    checkBlocking('blocking-write-and-flush', bytes.length);
    this.#write(bytes);
  }
  flush(): void {
    // Nothing is held back.
  }
  blockingFlush(): void {
    // Nothing is held back.
  }
  writeZeroes(length: bigint): void {
    this.#write(new Uint8Array(Number(length)));
  }
  blockingWriteZeroesAndFlush(length: bigint): void {
    checkBlocking('blocking-write-zeroes-and-flush', length);
    this.#write(new Uint8Array(Number(length)));
  }
  splice(from: InputStream, length: bigint): bigint {
    return this.#pass(from.read(length < WRITE_PERMIT ? length : WRITE_PERMIT));
  }
  blockingSplice(from: InputStream, length: bigint): bigint {
    return this.#pass(from.blockingRead(length < WRITE_PERMIT ? length : WRITE_PERMIT));
  }
  #pass(bytes: Uint8Array): bigint {
    this.#write(bytes);
    return BigInt(bytes.length);
  }
}

function checkBlocking(name: string, bytes: number | bigint): void {
  if (bytes <= BLOCKING_WRITE) return;
  throw new GuestFault(`Buffer too large for ${name} (expected at most ${BLOCKING_WRITE})`, {
    what: `the plugin passed ${bytes} bytes to ${name}, which takes at most ${BLOCKING_WRITE}`,
    advice: 'The real host ends the call, too. Write in pieces.',
  });
}

export class IoError {
  toDebugString(): string {
    return 'I/O error';
  }
}
