import { McapStreamReader } from '@mcap/core';
import type { McapTypes } from '@mcap/core';
import { recordingError } from './errors.ts';
import type { RecordIndex } from './index.ts';
import {
  channelOf,
  DATA_HEAD,
  FIXED_HEAD,
  getMilliseconds,
  getSpan,
  MESSAGE_ENCODING,
  MESSAGE_HEAD,
  Opcode,
  RECORD_HEAD,
} from './layout.ts';
import { RecordKind } from './record.ts';
import { kindNamed } from './schema.ts';

const CHANNEL = 0x04;
/** A channel of somebody else in a file of ours: its messages are not records. */
const FOREIGN = -1;
/** Records that are looked at without a break: about half a millisecond. */
const BATCH = 4096;
/** Offsets in a Message of its two times. */
const LOG_TIME = RECORD_HEAD + 6;
const PUBLISH_TIME = LOG_TIME + 8;
/** Names of a channel that are compared byte by byte before a text is made of one. */
const KNOWN_NAMES = 8;

interface Channel {
  /** As {@link channelOf} numbers it, whatever number a tool that rewrote the file gave it. */
  readonly own: number;
  readonly plugin: number;
  readonly isCall: boolean;
  /** The names that its records had last, a few of them. */
  readonly names: KnownName[];
  next: number;
}

interface KnownName {
  readonly bytes: Uint8Array;
  readonly id: number;
}

/** Finds the records in unpacked chunks. */
export class ChunkScanner {
  readonly #path: string;
  readonly #index: RecordIndex;
  readonly #channels: (Channel | undefined)[] = [];
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
    const isCall = kind === RecordKind.call;
    this.#channels[channel.id] = { own: number, plugin, isCall, names: [], next: 0 };
    return !own || number === channel.id;
  }

  /**
   * Adds the chunk's records to the index, and yields after every few thousand of them. `offset` is
   * where the chunk lies in the file, for errors; with `own` the records are numbered without a gap, as
   * Hotplug writes them.
   */
  *scan(
    bytes: Uint8Array,
    chunk: number,
    offset: number,
    plugins: number,
    own: boolean,
  ): Generator<undefined> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (own) this.#checkNumber(view, offset);
    for (let at = 0; at < buffer.length; yield) at = this.#some(buffer, view, at, chunk, offset, plugins);
  }

  /** Takes records from `at` on, and answers where the rest begins. */
  #some(
    buffer: Buffer,
    view: DataView,
    from: number,
    chunk: number,
    offset: number,
    plugins: number,
  ): number {
    const { length } = buffer;
    let at = from;
    for (let count = 0; count < BATCH && at < length; count++) {
      if (at + RECORD_HEAD > length) throw this.#damaged(offset, at);
      const end = at + RECORD_HEAD + view.getUint32(at + 1, true);
      if (view.getUint32(at + 5, true) !== 0 || end > length) throw this.#damaged(offset, at);
      const opcode = view.getUint8(at);
      if (opcode === Opcode.message) this.#message(buffer, view, at, end, chunk, offset, plugins);
      else if (opcode === CHANNEL) this.#channel(buffer.subarray(at, end), offset, at);
      at = end;
    }
    return at;
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
    const channel = this.#channels[view.getUint16(at + RECORD_HEAD, true)];
    if (channel === undefined) throw this.#damaged(offset, at);
    if (channel.own === FOREIGN) return;
    if (channel.plugin >= plugins || at + FIXED_HEAD > end) throw this.#damaged(offset, at);
    const nameEnd = at + FIXED_HEAD + view.getUint16(at + MESSAGE_HEAD + DATA_HEAD - 2, true);
    if (nameEnd > end) throw this.#damaged(offset, at);
    const name = this.#name(buffer, at + FIXED_HEAD, nameEnd, channel);
    const time = getMilliseconds(view, at + LOG_TIME);
    const event = view.getUint32(at + MESSAGE_HEAD, true);
    const flags = view.getUint8(at + MESSAGE_HEAD + 4);
    const length = end - nameEnd;
    const index = this.#index.add(time, channel.own, name, event, flags, chunk, nameEnd, length);
    if (channel.isCall) this.#index.setCall(index, view, nameEnd, length);
    else this.#index.setDuration(index, getSpan(view, at + LOG_TIME, at + PUBLISH_TIME));
  }

  #name(buffer: Buffer, start: number, end: number, channel: Channel): number {
    const { names } = channel;
    for (const { bytes, id } of names) if (isAt(buffer, start, end, bytes)) return id;
    const key = buffer.toString('latin1', start, end);
    let id = this.#names.get(key);
    if (id === undefined) {
      id = this.#index.names.idOf(buffer.toString('utf8', start, end));
      this.#names.set(key, id);
    }
    names[channel.next] = { bytes: new Uint8Array(buffer.subarray(start, end)), id };
    channel.next = (channel.next + 1) % KNOWN_NAMES;
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

function isAt(buffer: Buffer, start: number, end: number, bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (end - start !== length) return false;
  for (let at = 0; at < length; at++) if (buffer[start + at] !== bytes[at]) return false;
  return true;
}
