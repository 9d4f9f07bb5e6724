/**
 * `wasi:filesystem` of WASI 0.2 for a plugin that was granted folders: the files of `files.ts`, with the errors that
 * wasmtime gives. Every call is recorded, with what it gave, so that a replay needs no files; but of what was read
 * from a file that no plugin may write to, only where it stands is recorded when it is large. What follows from the
 * answer to `open-at` alone (type, flags, the making of streams) is not recorded by itself.
 */
import { createHash } from 'node:crypto';
import type { GrantedPath } from '../../project/project.ts';
import type { Boundary } from '../boundary.ts';
import { Files, type AboutOpen, type FileAnswer, type NewTime, type OpenMode } from './files.ts';
import { FileCalls, type FileCall } from './preview2-calls.ts';
import { identityOf, Refusal, refusalOf, statOf, typeName, type DescriptorStat } from './preview2-codes.ts';
import { isReference, MOST_INLINE, MOST_READ, ReferredFiles, referenceTo } from './preview2-reference.ts';
import { closed, InputStream, IoError, OutputStream, wasiError, type Interface } from './preview2-streams.ts';

const PREOPENS = 'wasi:filesystem/preopens#get-directories';
const DESCRIPTOR = 'wasi:filesystem/types#[method]descriptor.';
const INPUT = 'wasi:io/streams#[method]input-stream.';
const OUTPUT = 'wasi:io/streams#[method]output-stream.';
/** Nanoseconds of a second. */
const SECOND = 1e9;
const NO_BYTES = new Uint8Array();

/** What the plugin passes and gets, as the bindings have it. */
interface PathFlags {
  readonly symlinkFollow?: boolean;
}
interface OpenFlags {
  readonly create?: boolean;
  readonly directory?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
}
interface DescriptorFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly fileIntegritySync?: boolean;
  readonly dataIntegritySync?: boolean;
  readonly requestedWriteSync?: boolean;
  readonly mutateDirectory?: boolean;
}
type NewTimestamp =
  | { readonly tag: 'no-change' | 'now' }
  | { readonly tag: 'timestamp'; readonly val: { readonly seconds: bigint; readonly nanoseconds: number } };
interface MetadataHash {
  readonly lower: bigint;
  readonly upper: bigint;
}
interface DirectoryEntry {
  readonly type: string;
  readonly name: string;
}

/** The import objects of both interfaces of `wasi:filesystem`. */
export function filesystemImports(
  boundary: Boundary,
  granted: readonly GrantedPath[] | (() => readonly GrantedPath[]),
): Record<string, Interface> {
  const grants = typeof granted === 'function' ? granted : (): readonly GrantedPath[] => granted;
  const system = new System(boundary, grants);
  return {
    'wasi:filesystem/preopens': { getDirectories: () => system.directories() },
    'wasi:filesystem/types': {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: (error: IoError) => (error instanceof FileError ? error.code : undefined),
    },
  };
}

/** The files of one instance. */
class System {
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

  /** The granted folders, by their paths in the plugin. */
  directories(): readonly (readonly [Descriptor, string])[] {
    const found = this.#preopened();
    return found.map(({ guest, ...facts }, index) => {
      const fd = (): number => this.files.preopened[index]?.fd ?? -1;
      return [new Descriptor(this, new Open(this, facts, undefined, fd)), guest];
    });
  }

  #preopened(): readonly Preopened[] {
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
interface Facts extends Pick<AboutOpen, 'kind' | 'reads' | 'writes' | 'readOnly'> {
  /** By which it stands in the recorded arguments. */
  readonly descriptor: number;
}

interface Preopened extends Facts {
  readonly guest: string;
}

/** Something open. It is closed after its descriptor and the streams of it were dropped. */
class Open {
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

class Descriptor {
  readonly #system: System;
  readonly #open: Open;

  constructor(system: System, open: Open) {
    this.#system = system;
    this.#open = open.use();
  }

  [Symbol.dispose](): void {
    this.#open.release();
  }

  readViaStream(offset: bigint): InputStream {
    return new FileInput(this.#system, this.#open.asFile(), Number(offset));
  }

  writeViaStream(offset: bigint): OutputStream {
    if (this.#open.asFile().facts.readOnly) throw wasiError('bad-descriptor');
    return new FileOutput(this.#system, this.#open, Number(offset));
  }

  appendViaStream(): OutputStream {
    if (this.#open.asFile().facts.readOnly) throw wasiError('bad-descriptor');
    return new FileOutput(this.#system, this.#open, undefined);
  }

  advise(_offset: bigint, _length: bigint, _advice: string): void {
    this.#open.asFile();
  }

  syncData(): void {
    this.#do('sync-data', [], () => this.#sync());
  }

  sync(): void {
    this.#do('sync', [], () => this.#sync());
  }

  /** Folders are on the disk when their files are. */
  #sync(): FileAnswer {
    return this.#open.facts.kind === 'folder' ? { errno: 'success' } : this.#system.files.sync(this.#open.fd);
  }

  getFlags(): DescriptorFlags {
    const { kind, reads, writes, readOnly } = this.#open.facts;
    return kind === 'folder' ? { read: true, mutateDirectory: !readOnly } : { read: reads, write: writes };
  }

  getType(): string {
    return this.#open.facts.kind === 'folder' ? 'directory' : 'regular-file';
  }

  setSize(size: bigint): void {
    this.#open.asFile();
    this.#change('set-size', [size], () => this.#system.files.setSize(this.#open.fd, Number(size)));
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): void {
    this.#change('set-times', [accessed, modified], () =>
      this.#system.files.setTimes(this.#open.fd, timeOf(accessed), timeOf(modified)),
    );
  }

  /** The bytes, and whether the end was reached. */
  read(length: bigint, offset: bigint): [Uint8Array, boolean] {
    this.#open.asFile();
    const at = Number(offset);
    return this.#call<[Uint8Array, boolean]>('read', [length, offset], {
      live: () => {
        const bytes = this.#system.bytes(this.#open.fd, length, at);
        return [bytes, bytes.length === 0];
      },
      written: ([bytes, ended]) => [this.#system.written(this.#open.fd, at, bytes), ended],
      read: (json) => {
        const [bytes, ended] = json as readonly [unknown, boolean];
        return [this.#system.read(bytes), ended];
      },
    });
  }

  write(bytes: Uint8Array, offset: bigint): bigint {
    this.#open.asFile();
    return this.#call('write', [bytes, offset], {
      live: () => {
        this.#mayChange();
        return BigInt(answered(this.#system.files.write(this.#open.fd, bytes, Number(offset))).value ?? 0);
      },
      read: bigOf,
    });
  }

  readDirectory(): DirectoryEntryStream {
    this.#folder();
    const entries = this.#call<readonly DirectoryEntry[]>('read-directory', [], {
      live: () => {
        const found = this.#system.files.entries(this.#open.fd);
        if (typeof found === 'string') throw refusalOf(found);
        return found.map(({ name, type }) => ({ type: typeName(type), name }));
      },
      read: (json) => json as readonly DirectoryEntry[],
    });
    return new DirectoryEntryStream(entries);
  }

  createDirectoryAt(path: string): void {
    this.#changeIn('create-directory-at', path, (fd) => this.#system.files.makeFolder(fd, path));
  }

  removeDirectoryAt(path: string): void {
    this.#changeIn('remove-directory-at', path, (fd) => this.#system.files.removeFolder(fd, path));
  }

  unlinkFileAt(path: string): void {
    this.#changeIn('unlink-file-at', path, (fd) => this.#system.files.removeFile(fd, path));
  }

  stat(): DescriptorStat {
    return this.#call('stat', [], { live: () => statOf(this.#filestat()), read: readStat });
  }

  statAt(flags: PathFlags, path: string): DescriptorStat {
    this.#folder();
    const live = (): DescriptorStat => statOf(this.#filestatAt(flags, path));
    return this.#call('stat-at', [flags, path], { live, read: readStat });
  }

  setTimesAt(flags: PathFlags, path: string, accessed: NewTimestamp, modified: NewTimestamp): void {
    this.#folder();
    const [to, from] = [timeOf(accessed), timeOf(modified)];
    this.#change('set-times-at', [flags, path, accessed, modified], () =>
      this.#system.files.pathSetTimes(this.#open.fd, path, flags.symlinkFollow === true, to, from),
    );
  }

  openAt(pathFlags: PathFlags, path: string, openFlags: OpenFlags, flags: DescriptorFlags): Descriptor {
    this.#folder();
    const follow = pathFlags.symlinkFollow === true;
    const [mode, files] = [modeOf(openFlags, flags), (): Files => this.#system.files];
    const facts = this.#call<Facts>('open-at', [pathFlags, path, openFlags, flags], {
      live: () => {
        if (mode.writes) this.#mayChange();
        // As in wasmtime, whose library cannot open with these.
        if (
          flags.fileIntegritySync === true ||
          flags.dataIntegritySync === true ||
          flags.requestedWriteSync === true
        )
          throw refusalOf('notsup');
        if (mode.folder && (mode.create || mode.exclusive || mode.truncate)) throw refusalOf('inval');
        return this.#system.facts(answered(files().open(this.#open.fd, path, follow, mode)).value ?? -1);
      },
      read: (json) => json as Facts,
    });
    // What was opened in a replay that goes on with the host is opened again when it is wanted.
    const again = { ...mode, create: false, exclusive: false, truncate: false };
    const find = (): number => files().open(this.#open.fd, path, follow, again).value ?? -1;
    const fd = this.#system.calls.replaying ? undefined : facts.descriptor;
    return new Descriptor(this.#system, new Open(this.#system, facts, fd, find));
  }

  readlinkAt(path: string): string {
    this.#folder();
    return this.#call('readlink-at', [path], {
      live: () => {
        const { bytes } = answered(this.#system.files.readLink(this.#open.fd, path));
        const target = new TextDecoder().decode(bytes);
        // As in wasmtime: it would say where this machine's folders are.
        if (target.startsWith('/') || /^[A-Za-z]:/.test(target)) throw refusalOf('notcapable');
        return target;
      },
      read: String,
    });
  }

  renameAt(path: string, to: Descriptor, toPath: string): void {
    this.#folder();
    to.#folder();
    const target = to.#open;
    this.#change('rename-at', [path, target.number, toPath], () => {
      if (target.facts.readOnly) throw refusalOf('perm');
      return this.#system.files.rename(this.#open.fd, path, target.fd, toPath);
    });
  }

  /** Links are not made: one that leads out of the folder would be there for whoever looks next. */
  symlinkAt(target: string, path: string): void {
    this.#folder();
    this.#do('symlink-at', [target, path], () => ({ errno: 'perm' }));
  }

  linkAt(_flags: PathFlags, path: string, to: Descriptor, toPath: string): void {
    this.#folder();
    this.#do('link-at', [path, to.#open.number, toPath], () => ({ errno: 'perm' }));
  }

  isSameObject(other: Descriptor): boolean {
    return this.#call('is-same-object', [other.#open.number], {
      live: () => Buffer.compare(identityOf(this.#filestat()), identityOf(other.#filestat())) === 0,
      read: Boolean,
    });
  }

  metadataHash(): MetadataHash {
    return this.#call('metadata-hash', [], { live: () => hashOf(this.#filestat()), read: readHash });
  }

  metadataHashAt(flags: PathFlags, path: string): MetadataHash {
    this.#folder();
    const live = (): MetadataHash => hashOf(this.#filestatAt(flags, path));
    return this.#call('metadata-hash-at', [flags, path], { live, read: readHash });
  }

  #folder(): void {
    if (this.#open.facts.kind !== 'folder') throw wasiError('not-directory');
  }

  #filestat(): Uint8Array {
    return answered(this.#system.files.stat(this.#open.fd)).bytes ?? NO_BYTES;
  }

  #filestatAt({ symlinkFollow = false }: PathFlags, path: string): Uint8Array {
    return answered(this.#system.files.pathStat(this.#open.fd, path, symlinkFollow)).bytes ?? NO_BYTES;
  }

  /** What wasmtime says of a folder that is granted for reading. */
  #mayChange(): void {
    if (this.#open.facts.readOnly) throw refusalOf('perm');
  }

  #call<T>(name: string, args: readonly unknown[], call: Pick<FileCall<T>, 'live' | 'read' | 'written'>): T {
    return this.#system.calls.make({
      name: DESCRIPTOR + name,
      args: [this.#open.number, ...args],
      ...call,
    });
  }

  #do(name: string, args: readonly unknown[], act: () => FileAnswer): void {
    const live = (): void => {
      answered(act());
    };
    this.#call(name, args, { live, read: nothing });
  }

  #change(name: string, args: readonly unknown[], act: () => FileAnswer): void {
    this.#do(name, args, () => {
      this.#mayChange();
      return act();
    });
  }

  #changeIn(name: string, path: string, act: (fd: number) => FileAnswer): void {
    this.#folder();
    this.#change(name, [path], () => act(this.#open.fd));
  }
}

/** What is in a folder, as it was when the stream was made. */
class DirectoryEntryStream {
  readonly #entries: readonly DirectoryEntry[];
  #next = 0;

  constructor(entries: readonly DirectoryEntry[]) {
    this.#entries = entries;
  }

  readDirectoryEntry(): DirectoryEntry | undefined {
    return this.#entries[this.#next++];
  }
}

class FileInput extends InputStream {
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
      read: bigOf,
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

class FileOutput extends OutputStream {
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
        read: nothing,
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

class FileError extends IoError {
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

/** As wasmtime opens: what is made or cut off is opened for writing, and what is not opened for writing can be read. */
function modeOf(open: OpenFlags, flags: DescriptorFlags): OpenMode {
  const { create = false, directory = false, exclusive = false, truncate = false } = open;
  const { read = false, write = false } = flags;
  return {
    create,
    folder: directory,
    exclusive,
    truncate,
    append: false,
    reads: read || !write,
    writes: write || create || truncate,
  };
}

function timeOf(time: NewTimestamp): NewTime {
  if (time.tag !== 'timestamp') return time.tag === 'now' ? 'now' : 'keep';
  return Number(time.val.seconds) + time.val.nanoseconds / SECOND;
}

/** Throws a Refusal where it is an error. */
function answered(answer: FileAnswer): FileAnswer {
  if (answer.errno !== 'success') throw refusalOf(answer.errno);
  return answer;
}

/** The same for the same file, and another for every other. */
function hashOf(filestat: Uint8Array): MetadataHash {
  const hash = createHash('sha256').update(identityOf(filestat)).digest();
  return { lower: hash.readBigUInt64LE(0), upper: hash.readBigUInt64LE(8) };
}

function nothing(): void {
  // A result without a value.
}

function bytesOf(json: unknown): Uint8Array {
  return new Uint8Array(Buffer.from((json as { readonly hex: string }).hex, 'hex'));
}

function bigOf(json: unknown): bigint {
  return BigInt(json as string);
}

/** u64 of recorded records are texts. */
type Recorded<T> = {
  readonly [Name in keyof T]: T[Name] extends bigint
    ? string
    : T[Name] extends object
      ? Recorded<T[Name]>
      : T[Name];
};

function readStat(json: unknown): DescriptorStat {
  const stat = json as Recorded<DescriptorStat>;
  const time = ({ seconds, nanoseconds }: Recorded<DescriptorStat['dataAccessTimestamp']>) => ({
    seconds: BigInt(seconds),
    nanoseconds,
  });
  return {
    type: stat.type,
    linkCount: BigInt(stat.linkCount),
    size: BigInt(stat.size),
    dataAccessTimestamp: time(stat.dataAccessTimestamp),
    dataModificationTimestamp: time(stat.dataModificationTimestamp),
    statusChangeTimestamp: time(stat.statusChangeTimestamp),
  };
}

function readHash(json: unknown): MetadataHash {
  const { lower, upper } = json as Recorded<MetadataHash>;
  return { lower: BigInt(lower), upper: BigInt(upper) };
}
