/** What is said of files, as WASI preview 1 lays it out in memory. */
import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

/** Something in a folder. */
export interface FolderEntry {
  readonly name: string;
  /** Number of its type in preview 1. */
  readonly type: number;
}

const DIRECTORY = 3;
const REGULAR = 4;
/** The other types that preview 1 has a number for; 0 is of none of them. */
const BLOCK_DEVICE = 1;
const CHARACTER_DEVICE = 2;
const LINK = 7;
const FLAG_APPEND = 1;
/** Every right: what is not granted is refused when it is used. */
const RIGHTS = (1n << 30n) - 1n;
const FDSTAT = 24;
const FILESTAT = 64;
/** Bytes of a `dirent` before its name. */
const DIRENT = 24;
const encoder = new TextEncoder();

type Typed = 'isDirectory' | 'isFile' | 'isSymbolicLink' | 'isBlockDevice' | 'isCharacterDevice';

function typeOf(stat: Pick<Stats, Typed>): number {
  if (stat.isDirectory()) return DIRECTORY;
  if (stat.isFile()) return REGULAR;
  if (stat.isSymbolicLink()) return LINK;
  if (stat.isBlockDevice()) return BLOCK_DEVICE;
  return stat.isCharacterDevice() ? CHARACTER_DEVICE : 0;
}

/** `fdstat` of something open. */
export function fdstatOf(kind: 'folder' | 'file', append: boolean): Uint8Array {
  const bytes = new Uint8Array(FDSTAT);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, kind === 'folder' ? DIRECTORY : REGULAR);
  view.setUint16(2, append ? FLAG_APPEND : 0, true);
  view.setBigUint64(8, RIGHTS, true);
  view.setBigUint64(16, RIGHTS, true);
  return bytes;
}

export function filestatOf(stat: Stats): Uint8Array {
  const bytes = new Uint8Array(FILESTAT);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt.asUintN(64, BigInt(stat.dev)), true);
  view.setBigUint64(8, BigInt.asUintN(64, BigInt(stat.ino)), true);
  view.setUint8(16, typeOf(stat));
  view.setBigUint64(24, BigInt(stat.nlink), true);
  view.setBigUint64(32, BigInt(stat.size), true);
  view.setBigUint64(40, nanoseconds(stat.atimeMs), true);
  view.setBigUint64(48, nanoseconds(stat.mtimeMs), true);
  view.setBigUint64(56, nanoseconds(stat.ctimeMs), true);
  return bytes;
}

function nanoseconds(milliseconds: number): bigint {
  return BigInt(Math.max(0, Math.round(milliseconds * 1000))) * 1000n;
}

/** What is in a folder, by its names in order. */
export function entriesOf(folder: string): readonly FolderEntry[] {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => ({ name: entry.name, type: typeOf(entry) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `dirent`s of `.`, `..` and of {@link entriesOf}. */
export function direntsOf(folder: string): readonly Uint8Array[] {
  const entries = [{ name: '.', type: DIRECTORY }, { name: '..', type: DIRECTORY }, ...entriesOf(folder)];
  return entries.map(({ name, type }, index) => {
    const text = encoder.encode(name);
    const bytes = new Uint8Array(DIRENT + text.length);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(index + 1), true);
    view.setBigUint64(8, inodeOf(folder, name), true);
    view.setUint32(16, text.length, true);
    view.setUint8(20, type);
    bytes.set(text, DIRENT);
    return bytes;
  });
}

/** Of what is outside, as the folder above may be, nothing is said. */
function inodeOf(folder: string, name: string): bigint {
  if (name === '..') return 0n;
  const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
  return BigInt.asUintN(64, BigInt(stat?.ino ?? 0));
}
