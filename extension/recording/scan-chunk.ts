import { McapStreamReader } from '@mcap/core';
import type { McapTypes } from '@mcap/core';
import { recordingError } from './errors.ts';
import type { RecordIndex } from './index.ts';
import {
  channelOf,
  DATA_HEAD,
  FIXED_HEAD,
  getMilliseconds,
  MESSAGE_ENCODING,
  MESSAGE_HEAD,
  Opcode,
  RECORD_HEAD,
} from './layout.ts';
import { kindNamed } from './schema.ts';

const CHANNEL = 0x04;
/** A channel of somebody else in a file of ours: its messages are not records. */
const FOREIGN = -1;

interface Channel {
  /** As {@link channelOf} numbers it, whatever number a tool that rewrote the file gave it. */
  readonly own: number;
  readonly plugin: number;
}

/** Finds the records in unpacked chunks. */
export class ChunkScanner {
  readonly #path: string;
  readonly #index: RecordIndex;
  readonly #channels = new Map<number, Channel>();
  /** Names by their bytes as Latin-1, which is the fastest way to a key. */
  readonly #names = new Map<string, number>();

  constructor(path: string, index: RecordIndex) {
    this.#path = path;
    this.#index = index;
  }

  /**
   * Takes note of a channel; false where a file that Hotplug wrote itself cannot have such a one.
   * In files of other tools the channels have other numbers, and some are not ours.
   */
  addChannel(channel: McapTypes.Channel, own: boolean): boolean {
    const kind = kindNamed(channel.metadata.get('kind'));
    const plugin = Number(channel.metadata.get('plugin') ?? NaN);
    const ours =
      channel.messageEncoding === MESSAGE_ENCODING &&
      kind !== undefined &&
      Number.isInteger(plugin) &&
      plugin >= 0;
    const number = ours ? channelOf(plugin, kind) : FOREIGN;
    this.#channels.set(channel.id, { own: number, plugin });
    return !own || number === channel.id;
  }

  /**
   * Adds the chunk's records to the index. `offset` is where the chunk lies in the file, for errors;
   * with `own` the records are numbered without a gap, as Hotplug writes them.
   */
  scan(bytes: Uint8Array, chunk: number, offset: number, plugins: number, own: boolean): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (own) this.#checkNumber(view, offset);
    let at = 0;
    while (at < buffer.length) {
      if (at + RECORD_HEAD > buffer.length) throw this.#damaged(offset, at);
      const end = at + RECORD_HEAD + view.getUint32(at + 1, true);
      if (view.getUint32(at + 5, true) !== 0 || end > buffer.length) throw this.#damaged(offset, at);
      const opcode = view.getUint8(at);
      if (opcode === Opcode.message) this.#message(buffer, view, at, end, chunk, offset, plugins);
      else if (opcode === CHANNEL) this.#channel(buffer.subarray(at, end), offset, at);
      at = end;
    }
  }

  /** The first record's number is the count so far; else a chunk before this one is gone. */
  #checkNumber(view: DataView, offset: number): void {
    if (view.byteLength < MESSAGE_HEAD || view.getUint8(0) !== Opcode.message) return;
    const number = view.getUint32(RECORD_HEAD + 2, true);
    const { count } = this.#index;
    if (number === count) return;
    throw recordingError.damaged(
      this.#path,
      offset,
      number > count
        ? `${number - count} records before this chunk are missing`
        : `this chunk begins with record ${number}, and ${count} came before it`,
    );
  }

  #message(
    buffer: Buffer,
    view: DataView,
    at: number,
    end: number,
    chunk: number,
    offset: number,
    plugins: number,
  ): void {
    if (at + MESSAGE_HEAD > end) throw this.#damaged(offset, at);
    const channel = this.#channels.get(view.getUint16(at + RECORD_HEAD, true));
    if (channel === undefined) throw this.#damaged(offset, at);
    if (channel.own === FOREIGN) return;
    if (channel.plugin >= plugins || at + FIXED_HEAD > end) throw this.#damaged(offset, at);
    const nameEnd = at + FIXED_HEAD + view.getUint16(at + MESSAGE_HEAD + DATA_HEAD - 2, true);
    if (nameEnd > end) throw this.#damaged(offset, at);
    const name = this.#name(buffer, at + FIXED_HEAD, nameEnd);
    const time = getMilliseconds(view, at + RECORD_HEAD + 6);
    const event = view.getUint32(at + MESSAGE_HEAD, true);
    const flags = view.getUint8(at + MESSAGE_HEAD + 4);
    this.#index.add(time, channel.own, name, event, flags, chunk, nameEnd, end - nameEnd);
  }

  #name(buffer: Buffer, start: number, end: number): number {
    const key = buffer.toString('latin1', start, end);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const id = this.#index.names.idOf(buffer.toString('utf8', start, end));
    this.#names.set(key, id);
    return id;
  }

  #channel(bytes: Uint8Array, offset: number, at: number): void {
    const reader = new McapStreamReader({ noMagicPrefix: true });
    reader.append(bytes);
    let record;
    try {
      record = reader.nextRecord();
    } catch (error) {
      throw this.#damaged(offset, at, error);
    }
    if (record?.type === 'Channel') this.addChannel(record, false);
  }

  #damaged(offset: number, at: number, cause?: unknown): Error {
    return recordingError.damaged(
      this.#path,
      offset,
      `the record at ${at} of this chunk makes no sense`,
      cause,
    );
  }
}
