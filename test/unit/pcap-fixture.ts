/** Builds capture files as other programs write them. */
import { Link } from '../../extension/inputs/pcap-layers.ts';

export interface PcapOptions {
  readonly endian?: 'little' | 'big';
  readonly nanoseconds?: boolean;
  readonly link?: number;
}

export interface Captured {
  readonly bytes: Buffer;
  readonly seconds?: number;
  /** Micro- or nanoseconds. */
  readonly fraction?: number;
  /** How long it was, where that is more than was captured. */
  readonly length?: number;
}

type Endian = 'little' | 'big';

export function u16(value: number, endian: Endian = 'big'): Buffer {
  const bytes = Buffer.alloc(2);
  if (endian === 'big') bytes.writeUInt16BE(value);
  else bytes.writeUInt16LE(value);
  return bytes;
}

export function u32(value: number, endian: Endian = 'big'): Buffer {
  const bytes = Buffer.alloc(4);
  if (endian === 'big') bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
}

export function pcap(
  packets: readonly Captured[],
  { endian = 'little', nanoseconds = false, link = Link.ethernet }: PcapOptions = {},
): Buffer {
  const words = [nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 0, 0, 0, 0x40000, link].map((word) =>
    u32(word, endian),
  );
  words[1] = Buffer.concat([u16(2, endian), u16(4, endian)]);
  const records = packets.flatMap(({ bytes, seconds = 0, fraction = 0, length = bytes.length }) => [
    ...[seconds, fraction, bytes.length, length].map((word) => u32(word, endian)),
    bytes,
  ]);
  return Buffer.concat([...words, ...records]);
}

/** A block of pcapng. */
export function block(type: number, body: Buffer, endian: Endian = 'little'): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  const size = u32(padded.length + 12, endian);
  return Buffer.concat([u32(type, endian), size, padded, size]);
}

export function section(endian: Endian = 'little'): Buffer {
  const body = Buffer.concat([
    u32(0x1a2b3c4d, endian),
    u16(1, endian),
    u16(0, endian),
    Buffer.alloc(8, 0xff),
  ]);
  return block(0x0a0d0d0a, body, endian);
}

export interface InterfaceOptions {
  readonly link?: number;
  readonly snap?: number;
  /** The byte of if_tsresol. */
  readonly resolution?: number;
  /** if_tsoffset, in seconds. */
  readonly offset?: number;
}

export function networkInterface(
  { link = Link.ethernet, snap = 0, resolution, offset }: InterfaceOptions = {},
  endian: Endian = 'little',
): Buffer {
  const option = (code: number, value: Buffer): Buffer =>
    Buffer.concat([
      u16(code, endian),
      u16(value.length, endian),
      value,
      Buffer.alloc((4 - (value.length % 4)) % 4),
    ]);
  const seconds = Buffer.alloc(8);
  if (endian === 'big') seconds.writeBigInt64BE(BigInt(offset ?? 0));
  else seconds.writeBigInt64LE(BigInt(offset ?? 0));
  return block(
    1,
    Buffer.concat([
      u16(link, endian),
      u16(0, endian),
      u32(snap, endian),
      option(2, Buffer.from('eth0')),
      ...(resolution === undefined ? [] : [option(9, Buffer.of(resolution))]),
      ...(offset === undefined ? [] : [option(14, seconds)]),
      option(0, Buffer.alloc(0)),
    ]),
    endian,
  );
}

export function enhanced(
  bytes: Buffer,
  stamp = 0n,
  id = 0,
  endian: Endian = 'little',
  length = bytes.length,
): Buffer {
  const words = [id, Number(stamp >> 32n), Number(stamp & 0xffff_ffffn), bytes.length, length];
  return block(6, Buffer.concat([...words.map((word) => u32(word, endian)), bytes]), endian);
}

export function simple(bytes: Buffer, endian: Endian = 'little', length = bytes.length): Buffer {
  return block(3, Buffer.concat([u32(length, endian), bytes]), endian);
}

export function udp(payload: Buffer): Buffer {
  return Buffer.concat([u16(50_000), u16(3490), u16(8 + payload.length), u16(0), payload]);
}

export function tcp(payload: Buffer, options = 0): Buffer {
  const header = Buffer.alloc(20 + options);
  header[12] = ((20 + options) / 4) << 4;
  return Buffer.concat([header, payload]);
}

export function icmp(payload: Buffer, type = 8, header = 8): Buffer {
  const bytes = Buffer.alloc(header);
  bytes[0] = type;
  return Buffer.concat([bytes, payload]);
}

export function ipv4(protocol: number, content: Buffer, { options = 0, fragment = 0 } = {}): Buffer {
  const header = Buffer.alloc(20 + options);
  header[0] = 0x40 | (header.length / 4);
  header.writeUInt16BE(header.length + content.length, 2);
  header.writeUInt16BE(fragment, 6);
  header[9] = protocol;
  return Buffer.concat([header, content]);
}

export function ipv6(next: number, content: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(content.length, 4);
  header[6] = next;
  return Buffer.concat([header, content]);
}

/** An IPv6 extension header of 8 bytes and some more. */
export function extension(next: number, more = 0): Buffer {
  const bytes = Buffer.alloc(8 + more * 8);
  bytes[0] = next;
  bytes[1] = more;
  return bytes;
}

export function ethernet(content: Buffer, type = 0x0800, tags: readonly number[] = []): Buffer {
  const vlans = tags.flatMap((tag) => [u16(tag), u16(7)]);
  return Buffer.concat([Buffer.alloc(12, 0xaa), ...vlans, u16(type), content]);
}

/** What most tests need: a datagram in Ethernet. */
export function datagram(text: string): Buffer {
  return ethernet(ipv4(17, udp(Buffer.from(text))));
}
