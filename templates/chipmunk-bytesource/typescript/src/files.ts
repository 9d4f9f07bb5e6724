/** Files, through WASI: the host grants folders, and everything is opened from one of them. */
import { getDirectories } from 'wasi:filesystem/preopens@0.2.0';
import type { Descriptor, DescriptorFlags, OpenFlags } from 'wasi:filesystem/types@0.2.0';

/** A file that is open, and how far it was read. */
export interface Input {
  path: string;
  file: Descriptor;
  at: number;
}

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
