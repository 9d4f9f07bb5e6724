import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The repository. */
export const root = join(import.meta.dirname, '..');

/** What the build makes; the extension's `main` and everything it loads. */
export const dist = join(root, 'dist');

/** What may be deleted at any time: downloads, screenshots, scratch folders. */
export const cache = join(root, '.cache');

const pinned = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** The Node version that the project pins, or the one that runs this script where npm did not install it. */
export const node = existsSync(pinned) ? pinned : process.execPath;
