/** The resources of `wasi:filesystem/types`, as the bindings call them. */
import { createHash } from 'node:crypto';
import type { FileAnswer, Files, NewTime, OpenMode } from './files.ts';
import type { FileCall } from './preview2-calls.ts';
import { identityOf, refusalOf, statOf, typeName, type DescriptorStat } from './preview2-codes.ts';
import { FileInput, FileOutput } from './preview2-file-streams.ts';
import { wasiError, type InputStream, type OutputStream } from './preview2-streams.ts';
import { answered, NO_BYTES, Open, type Facts, type System } from './preview2-system.ts';

const DESCRIPTOR = 'wasi:filesystem/types#[method]descriptor.';
/** Nanoseconds of a second. */
const SECOND = 1e9;

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

export class Descriptor {
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
export class DirectoryEntryStream {
  readonly #entries: readonly DirectoryEntry[];
  #next = 0;

  constructor(entries: readonly DirectoryEntry[]) {
    this.#entries = entries;
  }

  readDirectoryEntry(): DirectoryEntry | undefined {
    return this.#entries[this.#next++];
  }
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

/** The same for the same file, and another for every other. */
function hashOf(filestat: Uint8Array): MetadataHash {
  const hash = createHash('sha256').update(identityOf(filestat)).digest();
  return { lower: hash.readBigUInt64LE(0), upper: hash.readBigUInt64LE(8) };
}

function nothing(): void {
  // A result without a value.
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
