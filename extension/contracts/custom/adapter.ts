/** The half of the contract that runs inside the worker: any world's side of the boundary, for one instance. */
import { UserError } from '../../errors.ts';
import type { AdapterContext, ContractAdapter, LoadedComponent, Outcome } from '../../host/adapter.ts';
import type { Frame } from '../../host/ring.ts';
import { RecordKind } from '../../recording/record.ts';
import type { Value } from '../../values/value.ts';
import { readAnswers } from './answers.ts';
import { isCustomBinding, type CustomBinding } from './binding-data.ts';
import { decodePayload } from '../typed/encoding.ts';
import { ExportCall, type AllHandles } from './exports.ts';
import { HostHandles, NoSuchHandle, PluginHandles } from './handles.ts';
import { hostImports } from './imports.ts';
import { Stub } from './stub.ts';
import { callables, ownResources } from './world.ts';

export function customAdapter(context: AdapterContext): ContractAdapter {
  const { boundary, binding } = context;
  if (!isCustomBinding(binding)) throw new Error('the worker was not told the world');
  const replay = boundary.answers;
  const handles: AllHandles = {
    host: new HostHandles(replay !== undefined && !replay.isLive),
    plugin: new PluginHandles(),
    isOwn: ownResources(binding.world),
  };
  // A replay that asks nobody needs no stub, and is not kept from running by one.
  const asks = replay === undefined || replay.isLive;
  const stub = binding.stub === undefined || !asks ? undefined : new Stub(binding.stub, handles.host);
  return new CustomAdapter(context, binding, handles, stub);
}

class CustomAdapter implements ContractAdapter {
  readonly #context: AdapterContext;
  readonly #binding: CustomBinding;
  readonly #handles: AllHandles;
  readonly #stub: Stub | undefined;
  readonly #exports = new Map<string, ExportCall>();

  constructor(context: AdapterContext, binding: CustomBinding, handles: AllHandles, stub: Stub | undefined) {
    this.#context = context;
    this.#binding = binding;
    this.#handles = handles;
    this.#stub = stub;
  }

  async prepare(): Promise<void> {
    await this.#stub?.load();
  }

  imports(provided: Parameters<ContractAdapter['imports']>[0]): ReturnType<ContractAdapter['imports']> {
    const { world, answers } = this.#binding;
    return hostImports(world, provided, {
      boundary: this.#context.boundary,
      handles: this.#handles.host,
      stub: this.#stub,
      answers: readAnswers(world, answers, 'hotplug.json'),
    });
  }

  take(component: LoadedComponent): void {
    for (const one of callables(this.#binding.world))
      this.#exports.set(one.name, new ExportCall(one, component, this.#handles));
  }

  callOf(event: string): string {
    return event;
  }

  deliver(name: string, frame: Frame): Outcome {
    const { boundary } = this.#context;
    const call = this.#exports.get(name);
    const decoded = decodePayload(frame.payload);
    if (call === undefined || decoded === undefined) {
      boundary.eventTaken(boundary.name(name));
      return refused(call === undefined ? `the world has no export ${name}` : 'the event is damaged');
    }
    let params: readonly Value[];
    try {
      params = call.arguments(decoded);
    } catch (error) {
      boundary.eventTaken(boundary.name(name));
      if (error instanceof UserError) return refused(`its arguments do not fit the WIT: ${error.message}`);
      throw error;
    }
    const isSame = params.every((param, index) => param === decoded.params[index]);
    // The numbers of resources that are made for it belong to what happened.
    if (isSame) boundary.eventTaken(boundary.name(name));
    else boundary.record(RecordKind.event, 0, boundary.name(name), call.params.encode({ params }));
    let run: () => Value | undefined;
    try {
      run = call.ready(params);
    } catch (error) {
      if (error instanceof NoSuchHandle) return refused(error.message);
      throw error;
    }
    const result = run();
    const encoded =
      result === undefined || boundary.muted ? undefined : call.result?.encode({ params: [], result });
    return encoded === undefined ? { ok: true } : { ok: true, result: encoded };
  }

  control(): Outcome {
    return { ok: true };
  }

  trapText(call: string, message: string): string {
    return `${call} trapped: ${message}`;
  }
}

/** The plugin is not called, and goes on. */
function refused(message: string): Outcome {
  return { ok: false, message, stateText: undefined };
}
