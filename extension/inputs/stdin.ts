import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { UserError } from '../errors.ts';
import type { RunRules } from '../host/produce.ts';
import { FILE_BUFFERING, PACKET_BUFFERING } from './buffering.ts';
import type { Buffering, ByteSource, Piece } from './byte-source.ts';
import { StreamPieces } from './stream-pieces.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * Standard input, or another stream: its pieces as they come, or like the host, which reads a process by
 * lines: each is UTF-8, loses a return at its end and gets a newline again, the last one too.
 */
export function openStdin(stream: Readable, { rules }: { readonly rules: RunRules }): ByteSource {
  return rules === 'strict' ? new StreamSource(stream) : new LineSource(stream);
}

const TITLE = 'standard input';

class StreamSource implements ByteSource {
  readonly title = TITLE;
  readonly total = undefined;
  /** Nothing is waited for while there is something to parse. */
  readonly buffering: Buffering = { ...FILE_BUFFERING, enough: 1 };
  readonly notes: readonly string[] = [];
  readonly #pieces: StreamPieces;

  constructor(stream: Readable) {
    this.#pieces = new StreamPieces(stream, TITLE);
  }

  async read(most: number, signal: AbortSignal): Promise<Piece | undefined> {
    const bytes = await this.#pieces.read(most, signal);
    return bytes === undefined ? undefined : { bytes };
  }

  close(): Promise<void> {
    return this.#pieces.close();
  }
}

class LineSource implements ByteSource {
  readonly title = TITLE;
  readonly total = undefined;
  readonly buffering = PACKET_BUFFERING;
  readonly notes: readonly string[] = [];
  readonly #pieces: StreamPieces;
  #rest: Buffer[] = [];
  #lines: Uint8Array[] = [];
  #number = 0;
  #isEnded = false;
  /** What is wrong with the line after those that are left. */
  #failure: UserError | undefined;

  constructor(stream: Readable) {
    this.#pieces = new StreamPieces(stream, TITLE);
  }

  async read(_most: number, signal: AbortSignal): Promise<Piece | undefined> {
    for (;;) {
      const bytes = this.#lines.shift();
      if (bytes !== undefined) return { bytes };
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isEnded) return undefined;
      const chunk = await this.#pieces.read(Infinity, signal);
      if (chunk === undefined) this.#end();
      else this.#split(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    }
  }

  close(): Promise<void> {
    return this.#pieces.close();
  }

  #split(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#line(Buffer.concat([...this.#rest, chunk.subarray(start, end)]));
      this.#rest = [];
      start = end + 1;
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start));
  }

  #end(): void {
    this.#isEnded = true;
    const last = Buffer.concat(this.#rest);
    this.#rest = [];
    if (last.length > 0 && !(last.length === 1 && last[0] === RETURN)) this.#line(last);
  }

  #line(line: Buffer): void {
    this.#number++;
    if (!isUtf8(line)) {
      this.#failure ??= new UserError(
        `Line ${this.#number} of ${TITLE} is no UTF-8, for which the host ends the session.`,
        'Use strict rules for bytes that are not text.',
      );
    }
    if (this.#failure !== undefined) return;
    const text = line.at(-1) === RETURN ? line.subarray(0, -1) : line;
    this.#lines.push(new Uint8Array(Buffer.concat([text, Buffer.of(NEWLINE)])));
  }
}
