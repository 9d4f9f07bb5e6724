/** The events of a trace as they stood in the file: columns in memory, and everything else in a temporary file. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, doubles, integers } from '../recording/numbers.ts';
import { importError } from './errors.ts';
import { encodePayload, type ImportedPayload } from './payload.ts';

/** What an event is, whatever format it stood in. */
export const PieceKind = {
  /** Its end is another piece of the same track. */
  begin: 1,
  end: 2,
  slice: 3,
  instant: 4,
  asyncBegin: 5,
  asyncEnd: 6,
  counter: 7,
  flowOut: 8,
  flowStep: 9,
  flowIn: 10,
  span: 11,
  log: 12,
} as const;
export type PieceKind = (typeof PieceKind)[keyof typeof PieceKind];

interface Piece {
  readonly kind: PieceKind;
  /** Of {@link Tracks}. */
  readonly track: number;
  readonly name: string;
  /** Milliseconds, since whatever the trace counts from. */
  readonly time: number;
  /** Of slices and spans in ms; of counters the value. */
  readonly amount?: number;
  readonly payload: ImportedPayload;
}

const BUFFER_BYTES = 1 << 20;
const PAGE_BYTES = 1 << 16;
/** A trace that was written thread by thread is read at so many places at once. */
const PAGES = 128;

/** 37 bytes of memory a piece, and each name once. */
export class Pieces implements Disposable {
  readonly #path: string;
  readonly #folder: string;
  readonly #fd: number;
  readonly #kinds = bytes();
  readonly #tracks = integers();
  readonly #nameIds = integers();
  readonly #times = doubles();
  readonly #amounts = doubles();
  readonly #offsets = doubles();
  readonly #lengths = integers();
  readonly #names: string[] = [];
  readonly #ids = new Map<string, number>();
  #written = 0;
  #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #used = 0;
  /** Parts of the file by their number, in the order of use, the last used last. */
  readonly #pages = new Map<number, Uint8Array>();

  /** `path` is the trace that they are of, for errors. Throws a UserError where there is no room for them. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#folder = mkdtempSync(join(tmpdir(), 'hotplug-import-'));
      this.#fd = openSync(join(this.#folder, 'pieces'), 'w+');
    } catch (error) {
      throw importError.cannotKeep(path, error);
    }
  }

  get count(): number {
    return this.#times.length;
  }

  add({ kind, track, name, time, amount = 0, payload }: Piece): void {
    const encoded = encodePayload(payload);
    this.#kinds.push(kind);
    this.#tracks.push(track);
    this.#nameIds.push(this.#idOf(name));
    this.#times.push(time);
    this.#amounts.push(amount);
    this.#offsets.push(this.#written + this.#used);
    this.#lengths.push(encoded.length);
    if (this.#used + encoded.length > this.#buffer.length) this.#flush();
    if (encoded.length > this.#buffer.length) this.#write(encoded);
    else {
      this.#buffer.set(encoded, this.#used);
      this.#used += encoded.length;
    }
  }

  kindOf(piece: number): PieceKind {
    return this.#kinds.at(piece) as PieceKind;
  }

  trackOf(piece: number): number {
    return this.#tracks.at(piece);
  }

  nameOf(piece: number): string {
    return this.#names[this.#nameIds.at(piece)] ?? '';
  }

  timeOf(piece: number): number {
    return this.#times.at(piece);
  }

  amountOf(piece: number): number {
    return this.#amounts.at(piece);
  }

  setAmount(piece: number, amount: number): void {
    this.#amounts.set(piece, amount);
  }

  /** The payload as JSON; valid until the next call. */
  payloadOf(piece: number): Uint8Array {
    const from = this.#offsets.at(piece);
    const length = this.#lengths.at(piece);
    if (this.#used > 0) this.#flush();
    const page = Math.floor(from / PAGE_BYTES);
    const start = from - page * PAGE_BYTES;
    if (start + length > PAGE_BYTES) return this.#read(from, length);
    return this.#page(page).subarray(start, start + length);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #page(number: number): Uint8Array {
    const known = this.#pages.get(number);
    const page = known ?? this.#read(number * PAGE_BYTES, PAGE_BYTES);
    if (known !== undefined) this.#pages.delete(number);
    this.#pages.set(number, page);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > PAGES && oldest !== undefined) this.#pages.delete(oldest);
    return page;
  }

  #read(from: number, length: number): Uint8Array {
    const bytes = Buffer.allocUnsafeSlow(length);
    let read = 0;
    while (read < length) {
      const more = readSync(this.#fd, bytes, read, length - read, from + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  }

  #idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    this.#ids.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  #flush(): void {
    this.#write(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  #write(what: Uint8Array): void {
    try {
      for (let done = 0; done < what.length;)
        done += writeSync(this.#fd, what, done, what.length - done, this.#written + done);
    } catch (error) {
      throw importError.cannotKeep(this.#path, error);
    }
    this.#written += what.length;
  }
}
