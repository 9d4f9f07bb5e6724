/** Files, through WASI: the host grants folders, and everything is opened from one of them. */
import { getDirectories } from 'wasi:filesystem/preopens@0.2.0';
import type { Descriptor, DescriptorFlags, OpenFlags } from 'wasi:filesystem/types@0.2.0';

/** Most bytes of one read. */
const piece = 64 * 1024;

/** Opens what lies at an absolute path. Throws an Error where it cannot. */
export function open(path: string, what: OpenFlags = {}): Descriptor {
  const flags: DescriptorFlags = { read: true };
  for (const [folder, name] of getDirectories()) {
    // Folders are granted as they are called on the host, where Windows has another separator.
    const root = withSlash(name);
    if (!withSlash(path).startsWith(root)) continue;
    const below = withSlash(path).slice(root.length, -1);
    return folder.openAt({ symlinkFollow: true }, below === '' ? '.' : below, what, flags);
  }
  throw new Error('the host does not grant it');
}

function withSlash(path: string): string {
  return path.replaceAll('\\', '/').replace(/\/*$/, '/');
}

/** A whole file. */
export function readFile(path: string): Uint8Array {
  const file = open(path);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let ended = false; !ended;) {
    const [bytes, isEnd] = file.read(piece, length);
    pieces.push(bytes);
    length += bytes.length;
    ended = isEnd || bytes.length === 0;
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const bytes of pieces) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

/** The names of what is in a folder. */
export function namesIn(path: string): string[] {
  const entries = open(path, { directory: true }).readDirectory();
  const names: string[] = [];
  for (let entry; (entry = entries.readDirectoryEntry()) !== null;) names.push(entry.name);
  return names;
}
