/**
 * Files of the folders that a plugin was granted, by the numbers that WASI preview 1 gives them. Errors are answers
 * with WASI's name of them. Nothing here knows of the plugin's memory or of recordings.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import type { GrantedPath } from '../../project/project.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { resolveBeneath } from './beneath.ts';

/** WASI's numbers of errors, by their names. */
export const ERRNO = {
  success: 0,
  acces: 2,
  badf: 8,
  busy: 10,
  exist: 20,
  fbig: 22,
  inval: 28,
  io: 29,
  isdir: 31,
  loop: 32,
  mfile: 33,
  nametoolong: 37,
  nfile: 41,
  noent: 44,
  nospc: 51,
  notdir: 54,
  notempty: 55,
  notsup: 58,
  perm: 63,
  rofs: 69,
  xdev: 75,
  notcapable: 76,
} as const;
export type Errno = keyof typeof ERRNO;

/** What came of an operation: plain data, as it is recorded. */
export interface FileAnswer {
  readonly errno: Errno;
  /** The number of what was opened, bytes that were written, a position. */
  readonly value?: number;
  /** What was read, a path, or a structure as WASI lays it out. */
  readonly bytes?: Uint8Array;
}

/** How something is to be opened: bits of `oflags` and `fdflags`, and the two rights that count. */
export interface OpenMode {
  readonly create: boolean;
  readonly folder: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
  readonly append: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
}

export type Whence = 'set' | 'current' | 'end';

interface OpenFolder {
  readonly kind: 'folder';
  /** Absolute path without links. */
  readonly base: string;
  readonly readOnly: boolean;
  /** What the plugin knows a granted folder as. */
  readonly guest?: string;
  /** What was in it when it was listed from the beginning. */
  listed?: readonly Uint8Array[];
}

interface OpenFile {
  readonly kind: 'file';
  readonly handle: number;
  readonly reads: boolean;
  readonly writes: boolean;
  append: boolean;
  position: number;
}

/** Numbers below are the standard streams. */
const FIRST = 3;
const DIRECTORY = 3;
const REGULAR = 4;
const LINK = 7;
const FLAG_APPEND = 1;
/** Every right: what is not granted is refused when it is used. */
const RIGHTS = (1n << 30n) - 1n;
const FILESTAT = 64;
const FDSTAT = 24;
/** Bytes of a `dirent` before its name. */
const DIRENT = 24;
const encoder = new TextEncoder();
const DONE: FileAnswer = { errno: 'success' };

export class Files {
  readonly #open = new Map<number, OpenFolder | OpenFile>();
  #next = FIRST;

  /** Throws a GuestFault where a granted folder is none. */
  constructor(grants: readonly GrantedPath[]) {
    for (const { host, guest, readOnly } of grants)
      this.#open.set(this.#next++, { kind: 'folder', base: folderAt(host), readOnly, guest });
  }

  /** The path that a granted folder has in the plugin. */
  granted(fd: number): FileAnswer {
    const found = this.#open.get(fd);
    if (found?.kind !== 'folder' || found.guest === undefined) return failed('badf');
    return { errno: 'success', bytes: encoder.encode(found.guest) };
  }

  open(fd: number, path: string, follow: boolean, mode: OpenMode): FileAnswer {
    return this.#at(fd, path, follow, ({ base, readOnly }, at, stat) => {
      const changes = mode.create || mode.truncate || mode.writes;
      if (readOnly && changes) return failed('rofs');
      if (stat?.isDirectory() === true) {
        if (mode.create && mode.exclusive) return failed('exist');
        if (mode.writes || mode.truncate) return failed('isdir');
        // A link that leads here was followed already.
        return this.#add({ kind: 'folder', base: at, readOnly });
      }
      if (mode.folder) return failed(stat === undefined ? 'noent' : 'notdir');
      if (stat?.isSymbolicLink() === true) return failed('loop');
      // A pipe would wait for its other end, and a device is no file of this folder.
      if (stat !== undefined && !stat.isFile()) return failed('notcapable');
      if (stat === undefined && !mode.create) return failed('noent');
      if (at === base) return failed('isdir');
      const handle = openSync(at, openFlags(mode));
      const { append, reads, writes } = mode;
      return this.#add({ kind: 'file', handle, reads: reads || !writes, writes, append, position: 0 });
    });
  }

  /** Reads at most `length` bytes, at `at` or where the file stands. */
  read(fd: number, length: number, at?: number): FileAnswer {
    return this.#file(fd, (file) => {
      if (!file.reads) return failed('badf');
      const bytes = new Uint8Array(length);
      const count = readSync(file.handle, bytes, 0, length, at ?? file.position);
      if (at === undefined) file.position += count;
      return { errno: 'success', bytes: bytes.subarray(0, count) };
    });
  }

  write(fd: number, bytes: Uint8Array, at?: number): FileAnswer {
    return this.#file(fd, (file) => {
      if (!file.writes) return failed('badf');
      const where = at ?? (file.append ? fstatSync(file.handle).size : file.position);
      const value = writeSync(file.handle, bytes, 0, bytes.length, where);
      if (at === undefined) file.position = where + value;
      return { errno: 'success', value };
    });
  }

  seek(fd: number, offset: number, whence: Whence): FileAnswer {
    return this.#file(fd, (file) => {
      const from = { set: 0, current: file.position, end: fstatSync(file.handle).size }[whence];
      const value = from + offset;
      if (!Number.isSafeInteger(value) || value < 0) return failed('inval');
      file.position = value;
      return { errno: 'success', value };
    });
  }

  close(fd: number): FileAnswer {
    return attempt(() => {
      const found = this.#open.get(fd);
      if (found === undefined) return failed('badf');
      this.#open.delete(fd);
      if (found.kind === 'file') closeSync(found.handle);
      return DONE;
    });
  }

  /** What kind of thing a number is: `fdstat`. */
  kind(fd: number): FileAnswer {
    const found = this.#open.get(fd);
    if (found === undefined) return failed('badf');
    const bytes = new Uint8Array(FDSTAT);
    const view = new DataView(bytes.buffer);
    view.setUint8(0, found.kind === 'folder' ? DIRECTORY : REGULAR);
    view.setUint16(2, found.kind === 'file' && found.append ? FLAG_APPEND : 0, true);
    view.setBigUint64(8, RIGHTS, true);
    view.setBigUint64(16, RIGHTS, true);
    return { errno: 'success', bytes };
  }

  setAppend(fd: number, append: boolean): FileAnswer {
    return this.#file(fd, (file) => {
      file.append = append;
      return DONE;
    });
  }

  /** `filestat` of what is open. */
  stat(fd: number): FileAnswer {
    return attempt(() => {
      const found = this.#open.get(fd);
      if (found === undefined) return failed('badf');
      return statAnswer(found.kind === 'file' ? fstatSync(found.handle) : statSync(found.base));
    });
  }

  setSize(fd: number, size: number): FileAnswer {
    return this.#file(fd, (file) => {
      if (!file.writes) return failed('badf');
      ftruncateSync(file.handle, size);
      return DONE;
    });
  }

  sync(fd: number): FileAnswer {
    return this.#file(fd, (file) => {
      if (file.writes) fsyncSync(file.handle);
      return DONE;
    });
  }

  /** `dirent`s from the one with this number on, as many bytes as are wanted: the last one may be cut off. */
  list(fd: number, from: number, length: number): FileAnswer {
    return attempt(() => {
      const found = this.#open.get(fd);
      if (found === undefined) return failed('badf');
      if (found.kind === 'file') return failed('notdir');
      if (from === 0 || found.listed === undefined) found.listed = direntsOf(found.base);
      const bytes = Buffer.concat(found.listed.slice(from)).subarray(0, length);
      return { errno: 'success', bytes: new Uint8Array(bytes) };
    });
  }

  pathStat(fd: number, path: string, follow: boolean): FileAnswer {
    return this.#at(fd, path, follow, (_folder, _at, stat) =>
      stat === undefined ? failed('noent') : statAnswer(stat),
    );
  }

  readLink(fd: number, path: string): FileAnswer {
    return this.#at(fd, path, false, (_folder, at, stat) => {
      if (stat === undefined) return failed('noent');
      if (!stat.isSymbolicLink()) return failed('inval');
      return { errno: 'success', bytes: encoder.encode(readlinkSync(at)) };
    });
  }

  makeFolder(fd: number, path: string): FileAnswer {
    return this.#change(fd, path, (at) => mkdirSync(at));
  }

  removeFolder(fd: number, path: string): FileAnswer {
    return this.#change(fd, path, (at) => rmdirSync(at));
  }

  removeFile(fd: number, path: string): FileAnswer {
    return this.#change(fd, path, (at) => {
      // What Windows and macOS say of a folder is not the same.
      if (lstatSync(at).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
      unlinkSync(at);
    });
  }

  rename(fd: number, path: string, toFd: number, toPath: string): FileAnswer {
    return this.#at(toFd, toPath, false, (to, target) => {
      if (to.readOnly) return failed('rofs');
      if (target === to.base) return failed('busy');
      return this.#change(fd, path, (at) => renameSync(at, target));
    });
  }

  #add(opened: OpenFolder | OpenFile): FileAnswer {
    const value = this.#next++;
    this.#open.set(value, opened);
    return { errno: 'success', value };
  }

  #file(fd: number, act: (file: OpenFile) => FileAnswer): FileAnswer {
    return attempt(() => {
      const found = this.#open.get(fd);
      if (found === undefined) return failed('badf');
      return found.kind === 'folder' ? failed('isdir') : act(found);
    });
  }

  #at(
    fd: number,
    path: string,
    follow: boolean,
    act: (folder: OpenFolder, at: string, stat: Stats | undefined) => FileAnswer,
  ): FileAnswer {
    return attempt(() => {
      const folder = this.#open.get(fd);
      if (folder === undefined) return failed('badf');
      if (folder.kind === 'file') return failed('notdir');
      const found = resolveBeneath(folder.base, path, follow);
      return 'refused' in found ? failed(found.refused) : act(folder, found.path, found.stat);
    });
  }

  #change(fd: number, path: string, act: (at: string) => void): FileAnswer {
    return this.#at(fd, path, false, ({ base, readOnly }, at) => {
      if (readOnly) return failed('rofs');
      if (at === base) return failed('busy');
      act(at);
      return DONE;
    });
  }
}

function folderAt(host: string): string {
  try {
    const path = realpathSync(host);
    if (statSync(path).isDirectory()) return path;
  } catch {
    // Said below.
  }
  throw new GuestFault(`${host} is not a folder`, {
    what: `hotplug.json grants ${host}, and there is no such folder`,
    advice: 'Make the folder, or correct "allowedPaths" in hotplug.json.',
  });
}

function openFlags({ create, exclusive, truncate, reads, writes }: OpenMode): number {
  const way = writes ? (reads ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  return (
    way |
    (create ? constants.O_CREAT : 0) |
    (exclusive ? constants.O_EXCL : 0) |
    (truncate ? constants.O_TRUNC : 0) |
    // What is a link by now was none when it was looked at. Windows has no such flag.
    ((constants as Partial<typeof constants>).O_NOFOLLOW ?? 0)
  );
}

function attempt(act: () => FileAnswer): FileAnswer {
  try {
    return act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const name = code.slice(1).toLowerCase();
    if (!code.startsWith('E')) throw error;
    return failed(isErrno(name) ? name : 'io');
  }
}

function isErrno(name: string): name is Errno {
  return Object.hasOwn(ERRNO, name);
}

function failed(errno: Errno): FileAnswer {
  return { errno };
}

function typeOf(stat: Pick<Stats, 'isDirectory' | 'isFile' | 'isSymbolicLink'>): number {
  if (stat.isDirectory()) return DIRECTORY;
  if (stat.isFile()) return REGULAR;
  return stat.isSymbolicLink() ? LINK : 0;
}

function statAnswer(stat: Stats): FileAnswer {
  const bytes = new Uint8Array(FILESTAT);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(stat.dev)), true);
  view.setBigUint64(8, BigInt.asUintN(64, BigInt(stat.ino)), true);
  view.setUint8(16, typeOf(stat));
  view.setBigUint64(24, BigInt(stat.nlink), true);
  view.setBigUint64(32, BigInt(stat.size), true);
  view.setBigUint64(40, nanoseconds(stat.atimeMs), true);
  view.setBigUint64(48, nanoseconds(stat.mtimeMs), true);
  view.setBigUint64(56, nanoseconds(stat.ctimeMs), true);
  return { errno: 'success', bytes };
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.max(0, Math.round(milliseconds * 1000))) * 1000n;
}

/** `.`, `..` and what is in a folder, by its names in order. */
function direntsOf(folder: string): readonly Uint8Array[] {
  const inside = readdirSync(folder, { withFileTypes: true });
  const entries = [
    { name: '.', type: DIRECTORY },
    { name: '..', type: DIRECTORY },
    ...inside
      .map((entry) => ({ name: entry.name, type: typeOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
  return entries.map(({ name, type }, index) => {
    const text = encoder.encode(name);
    const bytes = new Uint8Array(DIRENT + text.length);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(index + 1), true);
    view.setBigUint64(8, inodeOf(folder, name), true);
    view.setUint32(16, text.length, true);
    view.setUint8(20, type);
    bytes.set(text, DIRENT);
    return bytes;
  });
}

/** Of what is outside, as the folder above may be, nothing is said. */
function inodeOf(folder: string, name: string): bigint {
  if (name === '..') return 0n;
  const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
  return BigInt.asUintN(64, BigInt(stat?.ino ?? 0));
}
