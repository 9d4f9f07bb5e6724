import { openFile, readAt } from './file.ts';
import { readHeader, type WavHeader } from './wav-header.ts';

/** 20 ms of audio. */
interface AudioPacket {
  readonly sampleRate: number;
  readonly channels: number;
  /** Interleaved, -1 to 1; its own memory. */
  readonly samples: Float32Array;
}

export interface WavSource extends WavHeader {
  readonly path: string;
  /** Packets that {@link packets} gives, the last one possibly shorter. */
  readonly count: number;
  /** Frames of every packet but the last. */
  readonly packetFrames: number;
  /** Reads the file from its start, a second at a time. Ends early where the file has become shorter. */
  packets(): AsyncIterable<AudioPacket>;
}

const PACKETS_A_SECOND = 50;

/** Reads a WAV file's header; throws a UserError where it is not one. The samples are read as they are asked for. */
export async function readWav(path: string): Promise<WavSource> {
  await using file = await openFile(path);
  const header = await readHeader(file, path);
  const packetFrames = Math.max(1, Math.round(header.sampleRate / PACKETS_A_SECOND));
  return {
    ...header,
    path,
    packetFrames,
    count: Math.ceil(header.frames / packetFrames),
    packets: () => readPackets(path, header, packetFrames),
  };
}

async function* readPackets(
  path: string,
  header: WavHeader,
  packetFrames: number,
): AsyncGenerator<AudioPacket> {
  await using file = await openFile(path);
  const { channels, sampleRate, bits, frames } = header;
  const frameBytes = channels * (bits / 8);
  const packetBytes = packetFrames * frameBytes;
  const end = header.dataStart + frames * frameBytes;
  const blockBytes = packetBytes * PACKETS_A_SECOND;
  for (let at = header.dataStart; at < end; at += blockBytes) {
    const wanted = Math.min(blockBytes, end - at);
    const block = await readAt(file, at, wanted);
    for (let start = 0; start + frameBytes <= block.length; start += packetBytes) {
      const packet = block.subarray(start, start + packetBytes);
      const samples = toFloat(packet, header, Math.floor(packet.length / frameBytes) * channels);
      yield { sampleRate, channels, samples };
    }
    if (block.length < wanted) return;
  }
}

function toFloat(bytes: Buffer, { encoding, bits }: WavHeader, count: number): Float32Array {
  const samples = new Float32Array(count);
  const width = bits / 8;
  const read = readerOf(bytes, encoding, bits);
  for (let index = 0; index < count; index++) samples[index] = read(index * width);
  return samples;
}

function readerOf(
  bytes: Buffer,
  encoding: WavHeader['encoding'],
  bits: WavHeader['bits'],
): (at: number) => number {
  if (encoding === 'float') {
    return bits === 64 ? (at) => bytes.readDoubleLE(at) : (at) => bytes.readFloatLE(at);
  }
  switch (bits) {
    case 8: // the only unsigned one
      return (at) => (bytes.readUInt8(at) - 128) / 128;
    case 16:
      return (at) => bytes.readInt16LE(at) / 0x8000;
    case 24:
      return (at) => bytes.readIntLE(at, 3) / 0x800000;
    case 32:
    case 64:
      return (at) => bytes.readInt32LE(at) / 0x80000000;
  }
}
