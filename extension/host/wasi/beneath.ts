/** Paths of a plugin below a folder that it was granted: whatever leads out of it is refused. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import process from 'node:process';

/** Links that one path may lead through, as Linux has it. */
const MOST_LINKS = 40;
/** What Windows takes for more than a name: a drive, a stream, another separator. */
const WINDOWS_ONLY = /[\\:]/;

export type Beneath =
  | { readonly path: string; /** Undefined where there is nothing yet. */ readonly stat: Stats | undefined }
  /** Name of an error of WASI. */
  | { readonly refused: 'inval' | 'loop' | 'noent' | 'notcapable' | 'notdir' };

/**
 * The absolute path that a plugin means by a path relative to `base`, a folder without links in its own path.
 * Links are followed within `base`; one at the end only with `follow`. `..`, links and absolute paths that
 * lead out are refused, not cut off.
 */
export function resolveBeneath(base: string, path: string, follow: boolean): Beneath {
  if (path.startsWith('/')) return { refused: 'notcapable' };
  if (path === '') return { refused: 'noent' };
  if (path.includes('\0')) return { refused: 'inval' };
  const left = partsOf(path);
  const gone: string[] = [];
  let stat: Stats | undefined = lstatSync(base);
  let links = 0;
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    if (part === '..') {
      if (gone.pop() === undefined) return { refused: 'notcapable' };
      stat = lstatSync(join(base, ...gone));
      continue;
    }
    if (process.platform === 'win32' && WINDOWS_ONLY.test(part)) return { refused: 'noent' };
    const at = join(base, ...gone, part);
    const found: Stats | undefined = lstatSync(at, { throwIfNoEntry: false });
    if (found === undefined) return left.length === 0 ? { path: at, stat: undefined } : { refused: 'noent' };
    if (found.isSymbolicLink() && (follow || left.length > 0)) {
      if (++links > MOST_LINKS) return { refused: 'loop' };
      const target = readlinkSync(at);
      if (isAbsolute(target)) return { refused: 'notcapable' };
      left.unshift(...partsOf(target.replaceAll('\\', process.platform === 'win32' ? '/' : '\\')));
      continue;
    }
    if (left.length > 0 && !found.isDirectory()) return { refused: 'notdir' };
    gone.push(part);
    stat = found;
  }
  return { path: join(base, ...gone), stat };
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
