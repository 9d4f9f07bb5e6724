import * as zlib from 'node:zlib';

/** Fast rather than small: the recorder runs beside the plugins. */
const LEVEL = 1;
/** Bytes of output that are made room for at a time. */
const LEAST_OUTPUT = 64;
const MOST_OUTPUT = 4 << 20;
/** Node before 22.15 has no zstd; recordings are then written as they are. */
const available = 'zstdCompressSync' in zlib;

export type Compression = 'zstd' | '';

/** Compresses a chunk, or leaves it as it is where that does not make it smaller. */
export function compress(bytes: Uint8Array): {
  readonly compression: Compression;
  readonly bytes: Uint8Array;
} {
  if (available) {
    const packed = zlib.zstdCompressSync(bytes, {
      params: { [zlib.constants.ZSTD_c_compressionLevel]: LEVEL },
    });
    if (packed.length < bytes.length) return { compression: 'zstd', bytes: packed };
  }
  return { compression: '', bytes };
}

export function canDecompress(compression: string): compression is Compression {
  return compression === '' || (compression === 'zstd' && available);
}

/** Throws where the bytes are damaged or make more than `size` bytes. */
export function decompress(compression: Compression, bytes: Uint8Array, size: number): Uint8Array {
  if (compression === '') return bytes;
  // Room for all of it at once is a third faster; a size that is not true must not take the memory.
  const chunkSize = Math.min(Math.max(size, LEAST_OUTPUT), MOST_OUTPUT);
  return zlib.zstdDecompressSync(bytes, { maxOutputLength: Math.max(size, 1), chunkSize });
}

/** CRC-32 as MCAP and zip compute it. */
export function crc32(bytes: Uint8Array, value = 0): number {
  return zlib.crc32(bytes, value);
}
