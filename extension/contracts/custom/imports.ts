/** The import objects of a world: functions that are answered by {@link HostCall}, resources as classes. */
import type { ImportObjects } from '../../host/adapter.ts';
import type { WitInterface, WitWorld } from '../../wit/model.ts';
import { withoutVersion } from '../../wit/text.ts';
import type { HostHandles } from './handles.ts';
import { HostCall, type HostParts } from './host-call.ts';
import { camelCase, pascalCase } from './js.ts';
import { functionsOf } from './world.ts';

type Call = (...args: readonly unknown[]) => unknown;
type HostClass = new (...args: readonly unknown[]) => object;
type Calls = (name: string) => HostCall;

/** Says to a resource's class that the host makes the object: nothing is recorded. */
const MADE_BY_HOST = Symbol('made by the host');

/**
 * The import objects for everything that the world imports. What is `provided` to every plugin stays as it
 * is; resources of it that are made here have methods that are recorded.
 */
export function hostImports(world: WitWorld, provided: ImportObjects, parts: HostParts): ImportObjects {
  const calls = new Map(functionsOf(world.imports).map((one) => [one.name, new HostCall(one, parts)]));
  const callOf: Calls = (name) => {
    const found = calls.get(name);
    if (found === undefined) throw new Error(`the world has no import ${name}`);
    return found;
  };
  const objects: Record<string, Readonly<Record<string, unknown>>> = {};
  for (const one of world.imports.interfaces) {
    const name = withoutVersion(one.name);
    const object = importObject(one, provided[name], callOf, parts.handles);
    objects[name] = { ...objects[name], ...object };
  }
  for (const { name } of world.imports.functions) objects[name] = { default: runOf(callOf(name)) };
  return objects;
}

function runOf(call: HostCall): Call {
  return (...args) => call.run(args);
}

function importObject(
  one: WitInterface,
  provided: Readonly<Record<string, unknown>> | undefined,
  callOf: Calls,
  handles: HostHandles,
): Readonly<Record<string, unknown>> {
  const functions = one.functions
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => [camelCase(name), runOf(callOf(`${one.name}#${name}`))] as const);
  const classes = one.resources.map((resource) => {
    const name = pascalCase(resource);
    const known = provided?.[name];
    return [name, resourceClass(one, resource, isClass(known) ? known : undefined, callOf, handles)] as const;
  });
  const made = Object.fromEntries<unknown>([...functions, ...classes]);
  return { ...made, ...provided };
}

function isClass(value: unknown): value is HostClass {
  return typeof value === 'function' && 'prototype' in value;
}

/** The class whose objects stand for a resource of the host's; it extends what every plugin gets, where there is that. */
function resourceClass(
  { name: owner, functions }: WitInterface,
  resource: string,
  known: HostClass | undefined,
  callOf: Calls,
  handles: HostHandles,
): HostClass {
  const own = functions.filter((one) => one.resource === resource);
  const callNamed = (name: string): HostCall => callOf(`${owner}#${resource}.${name}`);
  const Resource = known === undefined ? plainClass(() => callNamed('constructor')) : class extends known {};
  Object.defineProperty(Resource, 'name', { value: pascalCase(resource) });
  for (const { name, kind } of own) {
    if (kind === 'static')
      Object.defineProperty(Resource, camelCase(name), { value: runOf(callNamed(name)) });
    if (kind !== 'method') continue;
    const method = camelCase(name);
    const call = callNamed(name);
    call.provided = known === undefined ? undefined : providedMethod(known, method, handles);
    Object.defineProperty(Resource.prototype, method, {
      value(this: object, ...args: readonly unknown[]) {
        return call.run([this, ...args]);
      },
    });
  }
  handles.addClass(`${owner}#${resource}`, () =>
    known === undefined ? new Resource(MADE_BY_HOST) : new Resource(),
  );
  return Resource;
}

/** A class for what no plugin gets otherwise; the plugin's own call of its constructor is a host call. */
function plainClass(constructor: () => HostCall): HostClass {
  function Resource(this: object, ...args: readonly unknown[]): unknown {
    // What that call gives takes the place of this object.
    return args[0] === MADE_BY_HOST ? this : constructor().run(args);
  }
  return Resource as unknown as HostClass;
}

/** A method as every plugin gets it, on the object that stands behind the resource. */
function providedMethod(known: HostClass, method: string, handles: HostHandles): HostCall['provided'] {
  const original: unknown = Reflect.get(known.prototype as object, method);
  if (typeof original !== 'function') return undefined;
  return ([self, ...args]) => {
    const behind = typeof self === 'object' && self !== null ? handles.target(self) : undefined;
    return Reflect.apply(original, behind instanceof known ? behind : self, args) as unknown;
  };
}
