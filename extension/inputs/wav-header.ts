import type { FileHandle } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import { readAt } from './file.ts';

/** How a WAV file's samples are written, and where they are. */
export interface WavHeader {
  readonly sampleRate: number;
  readonly channels: number;
  readonly encoding: 'pcm' | 'float';
  readonly bits: 8 | 16 | 24 | 32 | 64;
  readonly dataStart: number;
  /** Samples of all channels at one moment are one frame. */
  readonly frames: number;
}

const TAG_PCM = 1;
const TAG_FLOAT = 3;
const TAG_EXTENSIBLE = 0xfffe;
/** The last 14 bytes of the GUIDs that stand for a format tag. */
const TAG_GUID = '000000001000800000aa00389b71';

const COMPRESSED: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'µ-law',
  0x11: 'IMA ADPCM',
  0x31: 'GSM 6.10',
  0x55: 'MP3',
  0xff: 'AAC',
};

/** More chunks, channels or samples a second than this are no recording's. */
const MOST_CHUNKS = 1000;
const MOST_CHANNELS = 256;
const HIGHEST_RATE = 1_000_000;

const CONVERT =
  'Convert it to WAV with PCM samples, for example `ffmpeg -i INPUT -c:a pcm_s16le OUTPUT.wav`.';

/**
 * Reads the chunks of a WAV file up to its samples. A data chunk whose size is 0, 0xFFFFFFFF or more than
 * the file has, as programs leave it that write to a pipe, goes to the end of the file. Throws a UserError
 * with the offset, or with what the file is instead.
 */
export async function readHeader(file: FileHandle, path: string): Promise<WavHeader> {
  const { size: fileSize } = await file.stat();
  const start = await readAt(file, 0, 12);
  if (text(start, 0) !== 'RIFF' || text(start, 8) !== 'WAVE') throw notWav(path, start);
  let format: Format | undefined;
  let at = 12;
  for (let count = 0; count < MOST_CHUNKS; count++) {
    const head = await readAt(file, at, 8);
    if (head.length < 8) {
      throw damaged(path, at, format ? 'the data chunk is missing' : 'the fmt chunk is missing');
    }
    const size = head.readUInt32LE(4);
    const body = at + 8;
    switch (text(head, 0)) {
      case 'fmt ':
        format = readFormat(await readAt(file, body, Math.min(size, 40)), path, body);
        break;
      case 'data': {
        if (!format) throw damaged(path, at, 'the samples come before the fmt chunk');
        const bytes = size === 0 || body + size > fileSize ? fileSize - body : size;
        const frames = Math.floor(bytes / (format.channels * (format.bits / 8)));
        if (frames === 0) throw damaged(path, body, 'there are no samples');
        return { ...format, dataStart: body, frames };
      }
    }
    at = body + size + (size & 1);
  }
  throw damaged(path, at, `there are more than ${MOST_CHUNKS} chunks before the samples`);
}

type Format = Omit<WavHeader, 'dataStart' | 'frames'>;

function readFormat(body: Buffer, path: string, offset: number): Format {
  if (body.length < 16) throw damaged(path, offset, 'the fmt chunk is shorter than 16 bytes');
  const channels = body.readUInt16LE(2);
  const sampleRate = body.readUInt32LE(4);
  const block = body.readUInt16LE(12);
  const bits = body.readUInt16LE(14);
  const tag = tagOf(body);
  const encoding = tag === TAG_PCM ? 'pcm' : tag === TAG_FLOAT ? 'float' : undefined;
  if (!encoding) {
    const name = COMPRESSED[tag ?? -1] ?? `format ${tag ?? 'with an unknown GUID'}`;
    throw new UserError(
      `${path} holds ${name} samples (the fmt chunk at offset ${offset}), and only PCM and float are read.`,
      CONVERT,
    );
  }
  if (channels === 0 || channels > MOST_CHANNELS)
    throw damaged(path, offset + 2, `it says it has ${channels} channels`);
  if (sampleRate === 0 || sampleRate > HIGHEST_RATE) {
    throw damaged(path, offset + 4, `it says it has ${sampleRate} samples a second`);
  }
  const width = widthOf(encoding, bits);
  if (!width) throw damaged(path, offset + 14, `there are no ${encoding} samples of ${bits} bits`);
  if (block !== channels * (width / 8)) {
    throw damaged(
      path,
      offset + 12,
      `${channels} channels of ${bits} bits do not make frames of ${block} bytes`,
    );
  }
  return { sampleRate, channels, encoding, bits: width };
}

function tagOf(body: Buffer): number | undefined {
  const tag = body.readUInt16LE(0);
  if (tag !== TAG_EXTENSIBLE) return tag;
  return body.length >= 40 && body.toString('hex', 26, 40) === TAG_GUID ? body.readUInt16LE(24) : undefined;
}

function widthOf(encoding: 'pcm' | 'float', bits: number): WavHeader['bits'] | undefined {
  if (encoding === 'float') return bits === 32 || bits === 64 ? bits : undefined;
  return bits === 8 || bits === 16 || bits === 24 || bits === 32 ? bits : undefined;
}

function damaged(path: string, offset: number, what: string): UserError {
  return new UserError(
    `${path} is damaged at offset ${offset}: ${what}.`,
    'Export it again as WAV with PCM samples.',
  );
}

function text(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}

function notWav(path: string, start: Buffer): UserError {
  if (start.length === 0) return new UserError(`${path} is empty.`, 'Choose a WAV file with samples.');
  const other = otherFormat(start);
  return new UserError(
    `${path} is not a WAV file: ${other ? `it is ${other}` : 'RIFF and WAVE are not at offsets 0 and 8'}.`,
    CONVERT,
  );
}

function otherFormat(start: Buffer): string | undefined {
  const [a = 0, b = 0] = start;
  const head = text(start, 0);
  if (head.startsWith('ID3') || (a === 0xff && (b & 0xe0) === 0xe0 && (b & 0x06) !== 0)) return 'an MP3';
  if (a === 0xff && (b & 0xf6) === 0xf0) return 'an AAC stream';
  if (text(start, 4) === 'ftyp') return 'an MP4 or M4A';
  if (head === 'RIFF') return `a RIFF file of kind "${text(start, 8)}"`;
  return OTHERS[head];
}

const OTHERS: Readonly<Record<string, string>> = {
  fLaC: 'FLAC',
  OggS: 'Ogg (Vorbis or Opus)',
  FORM: 'an AIFF',
  RIFX: 'a big-endian WAV (RIFX)',
  RF64: 'an RF64, for files over 4 GiB',
  BW64: 'a BW64, for files over 4 GiB',
  caff: 'a CAF',
  '.snd': 'an AU',
  '\x1aE\xdf\xa3': 'Matroska or WebM',
};
