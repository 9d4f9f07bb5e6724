/**
 * Packets of capture files: pcap (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng), whatever is
 * in them.
 */
import { UserError } from '../errors.ts';
import type { FileReader } from './pcap-reader.ts';

/** A packet as it was captured. */
export interface Packet {
  /** From 1, in the file. */
  readonly number: number;
  /** Where its record begins in the file, and bytes of it. */
  readonly offset: number;
  readonly size: number;
  /** LINKTYPE_ of its interface. */
  readonly link: number;
  /** What was captured of it; valid until the next packet. */
  readonly bytes: Buffer;
  /** How long it was. */
  readonly length: number;
  /** Undefined where the record has none. */
  readonly time: PacketTime | undefined;
}

export interface PacketTime {
  /** Milliseconds since the Unix epoch. */
  readonly ms: bigint;
  /** What upstream makes of the same fields. */
  readonly upstreamMs: bigint;
}

/** The file ends, or goes wrong, in the middle of something. */
export class CutError extends Error {
  override readonly name = 'CutError';
}

type Endian = 'little' | 'big';

const PCAP_HEADER = 24;
const RECORD_HEADER = 16;
const SECTION = 0x0a0d0d0a;
const ORDER_MAGIC = 0x1a2b3c4d;
const Block = { interface: 1, packet: 2, simple: 3, enhanced: 6 } as const;
const Option = { end: 0, resolution: 9, offset: 14 } as const;
/** A block's type and length, and its length again at its end. */
const FRAME = 12;
/** Longer than anything that is captured: libpcap's MAXIMUM_SNAPLEN for USB, its largest. */
const LONGEST = 128 * 1024 * 1024;

const MAGICS: ReadonlyMap<number, { readonly endian: Endian; readonly unitsPerMs: bigint }> = new Map([
  [0xa1b2c3d4, { endian: 'big', unitsPerMs: 1_000n }],
  [0xd4c3b2a1, { endian: 'little', unitsPerMs: 1_000n }],
  [0xa1b23c4d, { endian: 'big', unitsPerMs: 1_000_000n }],
  [0x4d3cb2a1, { endian: 'little', unitsPerMs: 1_000_000n }],
]);

/** The packets of a file. Throws a UserError where it is no capture file, a {@link CutError} where it is cut off or damaged. */
export async function* readPackets(reader: FileReader): AsyncGenerator<Packet, void> {
  const head = await reader.peek(4);
  const magic = head.length < 4 ? 0 : head.readUInt32BE();
  const format = MAGICS.get(magic);
  if (format !== undefined) yield* readPcap(reader, format.endian, format.unitsPerMs);
  else if (magic === SECTION) yield* readPcapng(reader);
  else
    throw new UserError(
      `${reader.file} is no pcap or pcapng file: it begins with ${head.toString('hex') || 'nothing'}.`,
      'Choose a capture file, or read it as bytes.',
    );
}

async function* readPcap(reader: FileReader, endian: Endian, unitsPerMs: bigint): AsyncGenerator<Packet> {
  const header = await take(reader, PCAP_HEADER, 'its header');
  // The upper bits say how long the checksums of frames are.
  const link = u32(header, 20, endian) & 0xffff;
  reader.skip(PCAP_HEADER);
  for (let number = 1; ; number++) {
    const { offset } = reader;
    if ((await reader.peek(1)).length === 0) return;
    const record = await take(reader, RECORD_HEADER, `packet ${number}`);
    const seconds = BigInt(u32(record, 0, endian)) * 1000n;
    const fraction = BigInt(u32(record, 4, endian));
    const captured = u32(record, 8, endian);
    const length = u32(record, 12, endian);
    const size = RECORD_HEADER + checkLength(captured, `packet ${number}`, offset);
    const bytes = (await take(reader, size, `packet ${number}`)).subarray(RECORD_HEADER);
    // Upstream takes the fraction for nanoseconds, and divides as if these were wanted in ms.
    const time = { ms: seconds + fraction / unitsPerMs, upstreamMs: seconds + fraction / 1_000_000n };
    yield { number, offset, size, link, bytes, length, time };
    reader.skip(size);
  }
}

interface Interface {
  readonly link: number;
  /** Most bytes of a packet; 0 is no limit. */
  readonly snap: number;
  /** Units of its timestamps in a second, and seconds to add. */
  readonly unitsPerSecond: bigint;
  readonly offset: bigint;
}

async function* readPcapng(reader: FileReader): AsyncGenerator<Packet> {
  let endian: Endian = 'little';
  let interfaces: Interface[] = [];
  let number = 1;
  for (;;) {
    const { offset } = reader;
    const head = await reader.peek(FRAME);
    if (head.length === 0) return;
    const what = `the block at offset ${offset}, before packet ${number}`;
    if (head.length < FRAME) throw new CutError(`the file ends in ${what}`);
    const isSection = head.readUInt32BE() === SECTION;
    if (isSection) {
      const order = head.readUInt32BE(8);
      if (order !== ORDER_MAGIC && head.readUInt32LE(8) !== ORDER_MAGIC)
        throw new CutError(`${what} is no section: its byte order is ${order.toString(16)}`);
      endian = order === ORDER_MAGIC ? 'big' : 'little';
      interfaces = [];
    }
    const type = u32(head, 0, endian);
    const size = u32(head, 4, endian);
    if (size % 4 !== 0 || size < FRAME)
      throw new CutError(`${what} says that it has ${size} bytes, which no block has`);
    checkLength(size, what, offset);
    const block = await take(reader, size, what);
    if (u32(block, size - 4, endian) !== size)
      throw new CutError(
        `${what} has ${size} bytes at its start and ${u32(block, size - 4, endian)} at its end`,
      );
    const body = block.subarray(8, size - 4);
    if (!isSection && type === Block.interface) interfaces.push(readInterface(body, endian, what));
    const record = isSection ? undefined : readRecord(type, body, endian, interfaces, what);
    if (record !== undefined) {
      yield { ...record, number, offset, size };
      number++;
    }
    reader.skip(size);
  }
}

/** Reads a block that has a packet; undefined for others. */
function readRecord(
  type: number,
  body: Buffer,
  endian: Endian,
  interfaces: readonly Interface[],
  what: string,
): Omit<Packet, 'number' | 'offset' | 'size'> | undefined {
  if (type === Block.simple) {
    need(body, 4, what);
    const { link, snap } = interfaceOf(interfaces, 0, what);
    const length = u32(body, 0, endian);
    const captured = Math.min(length, snap === 0 ? length : snap, body.length - 4);
    return { link, bytes: body.subarray(4, 4 + captured), length, time: undefined };
  }
  if (type !== Block.enhanced && type !== Block.packet) return undefined;
  need(body, 20, what);
  const id = type === Block.packet ? u16(body, 0, endian) : u32(body, 0, endian);
  const from = interfaceOf(interfaces, id, what);
  const stamp = (BigInt(u32(body, 4, endian)) << 32n) | BigInt(u32(body, 8, endian));
  const captured = u32(body, 12, endian);
  need(body, 20 + captured, what);
  return {
    link: from.link,
    bytes: body.subarray(20, 20 + captured),
    length: u32(body, 16, endian),
    time: {
      ms: clamp((stamp * 1000n) / from.unitsPerSecond + from.offset * 1000n),
      // Upstream takes every timestamp for microseconds.
      upstreamMs: stamp / 1000n,
    },
  };
}

function readInterface(body: Buffer, endian: Endian, what: string): Interface {
  need(body, 8, what);
  let unitsPerSecond = 1_000_000n;
  let offset = 0n;
  for (let at = 8; at + 4 <= body.length;) {
    const code = u16(body, at, endian);
    const length = u16(body, at + 2, endian);
    if (code === Option.end) break;
    const value = body.subarray(at + 4, at + 4 + length);
    const [first] = value;
    if (code === Option.resolution && first !== undefined) unitsPerSecond = resolution(first);
    if (code === Option.offset && value.length >= 8)
      offset = endian === 'big' ? value.readBigInt64BE() : value.readBigInt64LE();
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { link: u16(body, 0, endian), snap: u32(body, 4, endian), unitsPerSecond, offset };
}

/** A power of two where the upper bit is set, else of ten. */
function resolution(value: number): bigint {
  return (value & 0x80) === 0 ? 10n ** BigInt(value) : 1n << BigInt(value & 0x7f);
}

/** What fits a timestamp's u64. */
function clamp(ms: bigint): bigint {
  return ms < 0n ? 0n : BigInt.asUintN(64, ms);
}

function interfaceOf(interfaces: readonly Interface[], id: number, what: string): Interface {
  const found = interfaces[id];
  if (found !== undefined) return found;
  throw new CutError(`${what} is of interface ${id}, which the file does not describe`);
}

function need(body: Buffer, length: number, what: string): void {
  if (body.length < length) throw new CutError(`${what} is too short for what it says it has`);
}

/** The next bytes, all of them. */
async function take(reader: FileReader, length: number, what: string): Promise<Buffer> {
  const { offset } = reader;
  const bytes = await reader.peek(length);
  if (bytes.length === length) return bytes;
  const missing = length - bytes.length;
  throw new CutError(
    `the file ends in ${what}, which begins at offset ${offset}: ${missing} bytes are missing`,
  );
}

function checkLength(length: number, what: string, offset: number): number {
  if (length <= LONGEST) return length;
  throw new CutError(`${what}, at offset ${offset}, says that it has ${length} bytes`);
}

function u16(bytes: Buffer, at: number, endian: Endian): number {
  return endian === 'big' ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
}

function u32(bytes: Buffer, at: number, endian: Endian): number {
  return endian === 'big' ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
}
