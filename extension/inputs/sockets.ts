import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { messageOf, UserError } from '../errors.ts';
import { SOCKET_BUFFERING, SOCKET_READ } from './buffering.ts';
import type { ByteSource, Piece } from './byte-source.ts';
import { StreamPieces } from './stream-pieces.ts';
import { Wake } from './wake.ts';

export interface SocketOptions {
  /** Default: this machine alone. */
  readonly host?: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
/** Bytes of datagrams that wait for a plugin; more are dropped and counted. */
const MOST_WAITING = 4 * 1024 * 1024;

/** Connects, as Chipmunk does. Throws a UserError where nobody answers; rejects with the signal's reason. */
export async function openTcp(
  { host = LOOPBACK, port }: SocketOptions,
  signal?: AbortSignal,
): Promise<ByteSource> {
  signal?.throwIfAborted();
  const title = `tcp ${at(host, port)}`;
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', signal === undefined ? {} : { signal });
  } catch (error) {
    socket.destroy();
    signal?.throwIfAborted();
    throw new UserError(
      `Nothing answers at ${title}: ${messageOf(error)}.`,
      'Start the program that listens there first, or choose another port.',
      { cause: error },
    );
  }
  const pieces = new StreamPieces(socket, title);
  return {
    title,
    total: undefined,
    buffering: SOCKET_BUFFERING,
    notes: [],
    read: async (most, until) => {
      const bytes = await pieces.read(Math.min(most, SOCKET_READ), until);
      return bytes === undefined ? undefined : { bytes };
    },
    close: () => pieces.close(),
  };
}

/** A source of datagrams, with where they are to be sent. */
export interface DatagramSource extends ByteSource {
  readonly address: { readonly host: string; readonly port: number };
}

/** Listens for datagrams; port 0 is any that is free. Throws a UserError where the port cannot be had. */
export async function openUdp({ host = LOOPBACK, port }: SocketOptions): Promise<DatagramSource> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.bind(port, host);
  try {
    await once(socket, 'listening');
  } catch (error) {
    socket.close();
    throw new UserError(
      `udp ${at(host, port)} cannot be listened on: ${messageOf(error)}.`,
      'Choose another port, or end the program that has it.',
      { cause: error },
    );
  }
  return new Datagrams(socket, host);
}

class Datagrams implements DatagramSource {
  readonly title: string;
  readonly total = undefined;
  readonly buffering = SOCKET_BUFFERING;
  readonly address: { readonly host: string; readonly port: number };
  readonly #socket: DatagramSocket;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #offset = 0;
  #dropped = 0;
  #empty = 0;
  #error: Error | undefined;
  #isClosed = false;
  readonly #wake = new Wake();

  constructor(socket: DatagramSocket, host: string) {
    this.#socket = socket;
    this.address = { host, port: socket.address().port };
    this.title = `udp ${at(host, this.address.port)}`;
    socket.on('message', (message) => this.#take(message));
    socket.on('error', (error) => {
      this.#error = error;
      this.#wake.now();
    });
  }

  get notes(): readonly string[] {
    const count = (times: number): string => (times === 1 ? '1 datagram' : `${times} datagrams`);
    return [
      ...(this.#dropped === 0
        ? []
        : [
            `${this.title}: ${count(this.#dropped)} came faster than the parser took them, and were dropped.`,
          ]),
      ...(this.#empty === 0 ? [] : [`${this.title}: ${count(this.#empty)} had nothing in them.`]),
    ];
  }

  async read(_most: number, signal: AbortSignal): Promise<Piece | undefined> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#isClosed) return undefined;
      const bytes = this.#waiting.shift();
      if (bytes !== undefined) {
        this.#bytes -= bytes.length;
        this.#offset += bytes.length;
        return { bytes };
      }
      if (this.#error !== undefined) throw this.#failed(this.#error);
      await this.#wake.wait(signal);
    }
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    this.#waiting = [];
    this.#wake.now();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#socket.close(() => resolve(undefined));
    return promise;
  }

  #take(message: Buffer): void {
    if (message.length === 0) this.#empty++;
    else if (this.#bytes + message.length > MOST_WAITING) this.#dropped++;
    else {
      this.#bytes += message.length;
      this.#waiting.push(new Uint8Array(message));
      this.#wake.now();
    }
  }

  #failed(error: Error): UserError {
    return new UserError(
      `${this.title} cannot be read at offset ${this.#offset}: ${messageOf(error)}.`,
      'Start the run again.',
      { cause: error },
    );
  }
}

function at(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
