/** Bytes of granted files that a recording refers to instead of holding them. */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync, realpathSync } from 'node:fs';
import { messageOf } from '../../errors.ts';
import type { GrantedPath } from '../../project/project.ts';
import { GuestFault } from '../../wasm/fault.ts';
import type { DataReference } from '../produce.ts';
import { resolveBeneath } from './beneath.ts';

/** What is larger is recorded by reference. */
export const MOST_INLINE = 4096;
/** Bytes that one call reads at most. */
export const MOST_READ = 1 << 20;

/** Its `file` is the path that the plugin knows it by. */
export function referenceTo(file: string, offset: number, bytes: Uint8Array): DataReference {
  return { file, offset, length: bytes.length, sha256: hashOf(bytes) };
}

export function isReference(json: unknown): json is DataReference {
  return typeof json === 'object' && json !== null && 'sha256' in json;
}

/** Reads what a recording refers to again. */
export class ReferredFiles {
  readonly #granted: () => readonly GrantedPath[];
  /** The last one: reads of one file come one after another. */
  #open: { readonly file: string; readonly handle: number } | undefined;

  constructor(granted: () => readonly GrantedPath[]) {
    this.#granted = granted;
  }

  /** Throws a GuestFault where the file is gone or is not what it was. */
  bytes(reference: DataReference): Uint8Array {
    const { file, offset, length, sha256 } = reference;
    const bytes = new Uint8Array(Math.min(length, MOST_READ));
    let done = 0;
    try {
      if (length > MOST_READ) throw new Error('no call reads as much at once');
      const handle = this.#handle(file);
      while (done < length) {
        const count = readSync(handle, bytes, done, length - done, offset + done);
        if (count === 0) break;
        done += count;
      }
    } catch (error) {
      throw faultOf(reference, `it cannot be read: ${messageOf(error)}`);
    }
    if (done < length) throw faultOf(reference, `it ends at offset ${offset + done}`);
    if (hashOf(bytes) !== sha256) throw faultOf(reference, 'its contents are others than they were');
    return bytes;
  }

  #handle(file: string): number {
    if (this.#open?.file === file) return this.#open.handle;
    if (this.#open !== undefined) closeSync(this.#open.handle);
    this.#open = undefined;
    const handle = openSync(this.#pathOf(file), constants.O_RDONLY);
    this.#open = { file, handle };
    return handle;
  }

  /** The file in the innermost granted folder that has it. */
  #pathOf(file: string): string {
    const folders = this.#granted()
      .map(({ host, guest }) => ({ host, guest: guest.replace(/\/+$/, '') }))
      .filter(({ guest }) => file.startsWith(`${guest}/`))
      .sort((a, b) => b.guest.length - a.guest.length);
    let why = 'no folder is granted that it lies in';
    for (const { host, guest } of folders) {
      const found = resolveBeneath(realpathSync(host), file.slice(guest.length + 1), true);
      if ('path' in found && found.stat?.isFile() === true) return found.path;
      why = 'there is no such file';
    }
    throw new Error(why);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function faultOf({ file, offset, length }: DataReference, why: string): GuestFault {
  return new GuestFault(`${file} is not what it was at the recording`, {
    what: `the plugin read ${length} bytes of ${file} at offset ${offset} when this was recorded, and now ${why}`,
    advice:
      'The recording only refers to the bytes of this file. Put the file back as it was and replay again, or record a new run.',
  });
}
