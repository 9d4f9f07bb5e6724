/** WASI preview 1 by itself: numbers of errors and layouts as in `wasi_snapshot_preview1.witx`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeAnswers } from '../../extension/host/answers.ts';
import { Boundary } from '../../extension/host/boundary.ts';
import { createRing, RingReader } from '../../extension/host/ring.ts';
import { preview1Imports } from '../../extension/host/wasi/preview1.ts';
import { PluginExit } from '../../extension/host/wasi/recorded.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { GuestFault } from '../../extension/wasm/fault.ts';

const PAGE = 65_536;
const BADF = 8;
const INVAL = 28;
const NOSYS = 52;
const SPIPE = 70;
/** i32 numbers as a module passes them on: 0xffffffff is -1. */
const MOST = -1;
const SECOND = 1_000_000_000n;

/** The memory of a module with a memory section and an export of it, and nothing else. */
function memoryOf(pages: number): WebAssembly.Memory {
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const module = Uint8Array.of(...head, 5, 3, 1, 0, pages, 7, 5, 1, 1, 0x6d, 2, 0);
  return new WebAssembly.Instance(new WebAssembly.Module(module)).exports['m'] as WebAssembly.Memory;
}

/** What a module gets; it has one page of memory where nothing else is said. */
class Tried {
  readonly memory: WebAssembly.Memory;
  readonly boundary: Boundary;
  readonly #reader: RingReader;
  readonly #imports: Readonly<Record<string, (...args: never[]) => number>>;
  readonly #names = new Map<number, string>();

  constructor(replay?: ConstructorParameters<typeof Boundary>[1], pages = 1) {
    this.memory = memoryOf(pages);
    const ring = createRing(1 << 20);
    this.boundary = new Boundary(ring, replay);
    this.#reader = new RingReader(ring);
    this.#imports = preview1Imports(this.boundary, () => this.memory);
  }

  get view(): DataView {
    return new DataView(this.memory.buffer);
  }

  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  get names(): readonly string[] {
    return Object.keys(this.#imports);
  }

  call(name: string, ...args: readonly (number | bigint)[]): number {
    const found = this.#imports[name] as ((...all: readonly (number | bigint)[]) => number) | undefined;
    assert.ok(found, name);
    return found(...args);
  }

  /** Lays pieces of text down as vectors at 0, their bytes from 1000 on; how many they are. */
  vectors(...texts: readonly string[]): number {
    let at = 1000;
    for (const [index, text] of texts.entries()) {
      const encoded = new TextEncoder().encode(text);
      this.view.setUint32(index * 8, at, true);
      this.view.setUint32(index * 8 + 4, encoded.length, true);
      this.bytes.set(encoded, at);
      at += encoded.length + 3;
    }
    return texts.length;
  }

  /** What was recorded since: the names of host calls and the texts of outputs. */
  records(): readonly string[] {
    this.boundary.flushOutput();
    const found: string[] = [];
    for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
      const text = new TextDecoder().decode(frame.payload.slice());
      const name = this.#names.get(frame.name) ?? '';
      if (frame.kind === RecordKind.output) found.push(`${name}: ${text}`);
      else if (frame.kind === RecordKind.hostCall) found.push(name);
      else this.#names.set(frame.name, text);
      this.#reader.release();
    }
    return found;
  }

  /** Subscriptions at 0: user data, kind, clock or file, timeout in ns, flags. */
  subscribe(...all: readonly (readonly [bigint, number, number, bigint?, number?])[]): number {
    for (const [index, [userData, kind, of, timeout = 0n, flags = 0]] of all.entries()) {
      const at = index * 48;
      this.view.setBigUint64(at, userData, true);
      this.view.setUint8(at + 8, kind);
      this.view.setUint32(at + 16, of, true);
      this.view.setBigUint64(at + 24, timeout, true);
      this.view.setUint16(at + 40, flags, true);
    }
    return all.length;
  }

  /** The events at 2000: user data, error, kind. */
  events(): readonly (readonly [bigint, number, number])[] {
    return Array.from({ length: this.view.getUint32(3000, true) }, (_, index) => {
      const at = 2000 + index * 32;
      return [
        this.view.getBigUint64(at, true),
        this.view.getUint16(at + 8, true),
        this.view.getUint8(at + 10),
      ] as const;
    });
  }

  poll(count: number): number {
    this.bytes.fill(0xaa, 2000, 3004);
    return this.call('poll_oneoff', 0, 2000, count, 3000);
  }
}

/** Fails unless the call traps and leaves the memory as it was. */
function traps(tried: Tried, name: string, ...args: readonly (number | bigint)[]): void {
  const before = tried.bytes.slice();
  assert.throws(
    () => tried.call(name, ...args),
    (error) => {
      assert.ok(error instanceof GuestFault, `${name}: ${String(error)}`);
      assert.match(error.message, /^out of bounds memory access at 0x[0-9a-f]+$/);
      assert.match(
        error.what,
        /^the plugin handed \d+ bytes at 0x[0-9a-f]+ to WASI, and its memory ends at 0x10000$/,
      );
      return true;
    },
    name,
  );
  assert.deepEqual(tried.bytes, before, name);
}

test('all of preview 1 is there', () => {
  const names =
    'args_get args_sizes_get clock_res_get clock_time_get environ_get environ_sizes_get fd_advise fd_allocate fd_close fd_datasync ' +
    'fd_fdstat_get fd_fdstat_set_flags fd_fdstat_set_rights fd_filestat_get fd_filestat_set_size fd_filestat_set_times fd_pread ' +
    'fd_prestat_dir_name fd_prestat_get fd_pwrite fd_read fd_readdir fd_renumber fd_seek fd_sync fd_tell fd_write ' +
    'path_create_directory path_filestat_get path_filestat_set_times path_link path_open path_readlink path_remove_directory ' +
    'path_rename path_symlink path_unlink_file poll_oneoff proc_exit proc_raise random_get sched_yield ' +
    'sock_accept sock_recv sock_send sock_shutdown';
  assert.deepEqual([...new Tried().names].sort(), names.split(' ').sort());
});

test('there are no arguments and no environment', () => {
  const tried = new Tried();
  for (const name of ['args', 'environ']) {
    tried.bytes.fill(0xaa, 0, 16);
    assert.equal(tried.call(`${name}_sizes_get`, 0, 8), 0);
    assert.equal(tried.view.getUint32(0, true), 0);
    assert.equal(tried.view.getUint32(8, true), 0);
    assert.equal(tried.view.getUint32(4, true), 0xaaaaaaaa);
    assert.equal(tried.call(`${name}_get`, 0, 0), 0);
    traps(tried, `${name}_sizes_get`, PAGE - 3, 0);
    traps(tried, `${name}_sizes_get`, MOST, 0);
  }
});

test('clocks: real time in nanoseconds, time that only grows, and no others', () => {
  const tried = new Tried();
  const time = (clock: number): bigint => {
    assert.equal(tried.call('clock_time_get', clock, 0n, 8), 0);
    return tried.view.getBigUint64(8, true);
  };
  const before = BigInt(Date.now()) * 1_000_000n;
  const real = time(0);
  assert.ok(real >= before && real <= BigInt(Date.now()) * 1_000_000n);
  for (const clock of [1, 2, 3]) assert.ok(time(clock) <= time(clock));
  assert.deepEqual(tried.records().slice(0, 2), [
    'wasi_snapshot_preview1#clock_time_get(realtime)',
    'wasi_snapshot_preview1#clock_time_get(monotonic)',
  ]);
  for (const clock of [4, 1000, MOST]) {
    assert.equal(tried.call('clock_time_get', clock, 0n, 8), INVAL);
    assert.equal(tried.call('clock_res_get', clock, 8), INVAL);
  }
  assert.deepEqual(tried.records(), []);
  for (const clock of [0, 1, 2, 3]) {
    assert.equal(tried.call('clock_res_get', clock, 8), 0);
    assert.ok(tried.view.getBigUint64(8, true) > 0n);
  }
  traps(tried, 'clock_time_get', 0, 0n, PAGE - 7);
  traps(tried, 'clock_res_get', 0, MOST);
});

test('random bytes fill exactly what was asked for, however much', () => {
  const tried = new Tried(undefined, 5);
  assert.equal(tried.call('random_get', 10, 200_000), 0);
  const { bytes } = tried;
  assert.ok(bytes.subarray(0, 10).every((byte) => byte === 0));
  assert.ok(bytes.subarray(200_010).every((byte) => byte === 0));
  for (const at of [10, 65_546, 131_082, 200_000])
    assert.ok(bytes.subarray(at, at + 10).some((byte) => byte !== 0));
  assert.equal(tried.call('random_get', 0, 0), 0);
  const one = new Tried();
  traps(one, 'random_get', PAGE - 3, 4);
  traps(one, 'random_get', 0, MOST);
  traps(one, 'random_get', MOST, 1);
  assert.deepEqual(one.records(), []);
});

test('what was recorded is answered again', () => {
  const json = (result: unknown): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ args: [], result }));
  const name = (of: string): string => `wasi_snapshot_preview1#${of}`;
  const start = encodeAnswers([
    { name: name('clock_time_get(realtime)'), key: '', bytes: json('123456789') },
    { name: name('random_get'), key: '', bytes: json({ hex: '0102' }) },
  ]);
  const tried = new Tried({ unrecorded: 'default', start, checkpoints: false });
  assert.equal(tried.call('clock_time_get', 0, 0n, 0), 0);
  assert.equal(tried.view.getBigUint64(0, true), 123_456_789n);
  // Another build asks for more than was recorded.
  tried.bytes.fill(0xaa, 8, 16);
  assert.equal(tried.call('random_get', 8, 4), 0);
  assert.deepEqual([...tried.bytes.subarray(8, 13)], [1, 2, 0, 0, 0xaa]);
  // Nobody sleeps in a replay: a year would be long.
  const year = 365n * 24n * 3600n * SECOND;
  assert.equal(tried.poll(tried.subscribe([7n, 0, 1, year])), 0);
  assert.deepEqual(tried.events(), [[7n, 0, 0]]);
});

test('fd_write puts its vectors together, and counts the bytes', () => {
  const tried = new Tried();
  assert.equal(tried.call('fd_write', 1, 0, tried.vectors('one ', '', 'two ü\nth', 'ree'), 900), 0);
  assert.equal(tried.view.getUint32(900, true), 16);
  assert.equal(tried.call('fd_write', 2, 0, tried.vectors('aside'), 900), 0);
  assert.equal(tried.call('fd_write', 1, 0, 0, 900), 0);
  assert.equal(tried.view.getUint32(900, true), 0);
  assert.deepEqual(tried.records(), ['stdout: one two ü\n', 'stdout: three', 'stderr: aside']);
  for (const fd of [0, 3, MOST]) assert.equal(tried.call('fd_write', fd, 0, 1, 900), BADF);
});

test('fd_write with any pointer out of bounds traps, and nothing of it is written', () => {
  const tried = new Tried();
  const count = tried.vectors('first\n', 'second\n');
  traps(tried, 'fd_write', 1, 0, count, PAGE - 3);
  traps(tried, 'fd_write', 1, PAGE - 8, count, 900);
  traps(tried, 'fd_write', 1, MOST, 1, 900);
  traps(tried, 'fd_write', 1, 0, MOST, 900);
  tried.view.setUint32(8 + 4, PAGE, true);
  traps(tried, 'fd_write', 1, 0, count, 900);
  tried.view.setUint32(8, 0xffff_fff0, true);
  tried.view.setUint32(8 + 4, 0x20, true);
  traps(tried, 'fd_write', 1, 0, count, 900);
  assert.deepEqual(tried.records(), []);
});

test('the three standard files are what they are, and there are no others', () => {
  const tried = new Tried();
  for (const fd of [0, 1, 2]) {
    tried.bytes.fill(0xaa, 0, 100);
    assert.equal(tried.call('fd_fdstat_get', fd, 0), 0);
    assert.equal(tried.view.getUint8(0), 2, 'a character device');
    assert.equal(tried.view.getUint16(2, true), 0, 'no flags');
    assert.equal(tried.view.getBigUint64(8, true), fd === 0 ? 2n : 64n, 'read or write');
    assert.equal(tried.view.getBigUint64(16, true), 0n, 'nothing is inherited');
    assert.equal(tried.bytes[24], 0xaa);
    tried.bytes.fill(0xaa, 0, 100);
    assert.equal(tried.call('fd_filestat_get', fd, 0), 0);
    assert.equal(tried.view.getUint8(16), 2);
    assert.ok([...tried.bytes.subarray(0, 64)].every((byte, at) => at === 16 || byte === 0));
    assert.equal(tried.bytes[64], 0xaa);
    assert.equal(tried.call('fd_close', fd), 0);
    assert.equal(tried.call('fd_fdstat_set_flags', fd, 4), 0);
    assert.equal(tried.call('fd_seek', fd, 0n, 0, 0), SPIPE);
    assert.equal(tried.call('fd_tell', fd, 0), SPIPE);
    traps(tried, 'fd_fdstat_get', fd, PAGE - 23);
    traps(tried, 'fd_filestat_get', fd, PAGE - 63);
  }
  for (const fd of [3, 4, 1 << 30, MOST, -(2 ** 31)]) {
    for (const name of ['fd_fdstat_get', 'fd_filestat_get', 'fd_close', 'fd_tell', 'fd_prestat_get'])
      assert.equal(tried.call(name, fd, 0), BADF, `${name} ${fd}`);
    assert.equal(tried.call('fd_fdstat_set_flags', fd, 0), BADF);
    assert.equal(tried.call('fd_seek', fd, 0n, 0, 0), BADF);
    assert.equal(tried.call('fd_read', fd, 0, 1, 0), BADF);
  }
});

test('stdin is at its end', () => {
  const tried = new Tried();
  tried.view.setUint32(900, 7, true);
  assert.equal(tried.call('fd_read', 0, 0, 1, 900), 0);
  assert.equal(tried.view.getUint32(900, true), 0);
  assert.equal(tried.call('fd_read', 1, 0, 1, 900), BADF);
  traps(tried, 'fd_read', 0, 0, 1, PAGE - 1);
});

test('what is not granted is refused, and changes nothing', () => {
  const tried = new Tried();
  const refused = tried.names.filter((name) =>
    /^(fd_(advise|allocate|datasync|fdstat_set_rights|filestat_set|pread|prestat|pwrite|readdir|renumber|sync)|path_|sock_)/.test(
      name,
    ),
  );
  assert.equal(refused.length, 27);
  for (const name of refused) {
    const errno = tried.call(name, 3, 0, 0, 0, 0, 0n, 0n, 0, 0);
    assert.notEqual(errno, 0, name);
    if (name.startsWith('fd_')) assert.equal(errno, BADF, name);
    if (name.startsWith('sock_')) assert.equal(errno, NOSYS, name);
  }
  assert.ok(tried.bytes.every((byte) => byte === 0));
  assert.equal(tried.call('sched_yield'), 0);
});

test('proc_exit and proc_raise end the call', () => {
  const tried = new Tried();
  const isExit = (text: string) => (error: unknown) => error instanceof PluginExit && error.message === text;
  assert.throws(() => tried.call('proc_exit', 3), isExit('the plugin called proc_exit with code 3'));
  assert.throws(() => tried.call('proc_raise', 6), isExit('the plugin raised signal 6'));
});

test('poll_oneoff waits for the earliest, and names all that are ready', () => {
  const tried = new Tried();
  const long = 3600n * SECOND;
  assert.equal(tried.poll(tried.subscribe([1n, 0, 1, long], [2n, 0, 1, 1000n], [3n, 0, 0, 1000n])), 0);
  assert.deepEqual(tried.events(), [
    [2n, 0, 0],
    [3n, 0, 0],
  ]);
  // Of a time that has come, and of files.
  assert.equal(tried.poll(tried.subscribe([4n, 0, 0, 1n, 1], [5n, 1, 0], [6n, 2, 1], [7n, 0, 1, long])), 0);
  assert.deepEqual(tried.events(), [
    [4n, 0, 0],
    [5n, 0, 1],
    [6n, 0, 2],
  ]);
  const tail = tried.bytes.subarray(2000 + 11, 2000 + 32);
  assert.ok(tail.every((byte) => byte === 0));
});

test('poll_oneoff says of each what it cannot wait for, and waits for nothing then', () => {
  const tried = new Tried();
  const long = 3600n * SECOND;
  assert.equal(
    tried.poll(tried.subscribe([1n, 0, 9, long, 1], [2n, 0, 1, long], [3n, 1, 5], [4n, 2, 0xffffffff])),
    0,
  );
  assert.deepEqual(tried.events(), [
    [1n, INVAL, 0],
    [3n, BADF, 1],
    [4n, BADF, 2],
  ]);
  assert.equal(tried.poll(0), INVAL);
  assert.equal(tried.poll(tried.subscribe([1n, 3, 0])), INVAL);
  for (const [list, events, count, result] of [
    [PAGE - 47, 2000, 1, 3000],
    [0, PAGE - 31, 1, 3000],
    [0, 2000, 1, PAGE - 3],
    [0, 2000, MOST, 3000],
    [MOST, 2000, 1, 3000],
  ] as const) {
    tried.subscribe([1n, 0, 1, 1n]);
    traps(tried, 'poll_oneoff', list, events, count, result);
  }
});

test('a module without a memory is told so', () => {
  const imports = preview1Imports(new Boundary(createRing(1 << 16)), () => {
    throw new WebAssembly.RuntimeError('the module exports no memory for WASI');
  });
  const random = imports['random_get'] as ((at: number, length: number) => number) | undefined;
  assert.throws(() => random?.(0, 1), /exports no memory/);
});
