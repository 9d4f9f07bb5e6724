/** Instantiates a prepared component inside a worker. */
import { pathToFileURL } from 'node:url';
import { GuestAbi, type CoreFunction } from './abi.ts';
import type { ContractAdapter, InstantiateCore, LoadedComponent } from './adapter.ts';
import type { Boundary } from './boundary.ts';
import { devSourceImports, type DevSource } from './dev-source.ts';
import { statePartsOf } from './state.ts';
import { wasiImports } from './wasi/preview2.ts';

export interface LoadRequest {
  /** Undefined for a core module, which the contract's adapter instantiates. */
  readonly script: string | undefined;
  readonly modules: readonly (readonly [name: string, module: WebAssembly.Module])[];
}

type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: Readonly<Record<string, unknown>>,
  instantiateCore: InstantiateCoreWithAbi,
) => Record<string, unknown>;

/** What the script calls for every core module, with what it calls at the places of `strict.ts`. */
type InstantiateCoreWithAbi = InstantiateCore & { readonly abi: GuestAbi };

/** Imports the generated JavaScript of a component, where there is some; the same script serves any number of instances. */
export async function importScript(script: string | undefined): Promise<Instantiate | undefined> {
  if (script === undefined) return undefined;
  const module: unknown = await import(pathToFileURL(script).href);
  if (
    typeof module === 'object' &&
    module !== null &&
    'instantiate' in module &&
    isInstantiate(module.instantiate)
  ) {
    return module.instantiate;
  }
  throw new Error(`${script} has no instantiate function`);
}

/**
 * Has V8 compile the function that makes instances, which the first of them would wait for: 12 ms where a
 * component has all of WASI. It gives up where it asks for its first core module.
 */
export function compileAhead(make: Instantiate | undefined): void {
  const none = (): never => {
    throw new Error('compiled');
  };
  try {
    make?.(none, {}, Object.assign(none, { abi: new GuestAbi() }));
  } catch {
    // That is all that it was called for.
  }
}

function isInstantiate(value: unknown): value is Instantiate {
  return typeof value === 'function';
}

const RESOURCE_NEW = '[resource-new]';
const TABLE_ENTRY = /^\d+$/;

/** Makes one instance. Traps in start functions and missing imports are thrown. */
export function instantiate(
  make: Instantiate | undefined,
  modules: LoadRequest['modules'],
  adapter: ContractAdapter,
  boundary: Boundary,
  dev: DevSource,
): LoadedComponent {
  const byName = new Map(modules);
  const abi = new GuestAbi();
  const core: WebAssembly.Exports[] = [];
  /** What core modules export and import from each other, by the names of the imports that it is called by. */
  const between = new Map<unknown, string>();
  let lastResource: number | undefined;

  const instantiateCore = (
    module: WebAssembly.Module,
    imports: WebAssembly.Imports = {},
  ): WebAssembly.Instance => {
    const instance = new WebAssembly.Instance(module, watched(imports));
    core.push(instance.exports);
    for (const value of Object.values(instance.exports)) if (!between.has(value)) between.set(value, '');
    return instance;
  };

  const watched = (imports: WebAssembly.Imports): WebAssembly.Imports =>
    Object.fromEntries(
      Object.entries(imports).map(([module, values]) => [
        module,
        Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, watchedImport(module, name, value)]),
        ),
      ]),
    );
  const watchedImport = (module: string, name: string, value: unknown): unknown => {
    const full = TABLE_ENTRY.test(name) ? tableEntry(name) : `${module}#${name}`;
    if (between.has(value)) {
      // One core module calls another, perhaps through a table that is filled later.
      between.set(value, full);
      return value;
    }
    if (!isCore(value)) return value;
    const guarded = abi.guarded(value, full);
    return Object.assign(name.startsWith(RESOURCE_NEW) ? registering(guarded) : guarded, value);
  };
  // Imports that need a memory are called through a table, whose module exports a function for each
  // entry. The module that fills the table imports them by their numbers.
  const tableEntry = (name: string): string =>
    core.map((exports) => between.get(exports[name]) ?? '').find((known) => known !== '') ?? 'an import';
  // Methods of an exported resource take the representation that its constructor registered.
  const registering =
    (register: CoreFunction): CoreFunction =>
    (representation = 0) => {
      lastResource = representation;
      return register(representation);
    };

  const provided = { ...wasiImports(boundary), ...devSourceImports(dev) };
  const moduleOf = (name: string): WebAssembly.Module => {
    const module = byName.get(name);
    if (module === undefined) throw new Error(`the core module ${name} is missing from the cache`);
    return module;
  };
  const exports =
    make === undefined
      ? adapter.instantiateModule?.(moduleOf, instantiateCore)
      : make(
          moduleOf,
          { ...provided, ...adapter.imports(provided) },
          Object.assign(instantiateCore, { abi }),
        );
  if (exports === undefined) throw new Error('plugins of this contract are components');
  return {
    exports,
    core,
    abi,
    lastResource: () => lastResource,
    state: { ...statePartsOf(core), ...(adapter.kept === undefined ? {} : { kept: adapter.kept }) },
  };
}

function isCore(value: unknown): value is CoreFunction {
  return typeof value === 'function';
}
