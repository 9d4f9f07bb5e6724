/** What there is to say of an installed plugin or of a plugin project; plain data. */
import type { Columns } from '../contracts/chipmunk/metadata.ts';
import type { SchemaItem } from '../contracts/chipmunk/config.ts';
import type { Finding } from '../host/contract.ts';
import type { RunFigures } from '../host/produce.ts';
import type { PluginKind } from './kinds.ts';
import type { Permission } from './permissions.ts';

/** A line of a plugin's run data, in Chipmunk's words. */
export interface LogEntry {
  readonly level: 'error' | 'warning' | 'info' | 'debug';
  readonly text: string;
}

/**
 * - `unsupported`: built for a version of the plugin API that Chipmunk does not know
 * - `incompatible`: of the right version, but what it was built with is not that version's WIT
 * - `disabled`: put aside, so that Chipmunk does not see it
 * - `unbuilt`: a project without a release build
 */
export type PluginState = 'valid' | 'invalid' | 'unsupported' | 'incompatible' | 'disabled' | 'unbuilt';

export interface LibraryPlugin {
  /** Absolute path of its folder. */
  readonly id: string;
  readonly name: string;
  readonly kind: PluginKind;
  /** `store`: in Chipmunk's folder. `project`: a project of the workspace, as its release build is. */
  readonly origin: 'store' | 'project';
  readonly state: PluginState;
  /** Why it is not valid; of a disabled plugin, why it would not be. */
  readonly reason?: string;
  readonly title: string;
  readonly description?: string;
  /** Its component; undefined where there is none. */
  readonly binary?: PluginBinary;
  /** Absolute path. */
  readonly readme?: string;
  /** What it says of itself: `1.2.3`. */
  readonly pluginVersion?: string;
  readonly apiVersion?: string;
  readonly schemas: readonly SchemaItem[];
  /** Undefined for rows of one cell, and for byte sources. */
  readonly columns?: Columns;
  readonly permissions: readonly Permission[];
  readonly producers: readonly string[];
  /** What Chipmunk's own manager would have logged. */
  readonly log: readonly LogEntry[];
  /** What its author can act on. */
  readonly findings: readonly Finding[];
  readonly lastRun?: RunFigures;
}

export interface PluginBinary {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hex; undefined where it could not be read. */
  readonly hash?: string;
  /** Milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/** Whether there is something wrong with a plugin that its author has to mend. */
export function isBad({ state, reason }: Pick<LibraryPlugin, 'state' | 'reason'>): boolean {
  return (
    state === 'invalid' ||
    state === 'unsupported' ||
    state === 'incompatible' ||
    (state === 'disabled' && reason !== undefined)
  );
}
