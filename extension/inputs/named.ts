/** Streams of bytes by the names that people give them: a file, an address. */
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { StreamSpec } from '../project/project.ts';

const CAPTURE = /\.(?:pcap|pcapng)$/i;
const ADDRESS = /^(?:(?<host>\[[^\]]+\]|[^:]+):)?(?<port>\d+)$/;
const MOST_PORT = 0xffff;

/** A file by its name: the packets of a capture, the bytes of any other. */
export function streamOfFile(file: string): StreamSpec {
  return { kind: CAPTURE.test(file) ? 'pcap' : 'bytes', file };
}

/** `localhost:5555`, `[::1]:5555` or a port of this machine. Throws a UserError for anything else. */
export function streamOfAddress(kind: 'tcp' | 'udp', address: string): StreamSpec {
  const { host, port } = ADDRESS.exec(address.trim())?.groups ?? {};
  const number = Number(port);
  if (port === undefined || number < 1 || number > MOST_PORT) {
    throw new UserError(
      `"${address}" is no address for ${kind.toUpperCase()}`,
      'Write a host and a port, localhost:5555, or a port of this machine, 1 to 65535.',
    );
  }
  const name = host?.replace(/^\[|\]$/g, '');
  return { kind, port: number, ...(name === undefined ? {} : { host: name }) };
}

/**
 * What a command line names: `-`, `tcp:HOST:PORT`, `udp:PORT`, `reads`, `byte-source:FOLDER`, or a file. Paths
 * become absolute. Throws a UserError for an address that is none.
 */
export function streamNamed(text: string): StreamSpec {
  if (text === '-') return { kind: 'stdin' };
  if (text === 'reads') return { kind: 'reads' };
  const [, kind, rest = ''] = /^(tcp|udp|byte-source):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'tcp':
    case 'udp':
      return streamOfAddress(kind, rest);
    case 'byte-source':
      if (rest === '')
        throw new UserError('byte-source: without a folder', 'Name the folder of a byte source.');
      return { kind, plugin: resolve(rest) };
    case undefined:
    default:
      return streamOfFile(resolve(text));
  }
}
