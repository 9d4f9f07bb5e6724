import type { LanguageId } from '../../extension/project/project.ts';
import type { Hosted } from '../host/hosted.ts';

/** What a cell shows, in this order; each step builds on the one before. */
export const steps = [
  'scaffold',
  'build',
  'run',
  'hot reload',
  'trap report',
  'replay',
  'in wasmtime',
] as const;
export type Step = (typeof steps)[number];

/** A line of the main source that contains something, and what stands there instead. */
export interface LineEdit {
  readonly containing: string;
  readonly replacement: string;
}

/** How one template is tried. */
export interface Cell {
  /** Makes a new project in a folder; gives the project's folder. */
  readonly scaffold: (parent: string) => Promise<string>;
  /** The main source, relative to the project. */
  readonly source: string;
  /** What comes out of {@link send} is `after` instead of `before` once this is in. */
  readonly change: LineEdit & { readonly before: string; readonly after: string };
  /** The plugin fails in this line with this text. */
  readonly trap: LineEdit & { readonly text: RegExp };
  /** Parameters to start with. */
  readonly params?: string;
  /** Hands an event over and gives what the plugin answered, as text; undefined where it failed. */
  readonly send: (hosted: Hosted) => Promise<string | undefined>;
  /** Makes the recording that {@link change} differs from, where the template comes with none. */
  readonly record?: (folder: string) => Promise<void>;
  /** What makes release builds is not to be had where this is tried, and what it is. */
  readonly noRelease?: string;
  /** Runs a release artifact in wasmtime, or in a host made of it, and in Hotplug, and fails where they differ. */
  readonly inWasmtime: (folder: string, artifact: string) => Promise<void>;
}

/** A contract: one file exports one of these. */
export interface Row {
  readonly contract: string;
  readonly title: string;
  /** How its template in this language is tried, or in a sentence why there is none. */
  readonly cells: Readonly<Record<LanguageId, Cell | string>>;
}
