/** Plugins of any world in wasmtime: what Hotplug recorded of one happens again there. */
import assert from 'node:assert/strict';
import { decodePayload } from '../../extension/contracts/typed/encoding.ts';
import { callables, functionsOf, type Callable } from '../../extension/contracts/custom/world.ts';
import {
  CallStatus,
  decodeCall,
  RecordFlag,
  RecordKind,
  type Recording,
} from '../../extension/recording/record.ts';
import type { Value } from '../../extension/values/value.ts';
import type { WitField, WitType, WitWorld } from '../../extension/wit/model.ts';
import { askWasmtime } from './wasmtime.ts';

/** A call of an export, and what came of it: see test/wasmtime/plugin.py. */
interface Step {
  readonly call: readonly [owner: string, name: string, args: readonly unknown[]];
  /** Each `[interface, name, arguments, result]`. */
  readonly calls: readonly HostCall[];
  readonly result?: unknown;
  /** True where the call trapped. */
  readonly trap?: true;
}
type HostCall = readonly [owner: string, name: string, args: readonly unknown[], result: unknown];

interface Answered {
  readonly steps: readonly { readonly calls: readonly HostCall[]; result?: unknown; trap?: string }[];
}

const MEMORY_BYTES = 512 * 1024 * 1024;

/**
 * Calls in wasmtime what was called in a recording of one plugin, answers its host calls as they were
 * answered there, and fails where it asks for, or gives, anything else. What WASI answers is not compared.
 */
export async function assertReplays(recording: Recording, world: WitWorld, component: string): Promise<void> {
  const steps = stepsOf(recording, world);
  assert.ok(steps.length > 0);
  const answers: Record<string, unknown[]> = {};
  for (const [owner, name, , result] of steps.flatMap(({ calls }) => calls))
    (answers[`${owner}#${name}`] ??= []).push(result);
  const request = { component, memoryBytes: MEMORY_BYTES, answers, calls: steps.map(({ call }) => call) };
  const [answer] = await askWasmtime('plugin.py', [request]);
  assert.ok(isAnswered(answer), JSON.stringify(answer));
  // The first one is the instantiation.
  const [, ...there] = answer.steps;
  const happened = there.map(({ calls, trap, ...step }) =>
    trap === undefined ? { calls, result: step.result ?? null } : { calls, trap: true },
  );
  const expected = steps.map(({ calls, trap, ...step }) =>
    trap === undefined ? { calls, result: step.result ?? null } : { calls, trap: true },
  );
  assert.deepEqual(happened, expected);
}

function isAnswered(answer: unknown): answer is Answered {
  return typeof answer === 'object' && answer !== null && 'steps' in answer;
}

/** The calls that the plugin was given, in order, with what it asked during each. */
function stepsOf(recording: Recording, world: WitWorld): readonly Step[] {
  const exported = new Map(callables(world).map((one) => [one.name, one]));
  const imported = new Map(functionsOf(world.imports).map((one) => [one.name, one]));
  const steps: Step[] = [];
  let args: readonly unknown[] = [];
  let calls: HostCall[] = [];
  for (let index = 0; index < recording.count; index++) {
    const { kind, name, flags, payload } = recording.at(index);
    if (kind === RecordKind.event) args = valuesIn(payload).args;
    if (kind === RecordKind.hostCall && (flags & RecordFlag.wasi) === 0) {
      const { args: asked, result } = valuesIn(payload);
      calls.push([...placeOf(imported, name), asked, result]);
    }
    const one = exported.get(name);
    if (kind !== RecordKind.call || one === undefined) continue;
    const { status, result } = decodeCall(payload);
    const call = [...placeOf(exported, name), args] as const;
    if (status === CallStatus.trap) steps.push({ call, calls, trap: true });
    else steps.push({ call, calls, result: result === undefined ? null : valuesIn(result).result });
    calls = [];
  }
  return steps;
}

function placeOf(all: ReadonlyMap<string, Callable>, name: string): readonly [owner: string, name: string] {
  const one = all.get(name);
  assert.ok(one !== undefined, name);
  return [one.interface ?? '', one.function.exportName];
}

/** A recorded payload in the form of test/wasmtime/values.py. */
function valuesIn(payload: Uint8Array): { readonly args: readonly unknown[]; readonly result: unknown } {
  const decoded = decodePayload(payload);
  assert.ok(decoded !== undefined);
  const { signature, params, result } = decoded;
  const typed = (value: Value | undefined, type: WitType): unknown => {
    assert.ok(value !== undefined);
    return jsonOf(value, type);
  };
  return {
    args: signature.params.map(({ type }, index) => typed(params[index], type)),
    result: signature.result === undefined ? null : typed(result, signature.result),
  };
}

function jsonOf(value: Value, type: WitType): unknown {
  switch (value.type) {
    case 'bool':
    case 'char':
    case 'string':
      return value.value;
    case 'u64':
    case 's64':
      return String(value.value);
    case 'f32':
    case 'f64':
      return hexOf(value.type, [Number(value.value)]);
    case 'u8':
    case 'u16':
    case 'u32':
    case 's8':
    case 's16':
    case 's32':
      return Number(value.value);
    case 'list': {
      const element = type.kind === 'list' ? type.element : ({ kind: 'bool' } as const);
      const items = Array.from({ length: value.length }, (_, index) => value.at(index));
      if (element.kind !== 'u8' && element.kind !== 'f32' && element.kind !== 'f64')
        return items.map((item) => jsonOf(item, element));
      return hexOf(
        element.kind,
        items.map((item) => ('value' in item ? Number(item.value) : 0)),
      );
    }
    case 'tuple':
      return value.items.map((item, index) =>
        jsonOf(item, typeAt(type.kind === 'tuple' ? type.items : [], index)),
      );
    case 'record':
      return Object.fromEntries(
        value.fields.map((field) => [
          field.name,
          jsonOf(field.value, fieldType(type.kind === 'record' ? type.fields : [], field.name)),
        ]),
      );
    case 'variant': {
      if (type.kind === 'enum') return value.name;
      const payload = payloadType(type, value.name);
      return value.value === undefined || payload === undefined
        ? { tag: value.name }
        : { tag: value.name, value: jsonOf(value.value, payload) };
    }
    case 'flags':
      return type.kind === 'flags' ? type.flags.filter((flag) => value.set.includes(flag)) : value.set;
    case 'handle':
      return value.number;
  }
}

function typeAt(types: readonly WitType[], index: number): WitType {
  const type = types[index];
  assert.ok(type !== undefined);
  return type;
}

function fieldType(fields: readonly WitField[], name: string): WitType {
  return typeAt(
    fields.map(({ type }) => type),
    fields.findIndex((field) => field.name === name),
  );
}

function payloadType(type: WitType, name: string): WitType | undefined {
  if (type.kind === 'option') return name === 'some' ? type.some : undefined;
  if (type.kind === 'result') return name === 'ok' ? type.ok : type.err;
  return type.kind === 'variant' ? type.cases.find((one) => one.name === name)?.type : undefined;
}

function hexOf(kind: 'u8' | 'f32' | 'f64', numbers: readonly number[]): string {
  const arrays = { u8: Uint8Array, f32: Float32Array, f64: Float64Array };
  return Buffer.from(arrays[kind].from(numbers).buffer).toString('hex');
}
