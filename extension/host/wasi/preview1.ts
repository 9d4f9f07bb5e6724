/**
 * WASI preview 1 for core modules, as a contract that grants nothing has it: no arguments, no environment,
 * no files but the three standard ones; clocks and random numbers through the recorder; stdout and stderr
 * into the recording. Numbers of errors and layouts are those of `wasi_snapshot_preview1.witx`.
 */
import { GuestFault } from '../../wasm/fault.ts';
import type { Boundary } from '../boundary.ts';
import { PluginExit, recordedWasi, u64Answer } from './recorded.ts';

/** Name of the imports. */
export const PREVIEW1 = 'wasi_snapshot_preview1';

const Errno = { success: 0, badf: 8, inval: 28, nosys: 52, spipe: 70, notcapable: 76 } as const;
const NANOSECONDS = 1_000_000n;
/** Numbers of clocks; those of the processor's time are 2 and 3. */
const Clock = { realtime: 0, monotonic: 1, last: 3 } as const;
/** Numbers of what a subscription waits for: a clock, a file to read from, a file to write to. */
const Awaited = { clock: 0, write: 2 } as const;
const CHARACTER_DEVICE = 2;
const STDIN = 0;
const STDERR = 2;
/** The rights of a stream that is only read from, or only written to: `fd_read`, `fd_write`. */
const RIGHT_READ = 2n;
const RIGHT_WRITE = 64n;
/** Bytes of an `iovec`, of `fdstat` and of `filestat`. */
const VECTOR = 8;
const FDSTAT = 24;
const FILESTAT = 64;
/** Bytes of a subscription and of an event of `poll_oneoff`. */
const SUBSCRIPTION = 48;
const EVENT = 32;
const nowhere = new Int32Array(new SharedArrayBuffer(4));

type Preview1 = Readonly<Record<string, (...args: never[]) => number>>;

/**
 * The import object. `memory` is the memory of the module that calls, which is known once the module is
 * instantiated.
 */
export function preview1Imports(boundary: Boundary, memory: () => WebAssembly.Memory): Preview1 {
  const { recorded, randomBytes } = recordedWasi(boundary);
  // Numbers come as WebAssembly's i32, which JavaScript takes for signed.
  const bytes = (at: number, length: number): Uint8Array => {
    const { buffer } = memory();
    const [start, size] = [at >>> 0, length >>> 0];
    if (start + size > buffer.byteLength) throw outOfBounds(start, size, buffer.byteLength);
    return new Uint8Array(buffer, start, size);
  };
  const view = (at: number, length: number): DataView => {
    const { buffer, byteOffset } = bytes(at, length);
    return new DataView(buffer, byteOffset, length);
  };
  const setU32 = (at: number, value: number): void => {
    view(at, 4).setUint32(0, value, true);
  };
  const setU64 = (at: number, value: bigint): void => {
    view(at, 8).setBigUint64(0, value, true);
  };
  const isStandard = (fd: number): boolean => fd >>> 0 <= STDERR;
  const realtime = recorded(
    `${PREVIEW1}#clock_time_get(realtime)`,
    u64Answer,
    () => BigInt(Date.now()) * NANOSECONDS,
  );
  const monotonic = recorded(`${PREVIEW1}#clock_time_get(monotonic)`, u64Answer, () =>
    process.hrtime.bigint(),
  );
  const random = randomBytes(`${PREVIEW1}#random_get`);

  /** Nothing of this kind: the counts are zero. */
  const none = (count: number, size: number): number => {
    setU32(count, 0);
    setU32(size, 0);
    return Errno.success;
  };
  const now = (clock: number): bigint | undefined => {
    if (clock === Clock.realtime) return realtime();
    // Clocks of processor time stand still for a plugin that is not to measure its host.
    return clock >>> 0 <= Clock.last ? monotonic() : undefined;
  };
  const write = (fd: number, vectors: number, count: number, written: number): number => {
    if (!isStandard(fd) || fd === STDIN) return Errno.badf;
    const list = view(vectors, byteCount(count, VECTOR));
    // Nothing is written where any of them is wrong.
    const chunks = Array.from({ length: count >>> 0 }, (_, index) =>
      bytes(list.getUint32(index * VECTOR, true), list.getUint32(index * VECTOR + 4, true)),
    );
    bytes(written, 4);
    let total = 0;
    for (const chunk of chunks) {
      boundary.output(fd === STDERR ? 'stderr' : 'stdout', chunk.slice());
      total += chunk.length;
    }
    setU32(written, total);
    return Errno.success;
  };
  const imports: Record<string, (...args: never[]) => number> = {
    args_sizes_get: none,
    args_get: () => Errno.success,
    environ_sizes_get: none,
    environ_get: () => Errno.success,
    clock_res_get: (clock: number, result: number) => {
      if (clock >>> 0 > Clock.last) return Errno.inval;
      setU64(result, clock === Clock.realtime ? NANOSECONDS : 1n);
      return Errno.success;
    },
    clock_time_get: (clock: number, _precision: bigint, result: number) => {
      const time = now(clock);
      if (time === undefined) return Errno.inval;
      setU64(result, time);
      return Errno.success;
    },
    random_get: (at: number, length: number) => {
      const room = bytes(at, length);
      room.set(random(BigInt(room.length)));
      return Errno.success;
    },
    fd_write: write,
    fd_read: (fd: number, _vectors: number, _count: number, result: number) => {
      if (fd !== STDIN) return Errno.badf;
      setU32(result, 0);
      return Errno.success;
    },
    fd_close: (fd: number) => (isStandard(fd) ? Errno.success : Errno.badf),
    fd_seek: (fd: number) => (isStandard(fd) ? Errno.spipe : Errno.badf),
    fd_tell: (fd: number) => (isStandard(fd) ? Errno.spipe : Errno.badf),
    fd_fdstat_get: (fd: number, result: number) => {
      if (!isStandard(fd)) return Errno.badf;
      bytes(result, FDSTAT).fill(0);
      const stat = view(result, FDSTAT);
      stat.setUint8(0, CHARACTER_DEVICE);
      stat.setBigUint64(8, fd === STDIN ? RIGHT_READ : RIGHT_WRITE, true);
      return Errno.success;
    },
    fd_fdstat_set_flags: (fd: number) => (isStandard(fd) ? Errno.success : Errno.badf),
    fd_prestat_get: () => Errno.badf,
    fd_prestat_dir_name: () => Errno.badf,
    fd_filestat_get: (fd: number, result: number) => {
      if (!isStandard(fd)) return Errno.badf;
      bytes(result, FILESTAT).fill(0);
      view(result, FILESTAT).setUint8(16, CHARACTER_DEVICE);
      return Errno.success;
    },
    sched_yield: () => Errno.success,
    proc_exit: (code: number) => {
      throw new PluginExit(`the plugin called proc_exit with code ${code}`);
    },
    proc_raise: (signal: number) => {
      throw new PluginExit(`the plugin raised signal ${signal}`);
    },
    poll_oneoff: (subscriptions: number, events: number, count: number, result: number) => {
      if (count === 0) return Errno.inval;
      const list = view(subscriptions, byteCount(count, SUBSCRIPTION));
      bytes(events, byteCount(count, EVENT));
      bytes(result, 4);
      const all = Array.from({ length: count >>> 0 }, (_, index) =>
        subscriptionOf(list, index * SUBSCRIPTION),
      );
      if (all.some(({ kind }) => kind > Awaited.write)) return Errno.inval;
      const errors = all.map((one) => errorOf(one, isStandard));
      const due = all.map((one, index) => (errors[index] === Errno.success ? remaining(one, now) : 0n));
      const least = due.reduce((first, one) => (one < first ? one : first));
      if (!boundary.replaying) sleep(least);
      let ready = 0;
      for (const [index, one] of all.entries()) {
        if ((due[index] ?? 0n) > least) continue;
        const at = events + ready++ * EVENT;
        bytes(at, EVENT).fill(0);
        const event = view(at, EVENT);
        event.setBigUint64(0, one.userData, true);
        event.setUint16(8, errors[index] ?? Errno.success, true);
        event.setUint8(10, one.kind);
      }
      setU32(result, ready);
      return Errno.success;
    },
  };
  for (const name of refusedFiles.split(' ')) imports[name] ??= () => Errno.badf;
  for (const name of refusedPaths.split(' ')) imports[name] ??= () => Errno.notcapable;
  for (const name of refusedSockets.split(' ')) imports[name] ??= () => Errno.nosys;
  return imports;
}

const refusedFiles =
  'fd_advise fd_allocate fd_datasync fd_fdstat_set_rights fd_filestat_set_size fd_filestat_set_times fd_pread fd_pwrite fd_readdir fd_renumber fd_sync';
const refusedPaths =
  'path_create_directory path_filestat_get path_filestat_set_times path_link path_open path_readlink path_remove_directory path_rename path_symlink path_unlink_file';
const refusedSockets = 'sock_accept sock_recv sock_send sock_shutdown';

interface Subscription {
  readonly userData: bigint;
  /** One of {@link Awaited}. */
  readonly kind: number;
  /** A clock's number, or a file's. */
  readonly of: number;
  readonly timeout: bigint;
  readonly absolute: boolean;
}

function subscriptionOf(view: DataView, at: number): Subscription {
  return {
    userData: view.getBigUint64(at, true),
    kind: view.getUint8(at + 8),
    of: view.getUint32(at + 16, true),
    timeout: view.getBigUint64(at + 24, true),
    absolute: (view.getUint16(at + 40, true) & 1) !== 0,
  };
}

/** Why it will never be ready. */
function errorOf({ kind, of }: Subscription, isOpen: (fd: number) => boolean): number {
  if (kind === Awaited.clock) return of <= Clock.last ? Errno.success : Errno.inval;
  return isOpen(of) ? Errno.success : Errno.badf;
}

/** Nanoseconds until it is ready; files always are. */
function remaining(
  { kind, of, timeout, absolute }: Subscription,
  now: (clock: number) => bigint | undefined,
): bigint {
  if (kind !== Awaited.clock) return 0n;
  const left = absolute ? timeout - (now(of) ?? 0n) : timeout;
  return left > 0n ? left : 0n;
}

function sleep(nanoseconds: bigint): void {
  if (nanoseconds > 0n) Atomics.wait(nowhere, 0, 0, Number(nanoseconds) / Number(NANOSECONDS));
}

/** Bytes of so many things: no more than a pointer can span, which is out of bounds wherever it begins. */
function byteCount(count: number, size: number): number {
  return Math.min((count >>> 0) * size, 0xffff_ffff);
}

/** As in the real hosts a pointer out of bounds ends the call: WASI has no error for it that would be looked at. */
function outOfBounds(at: number, length: number, size: number): GuestFault {
  return new GuestFault(`out of bounds memory access at 0x${at.toString(16)}`, {
    what: `the plugin handed ${length} bytes at 0x${at.toString(16)} to WASI, and its memory ends at 0x${size.toString(16)}`,
    advice: 'Look for a pointer or a length that was freed, overwritten or never set before the call.',
  });
}
