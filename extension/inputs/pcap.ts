import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { RunRules } from '../host/produce.ts';
import { PACKET_BUFFERING } from './buffering.ts';
import type { ByteSource, Piece } from './byte-source.ts';
import { openFile } from './file.ts';
import { CutError, readPackets, type Packet } from './pcap-file.ts';
import { findPayload, Link } from './pcap-layers.ts';
import { FileReader } from './pcap-reader.ts';
import { bytesText } from './size.ts';

export interface PcapOptions {
  readonly rules: RunRules;
  /** Timestamps as upstream makes them: those of pcap files without their fractions, those of pcapng files all as microseconds. */
  readonly legacyTimestamps?: boolean;
}

const ADVICE = 'Filter the capture to the packets that the parser is for, or use strict rules.';

/**
 * Opens a capture file as what TCP, UDP and ICMP carry in its packets, a packet a piece. Throws a UserError
 * where it cannot be opened. Like the host, a packet without transport ends the run; strictly, it is noted.
 */
export async function openPcap(file: string, options: PcapOptions): Promise<ByteSource> {
  const handle = await openFile(file);
  const { size } = await handle.stat();
  return new PcapSource(new FileReader(file, handle), `${basename(file)} (${bytesText(size)})`, options);
}

class PcapSource implements ByteSource {
  readonly title: string;
  readonly buffering = PACKET_BUFFERING;
  readonly total = undefined;
  readonly #reader: FileReader;
  readonly #options: PcapOptions;
  readonly #packets: AsyncGenerator<Packet, void>;
  /** What is read at the moment: a read that was broken off goes on with it. */
  #pending: Promise<Piece | undefined> | undefined;
  #isClosed = false;
  #cut: string | undefined;
  /** By what is the matter: the first packet, and how many. */
  readonly #odd = new Map<string, { readonly first: Pick<Packet, 'number' | 'offset'>; times: number }>();

  constructor(reader: FileReader, title: string, options: PcapOptions) {
    this.#reader = reader;
    this.title = title;
    this.#options = options;
    this.#packets = readPackets(reader);
  }

  get notes(): readonly string[] {
    const odd = [...this.#odd].map(([what, { first, times }]) => {
      const packets = times === 1 ? '1 packet' : `${times} packets`;
      return `${this.title}: ${packets} ${what}; the first is packet ${first.number} at offset ${first.offset}.`;
    });
    return this.#cut === undefined ? odd : [...odd, this.#cut];
  }

  async read(_most: number, signal: AbortSignal): Promise<Piece | undefined> {
    signal.throwIfAborted();
    if (this.#isClosed) return undefined;
    this.#pending ??= this.#next();
    const piece = await this.#pending;
    signal.throwIfAborted();
    this.#pending = undefined;
    return piece;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#pending?.catch(() => undefined);
    await this.#reader.close();
  }

  async #next(): Promise<Piece | undefined> {
    for (;;) {
      const packet = await this.#packet();
      if (packet === undefined) return undefined;
      const piece = this.#options.rules === 'strict' ? this.#strict(packet) : this.#likeHost(packet);
      if (piece !== undefined) return piece;
    }
  }

  async #packet(): Promise<Packet | undefined> {
    try {
      const { value, done } = await this.#packets.next();
      return done === true ? undefined : value;
    } catch (error) {
      if (!(error instanceof CutError)) throw error;
      const text = `${this.#reader.file}: ${error.message}.`;
      if (this.#options.rules === 'like-host')
        throw new UserError(
          `${text} The host ends the session for that.`,
          'Use strict rules to read what there is before it.',
          {
            cause: error,
          },
        );
      this.#cut = text;
      return undefined;
    }
  }

  #strict(packet: Packet): Piece | undefined {
    const { bytes, length, link } = packet;
    const found = findPayload(link, bytes);
    if ('none' in found) {
      this.#note(packet, `left out: ${found.text}`);
      return undefined;
    }
    if (bytes.length < length) this.#note(packet, 'captured without the end, for which the real host panics');
    else if (found.isCut)
      this.#note(packet, 'with less than the headers say, for which the real host ends the session');
    if (found.payload.length === 0) return undefined;
    return this.#piece(packet, found.payload);
  }

  /** Upstream takes every packet for Ethernet, and its original length for what was captured. */
  #likeHost(packet: Packet): Piece {
    const { bytes, length, link } = packet;
    if (bytes.length < length)
      throw this.#end(packet, `has ${bytes.length} of its ${length} bytes, for which the host panics`);
    if (link !== Link.ethernet)
      this.#note(packet, `of link layer ${link}, which the host takes for Ethernet`);
    const found = findPayload(Link.ethernet, bytes);
    if ('none' in found)
      throw this.#end(
        packet,
        `is an ethernet frame with unknown payload: ${found.text}; the host ends the session for it`,
      );
    if (found.isCut)
      throw this.#end(packet, 'has less than its headers say; the host ends the session for it');
    return this.#piece(packet, found.payload);
  }

  #piece({ time, size }: Packet, payload: Buffer): Piece {
    const timestamp = this.#options.legacyTimestamps === true ? time?.upstreamMs : time?.ms;
    return {
      // The reader's memory is used again for the next packets.
      bytes: new Uint8Array(payload),
      skipped: size - payload.length,
      ...(timestamp === undefined ? {} : { timestamp }),
    };
  }

  #end({ number, offset }: Packet, what: string): UserError {
    return new UserError(`${this.#reader.file}: packet ${number} at offset ${offset} ${what}.`, ADVICE);
  }

  #note(packet: Packet, what: string): void {
    const known = this.#odd.get(what);
    if (known === undefined)
      this.#odd.set(what, { first: { number: packet.number, offset: packet.offset }, times: 1 });
    else known.times++;
  }
}
