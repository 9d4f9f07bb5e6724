/** Errors and types of preview 1's files by the names that `wasi:filesystem/types` has for them. */
import type { Errno } from './files.ts';

/** As wasmtime has it: what leads out of a folder is not permitted, and what has no case is `io`. */
const CODES: Readonly<Record<Errno, string>> = {
  success: 'io',
  acces: 'access',
  badf: 'bad-descriptor',
  busy: 'busy',
  exist: 'exist',
  fbig: 'file-too-large',
  inval: 'invalid',
  io: 'io',
  isdir: 'is-directory',
  loop: 'loop',
  mfile: 'io',
  nametoolong: 'name-too-long',
  nfile: 'io',
  noent: 'no-entry',
  nospc: 'insufficient-space',
  notdir: 'not-directory',
  notempty: 'not-empty',
  notsup: 'unsupported',
  perm: 'not-permitted',
  rofs: 'read-only',
  xdev: 'cross-device',
  notcapable: 'not-permitted',
};

/** By the number of the type; what preview 1 has no number for is unknown, as it is in wasmtime. */
const TYPES = ['unknown', 'block-device', 'character-device', 'directory', 'regular-file'] as const;
const LINK = 7;

/** An operation that is answered with an error; its message is the name of the case. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export function refusalOf(errno: Errno): Refusal {
  return new Refusal(CODES[errno]);
}

export function typeName(type: number): string {
  return type === LINK ? 'symbolic-link' : (TYPES[type] ?? 'unknown');
}

interface Datetime {
  readonly seconds: bigint;
  /** Less than 1,000,000,000. */
  readonly nanoseconds: number;
}

export interface DescriptorStat {
  readonly type: string;
  readonly linkCount: bigint;
  readonly size: bigint;
  readonly dataAccessTimestamp: Datetime;
  readonly dataModificationTimestamp: Datetime;
  readonly statusChangeTimestamp: Datetime;
}

const SECOND = 1_000_000_000n;

/** Reads a `filestat` of preview 1. */
export function statOf(filestat: Uint8Array): DescriptorStat {
  const view = new DataView(filestat.buffer, filestat.byteOffset, filestat.byteLength);
  const time = (at: number): Datetime => {
    const nanoseconds = view.getBigUint64(at, true);
    return { seconds: nanoseconds / SECOND, nanoseconds: Number(nanoseconds % SECOND) };
  };
  return {
    type: typeName(view.getUint8(16)),
    linkCount: view.getBigUint64(24, true),
    size: view.getBigUint64(32, true),
    dataAccessTimestamp: time(40),
    dataModificationTimestamp: time(48),
    statusChangeTimestamp: time(56),
  };
}

/** What tells one file from every other: the device's number and the file's, as they stand in a `filestat`. */
export function identityOf(filestat: Uint8Array): Uint8Array {
  return filestat.subarray(0, 16);
}
