import { messageOf, UserError } from '../errors.ts';
import type { RunRules } from '../host/produce.ts';
import { FILE_BUFFERING } from './buffering.ts';
import type { ByteSource, Piece } from './byte-source.ts';

export interface PluginBytesOptions {
  readonly rules: RunRules;
  /** Name of the plugin. */
  readonly title: string;
  /** Ends the plugin. */
  close?(): Promise<void>;
}

/** Empty reads in a row above which the real host has an error. Source: plugins_host/src/bytesource_shared, Chipmunk 4.2.0. */
export const EMPTY_READ_LIMIT = 20;

/**
 * A byte source of a plugin as a stream, wrapped as upstream's library does it: `read` is called with all the
 * room that there is, up to 10 MiB. What it rejects with is an error that the plugin gave, or its end.
 */
export function openPlugin(
  read: (length: number) => Promise<Uint8Array>,
  options: PluginBytesOptions,
): ByteSource {
  return new PluginBytes(read, options);
}

class PluginBytes implements ByteSource {
  readonly title: string;
  readonly total = undefined;
  readonly buffering = FILE_BUFFERING;
  readonly #read: (length: number) => Promise<Uint8Array>;
  readonly #options: PluginBytesOptions;
  /** A call that somebody stopped waiting for: its bytes are not lost. */
  #pending: { readonly length: number; readonly bytes: Promise<Uint8Array> } | undefined;
  readonly #notes = new Map<string, number>();
  #calls = 0;
  #offset = 0;
  #empty = 0;
  #isEnded = false;

  constructor(read: (length: number) => Promise<Uint8Array>, options: PluginBytesOptions) {
    this.#read = read;
    this.#options = options;
    this.title = options.title;
  }

  get notes(): readonly string[] {
    return [...this.#notes].map(([text, times]) => (times === 1 ? text : `${text} (${times} times)`));
  }

  async read(most: number, signal: AbortSignal): Promise<Piece | undefined> {
    signal.throwIfAborted();
    if (this.#isEnded) return undefined;
    this.#pending ??= this.#call(most);
    const { length, bytes: promise } = this.#pending;
    let bytes: Uint8Array;
    try {
      bytes = await withSignal(promise, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.#pending = undefined;
      this.#failed(error);
      return undefined;
    }
    this.#pending = undefined;
    if (bytes.length > length) throw this.#tooLong(bytes.length, length);
    if (bytes.length === 0) {
      this.#nothing();
      return undefined;
    }
    this.#empty = 0;
    this.#offset += bytes.length;
    return { bytes };
  }

  async close(): Promise<void> {
    this.#isEnded = true;
    this.#pending?.bytes.catch(() => undefined);
    await this.#options.close?.();
  }

  #call(length: number): { length: number; bytes: Promise<Uint8Array> } {
    this.#calls++;
    const bytes = this.#read(length);
    bytes.catch(() => undefined);
    return { length, bytes };
  }

  get #where(): string {
    return `${this.title}, call ${this.#calls} of read at offset ${this.#offset}`;
  }

  /** Upstream's buffered reader takes an error for nothing. */
  #failed(error: unknown): void {
    const text = `${this.#where}: ${messageOf(error)}`;
    if (this.#options.rules === 'strict') {
      this.#isEnded = true;
      throw new UserError(
        text,
        error instanceof UserError
          ? error.advice
          : 'See the log of the plugin; the real host takes this for the end, without a word.',
        { cause: error },
      );
    }
    this.#note(`${text}; the host takes this for the end, without a word.`);
  }

  #nothing(): void {
    if (this.#options.rules === 'strict') this.#isEnded = true;
    else if (++this.#empty > EMPTY_READ_LIMIT) {
      this.#note(
        `${this.title}: Plugin byte source returned empty data more than ${EMPTY_READ_LIMIT} times consecutively.`,
      );
    }
  }

  #tooLong(given: number, length: number): UserError {
    this.#isEnded = true;
    return new UserError(
      `${this.#where}: it gave ${given} bytes, and ${length} were wanted; the real host panics for that.`,
      'Let `read` give at most as many bytes as it is asked for, and keep the rest for the next call.',
    );
  }

  #note(text: string): void {
    this.#notes.set(text, (this.#notes.get(text) ?? 0) + 1);
  }
}

async function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
