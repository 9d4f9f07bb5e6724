/** A byte source: the bytes of files, one file after the other. */
import type { ConfigItem, Exports } from 'chipmunk:bytesource/byte-source@0.1.0';
import { open, type Input } from './files.ts';

/** Id of the configuration that has the files. */
const inputPath = 'input-path';

/** Most bytes of one read: the host may ask for much more than it makes sense to hold. */
const piece = 1024 * 1024;

/** Files that are not read to their ends. */
let inputs: Input[] = [];

export const byteSource: Exports = {
  getVersion: () => ({ major: 0, minor: 1, patch: 0 }),
  getConfigSchemas: () => [
    {
      id: inputPath,
      title: 'Files',
      description: 'What is read, one file after the other',
      inputType: { tag: 'files', val: ['log', 'txt'] },
    },
  ],

  /** Opens all files at once: Chipmunk shows an error that is thrown here, and takes one of `read` for the end. */
  init(_general, items) {
    const paths = pathsOf(items);
    if (paths.length === 0) throw { tag: 'config', val: 'no file was chosen' };
    inputs = paths.map((path) => ({ path, file: attempt(path, () => open(path)), at: 0 }));
    console.info(`${inputs.length} files`);
  },

  /** At most `len` bytes, fewer where a file ends; none says that all files are through. */
  read(len) {
    const wanted = Math.min(len, piece);
    for (let [input] = inputs; input !== undefined && wanted > 0; [input] = inputs) {
      const { path, file, at } = input;
      const [bytes] = attempt(path, () => file.read(wanted, at));
      input.at += bytes.length;
      if (bytes.length > 0) return bytes;
      inputs.shift();
    }
    return new Uint8Array();
  },
};

function pathsOf(items: ConfigItem[]): string[] {
  const value = items.find(({ id }) => id === inputPath)?.value;
  return value?.tag === 'files' ? value.val : [];
}

/** Errors of the contract are values; this one is the same for `init` and `read`. */
function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw { tag: 'io', val: `${path} cannot be read: ${why}` };
  }
}
