/**
 * WASI 0.2 as a plugin of a contract that grants nothing sees it: no environment, no arguments, no
 * files, no network; clocks and random numbers through the recorder; stdout and stderr into the
 * recording. Everything is synchronous, so that a plugin that sleeps blocks its own worker only.
 */
import type { Boundary } from './boundary.ts';

type Interface = Record<string, unknown>;

/** Thrown by `wasi:cli/exit`; ends the call as a trap would. */
class PluginExit extends Error {
  override readonly name = 'PluginExit';
}

const NANOSECONDS = 1_000_000n;
const WRITE_PERMIT = 65_536n;
const nowhere = new Int32Array(new SharedArrayBuffer(4));

class Pollable {
  readonly #due: bigint | undefined;
  constructor(due?: bigint) {
    this.#due = due;
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

class InputStream {
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
  subscribe(): Pollable {
    return new Pollable();
  }
}

class OutputStream {
  readonly #write: (bytes: Uint8Array) => void;
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
  }
  checkWrite(): bigint {
    return WRITE_PERMIT;
  }
  write(bytes: Uint8Array): void {
    this.#write(bytes);
  }
  blockingWriteAndFlush(bytes: Uint8Array): void {
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
    this.#write(new Uint8Array(Number(length)));
  }
  splice(): never {
    throw closed();
  }
  blockingSplice(): never {
    throw closed();
  }
  subscribe(): Pollable {
    return new Pollable();
  }
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
const nothing = (): undefined => undefined;

/** The import object of every WASI 0.2 interface that `wasi:cli/imports` includes, keyed without version. */
export function wasiImports(boundary: Boundary): Record<string, Interface> {
  const output = (name: 'stdout' | 'stderr'): OutputStream =>
    new OutputStream((bytes) => {
      boundary.output(name, bytes);
    });
  const stdin = new InputStream();
  const stdout = output('stdout');
  const stderr = output('stderr');
  const seed: { value?: [bigint, bigint] } = {};

  const recorded = <A extends unknown[], R>(name: string, answer: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      const result = answer(...args);
      boundary.wasi(name, args, result);
      return result;
    };
  };
  const randomBytes = (length: bigint): Uint8Array => {
    const bytes = new Uint8Array(Number(length));
    for (let at = 0; at < bytes.length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    return bytes;
  };
  const randomU64 = (): bigint => crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;

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
    'wasi:cli/stdin': { getStdin: () => stdin },
    'wasi:cli/stdout': { getStdout: () => stdout },
    'wasi:cli/stderr': { getStderr: () => stderr },
    'wasi:cli/terminal-input': { TerminalInput },
    'wasi:cli/terminal-output': { TerminalOutput },
    'wasi:cli/terminal-stdin': { getTerminalStdin: nothing },
    'wasi:cli/terminal-stdout': { getTerminalStdout: nothing },
    'wasi:cli/terminal-stderr': { getTerminalStderr: nothing },
    'wasi:clocks/monotonic-clock': {
      now: recorded('wasi:clocks/monotonic-clock#now', () => process.hrtime.bigint()),
      resolution: () => 1n,
      subscribeInstant: (instant: bigint) => new Pollable(instant),
      subscribeDuration: (duration: bigint) => new Pollable(process.hrtime.bigint() + duration),
    },
    'wasi:clocks/wall-clock': {
      now: recorded('wasi:clocks/wall-clock#now', () => {
        const ms = Date.now();
        return { seconds: BigInt(Math.floor(ms / 1000)), nanoseconds: (ms % 1000) * 1_000_000 };
      }),
      resolution: () => ({ seconds: 0n, nanoseconds: 1_000_000 }),
    },
    'wasi:random/random': {
      getRandomBytes: recorded('wasi:random/random#get-random-bytes', randomBytes),
      getRandomU64: recorded('wasi:random/random#get-random-u64', randomU64),
    },
    'wasi:random/insecure': {
      getInsecureRandomBytes: recorded('wasi:random/insecure#get-insecure-random-bytes', randomBytes),
      getInsecureRandomU64: recorded('wasi:random/insecure#get-insecure-random-u64', randomU64),
    },
    'wasi:random/insecure-seed': {
      insecureSeed: recorded(
        'wasi:random/insecure-seed#insecure-seed',
        () => (seed.value ??= [randomU64(), randomU64()]),
      ),
    },
    'wasi:io/error': { Error: IoError },
    'wasi:io/streams': { InputStream, OutputStream },
    'wasi:io/poll': { Pollable, poll },
    'wasi:filesystem/preopens': { getDirectories: () => [] },
    'wasi:filesystem/types': { Descriptor, DirectoryEntryStream, filesystemErrorCode: nothing },
    'wasi:sockets/network': { Network },
    'wasi:sockets/instance-network': { instanceNetwork: () => new Network() },
    'wasi:sockets/tcp': { TcpSocket },
    'wasi:sockets/tcp-create-socket': { createTcpSocket: denied },
    'wasi:sockets/udp': { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream },
    'wasi:sockets/udp-create-socket': { createUdpSocket: denied },
    'wasi:sockets/ip-name-lookup': { ResolveAddressStream, resolveAddresses: denied },
  };
}

/** Waits until one of the pollables is ready; answers with the indexes of all that are. */
function poll(pollables: readonly Pollable[]): Uint32Array {
  for (;;) {
    const ready = pollables.flatMap((pollable, index) => (pollable.ready() ? [index] : []));
    if (ready.length > 0) return Uint32Array.from(ready);
    sleep(
      pollables.reduce(
        (least, pollable) => (pollable.remaining() < least ? pollable.remaining() : least),
        1_000n * NANOSECONDS,
      ),
    );
  }
}
