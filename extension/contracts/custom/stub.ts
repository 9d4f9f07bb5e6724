/**
 * A stub of the host: a JavaScript module of the user's. Its exports, or the fields of its default export,
 * are the imported interfaces by their names, `wasi:keyvalue/store` with or without the version; what the
 * world imports by itself has its own name. Functions are in camelCase, or as WIT has them; resources are
 * classes in PascalCase. Results are as in jco's bindings: what is returned is ok, what is thrown is err.
 */
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { messageOf, UserError } from '../../errors.ts';
import { StubError } from '../../host/stub-error.ts';
import { run } from '../../toolchains/run.ts';
import { resourceName } from '../../values/type.ts';
import type { Value } from '../../values/value.ts';
import type { WitType } from '../../wit/model.ts';
import { localName, withoutVersion } from '../../wit/text.ts';
import { fromJs } from './from-js.ts';
import type { HostHandles } from './handles.ts';
import { camelCase, pascalCase, toJs, type HandleType, type Resources } from './js.ts';
import type { Callable } from './world.ts';

type Call = (...args: readonly unknown[]) => unknown;
type Class = new (...args: readonly unknown[]) => object;

/** How the stub answers one call: undefined where it has no such function. */
export interface StubAnswer {
  /** What it gave; undefined where the function returns nothing. */
  readonly value: Value | undefined;
}

export class Stub {
  readonly #file: string;
  readonly #handles: HostHandles;
  #module: Readonly<Record<string, unknown>> = {};
  readonly #resources: Resources;

  constructor(file: string, handles: HostHandles) {
    this.#file = file;
    this.#handles = handles;
    this.#resources = {
      objectOf: (type, number) => this.#objectOf(type, number),
      numberOf: (type, object) => this.#numberOf(type, object),
    };
  }

  /** Runs the module; every worker has its own. Throws a StubError with the place where it fails. */
  async load(): Promise<void> {
    try {
      const loaded: unknown = await import(pathToFileURL(this.#file).href);
      if (isObject(loaded)) this.#module = loaded;
    } catch (error) {
      const what = `${basename(this.#file)} cannot be loaded: ${messageOf(error)}`;
      const failure = new StubError(what, this.#file, error);
      if (error instanceof SyntaxError) failure.stack = await syntaxPlace(this.#file);
      throw failure;
    }
  }

  /** Asks the stub; undefined where it has no such function. Throws a StubError for what it throws that is no result. */
  answer(callable: Callable, params: readonly Value[]): StubAnswer | undefined {
    const call = this.#find(callable, params[0]);
    if (call === undefined) return undefined;
    const { function: one } = callable;
    const rest = one.kind === 'method' ? 1 : 0;
    const args = one.params.slice(rest).map(({ type }, index) => {
      const value = params[index + rest];
      return value === undefined ? undefined : toJs(value, type, this.#resources);
    });
    return { value: this.#result(callable, call, args) };
  }

  #result(callable: Callable, call: Call, args: readonly unknown[]): Value | undefined {
    const { result } = callable.function;
    let given: unknown;
    try {
      given = call(...args);
    } catch (error) {
      if (result?.kind !== 'result' || !isPayload(error)) throw this.#error(callable, 'threw', error);
      return this.#case('err', result.err, payloadOf(error), callable);
    }
    if (isObject(given) && typeof given['then'] === 'function')
      throw this.#error(
        callable,
        'answered',
        new Error('it gave a promise, and the plugin waits: make the function one that is not async'),
      );
    if (result === undefined) return undefined;
    if (result.kind !== 'result') return this.#value(given, result, callable);
    const isCase = isObject(given) && (given['tag'] === 'ok' || given['tag'] === 'err');
    // As in the bindings: a result may be given as what it is.
    if (isCase) return this.#value(given, result, callable);
    return this.#case('ok', result.ok, given, callable);
  }

  #case(name: string, type: WitType | undefined, given: unknown, callable: Callable): Value {
    if (type === undefined) return { type: 'variant', name };
    return { type: 'variant', name, value: this.#value(given, type, callable) };
  }

  #value(given: unknown, type: WitType, callable: Callable): Value {
    try {
      return fromJs(given, type, this.#resources, 'its result');
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new StubError(
        `${this.#nameOf(callable)} gave what is no answer: ${error.message}. ${error.advice}`,
        this.#file,
      );
    }
  }

  #nameOf(callable: Callable): string {
    const owner = callable.interface === undefined ? '' : ` of ${withoutVersion(callable.interface)}`;
    return `${basename(this.#file)}: ${localName(callable.function)}${owner}`;
  }

  #error(callable: Callable, what: string, error: unknown): StubError {
    const kind = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : '';
    return new StubError(`${this.#nameOf(callable)} ${what}: ${kind}${messageOf(error)}`, this.#file, error);
  }

  #find(callable: Callable, self: Value | undefined): Call | undefined {
    const { function: one } = callable;
    const owner = callable.interface === undefined ? this.#world() : this.#interface(callable.interface);
    if (one.resource === undefined) return callIn(owner, one.name);
    const found = memberOf(owner, pascalCase(one.resource)) ?? memberOf(owner, one.resource);
    switch (one.kind) {
      case 'constructor':
        return isClass(found) ? (...args) => new found(...args) : undefined;
      case 'static':
        return isClass(found) ? callIn(found, one.name) : undefined;
      case 'method':
      case 'function': {
        const target =
          self?.type === 'handle' ? this.#target(one.params[0]?.type, self.number, found) : undefined;
        return callIn(target, one.name);
      }
    }
  }

  /** What the stub has for a resource; one that it did not make itself is made by the class's constructor. */
  #target(type: WitType | undefined, number: number, found: unknown): object | undefined {
    if (type?.kind !== 'borrow' && type?.kind !== 'own') return undefined;
    const object = this.#handles.object(type.resource, number);
    const known = this.#handles.target(object);
    if (known !== undefined || !isClass(found)) return known;
    const made = this.#made(found, type);
    this.#handles.setTarget(object, made);
    return made;
  }

  #made(found: Class, { resource }: HandleType): object {
    try {
      return new found();
    } catch (error) {
      throw new StubError(
        `${basename(this.#file)}: a ${resourceName(resource)} that the stub did not give itself was to be made by new ${found.name}(), which threw: ${messageOf(error)}`,
        this.#file,
        error,
      );
    }
  }

  #objectOf(type: HandleType, number: number): unknown {
    const object = this.#handles.object(type.resource, number);
    return this.#handles.target(object) ?? object;
  }

  #numberOf(type: HandleType, object: unknown): number | undefined {
    if (this.#handles.isHandle(object)) return this.#handles.number(type.resource, object);
    const isTarget = (typeof object === 'object' && object !== null) || typeof object === 'function';
    return isTarget ? this.#handles.take(type.resource, object) : undefined;
  }

  #world(): unknown {
    return { ...asObject(this.#module['default']), ...this.#module };
  }

  #interface(name: string): unknown {
    const plain = withoutVersion(name);
    const names = [name, plain, camelCase(plain.slice(plain.lastIndexOf('/') + 1))];
    for (const one of names) {
      const found = this.#module[one] ?? asObject(this.#module['default'])[one];
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** Where a module cannot be parsed, which is in no stack of the error: Node says it when it only checks the file. */
async function syntaxPlace(file: string): Promise<string> {
  const env = { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' };
  const { stderr } = await run([process.execPath, '--check', file], { cwd: dirname(file), env });
  const [, path, line] = /^(.+):(\d+)$/m.exec(stderr) ?? [];
  return path === undefined || line === undefined ? '' : `${pathToFileURL(path).href}:${line}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isClass(value: unknown): value is Class {
  return typeof value === 'function' && 'prototype' in value;
}

function memberOf(owner: unknown, name: string): unknown {
  const has = (typeof owner === 'object' && owner !== null) || typeof owner === 'function';
  return has ? Reflect.get(owner, name) : undefined;
}

/** A function of an interface or an object by its name in JavaScript or in WIT. */
function callIn(owner: unknown, name: string): Call | undefined {
  for (const one of [camelCase(name), name]) {
    const found = memberOf(owner, one);
    if (typeof found === 'function') return (...args) => Reflect.apply(found, owner, args) as unknown;
  }
  return undefined;
}

/** What is thrown as the err case of a result: anything but an error, or an error with a payload. */
function isPayload(error: unknown): boolean {
  return !(error instanceof Error) || Object.hasOwn(error, 'payload');
}

function payloadOf(error: unknown): unknown {
  return error instanceof Error
    ? Reflect.get(error, 'payload')
    : isObject(error) && Object.hasOwn(error, 'payload')
      ? error['payload']
      : error;
}
