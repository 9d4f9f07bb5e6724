/**
 * A file of AUTOSAR DLT messages with storage headers, for the benchmark of parsers: verbose log messages with a text
 * and up to four other arguments, most of them little-endian, some with a session id. The format is that of the
 * AUTOSAR specification "Diagnostic Log and Trace Protocol" (PRS_Dlt).
 */
import { randomFrom, type Random } from './parse-random.ts';

const CHUNK = 4 << 20;
const LONGEST = 512;
/** Seconds since the Unix epoch: 2026-03-14 08:00 UTC. */
const START = 1_773_475_200;
const STORAGE_HEADER = 16;

/** Bits of the standard header's first byte. */
const EXTENDED = 0x01;
const BIG_ENDIAN = 0x02;
const WITH_ECU = 0x04;
const WITH_SESSION = 0x08;
const WITH_TIMESTAMP = 0x10;
const VERSION = 1 << 5;
/** First byte of the extended header: a log message in verbose mode, whose level stands in the upper half. */
const VERBOSE = 0x01;
/** Types of arguments. */
const BOOL = 0x11;
const SINT64 = 0x24;
const UINT32 = 0x43;
const FLOAT32 = 0x83;
const UTF8_STRING = 0x8200;

const ECUS = ['ECU1', 'GW', 'HU'] as const;
const APPLICATIONS = ['DOOR', 'NAV', 'PWR', 'CAM', 'DIAG'] as const;
const CONTEXTS = ['MAIN', 'CTRL', 'IPC', 'RX', 'TX'] as const;
/** Fatal is 1, verbose is 6. */
const LEVELS = [1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6] as const;
const TEXTS = [
  'state changed',
  'signal received from bus',
  'temperature of sensor out of range, switching to fallback value',
  'frame acquired',
  'heartbeat',
  'Tür hinten links geöffnet',
  'route recalculated after a new position was reported',
  'diagnostic session started by tester',
] as const;
const KINDS = [BOOL, SINT64, UINT32, FLOAT32] as const;

/** Yields a file of at most so many bytes and at most 300 fewer; gives how many messages it has. */
export function* generateDlt(bytes: number, seed: number): Generator<Uint8Array, number> {
  const random = randomFrom(seed);
  const texts = TEXTS.map((text) => Buffer.from(`${text}\0`));
  let chunk = Buffer.allocUnsafe(CHUNK);
  let at = 0;
  let left = bytes;
  let messages = 0;
  let microseconds = 0;
  for (;;) {
    microseconds += random.below(1000);
    const length = message(chunk, at, messages, microseconds, texts, random);
    if (length > left) break;
    at += length;
    left -= length;
    messages++;
    if (at + LONGEST <= CHUNK) continue;
    yield chunk.subarray(0, at);
    chunk = Buffer.allocUnsafe(CHUNK);
    at = 0;
  }
  if (at > 0) yield chunk.subarray(0, at);
  return messages;
}

/** Writes the message with this number; gives its length. */
function message(
  into: Buffer,
  start: number,
  number: number,
  microseconds: number,
  texts: readonly Buffer[],
  random: Random,
): number {
  const big = random.below(8) === 0;
  const session = random.below(4) === 0;
  const ecu = random.pick(ECUS);
  const seconds = Math.floor(microseconds / 1e6);
  let at = into.writeUInt32BE(0x444c5401, start);
  at = into.writeUInt32LE(START + seconds, at);
  at = into.writeUInt32LE(microseconds - seconds * 1e6, at);
  at = id(into, at, ecu);

  const flags = EXTENDED | WITH_ECU | WITH_TIMESTAMP | (session ? WITH_SESSION : 0) | (big ? BIG_ENDIAN : 0);
  at = into.writeUInt8(VERSION | flags, at);
  at = into.writeUInt8(number & 0xff, at);
  const lengthAt = at;
  at = id(into, at + 2, ecu);
  if (session) at = into.writeUInt32BE(1 + random.below(4000), at);
  // In tenths of a millisecond since the control unit began.
  at = into.writeUInt32BE(Math.floor(microseconds / 100), at);

  const others = random.below(5);
  at = into.writeUInt8(VERBOSE | (random.pick(LEVELS) << 4), at);
  at = into.writeUInt8(1 + others, at);
  at = id(into, at, random.pick(APPLICATIONS));
  at = id(into, at, random.pick(CONTEXTS));

  const text = texts[random.below(texts.length)] ?? Buffer.of(0);
  at = number32(into, at, UTF8_STRING, big);
  at = big ? into.writeUInt16BE(text.length, at) : into.writeUInt16LE(text.length, at);
  into.set(text, at);
  at += text.length;
  for (let index = 0; index < others; index++) at = argument(into, at, random.pick(KINDS), big, random);

  into.writeUInt16BE(at - start - STORAGE_HEADER, lengthAt);
  return at - start;
}

function argument(into: Buffer, start: number, kind: number, big: boolean, random: Random): number {
  const at = number32(into, start, kind, big);
  switch (kind) {
    case BOOL:
      return into.writeUInt8(random.below(2), at);
    case UINT32:
      return number32(into, at, random.below(0x1_0000_0000), big);
    case FLOAT32: {
      const value = (random.below(20_000) - 10_000) / 16;
      return big ? into.writeFloatBE(value, at) : into.writeFloatLE(value, at);
    }
    default: {
      const value = BigInt(random.below(0x1_0000_0000)) * 65_537n - 0x8000_0000n;
      return big ? into.writeBigInt64BE(value, at) : into.writeBigInt64LE(value, at);
    }
  }
}

function number32(into: Buffer, at: number, value: number, big: boolean): number {
  return big ? into.writeUInt32BE(value, at) : into.writeUInt32LE(value, at);
}

/** Four characters; a shorter id ends with zeros. */
function id(into: Buffer, at: number, text: string): number {
  for (let index = 0; index < 4; index++) into[at + index] = index < text.length ? text.charCodeAt(index) : 0;
  return at + 4;
}
