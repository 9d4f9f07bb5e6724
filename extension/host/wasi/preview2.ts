/**
 * WASI 0.2 as a plugin of a contract that grants nothing sees it: no environment, no arguments, no
 * files, no network; clocks and random numbers through the recorder; stdout and stderr into the
 * recording. Everything is synchronous, so that a plugin that sleeps blocks its own worker only.
 */
import { GuestFault } from '../../wasm/fault.ts';
import type { Boundary } from '../boundary.ts';
import {
  flagAnswer,
  indexesAnswer,
  PluginExit,
  randomU64,
  recordedWasi,
  seedAnswer,
  timeAnswer,
  u64Answer,
} from './recorded.ts';

type Interface = Record<string, unknown>;

const NANOSECONDS = 1_000_000n;
const WRITE_PERMIT = 65_536n;
/** Most bytes that may be written and waited for in one call. */
const BLOCKING_WRITE = 4096;
const nowhere = new Int32Array(new SharedArrayBuffer(4));

/** Something to wait for: a time, or nothing. */
class Pollable {
  readonly #due: bigint | undefined;
  readonly #of: Stream | undefined;
  constructor(due?: bigint, of?: Stream) {
    this.#due = due;
    this.#of = of;
  }
  [Symbol.dispose](): void {
    if (this.#of !== undefined) this.#of.pollables--;
  }
  /** Nanoseconds to wait; 0 when ready. */
  remaining(): bigint {
    if (this.#due === undefined) return 0n;
    const left = this.#due - process.hrtime.bigint();
    return left > 0n ? left : 0n;
  }
  ready(): boolean {
    return this.remaining() === 0n;
  }
  block(): void {
    sleep(this.remaining());
  }
  /** How it stands in a recording. */
  toJSON(): string {
    return 'pollable';
  }
}

function sleep(nanoseconds: bigint): void {
  if (nanoseconds > 0n) Atomics.wait(nowhere, 0, 0, Number(nanoseconds) / Number(NANOSECONDS));
}

/** A class whose methods all answer with this WASI error code. */
function refused(methods: string, code: string): new () => object {
  class Refused {}
  for (const method of methods.split(' ')) {
    Object.defineProperty(Refused.prototype, method, {
      value: () => {
        throw wasiError(code);
      },
    });
  }
  return Refused;
}

/** What the bindings turn into the `err` case of a WASI result. */
function wasiError(code: string): Error {
  return Object.assign(new Error(code), { payload: code });
}

const closed = (): Error => Object.assign(new Error('closed'), { payload: { tag: 'closed' } });

/** What may be dropped only after the pollables that were made of it. */
class Stream {
  /** Those that there are. */
  pollables = 0;
  subscribe(): Pollable {
    this.pollables++;
    return new Pollable(undefined, this);
  }
  [Symbol.dispose](): void {
    if (this.pollables === 0) return;
    throw new GuestFault('resource has children', {
      what: 'the plugin dropped a stream before a pollable of it: resource has children',
      advice: 'The real host ends the call, too. Drop what `subscribe` gave first.',
    });
  }
}

class InputStream extends Stream {
  read(): never {
    throw closed();
  }
  blockingRead(): never {
    throw closed();
  }
  skip(): never {
    throw closed();
  }
  blockingSkip(): never {
    throw closed();
  }
}

class OutputStream extends Stream {
  readonly #write: (bytes: Uint8Array) => void;
  /** What is written goes nowhere where nobody says where. */
  constructor(write: (bytes: Uint8Array) => void = () => undefined) {
    super();
    this.#write = write;
  }
  checkWrite(): bigint {
    return WRITE_PERMIT;
  }
  write(bytes: Uint8Array): void {
    this.#write(bytes);
  }
  blockingWriteAndFlush(bytes: Uint8Array): void {
    checkBlocking('blocking-write-and-flush', bytes.length);
    this.#write(bytes);
  }
  flush(): void {
    // Nothing is held back.
  }
  blockingFlush(): void {
    // Nothing is held back.
  }
  writeZeroes(length: bigint): void {
    this.#write(new Uint8Array(Number(length)));
  }
  blockingWriteZeroesAndFlush(length: bigint): void {
    checkBlocking('blocking-write-zeroes-and-flush', length);
    this.#write(new Uint8Array(Number(length)));
  }
  splice(): never {
    throw closed();
  }
  blockingSplice(): never {
    throw closed();
  }
}

function checkBlocking(name: string, bytes: number | bigint): void {
  if (bytes <= BLOCKING_WRITE) return;
  throw new GuestFault(`Buffer too large for ${name} (expected at most ${BLOCKING_WRITE})`, {
    what: `the plugin passed ${bytes} bytes to ${name}, which takes at most ${BLOCKING_WRITE}`,
    advice: 'The real host ends the call, too. Write in pieces.',
  });
}

class IoError {
  toDebugString(): string {
    return 'I/O error';
  }
}

const Descriptor = refused(
  'readViaStream writeViaStream appendViaStream advise syncData getFlags getType setSize setTimes read write readDirectory sync createDirectoryAt stat statAt setTimesAt linkAt openAt readlinkAt removeDirectoryAt renameAt symlinkAt unlinkFileAt isSameObject metadataHash metadataHashAt',
  'access',
);
const DirectoryEntryStream = refused('readDirectoryEntry', 'access');
const TcpSocket = refused(
  'startBind finishBind startConnect finishConnect startListen finishListen accept localAddress remoteAddress isListening addressFamily setListenBacklogSize keepAliveEnabled setKeepAliveEnabled keepAliveIdleTime setKeepAliveIdleTime keepAliveInterval setKeepAliveInterval keepAliveCount setKeepAliveCount hopLimit setHopLimit receiveBufferSize setReceiveBufferSize sendBufferSize setSendBufferSize subscribe shutdown',
  'access-denied',
);
const UdpSocket = refused(
  'startBind finishBind stream localAddress remoteAddress addressFamily unicastHopLimit setUnicastHopLimit receiveBufferSize setReceiveBufferSize sendBufferSize setSendBufferSize subscribe',
  'access-denied',
);
const IncomingDatagramStream = refused('receive subscribe', 'access-denied');
const OutgoingDatagramStream = refused('checkSend send subscribe', 'access-denied');
const ResolveAddressStream = refused('resolveNextAddress subscribe', 'access-denied');
class Network {}
class TerminalInput {}
class TerminalOutput {}

const denied = (): never => {
  throw wasiError('access-denied');
};
const unresolved = (): never => {
  throw wasiError('permanent-resolver-failure');
};
const nothing = (): undefined => undefined;

/** The import object of every WASI 0.2 interface that `wasi:cli/imports` includes, keyed without version. */
export function wasiImports(boundary: Boundary): Record<string, Interface> {
  const output = (name: 'stdout' | 'stderr'): OutputStream =>
    new OutputStream((bytes) => {
      boundary.output(name, bytes);
    });
  const seed: { value?: [bigint, bigint] } = {};
  const { recorded, randomBytes } = recordedWasi(boundary);

  /** What a plugin gets to wait for. A replay does not wait, and answers as the recording did. */
  const ready = recorded('wasi:io/poll#ready', flagAnswer, (one: Pollable) => one.remaining() === 0n);
  class RecordedPollable extends Pollable {
    override ready(): boolean {
      return ready(this);
    }
    override block(): void {
      if (!boundary.replaying) super.block();
    }
  }

  return {
    'wasi:cli/environment': { getEnvironment: () => [], getArguments: () => [], initialCwd: nothing },
    'wasi:cli/exit': {
      exit: (status: { tag: string }) => {
        throw new PluginExit(`the plugin called exit with ${status.tag}`);
      },
      exitWithCode: (code: number) => {
        throw new PluginExit(`the plugin called exit with code ${code}`);
      },
    },
    'wasi:cli/stdin': { getStdin: () => new InputStream() },
    'wasi:cli/stdout': { getStdout: () => output('stdout') },
    'wasi:cli/stderr': { getStderr: () => output('stderr') },
    'wasi:cli/terminal-input': { TerminalInput },
    'wasi:cli/terminal-output': { TerminalOutput },
    'wasi:cli/terminal-stdin': { getTerminalStdin: nothing },
    'wasi:cli/terminal-stdout': { getTerminalStdout: nothing },
    'wasi:cli/terminal-stderr': { getTerminalStderr: nothing },
    'wasi:clocks/monotonic-clock': {
      now: recorded('wasi:clocks/monotonic-clock#now', u64Answer, () => process.hrtime.bigint()),
      resolution: () => 1n,
      subscribeInstant: (instant: bigint) => new RecordedPollable(instant),
      subscribeDuration: (duration: bigint) => new RecordedPollable(process.hrtime.bigint() + duration),
    },
    'wasi:clocks/wall-clock': {
      now: recorded('wasi:clocks/wall-clock#now', timeAnswer, () => {
        const ms = Date.now();
        return { seconds: BigInt(Math.floor(ms / 1000)), nanoseconds: (ms % 1000) * 1_000_000 };
      }),
      resolution: () => ({ seconds: 0n, nanoseconds: 1_000_000 }),
    },
    'wasi:random/random': {
      getRandomBytes: randomBytes('wasi:random/random#get-random-bytes'),
      getRandomU64: recorded('wasi:random/random#get-random-u64', u64Answer, randomU64),
    },
    'wasi:random/insecure': {
      getInsecureRandomBytes: randomBytes('wasi:random/insecure#get-insecure-random-bytes'),
      getInsecureRandomU64: recorded('wasi:random/insecure#get-insecure-random-u64', u64Answer, randomU64),
    },
    'wasi:random/insecure-seed': {
      insecureSeed: recorded(
        'wasi:random/insecure-seed#insecure-seed',
        seedAnswer,
        () => (seed.value ??= [randomU64(), randomU64()]),
      ),
    },
    'wasi:io/error': { Error: IoError },
    'wasi:io/streams': { InputStream, OutputStream },
    'wasi:io/poll': { Pollable, poll: recorded('wasi:io/poll#poll', indexesAnswer, poll) },
    'wasi:filesystem/preopens': { getDirectories: () => [] },
    'wasi:filesystem/types': { Descriptor, DirectoryEntryStream, filesystemErrorCode: nothing },
    'wasi:sockets/network': { Network },
    'wasi:sockets/instance-network': { instanceNetwork: () => new Network() },
    'wasi:sockets/tcp': { TcpSocket },
    'wasi:sockets/tcp-create-socket': { createTcpSocket: denied },
    'wasi:sockets/udp': { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream },
    'wasi:sockets/udp-create-socket': { createUdpSocket: denied },
    'wasi:sockets/ip-name-lookup': { ResolveAddressStream, resolveAddresses: unresolved },
  };
}

/** Waits until one of the pollables is ready; answers with the indexes of all that are. */
function poll(pollables: readonly Pollable[]): Uint32Array {
  if (pollables.length === 0)
    throw new GuestFault('empty poll list', {
      what: 'the plugin polled nothing: empty poll list',
      advice: 'The real host ends the call, too. Poll one pollable at least.',
    });
  for (;;) {
    const ready = pollables.flatMap((pollable, index) => (pollable.remaining() === 0n ? [index] : []));
    if (ready.length > 0) return Uint32Array.from(ready);
    sleep(
      pollables.reduce(
        (least, pollable) => (pollable.remaining() < least ? pollable.remaining() : least),
        1_000n * NANOSECONDS,
      ),
    );
  }
}
