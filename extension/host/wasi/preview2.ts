/**
 * WASI 0.2 as a plugin sees it: no environment, no arguments, no network, the files of the folders that it was
 * granted and no others; clocks and random numbers through the recorder; stdout and stderr into the recording. Everything is synchronous, so that a plugin that sleeps blocks its own worker only.
 */
import type { GrantedPath } from '../../project/project.ts';
import { GuestFault } from '../../wasm/fault.ts';
import type { Boundary } from '../boundary.ts';
import { filesystemImports } from './preview2-files.ts';
import {
  InputStream,
  IoError,
  NANOSECONDS,
  OutputStream,
  Pollable,
  sleep,
  wasiError,
  type Interface,
} from './preview2-streams.ts';
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

/**
 * The import object of every WASI 0.2 interface that `wasi:cli/imports` includes, keyed without version. `granted` are
 * the plugin's folders; a function of them is called when the plugin asks for them first.
 */
export function wasiImports(
  boundary: Boundary,
  granted: readonly GrantedPath[] | (() => readonly GrantedPath[]) = [],
): Record<string, Interface> {
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
    ...filesystemImports(boundary, granted),
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
