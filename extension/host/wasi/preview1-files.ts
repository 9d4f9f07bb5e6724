/**
 * The part of WASI preview 1 that is about files, for a plugin that was granted folders. Every answer is recorded
 * with what was read, so that a replay needs no files, and opens none.
 */
import type { GrantedPath } from '../../project/project.ts';
import type { Boundary } from '../boundary.ts';
import { ERRNO, Files, type Errno, type FileAnswer, type OpenMode, type Whence } from './files.ts';
import { PREVIEW1 } from './preview1.ts';

type Preview1 = Readonly<Record<string, (...args: never[]) => number>>;
type Answered = (answer: FileAnswer) => void;
type Asked = readonly [said: readonly unknown[], live: () => FileAnswer, take?: Answered];

const STDERR = 2;
/** Bytes that one call reads at most: each is recorded by itself. */
const MOST_READ = 1 << 20;
/** Bits: of `lookupflags`, `oflags`, `fdflags` and of the rights. */
const FOLLOW = 1;
const Open = { create: 1, folder: 2, exclusive: 4, truncate: 8 } as const;
const APPEND = 1;
const Right = { read: 1n << 1n, write: 1n << 6n } as const;
const WHENCE: readonly Whence[] = ['set', 'current', 'end'];
const decoder = new TextDecoder();
const NO_BYTES = new Uint8Array();

/**
 * `base` with files: of the granted folders, in a replay of the recording. `base` goes on answering for the
 * standard streams, and for everything where nothing is or was granted. Throws a GuestFault where a granted folder is none.
 */
export function withFiles(
  base: Preview1,
  boundary: Boundary,
  memory: () => WebAssembly.Memory,
  grants: readonly GrantedPath[],
): Preview1 {
  if (grants.length === 0 && boundary.answers === undefined) return base;
  const files = new Files(boundary.replaying ? [] : grants);
  /** The recording was made with files: what it does not answer was not asked. */
  let wasGranted = false;

  const bytes = (at: number, length: number): Uint8Array =>
    new Uint8Array(memory().buffer, at >>> 0, length >>> 0);
  const view = (): DataView => new DataView(memory().buffer);
  const text = (at: number, length: number): string => decoder.decode(bytes(at, length).slice());
  const setU32 = (at: number, value: number): void => view().setUint32(at >>> 0, value, true);
  const setU64 = (at: number, value: number): void => view().setBigUint64(at >>> 0, BigInt(value), true);
  const vectors = (at: number, count: number): readonly Uint8Array[] =>
    Array.from({ length: count >>> 0 }, (_, index) => {
      const place = (at >>> 0) + index * 8;
      return bytes(view().getUint32(place, true), view().getUint32(place + 4, true));
    });

  const recorded = (name: string): FileAnswer | undefined => {
    const answer = boundary.answers?.take(name, '');
    if (answer !== undefined) {
      wasGranted = true;
      return readAnswer(answer);
    }
    // Throws where the replay is to end here.
    if (wasGranted) boundary.answers?.missing(name);
    return undefined;
  };

  const imports: Record<string, (...args: never[]) => number> = { ...base };
  /** `ask` gives what is recorded of the arguments, what answers, and what is done with a good answer. */
  const define = (name: string, ask: (...args: never[]) => Asked): void => {
    const whole = `${PREVIEW1}#${name}`;
    const refuse = base[name] ?? ((): number => ERRNO.badf);
    imports[name] = (...args: never[]) => {
      const [fd = -1] = args as readonly number[];
      if (fd >= 0 && fd <= STDERR) return refuse(...args);
      const made = performance.now();
      const [said, live, take] = ask(...args);
      const found = boundary.replaying ? recorded(whole) : live();
      if (found === undefined) return refuse(...args);
      boundary.wasi(whole, [fd, ...said], found, made);
      if (found.errno === 'success') take?.(found);
      return ERRNO[found.errno];
    };
  };

  const reads = (fd: number, at: number, count: number, result: number, from?: number): Asked => {
    const places = vectors(at, count);
    const length = Math.min(
      MOST_READ,
      places.reduce((sum, place) => sum + place.length, 0),
    );
    const take: Answered = ({ bytes: got = NO_BYTES }) => {
      let done = 0;
      for (const place of places) {
        const part = got.subarray(done, done + place.length);
        place.set(part);
        done += part.length;
      }
      setU32(result, done);
    };
    return [[length, ...(from === undefined ? [] : [from])], () => files.read(fd, length, from), take];
  };
  const writes = (fd: number, at: number, count: number, result: number, to?: number): Asked => {
    const all = new Uint8Array(Buffer.concat(vectors(at, count)));
    const take: Answered = ({ value = 0 }) => setU32(result, value);
    return [[all, ...(to === undefined ? [] : [to])], () => files.write(fd, all, to), take];
  };
  define('fd_read', reads);
  define('fd_pread', (fd: number, at: number, count: number, from: bigint, result: number) =>
    reads(fd, at, count, result, Number(from)),
  );
  define('fd_write', writes);
  define('fd_pwrite', (fd: number, at: number, count: number, to: bigint, result: number) =>
    writes(fd, at, count, result, Number(to)),
  );
  define('fd_seek', (fd: number, offset: bigint, whence: number, result: number) => {
    const from = WHENCE[whence];
    const live = (): FileAnswer =>
      from === undefined ? { errno: 'inval' } : files.seek(fd, Number(offset), from);
    return [[Number(offset), from ?? whence], live, ({ value = 0 }) => setU64(result, value)];
  });
  define('fd_tell', (fd: number, result: number) => [
    [],
    () => files.seek(fd, 0, 'current'),
    ({ value = 0 }) => setU64(result, value),
  ]);
  define('fd_close', (fd: number) => [[], () => files.close(fd)]);
  define('fd_sync', (fd: number) => [[], () => files.sync(fd)]);
  define('fd_datasync', (fd: number) => [[], () => files.sync(fd)]);
  define('fd_advise', (fd: number) => [[], () => files.kind(fd)]);
  define('fd_fdstat_get', (fd: number, result: number) => [[], () => files.kind(fd), put(result)]);
  define('fd_fdstat_set_flags', (fd: number, flags: number) => [
    [flags],
    () => files.setAppend(fd, (flags & APPEND) !== 0),
  ]);
  define('fd_filestat_get', (fd: number, result: number) => [[], () => files.stat(fd), put(result)]);
  define('fd_filestat_set_size', (fd: number, size: bigint) => [
    [Number(size)],
    () => files.setSize(fd, Number(size)),
  ]);
  define('fd_readdir', (fd: number, at: number, length: number, from: bigint, used: number) => [
    [length >>> 0, Number(from)],
    () => files.list(fd, Number(from), length >>> 0),
    ({ bytes: entries = NO_BYTES }) => {
      const place = bytes(at, length);
      place.set(entries.subarray(0, place.length));
      setU32(used, Math.min(entries.length, place.length));
    },
  ]);
  define('fd_prestat_get', (fd: number, result: number) => [
    [],
    () => files.granted(fd),
    ({ bytes: name = NO_BYTES }) => {
      setU32(result, 0); // A folder: the only kind there is.
      setU32(result + 4, name.length);
    },
  ]);
  define('fd_prestat_dir_name', (fd: number, at: number, length: number) => [
    [],
    () => files.granted(fd),
    ({ bytes: name = NO_BYTES }) => bytes(at, length).set(name.subarray(0, length >>> 0)),
  ]);

  define(
    'path_open',
    (
      fd: number,
      lookup: number,
      at: number,
      length: number,
      flags: number,
      rights: bigint,
      _inheriting: bigint,
      fdflags: number,
      result: number,
    ) => {
      const path = text(at, length);
      const mode: OpenMode = {
        create: (flags & Open.create) !== 0,
        folder: (flags & Open.folder) !== 0,
        exclusive: (flags & Open.exclusive) !== 0,
        truncate: (flags & Open.truncate) !== 0,
        append: (fdflags & APPEND) !== 0,
        reads: (rights & Right.read) !== 0n,
        writes: (rights & Right.write) !== 0n,
      };
      const wanted = Object.entries(mode).flatMap(([name, isWanted]) => (isWanted === true ? [name] : []));
      const live = (): FileAnswer => files.open(fd, path, (lookup & FOLLOW) !== 0, mode);
      return [[path, wanted.join(' ')], live, ({ value = 0 }) => setU32(result, value)];
    },
  );
  define('path_filestat_get', (fd: number, lookup: number, at: number, length: number, result: number) => {
    const path = text(at, length);
    return [[path], () => files.pathStat(fd, path, (lookup & FOLLOW) !== 0), put(result)];
  });
  define(
    'path_readlink',
    (fd: number, at: number, length: number, into: number, room: number, used: number) => {
      const path = text(at, length);
      const take: Answered = ({ bytes: target = NO_BYTES }) => {
        const place = bytes(into, room);
        place.set(target.subarray(0, place.length));
        setU32(used, Math.min(target.length, place.length));
      };
      return [[path], () => files.readLink(fd, path), take];
    },
  );
  const named = (name: string, act: (fd: number, path: string) => FileAnswer): void => {
    define(name, (fd: number, at: number, length: number) => {
      const path = text(at, length);
      return [[path], () => act(fd, path)];
    });
  };
  named('path_create_directory', (fd, path) => files.makeFolder(fd, path));
  named('path_remove_directory', (fd, path) => files.removeFolder(fd, path));
  named('path_unlink_file', (fd, path) => files.removeFile(fd, path));
  define(
    'path_rename',
    (fd: number, at: number, length: number, toFd: number, toAt: number, toLength: number) => {
      const [from, to] = [text(at, length), text(toAt, toLength)];
      return [[from, toFd, to], () => files.rename(fd, from, toFd, to)];
    },
  );
  return imports;

  function put(result: number): Answered {
    return ({ bytes: structure = NO_BYTES }) => bytes(result, structure.length).set(structure);
  }
}

/** An answer as `boundary.wasi` wrote it. */
function readAnswer(payload: Uint8Array): FileAnswer {
  const { result } = JSON.parse(decoder.decode(payload)) as {
    readonly result?: { readonly errno?: Errno; readonly value?: number; readonly bytes?: { hex: string } };
  };
  return {
    errno: result?.errno ?? 'badf',
    ...(result?.value === undefined ? {} : { value: result.value }),
    ...(result?.bytes === undefined ? {} : { bytes: new Uint8Array(Buffer.from(result.bytes.hex, 'hex')) }),
  };
}
