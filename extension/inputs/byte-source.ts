/** Where the bytes come from that a parser is given. */
import type { DataReference } from '../host/produce.ts';

/** A piece of a stream, in the order in which it came. */
export interface Piece {
  readonly bytes: Uint8Array;
  /** When it was sent, in ms since the Unix epoch; undefined where the source does not say. */
  readonly timestamp?: bigint;
  /** Where the piece can be read again; undefined where it has to be recorded itself. */
  readonly reference?: DataReference;
  /** Bytes of the source before it that are no part of it, which upstream counts as skipped: a packet's headers. */
  readonly skipped?: number;
}

/** How much of a stream the host holds for a parser, and when it asks for more: the real host's figures. */
export interface Buffering {
  /** Most bytes that the window holds. */
  readonly capacity: number;
  /**
   * With so many bytes in the window they are not moved to its front, so that nothing is read behind them once
   * it is full: upstream's file source leaves them alone.
   */
  readonly enough: number;
  /** Most bytes that are read at once; nothing is while there is room for less. Upstream's sockets want room for any packet. */
  readonly atOnce?: number;
  /** A piece that does not fit is cut off, as upstream does with packets. */
  readonly cutsOff: boolean;
}

export interface ByteSource {
  /** For example `app.log (12.3 MiB)`. */
  readonly title: string;
  /** Undefined where the end is not known. */
  readonly total: number | undefined;
  readonly buffering: Buffering;
  /**
   * The next piece, whose bytes are there until the next but one is asked for, of at most `most` bytes, which are at least one; undefined at the end, or where there is nothing
   * now. Packets come whole, however many bytes are wanted, and like-host they may be empty. Throws a UserError that names the source and the offset where it cannot be read;
   * rejects with the signal's reason when that is given while it waits.
   */
  read(most: number, signal: AbortSignal): Promise<Piece | undefined>;
  /** What is odd about what was read so far: `pcap: 3 packets have no transport`. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}
