/**
 * How much of a stream the real host holds, by the kind of its source. The figures are those of Chipmunk
 * 4.2.0, crates/core/sources.
 */
import type { Buffering } from './byte-source.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Files, and byte sources of plugins: DEFAULT_READER_CAPACITY and DEFAULT_MIN_BUFFER_SPACE (lib.rs). */
export const FILE_BUFFERING: Buffering = { capacity: 10 * MIB, enough: 10 * KIB, cutsOff: false };

/** Packets of pcap files (binary/pcap) and lines of a process (command/process.rs): a buffer that is never moved. */
export const PACKET_BUFFERING: Buffering = { capacity: 8192, enough: 0, cutsOff: true };

/** Most bytes that are read from a socket at once: MAX_DATAGRAM_SIZE (socket/mod.rs). */
export const SOCKET_READ = 65_507;

/** Sockets: MAX_BUFF_SIZE (socket/mod.rs). */
export const SOCKET_BUFFERING: Buffering = {
  capacity: MIB,
  enough: MIB + 1,
  atOnce: SOCKET_READ,
  cutsOff: false,
};
