/**
 * `wasi:filesystem` of WASI 0.2 for a plugin that was granted folders: the files of `files.ts`, with the errors that
 * wasmtime gives. Every call is recorded, with what it gave, so that a replay needs no files; but of what was read
 * from a file that no plugin may write to, only where it stands is recorded when it is large. What follows from the
 * answer to `open-at` alone (type, flags, the making of streams) is not recorded by itself.
 */
import type { GrantedPath } from '../../project/project.ts';
import type { Boundary } from '../boundary.ts';
import { Descriptor, DirectoryEntryStream } from './preview2-descriptor.ts';
import { FileError } from './preview2-file-streams.ts';
import type { Interface, IoError } from './preview2-streams.ts';
import { Open, System } from './preview2-system.ts';

/** The import objects of both interfaces of `wasi:filesystem`. */
export function filesystemImports(
  boundary: Boundary,
  granted: readonly GrantedPath[] | (() => readonly GrantedPath[]),
): Record<string, Interface> {
  const grants = typeof granted === 'function' ? granted : (): readonly GrantedPath[] => granted;
  const system = new System(boundary, grants);
  return {
    'wasi:filesystem/preopens': { getDirectories: () => directories(system) },
    'wasi:filesystem/types': {
      Descriptor,
      DirectoryEntryStream,
      filesystemErrorCode: (error: IoError) => (error instanceof FileError ? error.code : undefined),
    },
  };
}

/** The granted folders, each a descriptor of its own whenever they are asked for, by their paths in the plugin. */
function directories(system: System): readonly (readonly [Descriptor, string])[] {
  return system.preopened().map(({ guest, ...facts }, index) => {
    const fd = (): number => system.files.preopened[index]?.fd ?? -1;
    return [new Descriptor(system, new Open(system, facts, undefined, fd)), guest];
  });
}
