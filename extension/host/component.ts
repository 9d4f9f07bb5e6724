import type { ModuleFunctions } from '../wasm/functions.ts';
import type { WitWorld } from '../wit/model.ts';

/** What a WebAssembly binary says of itself, read without running it. */
export interface ComponentInfo {
  /** Absolute path, for messages. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hex. */
  readonly hash: string;
  /** The world that it was built with, without what it imports of the WASI that every plugin gets. */
  readonly wit: WitWorld;
  /** Imported and exported interfaces and functions, with versions: `streamkit:plugin/host@0.1.0`. */
  readonly imports: readonly string[];
  readonly exports: readonly string[];
  /** Tools that the producers section names: `rustc 1.95.0`. */
  readonly producers: readonly string[];
  readonly modules: readonly ModuleInfo[];
  /** The functions of a file that is a core module and no component; its world is empty. */
  readonly core?: ModuleFunctions;
}

/** A core module inside a component. */
export interface ModuleInfo {
  readonly bytes: number;
  /** Its memory in 64 KiB pages; undefined where it has none or imports it. */
  readonly memory?: { readonly minimumPages: number; readonly maximumPages?: number };
  /** Custom sections and their sizes in bytes; `name` and `.debug_line` are the ones that help with traps. */
  readonly customSections: Readonly<Record<string, number>>;
}
