import type { WitFunction } from '../host/contract.ts';
import type { Artifact, BuildMode, Diagnostic, LanguageId, Project } from '../project/project.ts';
import type { Definition } from './definition.ts';

/** A program that a language needs, found or not. */
export interface Tool {
  /** For example `cargo`, `wasm32-wasip2 target`, `C compiler for WebAssembly`. */
  readonly name: string;
  readonly found: boolean;
  /** Where it is and what version it says it is. */
  readonly path?: string;
  readonly version?: string;
  /** Which languages or features need it. */
  readonly neededBy: string;
  /** The versions that work, for people: `1.82 or later`. */
  readonly range?: string;
  /** It is there, and still does not do: too old, another one of that name. A sentence; `found` is false then. */
  readonly problem?: string;
  /** Works without it, less well or in other ways: `neededBy` says what for. */
  readonly optional?: boolean;
  /** The exact commands that install it, one way each, best first. */
  readonly install: readonly Install[];
}

/** A way to install something. */
export interface Install {
  readonly on: 'any' | 'debian' | 'macos' | 'windows';
  /** For a terminal; in the project's folder where it installs something into the project. */
  readonly command: string;
}

export interface BuildRequest {
  readonly project: Project;
  readonly mode: BuildMode;
  /** Receives the tools' own output as it comes, for a terminal. */
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

export type BuildResult =
  | { readonly ok: true; readonly artifact: Artifact; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[]; readonly failure?: string };

/** How one language is detected, built and its compiler output read. A language is one file that exports one of these. */
export interface Toolchain {
  readonly id: LanguageId;
  readonly title: string;
  /** Globs, relative to the project: what a save of triggers a build. */
  readonly sources: readonly string[];
  /** Globs that never count as sources: the build's own output. */
  readonly outputs: readonly string[];
  /** Sources, relative to the project, that builds write, too: what they write there is no save. */
  readonly locks?: readonly string[];
  /** Says why this folder is a plugin project of this language, or undefined. Reads files, runs nothing. */
  recognise(folder: string): Promise<string | undefined>;
  /** Looks for the tools; runs `--version` commands with argv arrays. */
  tools(folder: string | undefined): Promise<readonly Tool[]>;
  /** Builds; one at a time per project. Rejects only on a defect of ours. */
  build(request: BuildRequest): Promise<BuildResult>;
  /**
   * Looks deeper than a development build does (types), without leaving anything: runs after the build,
   * whose artifact is in use already, and is cancelled by the next save. What it finds stands in Problems.
   */
  check?(request: BuildRequest): Promise<readonly Diagnostic[]>;
  /** Writes the project's bindings anew from its `wit/`; gives the files that changed, relative to the folder. */
  bindings?(project: Project): Promise<readonly string[]>;
  /** Files and settings that make completion work in the editor, written where they are missing (bindings, compile_commands.json). */
  prepare?(project: Project): Promise<void>;
  /** How a source of this language defines a function that the contract asks for. */
  definition(exported: WitFunction): Definition;
  /** Frees what stays warm between builds. */
  dispose?(): Promise<void>;
}
