/** Files, through WASI: the host grants folders, and everything is opened from one of them. */
/** @import { Descriptor, OpenFlags } from 'wasi:filesystem/types@0.2.0' */
import { getDirectories } from 'wasi:filesystem/preopens@0.2.0';

/** Most bytes of one read. */
const piece = 64 * 1024;

/**
 * Opens what lies at an absolute path. Throws an Error where it cannot.
 *
 * @param {string} path
 * @param {OpenFlags} what
 * @returns {Descriptor}
 */
export function open(path, what = {}) {
  const flags = { read: true };
  for (const [folder, name] of getDirectories()) {
    // Folders are granted as they are called on the host, where Windows has another separator.
    const root = withSlash(name);
    if (!withSlash(path).startsWith(root)) continue;
    const below = withSlash(path).slice(root.length, -1);
    return folder.openAt({ symlinkFollow: true }, below === '' ? '.' : below, what, flags);
  }
  throw new Error('the host does not grant it');
}

/** @param {string} path */
function withSlash(path) {
  return path.replaceAll('\\', '/').replace(/\/*$/, '/');
}

/**
 * A whole file.
 *
 * @param {string} path
 */
export function readFile(path) {
  const file = open(path);
  /** @type {Uint8Array[]} */
  const pieces = [];
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

/**
 * The names of what is in a folder.
 *
 * @param {string} path
 */
export function namesIn(path) {
  const entries = open(path, { directory: true }).readDirectory();
  /** @type {string[]} */
  const names = [];
  for (let entry; (entry = entries.readDirectoryEntry()) !== null;) names.push(entry.name);
  return names;
}
