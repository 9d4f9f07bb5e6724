/**
 * Where the bytes of one record lie in an MCAP file. A record is one MCAP Message; its data starts
 * with a small head of ours, so that it says of itself what it is. All numbers are little-endian.
 *
 * ```
 * 0  uint8   0x05 (Message)          31 uint32  number of the event
 * 1  uint64  length of what follows  35 uint8   flags
 * 9  uint16  channel                 36 uint16  length of the name in bytes
 * 11 uint32  index of the record     38 name (UTF-8), then the payload
 * 15 uint64  log time, nanoseconds
 * 23 uint64  publish time: when it was over; the log time where that is not known
 * ```
 */
export const Opcode = { message: 0x05, chunk: 0x06, messageIndex: 0x07 } as const;

/** Bytes of an opcode and a length, which every MCAP record starts with. */
export const RECORD_HEAD = 9;
/** Bytes of a Message before its data, opcode and length included. */
export const MESSAGE_HEAD = 31;
/** Bytes of our head before the name. */
export const DATA_HEAD = 7;
/** Bytes of a record before its name. */
export const FIXED_HEAD = MESSAGE_HEAD + DATA_HEAD;
/** Names are cut to this many bytes of UTF-8. */
export const MAX_NAME = 0xffff;

export const MESSAGE_ENCODING = 'x-hotplug';
export const PROFILE = 'hotplug';
/** What the header of a file says that Hotplug wrote itself; a tool that writes it again puts its own name there. */
export const LIBRARY = 'hotplug';
/** Version 2 has counters, in a seventh channel of each plugin; version 1 reads the same otherwise. */
export const FORMAT_VERSION = 2;
export const METADATA_RECORDING = 'hotplug';
export const METADATA_PLUGIN = 'hotplug.plugin';

const TWO_32 = 0x1_0000_0000;
/** The latest instant that a uint64 of nanoseconds holds, in whole milliseconds since the epoch: in the year 2554. */
const LATEST = 18_446_744_073_709;
const KINDS_BITS = 3;
/** Channels are numbered by plugin and kind, in 16 bits. */
export const MAX_PLUGINS = 1 << (16 - KINDS_BITS);

/** The channel of a plugin's records of one kind. */
export function channelOf(plugin: number, kind: number): number {
  return (plugin << KINDS_BITS) | kind;
}

export function pluginOfChannel(channel: number): number {
  return channel >>> KINDS_BITS;
}

export function kindOfChannel(channel: number): number {
  return channel & ((1 << KINDS_BITS) - 1);
}

/**
 * Writes `time` (milliseconds since the epoch) as nanoseconds in a uint64, exact to the nanosecond
 * and without a BigInt: at a million records a second those cost more than everything else.
 */
export function setNanoseconds(view: DataView, offset: number, time: number): void {
  const whole = Math.floor(time);
  const fraction = Math.round((time - whole) * 1e6);
  // whole = upper · 2^22 + lower, so that each product below stays an exact integer.
  const upper = Math.floor(whole / 0x40_0000) * 1e6;
  const lower = (whole % 0x40_0000) * 1e6;
  const low = (upper % 1024) * 0x40_0000 + lower + fraction;
  view.setUint32(offset, low % TWO_32, true);
  view.setUint32(offset + 4, Math.floor(upper / 1024) + Math.floor(low / TWO_32), true);
}

/** Reads what {@link setNanoseconds} wrote, in milliseconds, rounded once. */
export function getMilliseconds(view: DataView, offset: number): number {
  const low = view.getUint32(offset, true);
  const high = view.getUint32(offset + 4, true);
  // 2^32 = 4294 · 10^6 + 967296
  const rest = high * 967_296 + low;
  const whole = Math.floor(rest / 1e6);
  return high * 4294 + whole + (rest - whole * 1e6) / 1e6;
}

/** The time nearest to this one that the file can hold; the epoch for what is no time. */
export function storableTime(time: number): number {
  return time >= 0 ? Math.min(time, LATEST) : 0;
}

/** How long something took as the file can hold it, in whole nanoseconds; 0 for what is no duration. */
export function storableDuration(durationMs: number, time: number): number {
  return durationMs > 0 ? Math.round(Math.min(durationMs, LATEST - time) * 1e6) / 1e6 : 0;
}

/** Writes the instant that is so many milliseconds after the one at `from`, which {@link setNanoseconds} wrote. */
export function setLater(view: DataView, offset: number, from: number, durationMs: number): void {
  const span = Math.round(durationMs * 1e6);
  const low = view.getUint32(from, true) + (span % TWO_32);
  const high = view.getUint32(from + 4, true) + Math.floor(span / TWO_32) + Math.floor(low / TWO_32);
  view.setUint32(offset, low % TWO_32, true);
  view.setUint32(offset + 4, high, true);
}

/** Milliseconds from the instant at `from` to the one at `to`; 0 where that one is not later. */
export function getSpan(view: DataView, from: number, to: number): number {
  const low = view.getUint32(to, true) - view.getUint32(from, true);
  const high = view.getUint32(to + 4, true) - view.getUint32(from + 4, true);
  return Math.max(0, high * TWO_32 + low) / 1e6;
}

/** A uint64 as a number: exact for anything that a file can be long. */
export function lengthAt(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * TWO_32 + view.getUint32(offset, true);
}

/** An instant in milliseconds as a BigInt of nanoseconds, for the few places that take one. */
export function nanoseconds(time: number): bigint {
  const whole = Math.floor(time);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((time - whole) * 1e6));
}
