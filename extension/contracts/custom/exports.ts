/** Calls a component's exports through jco's bindings. */
import type { LoadedComponent } from '../../host/adapter.ts';
import { fitTo } from '../../values/fit.ts';
import type { Value } from '../../values/value.ts';
import type { WitType } from '../../wit/model.ts';
import { withoutVersion } from '../../wit/text.ts';
import { PayloadEncoder, type Decoded } from '../typed/encoding.ts';
import { fromJs } from './from-js.ts';
import { mapHandles, type HostHandles, type PluginHandles } from './handles.ts';
import { camelCase, pascalCase, toJs, type HandleType, type Resources } from './js.ts';
import { isDrop, type Callable } from './world.ts';

/** Both sides' resources. */
export interface AllHandles {
  readonly host: HostHandles;
  readonly plugin: PluginHandles;
  /** Whether a resource, by its whole name, is the plugin's own. */
  readonly isOwn: (resource: string) => boolean;
}

/** One exported function, ready to be called. */
export class ExportCall {
  readonly callable: Callable;
  readonly #handles: AllHandles;
  readonly #component: LoadedComponent;
  readonly #resources: Resources;
  /** Of its parameters, and of its result alone. */
  readonly params: PayloadEncoder;
  readonly result: PayloadEncoder | undefined;

  constructor(callable: Callable, component: LoadedComponent, handles: AllHandles) {
    const { params, result } = callable.function;
    this.callable = callable;
    this.#component = component;
    this.#handles = handles;
    this.params = new PayloadEncoder({ params });
    this.result = result === undefined ? undefined : new PayloadEncoder({ params: [], result });
    this.#resources = {
      objectOf: (type, number) => this.#objectOf(type, number),
      numberOf: (type, object) => this.#numberOf(type, object),
    };
  }

  /**
   * The arguments of an event, as the function is now: those that were recorded with another version of the
   * WIT are made to fit, resources that are to be made get their numbers. Throws a UserError where they do
   * not fit.
   */
  arguments({ key, params, signature }: Decoded): readonly Value[] {
    const types = this.callable.function.params;
    const fitted =
      key === this.params.key
        ? params
        : types.map(({ name, type }, index) => {
            const place = signature.params.findIndex((param) => param.name === name);
            const value = params[place < 0 ? index : place];
            return fitTo(value ?? { type: 'variant', name: 'none' }, type, name);
          });
    return fitted.map((value) =>
      mapHandles(value, (name, number) => (number === 0 ? this.#handles.host.allot(name) : number)),
    );
  }

  /**
   * Makes ready to call it. Throws a NoSuchHandle where a resource is named that there is not. The call
   * gives undefined where the function returns nothing; what it throws as a result's err is the result. Traps
   * pass through.
   */
  ready(params: readonly Value[]): () => Value | undefined {
    const args = this.callable.function.params.map(({ type }, index) => {
      const value = params[index];
      return value === undefined ? undefined : toJs(value, type, this.#resources);
    });
    const invoke = this.#invoker();
    return () => {
      this.#giveAway(params);
      return this.#call(invoke, args);
    };
  }

  #call(invoke: (args: readonly unknown[]) => unknown, args: readonly unknown[]): Value | undefined {
    const { result } = this.callable.function;
    if (result?.kind !== 'result') {
      const given = invoke(args);
      return result === undefined ? undefined : fromJs(given, result, this.#resources, 'result');
    }
    let given: unknown;
    try {
      given = invoke(args);
    } catch (error) {
      if (!(error instanceof Error) || !Object.hasOwn(error, 'payload')) throw error;
      return this.#case('err', result.err, Reflect.get(error, 'payload'));
    }
    return this.#case('ok', result.ok, given);
  }

  #case(name: string, type: WitType | undefined, given: unknown): Value {
    if (type === undefined) return { type: 'variant', name };
    return { type: 'variant', name, value: fromJs(given, type, this.#resources, 'result') };
  }

  #invoker(): (args: readonly unknown[]) => unknown {
    const { function: one, interface: owner } = this.callable;
    const where = owner === undefined ? this.#component.exports : this.#interface(owner);
    const method = camelCase(one.name);
    const call = (on: unknown, name: string | symbol, args: readonly unknown[]): unknown => {
      const found = on === undefined || on === null ? undefined : memberOf(on, name);
      if (typeof found !== 'function')
        throw new TypeError(`the component does not export ${this.callable.name}`);
      return Reflect.apply(found, on, args);
    };
    if (isDrop(this.callable)) return ([self]) => call(self, Symbol.dispose, []);
    switch (one.kind) {
      case 'function':
        return (args) => call(where, method, args);
      case 'method':
        return ([self, ...args]) => call(self, method, args);
      case 'static':
        return (args) => call(memberOf(where, pascalCase(one.resource ?? '')), method, args);
      case 'constructor': {
        const made = memberOf(where, pascalCase(one.resource ?? ''));
        if (typeof made !== 'function')
          throw new TypeError(`the component does not export ${this.callable.name}`);
        return (args) => Reflect.construct(made, args) as unknown;
      }
    }
  }

  /** The component may have been built with another version that is compatible. */
  #interface(name: string): unknown {
    const { exports } = this.#component;
    const plain = withoutVersion(name);
    const key = Object.keys(exports).find((one) => withoutVersion(one) === plain);
    return exports[name] ?? (key === undefined ? undefined : exports[key]);
  }

  #objectOf(type: HandleType, number: number): unknown {
    const { host, plugin, isOwn } = this.#handles;
    return isOwn(type.resource) ? plugin.object(type.resource, number) : host.object(type.resource, number);
  }

  #numberOf({ resource }: HandleType, object: unknown): number | undefined {
    if (typeof object !== 'object' || object === null) return undefined;
    const { host, plugin, isOwn } = this.#handles;
    return isOwn(resource) ? plugin.number(resource, object) : host.number(resource, object);
  }

  /** What the plugin owns from now on cannot be named any more. */
  #giveAway(params: readonly Value[]): void {
    for (const [index, { type }] of this.callable.function.params.entries()) {
      const value = params[index];
      if (type.kind === 'own' && value?.type === 'handle' && this.#handles.isOwn(type.resource))
        this.#handles.plugin.forget(type, value.number);
    }
  }
}

function memberOf(owner: unknown, name: string | symbol): unknown {
  return typeof owner === 'object' || typeof owner === 'function'
    ? Reflect.get(owner ?? {}, name)
    : undefined;
}
