/** Where things are: Chipmunk's folders below the user's home, and ours beside them. */
import { join } from 'node:path';
import { kinds, type PluginKind } from './kinds.ts';

/** Chipmunk's folder of plugins. Chipmunk looks at `parsers` and `bytesources` in it and at nothing else. */
export function pluginsFolder(home: string): string {
  return join(home, '.chipmunk', 'plugins');
}

/** Folders that are ours, relative to the plugins' folder. On the same file system, so that a plugin moves by a rename. */
export const STAGING = '.hotplug-staging';
export const TRASH = '.hotplug-trash';
const DISABLED = '.disabled';

/** Where a plugin is, relative to the plugins' folder, with forward slashes. */
export function storedAt(kind: PluginKind, name: string): string {
  return `${kinds[kind].folder}/${name}`;
}

export function disabledAt(kind: PluginKind, name: string): string {
  return `${DISABLED}/${storedAt(kind, name)}`;
}

/** The folder that holds the plugins of a kind. */
export function kindFolder(home: string, kind: PluginKind, disabled = false): string {
  return join(pluginsFolder(home), ...(disabled ? [DISABLED] : []), kinds[kind].folder);
}

/** What actions can be undone. */
export function journalFile(home: string): string {
  return join(pluginsFolder(home), '.hotplug-journal.json');
}

export function lockFile(home: string): string {
  return join(pluginsFolder(home), '.hotplug-lock');
}

/** What is known of binaries, below the host's cache folder. */
export function metadataCacheFile(cacheFolder: string): string {
  return join(cacheFolder, 'library', 'plugins.json');
}

/** Figures of last runs, below the host's cache folder. */
export function runsFile(cacheFolder: string): string {
  return join(cacheFolder, 'library', 'runs.json');
}
