/** A script in an interpreter component of the world `hotplug:extism/plugin` (`wit/extism`), while it is developed. */
import type { ImportObjects, LoadedComponent } from '../../host/adapter.ts';
import { LEVELS, type HostFunctions, type Level } from './functions.ts';
import type { CallEnd, Guest } from './guest.ts';
import { content } from './payloads.ts';

/** The interface that the host answers, without its version. */
export const SCRIPT_HOST = 'hotplug:extism/host';

/** The call that runs. */
interface Call {
  readonly input: Uint8Array;
  output?: Uint8Array;
  error?: string;
}

export class ScriptGuest implements Guest {
  #call: Call = { input: new Uint8Array() };
  #run: (name: string) => number = () => 0;
  #names: ReadonlySet<string> = new Set();
  readonly imports: ImportObjects;

  constructor(functions: HostFunctions) {
    this.imports = { [SCRIPT_HOST]: this.#host(functions) };
  }

  /** Takes the instance, and asks it for the functions that its script has. */
  take({ exports }: LoadedComponent): void {
    this.#run = exports['call'] as (name: string) => number;
    this.#names = new Set((exports['names'] as () => readonly string[])());
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  call(name: string, input: Uint8Array): CallEnd {
    const call: Call = { input };
    this.#call = call;
    const code = this.#run(name);
    return {
      code,
      ...(call.error === undefined ? {} : { error: call.error }),
      ...(call.output === undefined || call.output.length === 0 ? {} : { output: call.output }),
    };
  }

  #host(functions: HostFunctions): Readonly<Record<string, unknown>> {
    return {
      input: () => this.#call.input,
      output: (bytes: Uint8Array) => {
        this.#call.output = bytes.slice();
      },
      setError: (message: string) => {
        this.#call.error = message;
      },
      configGet: (key: string) => functions.configGet(key),
      varGet: (key: string) => functions.varGet(key),
      varSet: (key: string, value: Uint8Array | undefined) => {
        functions.varSet(key, value);
      },
      log: (level: string, message: string) => {
        functions.log(isLevel(level) ? level : 'info', message);
      },
      httpRequest: (request: string, body: Uint8Array | undefined) => functions.httpRequest(request, body),
      callHost: (name: string, args: readonly Uint8Array[]) =>
        functions.callHost(`extism:host/user#${name}`, args.map(content)),
    };
  }
}

function isLevel(text: string): text is Level {
  return (LEVELS as readonly string[]).includes(text);
}
