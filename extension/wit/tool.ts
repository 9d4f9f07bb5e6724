/**
 * What Hotplug knows and makes of WIT: packages and components as data, component types, bindings.
 * The libraries of the Bytecode Alliance do the work, inside vendor/wit-tool.wasm; it is loaded at the
 * first call.
 */
import { askTool } from './component.ts';
import type { WitFile } from './files.ts';
import type { WitPackage, WitWorld } from './model.ts';
import { unpackPackage, unpackWorld } from './unpack.ts';

export { WitError } from './component.ts';
export { readWitFolder, type WitFile } from './files.ts';

/** A file that a generator wrote; the path is relative, with `/`. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** A custom section of a core module. */
export interface CustomSection {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface BindingsOptions {
  /**
   * What the world includes from worlds of `wasi:cli` gets no bindings, because the language's own
   * library has them. True where absent.
   */
  readonly libraryHasWasi?: boolean;
}

export interface GoOptions extends BindingsOptions {
  /** Import path of the package that the bindings are in; the module `wit_component` where absent. */
  readonly importPath?: string;
  /** Adds functions to be filled in, for all that the world exports. */
  readonly stubs?: boolean;
}

/** WASI 0.2 as Hotplug's host provides it to every plugin: the packages, without versions. */
const providedByHost = ['cli', 'clocks', 'filesystem', 'io', 'random', 'sockets'].map(
  (name) => `wasi:${name}`,
);

/** The main package of these files, with every reference followed. Throws a WitError with file, line and column. */
export async function resolveWit(files: readonly WitFile[]): Promise<WitPackage> {
  return unpackPackage(await askTool((tool) => tool.packageOf(files)));
}

/** The world that a component was built with. The names of world and package are its tools', not the author's. */
export async function witOfComponent(component: Uint8Array): Promise<WitWorld> {
  return unpackWorld(await askTool((tool) => tool.worldOf(component, [])));
}

/** The same without the WASI interfaces that it imports from every host of ours, as text for a cache; `unpackWorld` reads it. */
export async function packedWitOfComponent(component: Uint8Array): Promise<string> {
  return askTool((tool) => tool.worldOf(component, providedByHost));
}

/** The custom section that a core module needs so that `componentNew` makes it a component of this world. */
export async function componentType(files: readonly WitFile[], world: string): Promise<CustomSection> {
  return askTool((tool) => tool.componentType(files, world));
}

/** wit-bindgen's bindings for C, with the object file that carries the component type (`*_component_type.o`). */
export async function cBindings(
  files: readonly WitFile[],
  world: string,
  { libraryHasWasi = true }: BindingsOptions = {},
): Promise<readonly GeneratedFile[]> {
  return askTool((tool) => tool.cBindings(files, world, libraryHasWasi));
}

/** wit-bindgen's bindings for Go as it writes them, not formatted. */
export async function goBindings(
  files: readonly WitFile[],
  world: string,
  { libraryHasWasi = true, importPath, stubs = false }: GoOptions = {},
): Promise<readonly GeneratedFile[]> {
  return askTool((tool) => tool.goBindings(files, world, libraryHasWasi, { importPath, stubs }));
}
