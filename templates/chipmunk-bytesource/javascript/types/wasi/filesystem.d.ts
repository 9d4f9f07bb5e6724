// Written by Hotplug from wit/: changes of it are lost.

declare module 'wasi:filesystem/types@0.2.0' {
  export type Advice =
    | 'normal'
    | 'sequential'
    | 'random'
    | 'will-need'
    | 'dont-need'
    | 'no-reuse';

  export type Datetime = import('wasi:clocks/wall-clock@0.2.0').Datetime;

  export interface DescriptorFlags {
    read?: boolean;
    write?: boolean;
    fileIntegritySync?: boolean;
    dataIntegritySync?: boolean;
    requestedWriteSync?: boolean;
    mutateDirectory?: boolean;
  }

  export interface DescriptorStat {
    type: DescriptorType;
    linkCount: LinkCount;
    size: Filesize;
    dataAccessTimestamp: Datetime | null;
    dataModificationTimestamp: Datetime | null;
    statusChangeTimestamp: Datetime | null;
  }

  export type DescriptorType =
    | 'unknown'
    | 'block-device'
    | 'character-device'
    | 'directory'
    | 'fifo'
    | 'symbolic-link'
    | 'regular-file'
    | 'socket';

  export interface DirectoryEntry {
    type: DescriptorType;
    name: string;
  }

  export type ErrorCode =
    | 'access'
    | 'would-block'
    | 'already'
    | 'bad-descriptor'
    | 'busy'
    | 'deadlock'
    | 'quota'
    | 'exist'
    | 'file-too-large'
    | 'illegal-byte-sequence'
    | 'in-progress'
    | 'interrupted'
    | 'invalid'
    | 'io'
    | 'is-directory'
    | 'loop'
    | 'too-many-links'
    | 'message-size'
    | 'name-too-long'
    | 'no-device'
    | 'no-entry'
    | 'no-lock'
    | 'insufficient-memory'
    | 'insufficient-space'
    | 'not-directory'
    | 'not-empty'
    | 'not-recoverable'
    | 'unsupported'
    | 'no-tty'
    | 'no-such-device'
    | 'overflow'
    | 'not-permitted'
    | 'pipe'
    | 'read-only'
    | 'invalid-seek'
    | 'text-file-busy'
    | 'cross-device';

  export type Filesize = number;

  export type LinkCount = number;

  export interface MetadataHashValue {
    lower: number;
    upper: number;
  }

  export type NewTimestamp =
    | { tag: 'no-change' }
    | { tag: 'now' }
    | { tag: 'timestamp'; val: Datetime };

  export interface OpenFlags {
    create?: boolean;
    directory?: boolean;
    exclusive?: boolean;
    truncate?: boolean;
  }

  export interface PathFlags {
    symlinkFollow?: boolean;
  }

  export function filesystemErrorCode(err: import('wasi:io/error@0.2.0').Error): ErrorCode | null;

  export class Descriptor {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    readViaStream(offset: Filesize): import('wasi:io/streams@0.2.0').InputStream;
    /** An error is thrown as an Error that has it as `payload`. */
    writeViaStream(offset: Filesize): import('wasi:io/streams@0.2.0').OutputStream;
    /** An error is thrown as an Error that has it as `payload`. */
    appendViaStream(): import('wasi:io/streams@0.2.0').OutputStream;
    /** An error is thrown as an Error that has it as `payload`. */
    advise(offset: Filesize, length: Filesize, advice: Advice): void;
    /** An error is thrown as an Error that has it as `payload`. */
    syncData(): void;
    /** An error is thrown as an Error that has it as `payload`. */
    getFlags(): DescriptorFlags;
    /** An error is thrown as an Error that has it as `payload`. */
    getType(): DescriptorType;
    /** An error is thrown as an Error that has it as `payload`. */
    setSize(size: Filesize): void;
    /** An error is thrown as an Error that has it as `payload`. */
    setTimes(dataAccessTimestamp: NewTimestamp, dataModificationTimestamp: NewTimestamp): void;
    /** An error is thrown as an Error that has it as `payload`. */
    read(length: Filesize, offset: Filesize): [Uint8Array, boolean];
    /** An error is thrown as an Error that has it as `payload`. */
    write(buffer: Uint8Array, offset: Filesize): Filesize;
    /** An error is thrown as an Error that has it as `payload`. */
    readDirectory(): DirectoryEntryStream;
    /** An error is thrown as an Error that has it as `payload`. */
    sync(): void;
    /** An error is thrown as an Error that has it as `payload`. */
    createDirectoryAt(path: string): void;
    /** An error is thrown as an Error that has it as `payload`. */
    stat(): DescriptorStat;
    /** An error is thrown as an Error that has it as `payload`. */
    statAt(pathFlags: PathFlags, path: string): DescriptorStat;
    /** An error is thrown as an Error that has it as `payload`. */
    setTimesAt(pathFlags: PathFlags, path: string, dataAccessTimestamp: NewTimestamp, dataModificationTimestamp: NewTimestamp): void;
    /** An error is thrown as an Error that has it as `payload`. */
    linkAt(oldPathFlags: PathFlags, oldPath: string, newDescriptor: Descriptor, newPath: string): void;
    /** An error is thrown as an Error that has it as `payload`. */
    openAt(pathFlags: PathFlags, path: string, openFlags: OpenFlags, flags: DescriptorFlags): Descriptor;
    /** An error is thrown as an Error that has it as `payload`. */
    readlinkAt(path: string): string;
    /** An error is thrown as an Error that has it as `payload`. */
    removeDirectoryAt(path: string): void;
    /** An error is thrown as an Error that has it as `payload`. */
    renameAt(oldPath: string, newDescriptor: Descriptor, newPath: string): void;
    /** An error is thrown as an Error that has it as `payload`. */
    symlinkAt(oldPath: string, newPath: string): void;
    /** An error is thrown as an Error that has it as `payload`. */
    unlinkFileAt(path: string): void;
    isSameObject(other: Descriptor): boolean;
    /** An error is thrown as an Error that has it as `payload`. */
    metadataHash(): MetadataHashValue;
    /** An error is thrown as an Error that has it as `payload`. */
    metadataHashAt(pathFlags: PathFlags, path: string): MetadataHashValue;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }

  export class DirectoryEntryStream {
    /** The host makes it. */
    private constructor();
    /** An error is thrown as an Error that has it as `payload`. */
    readDirectoryEntry(): DirectoryEntry | null;
    /** Gives it back to the host; `using` does so at the end of a block. */
    [Symbol.dispose](): void;
  }
}

declare module 'wasi:filesystem/types' {
  export * from 'wasi:filesystem/types@0.2.0';
}

declare module 'wasi:filesystem/preopens@0.2.0' {
  export function getDirectories(): Array<[import('wasi:filesystem/types@0.2.0').Descriptor, string]>;
}

declare module 'wasi:filesystem/preopens' {
  export * from 'wasi:filesystem/preopens@0.2.0';
}
