/**
 * A log as servers write it, for the benchmark of parsers: `2026-03-14T08:00:00.000000Z INFO  [net.session] …`. Messages
 * have 40 to 200 bytes, some are not ASCII, and no newline follows the last line.
 */
import { randomFrom, type Random } from './parse-random.ts';

const CHUNK = 4 << 20;
const START = Date.UTC(2026, 2, 14, 8);
/** Ends of lines that are made once and used again and again, each time with another number. */
const ENDS = 16_384;
const SHORTEST = 40;
const LONGEST = 200;
/** Before the message: time, level, component. */
const LONGEST_LINE = 64 + LONGEST;
const SECOND = '2026-03-14T08:00:00.'.length;
const NUMBER = 8;

const LEVELS = ['TRACE', 'DEBUG', 'DEBUG', 'INFO ', 'INFO ', 'INFO ', 'INFO ', 'WARN ', 'ERROR'] as const;
const COMPONENTS = [
  'net.session',
  'net.tls',
  'db.pool',
  'db.query',
  'http.router',
  'scheduler',
  'auth',
  'cache.lru',
  'media.decoder',
  'power',
] as const;
const PHRASES = [
  'connection accepted from 10.0.4.17:52110',
  'handshake finished, cipher TLS_AES_128_GCM_SHA256',
  'query took longer than its budget',
  'retrying after a temporary failure',
  'cache entry evicted, 73 % full',
  'request GET /api/v2/vehicles/status',
  'worker woke up late by 12 ms',
  'frame dropped: queue is full',
  'configuration was read from /etc/service/main.toml',
  'user session refreshed',
  'checksum matches, 4096 bytes written',
  'voltage 12.4 V, temperature 41.5 °C',
  'no route to host, giving up',
  'buffer grew to 65536 bytes',
  'state changed from IDLE to ACTIVE',
  'deadline of the task moved',
] as const;
const FOREIGN = [
  'Gerät „Türsteuerung“ meldet Störung',
  '接続が切れました',
  'échec de la synchronisation',
  'соединение закрыто',
  'déjà vu 🚗 → 🔋',
] as const;

/** Yields a log of at most so many bytes and at most 300 fewer; gives how many lines it has. */
export function* generateText(bytes: number, seed: number): Generator<Uint8Array, number> {
  const random = randomFrom(seed);
  const ends = Array.from({ length: ENDS }, () => lineEnd(random));
  let chunk = Buffer.allocUnsafe(CHUNK);
  let at = 0;
  let left = bytes;
  let lines = 0;
  let microseconds = 0;
  let second = -1;
  const prefix = Buffer.alloc(SECOND);
  for (;;) {
    microseconds += random.below(2000);
    const end = ends[random.below(ENDS)] ?? Buffer.alloc(0);
    const length = SECOND + 7 + end.length;
    if (length > left) break;
    if (at + LONGEST_LINE > CHUNK) {
      yield chunk.subarray(0, at);
      chunk = Buffer.allocUnsafe(CHUNK);
      at = 0;
    }
    const now = Math.floor(microseconds / 1e6);
    if (now !== second) {
      second = now;
      prefix.write(new Date(START + now * 1000).toISOString(), 'latin1');
    }
    chunk.set(prefix, at);
    digits(chunk, at + SECOND, 6, microseconds - now * 1e6);
    chunk[at + SECOND + 6] = 0x5a;
    chunk.set(end, at + SECOND + 7);
    at += length;
    digits(chunk, at - 1 - NUMBER, NUMBER, random.below(1e8));
    left -= length;
    lines++;
  }
  if (at > 0) yield chunk.subarray(0, at - 1);
  return lines;
}

/** What follows the time of a line, with its newline; the digits at its end are to be overwritten. */
function lineEnd(random: Random): Buffer {
  const wanted = SHORTEST + random.below(LONGEST - SHORTEST);
  let message: string = random.below(12) === 0 ? random.pick(FOREIGN) : random.pick(PHRASES);
  const suffix = ` request=${'0'.repeat(NUMBER)}`;
  for (;;) {
    const longer = `${message}; ${random.pick(PHRASES)}`;
    if (Buffer.byteLength(longer) + suffix.length > wanted) break;
    message = longer;
  }
  message = message.padEnd(SHORTEST - suffix.length, '.');
  return Buffer.from(` ${random.pick(LEVELS)} [${random.pick(COMPONENTS)}] ${message}${suffix}\n`);
}

function digits(into: Buffer, at: number, count: number, value: number): void {
  let rest = value;
  for (let index = at + count - 1; index >= at; index--) {
    const tenth = Math.floor(rest / 10);
    into[index] = 0x30 + rest - tenth * 10;
    rest = tenth;
  }
}
