/** Files, through WASI: the host grants folders, and everything is opened from one of them. */
/** @import { Descriptor, OpenFlags } from 'wasi:filesystem/types@0.2.0' */
import { getDirectories } from 'wasi:filesystem/preopens@0.2.0';

/**
 * A file that is open, and how far it was read.
 *
 * @typedef {{ path: string, file: Descriptor, at: number }} Input
 */

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
