/**
 * WASI preview 1 for core modules, as a contract that grants nothing has it: no arguments, no environment,
 * no files but the three standard ones; clocks and random numbers through the recorder; stdout and stderr
 * into the recording. Numbers of errors and layouts are those of `wasi_snapshot_preview1.witx`.
 */
import type { Boundary } from './boundary.ts';
import { PluginExit, recordedWasi, u64Answer } from './wasi-recorded.ts';

/** Name of the imports. */
export const PREVIEW1 = 'wasi_snapshot_preview1';

const Errno = { success: 0, badf: 8, fault: 21, inval: 28, nosys: 52, notcapable: 76 } as const;
const NANOSECONDS = 1_000_000n;
/** Numbers of clocks. */
const Clock = { realtime: 0, monotonic: 1 } as const;
const CHARACTER_DEVICE = 2;
const STDIN = 0;
const STDERR = 2;
/** `fd_write`: the rights of a stream that is only written to. */
const RIGHT_WRITE = 64n;
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
  const view = (): DataView => new DataView(memory().buffer);
  const bytes = (at: number, length: number): Uint8Array =>
    new Uint8Array(memory().buffer, at >>> 0, length >>> 0);
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
    view().setUint32(count, 0, true);
    view().setUint32(size, 0, true);
    return Errno.success;
  };
  const now = (clock: number): bigint | undefined => {
    if (clock === Clock.realtime) return realtime();
    // Clocks of processor time stand still for a plugin that is not to measure its host.
    return clock <= 3 ? monotonic() : undefined;
  };
  const write = (fd: number, vectors: number, count: number, written: number): number => {
    if (fd <= STDIN || fd > STDERR) return Errno.badf;
    let total = 0;
    for (let index = 0; index < count; index++) {
      const at = vectors + index * 8;
      const chunk = bytes(view().getUint32(at, true), view().getUint32(at + 4, true));
      boundary.output(fd === STDERR ? 'stderr' : 'stdout', chunk.slice());
      total += chunk.length;
    }
    view().setUint32(written, total, true);
    return Errno.success;
  };
  const imports: Record<string, (...args: never[]) => number> = {
    args_sizes_get: none,
    args_get: () => Errno.success,
    environ_sizes_get: none,
    environ_get: () => Errno.success,
    clock_res_get: (clock: number, result: number) => {
      if (clock > 3) return Errno.inval;
      view().setBigUint64(result, clock === Clock.realtime ? NANOSECONDS : 1n, true);
      return Errno.success;
    },
    clock_time_get: (clock: number, _precision: bigint, result: number) => {
      const time = now(clock);
      if (time === undefined) return Errno.inval;
      view().setBigUint64(result, time, true);
      return Errno.success;
    },
    random_get: (at: number, length: number) => {
      bytes(at, length).set(random(BigInt(length >>> 0)));
      return Errno.success;
    },
    fd_write: write,
    fd_read: (fd: number, _vectors: number, _count: number, result: number) => {
      if (fd !== STDIN) return Errno.badf;
      view().setUint32(result, 0, true);
      return Errno.success;
    },
    fd_close: (fd: number) => (fd <= STDERR ? Errno.success : Errno.badf),
    fd_seek: (fd: number) => (fd <= STDERR ? 70 : Errno.badf), // 70: a pipe cannot be positioned
    fd_tell: (fd: number) => (fd <= STDERR ? 70 : Errno.badf),
    fd_fdstat_get: (fd: number, result: number) => {
      if (fd > STDERR) return Errno.badf;
      bytes(result, 24).fill(0);
      view().setUint8(result, CHARACTER_DEVICE);
      view().setBigUint64(result + 8, fd === STDIN ? 2n : RIGHT_WRITE, true);
      return Errno.success;
    },
    fd_fdstat_set_flags: (fd: number) => (fd <= STDERR ? Errno.success : Errno.badf),
    fd_prestat_get: () => Errno.badf,
    fd_prestat_dir_name: () => Errno.badf,
    fd_filestat_get: (fd: number, result: number) => {
      if (fd > STDERR) return Errno.badf;
      bytes(result, 64).fill(0);
      view().setUint8(result + 16, CHARACTER_DEVICE);
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
      const all = Array.from({ length: count }, (_, index) =>
        subscriptionOf(view(), subscriptions + index * SUBSCRIPTION),
      );
      const due = all.map((one) => remaining(one, now));
      const least = due.reduce((first, one) => (one < first ? one : first));
      if (!boundary.replaying) sleep(least);
      let ready = 0;
      for (const [index, one] of all.entries()) {
        if ((due[index] ?? 0n) > least) continue;
        const at = events + ready++ * EVENT;
        bytes(at, EVENT).fill(0);
        view().setBigUint64(at, one.userData, true);
        view().setUint8(at + 10, one.kind);
      }
      view().setUint32(result, ready, true);
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
  readonly kind: number;
  readonly clock: number;
  readonly timeout: bigint;
  readonly absolute: boolean;
}

function subscriptionOf(view: DataView, at: number): Subscription {
  return {
    userData: view.getBigUint64(at, true),
    kind: view.getUint8(at + 8),
    clock: view.getUint32(at + 16, true),
    timeout: view.getBigUint64(at + 24, true),
    absolute: (view.getUint16(at + 40, true) & 1) !== 0,
  };
}

/** Nanoseconds until it is ready; files always are. */
function remaining(
  { kind, clock, timeout, absolute }: Subscription,
  now: (clock: number) => bigint | undefined,
): bigint {
  if (kind !== 0) return 0n;
  const left = absolute ? timeout - (now(clock) ?? 0n) : timeout;
  return left > 0n ? left : 0n;
}

function sleep(nanoseconds: bigint): void {
  if (nanoseconds > 0n) Atomics.wait(nowhere, 0, 0, Number(nanoseconds) / Number(NANOSECONDS));
}
