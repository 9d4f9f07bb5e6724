/** Exports to files and streams: in pieces, as fast as they are taken, with a turn for everybody else in between. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { messageOf, UserError } from '../errors.ts';
import type { Pieces, Source } from './encode.ts';
import { formats, piecesOf, type ExportFormat } from './formats.ts';
import type { Signal } from './otlp-file.ts';

export interface Exported {
  /** Absolute or as they were given; the first one is the one that was asked for. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/**
 * Writes an export to a file, which appears or is replaced once it is whole; a format of several signals has a
 * file for each further one beside it: `calls.otlp.pb`, `calls.logs.otlp.pb`. Throws a UserError where that fails,
 * and what `signal` was aborted with.
 */
export async function exportToFile(
  format: ExportFormat,
  source: Source,
  file: string,
  signal?: AbortSignal,
): Promise<Exported> {
  const files: string[] = [];
  let bytes = 0;
  for (const [index, part] of (formats[format].signals ?? [undefined]).entries()) {
    const target = index === 0 || part === undefined ? file : besides(format, file, part);
    bytes += await writeFile(piecesOf(format, source, part), target, signal);
    files.push(target);
  }
  return { files, bytes };
}

/** Writes an export to a stream, which stays open; of several signals one. */
export async function exportToStream(
  format: ExportFormat,
  source: Source,
  to: Writable,
  part?: Signal,
): Promise<void> {
  await pipeline(Readable.from(paced(piecesOf(format, source, part))), to, { end: false });
}

/** `calls.logs.otlp.pb` for `calls.otlp.pb`, `calls.logs.pb` for `calls.pb`. */
function besides(format: ExportFormat, file: string, part: Signal): string {
  const { ending } = formats[format];
  const last = file.toLowerCase().endsWith(ending) ? ending.length : extname(file).length;
  const at = file.length - last;
  return `${file.slice(0, at)}.${part}${file.slice(at)}`;
}

async function writeFile(pieces: Pieces, file: string, signal: AbortSignal | undefined): Promise<number> {
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of paced(pieces, signal)) {
      bytes += piece.length;
      yield piece;
    }
  };
  const partial = `${file}.partial`;
  try {
    await pipeline(Readable.from(counted()), createWriteStream(partial));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`, 'Choose another place.', {
      cause: error,
    });
  }
  return bytes;
}

async function* paced(pieces: Pieces, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    signal?.throwIfAborted();
    if (piece === undefined) await setImmediate();
    else if (piece.length > 0) yield piece;
  }
}
