/**
 * Paths as plugins are given them. Chipmunk gives its own; here those below the project's folder begin at
 * `/project`, so that a recording says nothing of the machine and is replayed wherever the project lies.
 */
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { UserError } from '../../errors.ts';
import { isInside } from '../../project/config.ts';
import type { GrantedPath } from '../../project/project.ts';
import type { ConfigItem } from './config.ts';

const PROJECT = '/project';
/** Where the real host keeps the folders of all instances, below the system's own temporary one. */
export const TEMPORARY = '/tmp/chipmunk_plugins';

/** The items as `init` is given them; `folder` is the project's. */
export function guestItems(items: readonly ConfigItem[], folder: string): readonly ConfigItem[] {
  return items.map((item) => {
    const { value } = item;
    if (value.tag !== 'files' && value.tag !== 'directories') return item;
    return { ...item, value: { tag: value.tag, val: value.val.map((path) => guestPath(path, folder)) } };
  });
}

function guestPath(path: string, folder: string): string {
  // What is above the project's own folder has no place below /project, and is what that one is seen in.
  if (!isInside(folder, path) || relative(folder, path) === '') return path;
  return posix.join(PROJECT, ...relative(folder, path).split(sep));
}

/** What a plugin with these items can use: the folders above what was chosen, and its own temporary one. */
export function grantsOf(
  items: readonly ConfigItem[],
  folder: string,
  temporary: string,
): readonly GrantedPath[] {
  const chosen = items.flatMap(({ value }) =>
    value.tag === 'files' || value.tag === 'directories' ? value.val : [],
  );
  const readable = chosen.map((path): GrantedPath => {
    const host = resolve(path, '..');
    if (host === path) {
      throw new UserError(
        `${path} has no folder above it, which is what Chipmunk gives a plugin to read.`,
        'Choose a folder inside of another one.',
      );
    }
    const guest = guestPath(path, folder);
    return { host, guest: guest.startsWith(PROJECT) ? posix.dirname(guest) : dirname(guest), readOnly: true };
  });
  const once = readable.filter(
    ({ guest }, index) => readable.findIndex((other) => other.guest === guest) === index,
  );
  return [...once, { host: temporary, guest: TEMPORARY, readOnly: false }];
}
