/** Makes the calls of `read` of a byte source that runs by itself, until it gives nothing. */
import { UserError } from '../../errors.ts';
import type { Answer, ProducedEvent, Producer, RunNote, RunProgress, RunRules } from '../../host/produce.ts';
import { EMPTY_READ_LIMIT } from '../../inputs/plugin-bytes.ts';
import { RunNotes } from './producer-notes.ts';
import { decodeReadResult, encodeRead, READ, type SourceError } from './read.ts';

export interface ReadingOptions {
  readonly rules: RunRules;
  /** Name of the plugin, for errors and notes. */
  readonly title: string;
  /** Bytes that are wanted of each call; 64 KiB where absent. */
  readonly length?: number;
}

const LENGTH = 64 * 1024;

/** What the real host makes of an error, with its own spelling. Source: plugins_host/src/bytesource_shared, Chipmunk 4.2.0. */
const ERRORS: Readonly<Record<SourceError, string>> = {
  io: 'IO Error from bytesoruce plugin. Error: ',
  unsupported: 'Unsupported Error from bytesource plugin: ',
  other: 'Unknown Error from bytesoruce plugin. Error: ',
};

/** The text that the real host has for an error of `read`. */
export function sourceErrorText(error: SourceError, message: string): string {
  return `${ERRORS[error]}${message}`;
}

export class ReadingProducer implements Producer {
  readonly #options: ReadingOptions;
  readonly #length: number;
  readonly #notes = new RunNotes();
  #calls = 0;
  #offset = 0;
  #empty = 0;
  #isOver = false;

  constructor(options: ReadingOptions) {
    this.#options = options;
    this.#length = options.length ?? LENGTH;
  }

  get progress(): RunProgress {
    return { title: this.#options.title, bytes: this.#offset, skipped: 0, calls: this.#calls, rows: 0 };
  }

  get notes(): readonly (RunNote & { readonly times: number })[] {
    return this.#notes.list;
  }

  next(answer: Answer | undefined, signal: AbortSignal): Promise<ProducedEvent | undefined> {
    return Promise.try(() => {
      signal.throwIfAborted();
      if (!this.#isOver && this.#calls > 0) this.#isOver = !this.#goesOn(answer);
      if (this.#isOver) return undefined;
      this.#calls++;
      return { name: READ, payload: encodeRead(BigInt(this.#length)) };
    });
  }

  close(): Promise<void> {
    this.#isOver = true;
    return Promise.resolve();
  }

  /** Whether to read on, by what the last call gave. */
  #goesOn(answer: Answer | undefined): boolean {
    const read = answer?.result === undefined ? undefined : decodeReadResult(answer.result);
    if (read === undefined) {
      throw this.#failed(
        answer === undefined || answer.text === '' ? 'it gave no answer' : answer.text,
        'Look at the failure; the same call runs into it again.',
      );
    }
    if (read.case !== 'ok') return this.#error(read.case, read.message);
    const { length } = read.bytes;
    if (length > this.#length) {
      throw this.#failed(
        `it gave ${length} bytes, and ${this.#length} were wanted; the real host panics for that`,
        'Let `read` give at most as many bytes as it is asked for, and keep the rest for the next call.',
      );
    }
    this.#offset += length;
    if (length > 0) {
      this.#empty = 0;
      return true;
    }
    // The end, which the real host goes on asking about until it has an error for it.
    if (this.#options.rules === 'strict') return false;
    if (++this.#empty <= EMPTY_READ_LIMIT) return true;
    this.#note(
      'info',
      `Plugin byte source returned empty data more than ${EMPTY_READ_LIMIT} times consecutively.`,
      'This is the end of what it reads, as the real host sees it.',
    );
    return false;
  }

  #error(error: SourceError, message: string): false {
    const text = sourceErrorText(error, message);
    if (this.#options.rules === 'strict')
      throw this.#failed(
        text,
        'See the log of the plugin; the real host takes this for the end, without a word.',
      );
    this.#note(
      'error',
      `${text}; the host takes this for the end, without a word`,
      'See the log of the plugin.',
    );
    return false;
  }

  #note(severity: RunNote['severity'], text: string, advice: string): void {
    this.#notes.add(text, () => ({ severity, fault: 'plugin', text: `${this.#where}: ${text}`, advice }));
  }

  #failed(text: string, advice: string): UserError {
    this.#isOver = true;
    return new UserError(`${this.#where}: ${text}`, advice);
  }

  get #where(): string {
    return `${this.#options.title}, call ${this.#calls} of read at offset ${this.#offset}`;
  }
}
