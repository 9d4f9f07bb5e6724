/** Reads a stream when bytes are wanted, and only then: what nobody asks for yet stays with the sender. */
import type { Readable } from 'node:stream';
import { messageOf, UserError } from '../errors.ts';
import { Wake } from './wake.ts';

export class StreamPieces {
  readonly #stream: Readable;
  readonly #title: string;
  #rest: Uint8Array | undefined;
  #offset = 0;
  #error: Error | null = null;
  #isClosed = false;
  readonly #wake = new Wake();

  constructor(stream: Readable, title: string) {
    this.#stream = stream;
    this.#title = title;
    const wake = (): void => this.#wake.now();
    stream.on('readable', wake).on('end', wake).on('close', wake);
    stream.on('error', (error) => {
      this.#error = error;
      wake();
    });
  }

  /** The next bytes, at most so many; undefined at the end. Throws a UserError with the offset where the stream fails. */
  async read(most: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#isClosed) return undefined;
      const rest = this.#rest ?? this.#take();
      if (rest !== undefined) {
        const bytes = rest.subarray(0, most);
        this.#rest = bytes.length < rest.length ? rest.subarray(bytes.length) : undefined;
        this.#offset += bytes.length;
        // Its own memory, so that it can be given away.
        return new Uint8Array(bytes);
      }
      const error = this.#error ?? this.#stream.errored;
      if (error !== null) throw this.#failed(error);
      if (this.#stream.readableEnded || this.#stream.destroyed) return undefined;
      await this.#wake.wait(signal);
    }
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#stream.destroy();
    this.#wake.now();
    return Promise.resolve();
  }

  #take(): Uint8Array | undefined {
    const chunk: unknown = this.#stream.read();
    if (typeof chunk === 'string') return Buffer.from(chunk);
    return chunk instanceof Uint8Array && chunk.length > 0 ? chunk : undefined;
  }

  #failed(error: Error): UserError {
    return new UserError(
      `${this.#title} cannot be read at offset ${this.#offset}: ${messageOf(error)}.`,
      'Start the other side again, and then the run.',
      { cause: error },
    );
  }
}
