/** Reads a JSON file of any size, piece by piece: no more than one event of it is in memory at a time. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { messageOf, UserError } from '../errors.ts';
import { importError } from './errors.ts';

const CHUNK_BYTES = 1 << 18;
/** No trace nests like this; what does is made to exhaust whoever reads it. */
const DEEPEST = 500;
const MOST_KEYS = 20;

interface JsonSource {
  readonly path: string;
  readonly packed: boolean;
  /** Selectors of the values that are wanted, in the words of @streamparser/json: `$.traceEvents.*`. */
  readonly paths: readonly string[];
  /** How deep the elements lie that a file may end between: 1 in `[…]`, 2 in `{"traceEvents": […]}`. */
  readonly elementDepth: number;
}

/** A value that was asked for. */
export interface JsonPart {
  readonly value: unknown;
  /** Members and indexes that lead to it. */
  readonly keys: readonly (string | number | undefined)[];
  /** Which of the file's values it is in, from 0: a file may have one a line. */
  readonly document: number;
}

interface JsonEnd {
  /** Offset behind the last event that is whole, in the unpacked file, where it was cut off in one. */
  readonly cutAt?: number;
  /** The first names at the top of the file. */
  readonly keys: readonly string[];
}

/** Gives each value that is wanted to `take`, in order. Throws a UserError where the file is not JSON. */
export async function readJson(source: JsonSource, take: (part: JsonPart) => void): Promise<JsonEnd> {
  const reading = new Reading(source, take);
  const file = createReadStream(source.path, { highWaterMark: CHUNK_BYTES });
  // The consumer below sees a failure of the file as one of the stream that it reads.
  const bytes: Readable = source.packed ? unpacked(file) : file;
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) if (!reading.write(chunk)) break;
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (!source.packed || !isPackingError(error)) throw importError.cannotOpen(source.path, error);
    // A packed file that was cut off reads up to the cut, as a plain one does.
    if (codeOf(error) !== 'Z_BUF_ERROR') throw importError.packed(source.path, error);
  } finally {
    file.destroy();
    bytes.destroy();
  }
  return reading.end();
}

function unpacked(file: Readable): Readable {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}

function isPackingError(error: unknown): boolean {
  return codeOf(error).startsWith('Z_');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

class Reading {
  readonly #source: JsonSource;
  readonly #tokenizer = new Tokenizer({ separator: '', stringBufferSize: CHUNK_BYTES });
  readonly #parser: TokenParser;
  readonly #keys: string[] = [];
  #depth = 0;
  #documents = 0;
  /** Bytes before the present chunk. */
  #before = 0;
  #last: { token: TokenType; value: unknown; offset: number } | undefined;
  #string = '';
  /** Offset behind the last element that is whole. */
  #whole = 0;
  #isOver = false;

  constructor(source: JsonSource, take: (part: JsonPart) => void) {
    this.#source = source;
    this.#parser = new TokenParser({ paths: [...source.paths], keepStack: false, separator: '' });
    this.#parser.onValue = ({ value, key, stack }) => {
      const keys = [...stack.slice(1).map((one) => one.key), key];
      take({ value, keys, document: this.#documents });
    };
    this.#tokenizer.onToken = (token) => {
      this.#look(token);
      this.#parser.write(token);
      this.#seen(token);
    };
  }

  /** False where nothing that follows is wanted. */
  write(chunk: Uint8Array): boolean {
    try {
      this.#tokenizer.write(chunk);
    } catch (error) {
      if (error instanceof UserError) throw error;
      if (this.#endsWithComma()) this.#isOver = true;
      else throw importError.damaged(this.#source.path, this.#place(error), said(error), error);
    }
    this.#before += chunk.length;
    return !this.#isOver;
  }

  end(): JsonEnd {
    const keys = this.#keys;
    const { elementDepth } = this.#source;
    // An array of events may end anywhere between two of them: so do those of a program that was killed.
    const isCut = !this.#isOver && this.#depth > elementDepth;
    return { keys, ...(isCut ? { cutAt: this.#whole } : {}) };
  }

  /** Looks at a token before it is taken. */
  #look(token: { token: TokenType; value: unknown; offset: number }): void {
    this.#last = token;
    if (token.token === TokenType.STRING) this.#string = String(token.value);
    else if (token.token === TokenType.COLON && this.#depth === 1 && this.#keys.length < MOST_KEYS) {
      if (!this.#keys.includes(this.#string)) this.#keys.push(this.#string);
    } else if (isOpening(token.token) && this.#depth >= DEEPEST) {
      throw importError.damaged(
        this.#source.path,
        `offset ${token.offset}`,
        `values lie in each other ${DEEPEST} deep and deeper`,
      );
    }
  }

  #seen({ token, offset }: { token: TokenType; offset: number }): void {
    if (isOpening(token)) this.#depth++;
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) {
      this.#depth--;
      if (this.#depth <= this.#source.elementDepth) this.#whole = offset + 1;
      if (this.#depth === 0) this.#documents++;
    }
  }

  /** Whether the error is of `…,]` at the end of the events, which many tools write. */
  #endsWithComma(): boolean {
    return this.#last?.token === TokenType.RIGHT_BRACKET && this.#depth === this.#source.elementDepth;
  }

  #place(error: unknown): string {
    const inChunk = /chunk position "(\d+)"/.exec(messageOf(error))?.[1];
    const offset =
      inChunk === undefined ? (this.#last?.offset ?? this.#before) : this.#before + Number(inChunk);
    return this.#source.packed ? `offset ${offset} of what is packed in it` : `offset ${offset}`;
  }
}

function isOpening(token: TokenType): boolean {
  return token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET;
}

/** What the parser says, without the place, which is said apart. */
function said(error: unknown): string {
  const [what = ''] = messageOf(error).split(/ at chunk position| in state/);
  return `it is not JSON there: ${what.charAt(0).toLowerCase()}${what.slice(1)}`;
}
