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
 * 23 uint64  publish time, the same
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
export const FORMAT_VERSION = 1;
export const METADATA_RECORDING = 'hotplug';
export const METADATA_PLUGIN = 'hotplug.plugin';

const TWO_32 = 0x1_0000_0000;
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

/** The same instant as a BigInt, for the few places that take one. */
export function nanoseconds(time: number): bigint {
  const whole = Math.floor(time);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((time - whole) * 1e6));
}
