/** Where what is made of components is kept between runs. */
import { join } from 'node:path';

/** Grows when what is cached, or how it is made, changes. */
const CACHE_VERSION = 'jco-0.15.0-9';

/** Where transpiled components go when nobody says otherwise: below the given folder of the user. */
export function defaultCacheFolder(home: string): string {
  return join(home, '.cache', 'hotplug');
}

/** The folder below a cache folder that belongs to this version of the cache. */
export function cacheFolderOf(root: string): string {
  return join(root, CACHE_VERSION);
}
