/**
 * Files of the folders that a plugin was granted, by the numbers that WASI preview 1 gives them. Errors are answers
 * with WASI's name of them. Nothing here knows of the plugin's memory or of recordings. WASI 0.2 has the same files
 * (`preview2-files.ts`).
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { sep } from 'node:path';
import type { GrantedPath } from '../../project/project.ts';
import { GuestFault } from '../../wasm/fault.ts';
import { resolveBeneath } from './beneath.ts';
import { direntsOf, entriesOf, fdstatOf, filestatOf, type FolderEntry } from './layout.ts';

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

/** A time to set: seconds since the Unix epoch, or none. */
export type NewTime = number | 'now' | 'keep';

/** What is known of something open without looking at it. */
export interface AboutOpen {
  readonly kind: 'folder' | 'file';
  /** Nothing in it, or of it, may be changed. */
  readonly readOnly: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Where the plugin would look for it: links are followed already. */
  readonly guestPath: string;
  /** No folder that it lies in may be written to. */
  readonly isKept: boolean;
}

interface OpenFolder {
  readonly kind: 'folder';
  /** Absolute path without links. */
  readonly base: string;
  readonly readOnly: boolean;
  readonly guestPath: string;
  /** What the plugin knows a granted folder as. */
  readonly guest?: string;
  /** What was in it when it was listed from the beginning. */
  listed?: readonly Uint8Array[];
}

interface OpenFile {
  readonly kind: 'file';
  readonly handle: number;
  readonly readOnly: boolean;
  readonly guestPath: string;
  readonly isKept: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  append: boolean;
  position: number;
}

/** Numbers below are the standard streams. */
const FIRST = 3;
const encoder = new TextEncoder();
const DONE: FileAnswer = { errno: 'success' };

export class Files {
  readonly #open = new Map<number, OpenFolder | OpenFile>();
  /** Those that may be written to. */
  readonly #writable: readonly string[];
  #next = FIRST;

  /** Throws a GuestFault where a granted folder is none. */
  constructor(grants: readonly GrantedPath[]) {
    const granted = grants.map(({ host, guest, readOnly }) => ({ base: folderAt(host), guest, readOnly }));
    this.#writable = granted.filter(({ readOnly }) => !readOnly).map(({ base }) => base);
    for (const { guest, ...folder } of granted)
      this.#open.set(this.#next++, {
        kind: 'folder',
        ...folder,
        guest,
        guestPath: guest.replace(/\/+$/, ''),
      });
  }

  /** The granted folders: their numbers, and the paths that they have in the plugin. */
  get preopened(): readonly { readonly fd: number; readonly guest: string }[] {
    return [...this.#open].flatMap(([fd, open]) =>
      open.kind === 'folder' && open.guest !== undefined ? [{ fd, guest: open.guest }] : [],
    );
  }

  /** Undefined where nothing has this number. */
  about(fd: number): AboutOpen | undefined {
    const found = this.#open.get(fd);
    if (found === undefined) return undefined;
    const { kind, readOnly, guestPath } = found;
    return kind === 'file'
      ? { kind, readOnly, guestPath, reads: found.reads, writes: found.writes, isKept: found.isKept }
      : { kind, readOnly, guestPath, reads: true, writes: false, isKept: this.#isKept(found.base) };
  }

  /** The path that a granted folder has in the plugin. */
  granted(fd: number): FileAnswer {
    const found = this.#open.get(fd);
    if (found?.kind !== 'folder' || found.guest === undefined) return failed('badf');
    return { errno: 'success', bytes: encoder.encode(found.guest) };
  }

  open(fd: number, path: string, follow: boolean, mode: OpenMode): FileAnswer {
    return this.#at(fd, path, follow, (folder, at, stat) => {
      const { base, readOnly } = folder;
      const changes = mode.create || mode.truncate || mode.writes;
      if (readOnly && changes) return failed('rofs');
      if (stat?.isDirectory() === true) {
        if (mode.create && mode.exclusive) return failed('exist');
        if (mode.writes || mode.truncate) return failed('isdir');
        // A link that leads here was followed already.
        return this.#add({ kind: 'folder', base: at, readOnly, guestPath: guestPathOf(folder, at) });
      }
      if (mode.folder) return failed(stat === undefined ? 'noent' : 'notdir');
      if (stat?.isSymbolicLink() === true) return failed('loop');
      // A pipe would wait for its other end, and a device is no file of this folder.
      if (stat !== undefined && !stat.isFile()) return failed('notcapable');
      if (stat === undefined && !mode.create) return failed('noent');
      if (at === base) return failed('isdir');
      const handle = openSync(at, openFlags(mode));
      const { append, reads, writes } = mode;
      return this.#add({
        kind: 'file',
        handle,
        readOnly,
        guestPath: guestPathOf(folder, at),
        isKept: this.#isKept(at),
        reads: reads || !writes,
        writes,
        append,
        position: 0,
      });
    });
  }

  /** Reads at most `length` bytes, at `at` or where the file stands; into `room` where there is such. */
  read(fd: number, length: number, at?: number, room?: Uint8Array): FileAnswer {
    return this.#file(fd, (file) => {
      if (!file.reads) return failed('badf');
      const bytes = room ?? new Uint8Array(length);
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
    const bytes = fdstatOf(found.kind, found.kind === 'file' && found.append);
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
      const stat = found.kind === 'file' ? fstatSync(found.handle) : statSync(found.base);
      return { errno: 'success', bytes: filestatOf(stat) };
    });
  }

  setSize(fd: number, size: number): FileAnswer {
    return this.#file(fd, (file) => {
      if (!file.writes) return failed('badf');
      ftruncateSync(file.handle, size);
      return DONE;
    });
  }

  setTimes(fd: number, accessed: NewTime, modified: NewTime): FileAnswer {
    return attempt(() => {
      const found = this.#open.get(fd);
      if (found === undefined) return failed('badf');
      if (found.readOnly) return failed('rofs');
      if (found.kind === 'file')
        futimesSync(found.handle, ...times(fstatSync(found.handle), accessed, modified));
      else utimesSync(found.base, ...times(statSync(found.base), accessed, modified));
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

  /** What is in a folder, by its names in order, without `.` and `..`. */
  entries(fd: number): readonly FolderEntry[] | Errno {
    let entries: readonly FolderEntry[] = [];
    const { errno } = attempt(() => {
      const found = this.#open.get(fd);
      if (found === undefined) return failed('badf');
      if (found.kind === 'file') return failed('notdir');
      entries = entriesOf(found.base);
      return DONE;
    });
    return errno === 'success' ? entries : errno;
  }

  pathStat(fd: number, path: string, follow: boolean): FileAnswer {
    return this.#at(fd, path, follow, (_folder, _at, stat) =>
      stat === undefined ? failed('noent') : { errno: 'success', bytes: filestatOf(stat) },
    );
  }

  pathSetTimes(fd: number, path: string, follow: boolean, accessed: NewTime, modified: NewTime): FileAnswer {
    return this.#at(fd, path, follow, ({ readOnly }, at, stat) => {
      if (readOnly) return failed('rofs');
      if (stat === undefined) return failed('noent');
      // A link that is to be followed was followed already.
      lutimesSync(at, ...times(stat, accessed, modified));
      return DONE;
    });
  }

  readLink(fd: number, path: string): FileAnswer {
    return this.#at(fd, path, false, (_folder, at, stat) => {
      if (stat === undefined) return failed('noent');
      if (!stat.isSymbolicLink()) return failed('inval');
      return { errno: 'success', bytes: encoder.encode(readlinkSync(at)) };
    });
  }

  makeFolder(fd: number, path: string): FileAnswer {
    return this.#at(fd, path, false, ({ readOnly }, at) => {
      if (readOnly) return failed('rofs');
      mkdirSync(at);
      return DONE;
    });
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

  #isKept(at: string): boolean {
    return !this.#writable.some(
      (base) => at === base || at.startsWith(base.endsWith(sep) ? base : base + sep),
    );
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
    what: `the plugin is granted ${host}, and there is no such folder`,
    advice:
      'Make the folder, or correct what grants it in hotplug.json: "allowedPaths", or the parameter with a path in it.',
  });
}

function guestPathOf({ base, guestPath }: OpenFolder, at: string): string {
  const below = at
    .slice(base.length)
    .split(sep)
    .filter((part) => part !== '');
  return [guestPath, ...below].join('/');
}

/** Seconds, as Node takes them. */
function times(
  { atimeMs, mtimeMs }: Stats,
  accessed: NewTime,
  modified: NewTime,
): [accessed: number, modified: number] {
  const seconds = (time: NewTime, before: number): number => {
    if (time === 'keep') return before / 1000;
    return time === 'now' ? Date.now() / 1000 : time;
  };
  return [seconds(accessed, atimeMs), seconds(modified, mtimeMs)];
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
