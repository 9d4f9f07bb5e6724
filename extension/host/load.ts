/** Instantiates a prepared component inside a worker. */
import { pathToFileURL } from 'node:url';
import type { ContractAdapter, LoadedComponent } from './adapter.ts';
import type { Boundary } from './boundary.ts';
import { devSourceImports, type DevSource } from './dev-source.ts';
import { statePartsOf } from './state.ts';
import { wasiImports } from './wasi.ts';

export interface LoadRequest {
  readonly script: string;
  readonly modules: readonly (readonly [name: string, module: WebAssembly.Module])[];
}

type Instantiate = (
  getCoreModule: (name: string) => WebAssembly.Module,
  imports: Readonly<Record<string, unknown>>,
  instantiateCore: (module: WebAssembly.Module, imports?: WebAssembly.Imports) => WebAssembly.Instance,
) => Record<string, unknown>;

/** Imports the generated JavaScript of a component; the same script serves any number of instances. */
export async function importScript(script: string): Promise<Instantiate> {
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

function isInstantiate(value: unknown): value is Instantiate {
  return typeof value === 'function';
}

const RESOURCE_NEW = '[resource-new]';

/** Makes one instance. Traps in start functions and missing imports are thrown. */
export function instantiate(
  make: Instantiate,
  modules: LoadRequest['modules'],
  adapter: ContractAdapter,
  boundary: Boundary,
  dev: DevSource,
): LoadedComponent {
  const byName = new Map(modules);
  const core: WebAssembly.Exports[] = [];
  let lastResource: number | undefined;

  const instantiateCore = (
    module: WebAssembly.Module,
    imports?: WebAssembly.Imports,
  ): WebAssembly.Instance => {
    const instance = new WebAssembly.Instance(module, imports === undefined ? {} : watchResources(imports));
    core.push(instance.exports);
    return instance;
  };
  // Methods of an exported resource take the representation that its constructor registered.
  const watchResources = (imports: WebAssembly.Imports): WebAssembly.Imports =>
    Object.fromEntries(
      Object.entries(imports).map(([module, functions]) => {
        if (!module.startsWith('[export]')) return [module, functions];
        const watched = Object.entries(functions).map(([name, original]) => {
          if (!name.startsWith(RESOURCE_NEW) || typeof original !== 'function') return [name, original];
          const register = (representation: number): unknown => {
            lastResource = representation;
            return Reflect.apply(original, undefined, [representation]);
          };
          return [name, Object.assign(register, original)];
        });
        return [module, Object.fromEntries(watched) as Record<string, unknown>];
      }),
    );

  const provided = { ...wasiImports(boundary), ...devSourceImports(dev) };
  const exports = make(
    (name) => {
      const module = byName.get(name);
      if (module === undefined) throw new Error(`the core module ${name} is missing from the cache`);
      return module;
    },
    { ...provided, ...adapter.imports(provided) },
    instantiateCore,
  );
  return { exports, core, lastResource: () => lastResource, state: statePartsOf(core) };
}
