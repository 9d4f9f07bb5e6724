/** The half of the contract that runs inside the worker: one Extism plugin, a core module or a script in an interpreter. */
import type {
  AdapterContext,
  ContractAdapter,
  ImportObjects,
  InstantiateCore,
  LoadedComponent,
  Outcome,
} from '../../host/adapter.ts';
import type { Boundary } from '../../host/boundary.ts';
import type { GrantedPath } from '../../project/project.ts';
import type { Frame } from '../../host/ring.ts';
import { decodePayload, type Decoded } from '../typed/encoding.ts';
import { isExtismBinding } from './binding.ts';
import { HostFunctions } from './functions.ts';
import type { CallEnd, Guest } from './guest.ts';
import { ModuleGuest } from './module.ts';
import { bytesOf, content, payloadOf } from './payloads.ts';
import { ScriptGuest } from './script.ts';

/** What a contract makes of inputs and outputs. */
export interface Dialect {
  /** The input of a call, of the event's values. */
  input(event: Decoded): Uint8Array;
  /**
   * What came of a call that failed nowhere: the result as it is recorded, or why it is none. What leaves the
   * plugin by it is recorded as an effect.
   */
  result(output: Uint8Array | undefined, boundary: Boundary): Outcome;
}

/** Extism by itself: bytes in, bytes out. */
const plain: Dialect = {
  input: ({ params }) => bytesOf(params[0]) ?? new Uint8Array(),
  result: (output) =>
    output === undefined ? { ok: true } : { ok: true, result: payloadOf({}, content(output)) },
};

export function extismAdapter(context: AdapterContext): ContractAdapter {
  return new ExtismAdapter(context, plain);
}

export class ExtismAdapter implements ContractAdapter {
  readonly #boundary: Boundary;
  readonly #dialect: Dialect;
  readonly #functions: HostFunctions;
  readonly #paths: readonly GrantedPath[];
  #guest: Guest | undefined;

  constructor({ boundary, binding, deadlineMs }: AdapterContext, dialect: Dialect) {
    this.#boundary = boundary;
    this.#dialect = dialect;
    const granted = isExtismBinding(binding) ? binding : undefined;
    this.#functions = new HostFunctions(boundary, granted ?? {}, deadlineMs);
    this.#paths = granted?.allowedPaths ?? [];
  }

  /** Its variables. */
  get kept(): HostFunctions {
    return this.#functions;
  }

  imports(): ImportObjects {
    const guest = new ScriptGuest(this.#functions);
    this.#guest = guest;
    return guest.imports;
  }

  instantiateModule(
    moduleOf: (name: string) => WebAssembly.Module,
    instantiateCore: InstantiateCore,
  ): Readonly<Record<string, unknown>> {
    const guest = new ModuleGuest(moduleOf, instantiateCore, this.#boundary, this.#functions, this.#paths);
    this.#guest = guest;
    return guest.exports;
  }

  start(component: LoadedComponent, params: string | undefined): void {
    this.#functions.configure(params);
    if (this.#guest instanceof ScriptGuest) this.#guest.take(component);
  }

  callOf(event: string): string {
    return event;
  }

  deliver(name: string, frame: Frame): Outcome {
    this.#boundary.eventTaken(this.#boundary.name(name));
    const event = decodePayload(frame.payload);
    if (event === undefined) return failed('the event is damaged');
    const guest = this.#guest;
    if (guest?.has(name) !== true) return failed(`the plugin exports no function ${name}`);
    this.#functions.begin();
    const end = guest.call(name, this.#dialect.input(event));
    return problemOf(name, end) ?? this.#dialect.result(end.output, this.#boundary);
  }

  control(_name: string, { payload }: Frame): Outcome {
    this.#functions.configure(payload.length === 0 ? undefined : new TextDecoder().decode(payload));
    return { ok: true };
  }

  trapText(call: string, message: string): string {
    return `plugin call failed: ${call}: ${message}`;
  }
}

function problemOf(name: string, { code, error }: CallEnd): Outcome | undefined {
  if (error !== undefined) return failed(error);
  if (code === 0) return undefined;
  return failed(
    `${name} returned ${code} and set no error: libextism fails such a call ("Error code: ${code}"), go-sdk takes its output, so return 0 or set an error`,
  );
}

/** The call failed, and the plugin goes on. */
export function failed(message: string): Outcome {
  return { ok: false, message, stateText: undefined, reported: true };
}
