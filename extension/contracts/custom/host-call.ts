/**
 * One function that a plugin imports. Each call is recorded with its typed arguments and its result, and
 * answered by the recording in a replay, by the stub, by the answers of `hotplug.json`, by what every plugin
 * gets of WASI, or by a plain value of the right type.
 */
import type { Boundary } from '../../host/boundary.ts';
import { StubError } from '../../host/stub-error.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import { fitTo } from '../../values/fit.ts';
import { defaultValue } from '../../values/make.ts';
import type { Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';
import type { WitType } from '../../wit/model.ts';
import type { Answers } from './answers.ts';
import { decodePayload, PayloadEncoder } from '../typed/encoding.ts';
import { fromJs } from './from-js.ts';
import { mapHandles, type HostHandles } from './handles.ts';
import { toJs, type Resources } from './js.ts';
import type { Stub } from './stub.ts';
import type { Callable } from './world.ts';

export interface HostParts {
  readonly boundary: Boundary;
  readonly handles: HostHandles;
  readonly stub: Stub | undefined;
  /** Scripted answers by the functions' whole names. */
  readonly answers: ReadonlyMap<string, Answers>;
}

/** A function of WASI as every plugin gets it; `self` is the first argument. */
type Provided = (args: readonly unknown[]) => unknown;

export class HostCall {
  readonly #callable: Callable;
  readonly #parts: HostParts;
  readonly #resources: Resources;
  readonly #flags: number;
  #answered: PayloadEncoder | undefined;
  #unanswered: PayloadEncoder | undefined;
  /** How many scripted answers were given. */
  #given = 0;
  /** When the call that runs was made, by `performance.now()`. */
  #made = 0;
  /** What answers where nothing else does. */
  provided: Provided | undefined;

  constructor(callable: Callable, parts: HostParts) {
    this.#callable = callable;
    this.#parts = parts;
    this.#flags = isLog(callable) ? RecordFlag.log : 0;
    const { handles } = parts;
    this.#resources = {
      objectOf: ({ resource }, number) => handles.object(resource, number),
      numberOf: ({ resource }, object) =>
        typeof object === 'object' && object !== null ? handles.number(resource, object) : undefined,
    };
  }

  /** Takes a call with its arguments as jco's bindings give them, `self` first, and gives what they take. */
  run(args: readonly unknown[]): unknown {
    this.#made = performance.now();
    const { result, params: types } = this.#callable.function;
    const params = types.map(({ name, type }, index) => fromJs(args[index], type, this.#resources, name));
    if (result === undefined) {
      this.#tell(params, args);
      this.#record(params, undefined);
      this.#takeBack(params);
      return undefined;
    }
    const value = this.#answer(result, params, args);
    this.#record(params, value);
    this.#takeBack(params);
    return toJs(value, result, this.#resources);
  }

  /** What the plugin owned until now is the host's again. */
  #takeBack(params: readonly Value[]): void {
    for (const [index, { type }] of this.#callable.function.params.entries()) {
      const value = params[index];
      if (type.kind === 'own' && value?.type === 'handle')
        this.#parts.handles.returned(type.resource, value.number);
    }
  }

  /** A call that wants no answer. */
  #tell(params: readonly Value[], args: readonly unknown[]): void {
    const { answers } = this.#parts.boundary;
    if (answers !== undefined && !answers.isLive) return;
    if (this.#askStub(params) === undefined) this.provided?.(args);
  }

  #answer(result: WitType, params: readonly Value[], args: readonly unknown[]): Value {
    const { name, function: one } = this.#callable;
    const self = one.kind === 'method' ? params[0] : undefined;
    return this.#parts.boundary.answer(
      name,
      self === undefined ? '' : printValue(self),
      (bytes) => this.#recorded(bytes, result, params) ?? this.#plain(result, args),
      () => this.#askStub(params)?.value ?? this.#scripted() ?? this.#plain(result, args),
      () => this.#plain(result, args),
    );
  }

  /** Undefined where there is no stub, or where it has no such function. Throws a StubError. */
  #askStub(params: readonly Value[]): ReturnType<Stub['answer']> {
    try {
      return this.#parts.stub?.answer(this.#callable, params);
    } catch (error) {
      // What it was asked is worth to be seen.
      if (error instanceof StubError) this.#record(params, undefined);
      throw error;
    }
  }

  #scripted(): Value | undefined {
    const values = this.#parts.answers.get(this.#callable.name)?.values;
    const next = values?.[Math.min(this.#given++, values.length - 1)];
    // A resource without a number is a new one.
    return (
      next && mapHandles(next, (name, number) => (number === 0 ? this.#parts.handles.allot(name) : number))
    );
  }

  /** By WASI as every plugin gets it, else zero, empty, none, ok. */
  #plain(result: WitType, args: readonly unknown[]): Value {
    const { handles } = this.#parts;
    if (this.provided === undefined) return defaultValue(result, (resource) => handles.allot(resource));
    return fromProvided(() => this.provided?.(args), result, {
      ...this.#resources,
      numberOf: ({ resource }, object) => {
        if (handles.isHandle(object)) return handles.number(resource, object);
        return typeof object === 'object' && object !== null ? handles.take(resource, object) : undefined;
      },
    });
  }

  /** The recorded answer; undefined where it is none of the function as it is now. */
  #recorded(bytes: Uint8Array, result: WitType, params: readonly Value[]): Value | undefined {
    const recorded = decodePayload(bytes)?.result;
    if (recorded === undefined) return undefined;
    let value: Value;
    try {
      value = fitTo(recorded, result, 'result');
    } catch {
      return undefined;
    }
    if (this.#parts.boundary.answers?.isLive === true) this.#follow(params, value, result);
    return value;
  }

  /** Where the host goes on answering afterwards, the stub comes into the state that it was in, too. */
  #follow(params: readonly Value[], recorded: Value, result: WitType): void {
    const { stub, handles } = this.#parts;
    const given = handles.adopt(recorded, result, () => {
      try {
        return stub?.answer(this.#callable, params)?.value;
      } catch {
        return undefined; // It answers with something else now.
      }
    });
    if (given === undefined) this.#given++;
  }

  #record(params: readonly Value[], result: Value | undefined): void {
    const { boundary } = this.#parts;
    if (boundary.muted) return;
    const { name, function: one } = this.#callable;
    const encoder =
      one.result !== undefined && result === undefined
        ? (this.#unanswered ??= new PayloadEncoder({ params: one.params }))
        : (this.#answered ??= new PayloadEncoder(one));
    const payload = encoder.encode({ params, result });
    boundary.record(RecordKind.hostCall, this.#flags, boundary.name(name), payload, this.#made);
  }
}

/** What a function of WASI gives, with what it throws as the err case. */
function fromProvided(call: () => unknown, result: WitType, resources: Resources): Value {
  if (result.kind !== 'result') return fromJs(call(), result, resources, 'result');
  const part = (name: string, type: WitType | undefined, js: unknown): Value => ({
    type: 'variant',
    name,
    ...(type === undefined ? {} : { value: fromJs(js, type, resources, 'result') }),
  });
  let given: unknown;
  try {
    given = call();
  } catch (error) {
    if (typeof error !== 'object' || error === null || !('payload' in error)) throw error;
    return part('err', result.err, error.payload);
  }
  return part('ok', result.ok, given);
}

/** A function that writes a line of a log, as `wasi:logging` has it: `log(level, …, message)`. */
function isLog({ function: one }: Callable): boolean {
  const names = one.params.map(({ name }) => name);
  return (
    one.name === 'log' && one.result === undefined && names.includes('level') && names.includes('message')
  );
}
