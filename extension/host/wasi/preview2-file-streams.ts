/** Streams from and into files. */
import type { Files } from './files.ts';
import type { FileCall } from './preview2-calls.ts';
import { Refusal, refusalOf, statOf } from './preview2-codes.ts';
import { closed, InputStream, IoError, OutputStream } from './preview2-streams.ts';
import { answered, NO_BYTES, type Open, type System } from './preview2-system.ts';

const INPUT = 'wasi:io/streams#[method]input-stream.';
const OUTPUT = 'wasi:io/streams#[method]output-stream.';

export class FileInput extends InputStream {
  readonly #system: System;
  readonly #open: Open;
  #position: number;
  #hasEnded = false;

  constructor(system: System, open: Open, position: number) {
    super();
    this.#system = system;
    this.#open = open.use();
    this.#position = position;
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#open.release();
  }

  override read(length: bigint): Uint8Array {
    return this.#read('read', length);
  }

  override blockingRead(length: bigint): Uint8Array {
    return this.#read('blocking-read', length);
  }

  override skip(length: bigint): bigint {
    return this.#skip('skip', length);
  }

  override blockingSkip(length: bigint): bigint {
    return this.#skip('blocking-skip', length);
  }

  #read(name: string, length: bigint): Uint8Array {
    if (length === 0n) return NO_BYTES;
    const at = this.#position;
    const bytes = this.#call<Uint8Array>(name, length, {
      live: () => {
        const found = this.#system.bytes(this.#open.fd, length, at);
        if (found.length === 0) throw new Refusal(CLOSED);
        return found;
      },
      written: (found) => this.#system.written(this.#open.fd, at, found),
      read: (json) => this.#system.read(json),
    });
    this.#position += bytes.length;
    return bytes;
  }

  #skip(name: string, length: bigint): bigint {
    if (length === 0n) return 0n;
    const skipped = this.#call<bigint>(name, length, {
      live: () => {
        const { size } = statOf(answered(this.#system.files.stat(this.#open.fd)).bytes ?? NO_BYTES);
        const left = size - BigInt(this.#position);
        if (left <= 0n) throw new Refusal(CLOSED);
        return left < length ? left : length;
      },
      read: (json) => BigInt(json as string),
    });
    this.#position += Number(skipped);
    return skipped;
  }

  #call<T>(name: string, length: bigint, call: Pick<FileCall<T>, 'live' | 'read' | 'written'>): T {
    if (this.#hasEnded) throw closed();
    const fail = (code: string): Error => {
      this.#hasEnded = true;
      return streamError(code);
    };
    return this.#system.calls.make({
      name: INPUT + name,
      args: [this.#open.number, length, this.#position],
      ...call,
      fail,
    });
  }
}

export class FileOutput extends OutputStream {
  readonly #open: Open;

  /** Writes from `position` on; without one always at the end. */
  constructor(system: System, open: Open, position: number | undefined) {
    let at = position;
    super((bytes) => {
      system.calls.make({
        name: `${OUTPUT}write`,
        args: [open.number, bytes, at ?? 'append'],
        live: () => {
          writeAll(system.files, open.fd, bytes, at);
        },
        read: () => undefined,
        fail: streamError,
      });
      if (at !== undefined) at += bytes.length;
    });
    this.#open = open.use();
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#open.release();
  }
}

/** Throws a Refusal. */
function writeAll(files: Files, fd: number, bytes: Uint8Array, position: number | undefined): void {
  const start = position ?? answered(files.seek(fd, 0, 'end')).value ?? 0;
  for (let done = 0; done < bytes.length;) {
    const written = answered(files.write(fd, bytes.subarray(done), start + done)).value ?? 0;
    if (written === 0) throw refusalOf('io');
    done += written;
  }
}

/** Recorded where a stream has ended. */
const CLOSED = 'closed';

export class FileError extends IoError {
  /** A case of `error-code`. */
  readonly code: string;
  constructor(code: string) {
    super();
    this.code = code;
  }
  override toDebugString(): string {
    return `the file system said ${this.code}`;
  }
}

/** What the bindings turn into a `stream-error`. */
function streamError(code: string): Error {
  if (code === CLOSED) return closed();
  return Object.assign(new Error(code), {
    payload: { tag: 'last-operation-failed', val: new FileError(code) },
  });
}
