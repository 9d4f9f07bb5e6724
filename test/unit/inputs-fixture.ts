import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'hotplug-inputs-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** The path of a file that does not exist yet, removed when the tests end. */
export function newPath(extension: string): string {
  return join(folder, `${++files}${extension}`);
}

/** Writes a file; gives its path. */
export function write(extension: string, content: Uint8Array | string): string {
  const path = newPath(extension);
  writeFileSync(path, content);
  return path;
}

/** A chunk of a RIFF file. */
export function chunk(id: string, body: Uint8Array, size = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
}

export interface FormatOptions {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
}

export function fmt({ tag = 1, channels = 1, rate = 48_000, bits = 16 }: FormatOptions = {}): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(rate, 4);
  body.writeUInt32LE((rate * channels * bits) >> 3, 8);
  body.writeUInt16LE((channels * bits) >> 3, 12);
  body.writeUInt16LE(bits, 14);
  return body;
}

/** A RIFF file of these chunks. */
export function riff(...chunks: readonly Buffer[]): Buffer {
  return chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]));
}

export function wav(data: Uint8Array, options?: FormatOptions): Buffer {
  return riff(chunk('fmt ', fmt(options)), chunk('data', data));
}

/** 16-bit samples that count up from 0. */
export function ramp(count: number): Buffer {
  const data = Buffer.alloc(count * 2);
  for (let index = 0; index < count; index++) data.writeInt16LE(index % 0x8000, index * 2);
  return data;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
