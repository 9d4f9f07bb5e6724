/** A plugin that is a core module: its kernel, its imports, and how it is called. */
import type { InstantiateCore } from '../../host/adapter.ts';
import type { Boundary } from '../../host/boundary.ts';
import { KERNEL, MAIN } from '../../host/module-names.ts';
import { withFiles } from '../../host/wasi/preview1-files.ts';
import { PREVIEW1, preview1Imports } from '../../host/wasi/preview1.ts';
import type { GrantedPath } from '../../project/project.ts';
import { ENVIRONMENT, LEVELS, type HostFunctions } from './functions.ts';
import { Kernel, NONE } from './kernel.ts';
import { content, text, type Typed } from './payloads.ts';
import type { CallEnd, Guest } from './guest.ts';

type HostFunction = (...args: never[]) => unknown;
type ImportModule = Record<string, unknown>;

export class ModuleGuest implements Guest {
  readonly #kernel: Kernel;
  readonly #exports: WebAssembly.Exports;

  /** Instantiates it and runs what initialises it. Traps are thrown. */
  constructor(
    moduleOf: (name: string) => WebAssembly.Module,
    instantiateCore: InstantiateCore,
    boundary: Boundary,
    functions: HostFunctions,
    paths: readonly GrantedPath[],
  ) {
    this.#kernel = new Kernel(instantiateCore(moduleOf(KERNEL)).exports);
    const main = moduleOf(MAIN);
    let memory: WebAssembly.Memory | undefined;
    const memoryOf = (): WebAssembly.Memory => {
      if (memory === undefined) throw new WebAssembly.RuntimeError('the module exports no memory for WASI');
      return memory;
    };
    const imports: Record<string, ImportModule> = {
      [ENVIRONMENT]: { ...this.#kernel.imports, ...environment(this.#kernel, functions) },
      [PREVIEW1]: withFiles(preview1Imports(boundary, memoryOf), boundary, memoryOf, paths),
    };
    for (const { module, name, kind } of WebAssembly.Module.imports(main)) {
      if (kind !== 'function' || imports[module]?.[name] !== undefined) continue;
      (imports[module] ??= {})[name] = hostFunction(this.#kernel, functions, `${module}#${name}`);
    }
    // A memory that start functions use is known to the instance before it is to us.
    this.#exports = instantiateCore(main, imports).exports;
    const exported = this.#exports['memory'];
    if (exported instanceof WebAssembly.Memory) memory = exported;
    initialise(this.#exports);
  }

  get exports(): Readonly<Record<string, unknown>> {
    return this.#exports;
  }

  has(name: string): boolean {
    return typeof this.#exports[name] === 'function';
  }

  call(name: string, input: Uint8Array): CallEnd {
    this.#kernel.begin(input);
    const run = this.#exports[name] as () => unknown;
    if (run.length > 0) {
      const error = `${name} takes ${run.length} parameters, and Extism hosts call exports without any: take the input with the functions of the PDK`;
      return { code: 1, error };
    }
    const code = Number(run() ?? 0);
    const error = this.#kernel.error();
    const output = this.#kernel.output();
    return { code, ...(error === undefined ? {} : { error }), ...(output === undefined ? {} : { output }) };
  }
}

/**
 * As go-sdk does it: Haskell's runtime after the reactor's, a reactor's `_initialize`, else the
 * constructors of a module that is neither.
 */
function initialise(exports: WebAssembly.Exports): void {
  const run = (name: string, ...args: readonly number[]): boolean => {
    const found = exports[name];
    if (typeof found !== 'function') return false;
    (found as (...all: readonly number[]) => unknown)(...args);
    return true;
  };
  const reactor = run('_initialize');
  if (run('hs_init', 0, 0) || reactor) return;
  run('__wasm_call_ctors');
}

/** The part of `extism:host/env` that the host answers. It takes ownership of the blocks that it is handed, as libextism does. */
function environment(kernel: Kernel, functions: HostFunctions): Record<string, HostFunction> {
  const taken = (handle: bigint): string => {
    const value = kernel.text(handle);
    kernel.free(handle);
    return value;
  };
  const answered = (bytes: Uint8Array | undefined): bigint =>
    bytes === undefined ? NONE : kernel.write(bytes);
  const encoded = (value: string | undefined): Uint8Array | undefined =>
    value === undefined ? undefined : new TextEncoder().encode(value);
  return {
    config_get: (key: bigint) => {
      return answered(encoded(functions.configGet(taken(key))));
    },
    var_get: (key: bigint) => answered(functions.varGet(taken(key))),
    var_set: (key: bigint, value: bigint) => {
      const name = taken(key);
      functions.varSet(name, value === NONE ? undefined : kernel.read(value));
      kernel.free(value);
    },
    http_request: (request: bigint, body: bigint) => {
      const json = taken(request);
      const response = functions.httpRequest(json, body === NONE ? undefined : kernel.read(body));
      kernel.free(body);
      return kernel.write(response.body);
    },
    http_status_code: () => functions.httpStatus,
    http_headers: () => answered(encoded(functions.httpHeaders)),
    // Everything is wanted; what is not looked at is filtered in the views.
    get_log_level: () => 0,
    ...Object.fromEntries(
      LEVELS.map((level) => [
        `log_${level}`,
        (message: bigint) => {
          functions.log(level, taken(message));
        },
      ]),
    ),
  };
}

/** A function of the host's own: numbers of 64 bits are blocks by Extism's convention. */
function hostFunction(kernel: Kernel, functions: HostFunctions, name: string): HostFunction {
  return (...args: readonly (bigint | number)[]) => {
    const given = args.map((one): Typed => {
      if (typeof one === 'number') return text(String(one));
      const bytes = kernel.read(one);
      return bytes.length === 0 ? text(String(one)) : content(bytes);
    });
    return kernel.write(functions.callHost(name, given));
  };
}
