/** Pieces of files that a recording refers to instead of holding them. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { DataReference } from './produce.ts';

/** Where the files that a recording refers to may be. */
export interface ReferredPlaces {
  /** Folders that the references' paths may be relative to: the project's, the recording's. */
  readonly folders: readonly string[];
  /** Files that may be the ones of that name: the project's input. */
  readonly files: readonly string[];
}

export class ReferredFiles {
  readonly #places: ReferredPlaces;
  /** Where each file was found. */
  readonly #found = new Map<string, string>();

  constructor(places: ReferredPlaces) {
    this.#places = places;
  }

  /** Reads a piece. Throws a UserError where no file has these bytes at that place any more. */
  async read({ file, offset, length, sha256 }: DataReference): Promise<Uint8Array> {
    const known = this.#found.get(file);
    const name = basename(file);
    const { folders, files } = this.#places;
    const paths =
      known === undefined
        ? [
            ...folders.flatMap((folder) => [join(folder, file), join(folder, name)]),
            ...files.filter((one) => basename(one) === name),
          ]
        : [known];
    let [seen, isShorter] = [false, false];
    for (const path of new Set(paths)) {
      const bytes = await readPiece(path, offset, length);
      if (bytes === undefined) continue;
      seen = true;
      isShorter = bytes.length < length;
      if (isShorter || createHash('sha256').update(bytes).digest('hex') !== sha256) continue;
      this.#found.set(file, path);
      return bytes;
    }
    const where = `bytes ${offset} to ${offset + length}`;
    throw seen
      ? new UserError(
          `${file} is not what it was when this was recorded: ${isShorter ? `it ends before byte ${offset + length}` : `its ${where} are other ones`}.`,
          'Bring the file back as it was, or record again.',
        )
      : new UserError(
          `${file} cannot be found, whose ${where} are a part of what was recorded.`,
          `Put ${name} beside the recording or into the project's folder, or record again.`,
        );
  }
}

/** Undefined where there is no such file; fewer bytes where it ends before. */
async function readPiece(path: string, offset: number, length: number): Promise<Uint8Array | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled === length ? bytes : bytes.subarray(0, filled);
  } catch {
    // A folder, or a disk that does not answer.
    return undefined;
  } finally {
    await file.close();
  }
}
