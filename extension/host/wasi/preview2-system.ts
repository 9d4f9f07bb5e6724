/** The files that one component has by WASI 0.2, and what is open of them. */
import type { GrantedPath } from '../../project/project.ts';
import type { Boundary } from '../boundary.ts';
import { Files, type AboutOpen, type FileAnswer } from './files.ts';
import { FileCalls } from './preview2-calls.ts';
import { refusalOf } from './preview2-codes.ts';
import { isReference, MOST_INLINE, MOST_READ, ReferredFiles, referenceTo } from './preview2-reference.ts';
import { wasiError } from './preview2-streams.ts';

const PREOPENS = 'wasi:filesystem/preopens#get-directories';
export const NO_BYTES = new Uint8Array();

/** The files of one instance. */
export class System {
  readonly calls: FileCalls;
  readonly #granted: () => readonly GrantedPath[];
  readonly #referred: ReferredFiles;
  #files: Files | undefined;
  #room = NO_BYTES;

  constructor(boundary: Boundary, granted: () => readonly GrantedPath[]) {
    this.calls = new FileCalls(boundary);
    this.#granted = granted;
    this.#referred = new ReferredFiles(granted);
  }

  /** Throws a GuestFault where a granted folder is none. */
  get files(): Files {
    return (this.#files ??= new Files(this.#granted()));
  }

  /** The granted folders in their order; none where the plugin has no files. */
  preopened(): readonly Preopened[] {
    const call = { name: PREOPENS, read: (json: unknown) => json as readonly Preopened[] };
    if (this.calls.replaying) return this.calls.granted(call) ?? [];
    // Nothing is recorded of a plugin that has no files.
    if (this.#granted().length === 0) return [];
    const live = (): readonly Preopened[] =>
      this.files.preopened.map(({ fd, guest }) => ({ guest, ...this.facts(fd) }));
    return this.calls.make({ ...call, args: [], live });
  }

  facts(fd: number): Facts {
    const about = this.files.about(fd);
    if (about === undefined) throw refusalOf('badf');
    const { kind, reads, writes, readOnly } = about;
    return { descriptor: fd, kind, reads, writes, readOnly };
  }

  /** Reads so many bytes at most, into memory that the next call overwrites. */
  bytes(fd: number, length: bigint, offset: number): Uint8Array {
    if (!Number.isSafeInteger(offset)) throw refusalOf('inval');
    const wanted = length < MOST_READ ? Number(length) : MOST_READ;
    // Not cleared: only what was read into it is given away.
    if (this.#room.length < wanted) this.#room = new Uint8Array(Buffer.allocUnsafeSlow(wanted).buffer);
    return answered(this.files.read(fd, wanted, offset, this.#room.subarray(0, wanted))).bytes ?? NO_BYTES;
  }

  /** What is recorded of bytes that were read. */
  written(fd: number, offset: number, bytes: Uint8Array): unknown {
    const about = bytes.length > MOST_INLINE ? this.files.about(fd) : undefined;
    return about?.isKept === true ? referenceTo(about.guestPath, offset, bytes) : bytes;
  }

  /** The bytes that {@link written} recorded. */
  read(json: unknown): Uint8Array {
    return isReference(json) ? this.#referred.bytes(json) : bytesOf(json);
  }
}

/** What is recorded of something that was opened. */
export interface Facts extends Pick<AboutOpen, 'kind' | 'reads' | 'writes' | 'readOnly'> {
  /** By which it stands in the recorded arguments. */
  readonly descriptor: number;
}

export interface Preopened extends Facts {
  readonly guest: string;
}

/** Something open. It is closed after its descriptor and the streams of it were dropped. */
export class Open {
  readonly facts: Facts;
  readonly #system: System;
  readonly #find: () => number;
  #fd: number | undefined;
  #users = 0;

  /**
   * `fd` is its number among the files here, where it is open; else `find` gives it, when a recording does not answer
   * any more. A granted folder is never closed.
   */
  constructor(system: System, facts: Facts, fd: number | undefined, find: () => number) {
    this.#system = system;
    this.facts = facts;
    this.#fd = fd;
    this.#find = find;
  }

  get number(): number {
    return this.facts.descriptor;
  }

  get fd(): number {
    return (this.#fd ??= this.#find());
  }

  /** For what only a file can do. */
  asFile(): this {
    if (this.facts.kind !== 'file') throw wasiError('is-directory');
    return this;
  }

  use(): this {
    this.#users++;
    return this;
  }

  release(): void {
    if (--this.#users > 0 || this.#fd === undefined) return;
    const { files } = this.#system;
    if (!files.preopened.some(({ fd }) => fd === this.#fd)) files.close(this.#fd);
  }
}

/** Throws a Refusal where it is an error. */
export function answered(answer: FileAnswer): FileAnswer {
  if (answer.errno !== 'success') throw refusalOf(answer.errno);
  return answer;
}

function bytesOf(json: unknown): Uint8Array {
  return new Uint8Array(Buffer.from((json as { readonly hex: string }).hex, 'hex'));
}
