/**
 * Recorded WASI calls, the same for every contract: the payload is JSON text `{args, result}`, with
 * u64 as decimal digits and bytes as `{hex}` (`host/boundary.ts`).
 */
import { UserError } from '../errors.ts';
import type { RawRecord } from '../recording/record.ts';
import { numberList, type Crossing, type NamedValue, type Value } from '../values/value.ts';
import { bigOf, bytesOf, fieldOf, misfit, recordOf, wholeOf } from './read.ts';

/** Types of the arguments and results of the calls that are recorded. */
type Shape =
  | 'u32'
  | 'u64'
  | 'bytes'
  | { readonly record: Readonly<Record<string, Shape>> }
  | { readonly tuple: readonly Shape[] };

interface Signature {
  readonly params: Readonly<Record<string, Shape>>;
  readonly result: Shape;
}

const SIGNATURES: Readonly<Record<string, Signature>> = {
  'wasi:clocks/monotonic-clock#now': { params: {}, result: 'u64' },
  'wasi:clocks/wall-clock#now': {
    params: {},
    result: { record: { seconds: 'u64', nanoseconds: 'u32' } },
  },
  'wasi:random/random#get-random-bytes': { params: { len: 'u64' }, result: 'bytes' },
  'wasi:random/random#get-random-u64': { params: {}, result: 'u64' },
  'wasi:random/insecure#get-insecure-random-bytes': { params: { len: 'u64' }, result: 'bytes' },
  'wasi:random/insecure#get-insecure-random-u64': { params: {}, result: 'u64' },
  'wasi:random/insecure-seed#insecure-seed': { params: {}, result: { tuple: ['u64', 'u64'] } },
};

const decoder = new TextDecoder();
const encoder = new TextEncoder();

interface Call {
  readonly args: readonly unknown[];
  readonly result?: unknown;
}

/** The values of a recorded WASI call; undefined where the payload is not one. Calls without a known signature get generic types. */
export function wasiValues(record: RawRecord): Crossing | undefined {
  const call = callOf(record.payload);
  if (call === undefined) return undefined;
  const signature = SIGNATURES[record.name];
  const params = Object.entries(signature?.params ?? {});
  const args: NamedValue[] = call.args.map((json, index) => {
    const [name, shape] = params[index] ?? [`argument-${index + 1}`, undefined];
    return { name, value: typed(json, shape) };
  });
  const known = call.result === undefined ? undefined : typed(call.result, signature?.result);
  return { arguments: args, ...(known === undefined ? {} : { result: known }) };
}

/** The payload of a WASI call of these values, as {@link wasiValues} gives them. */
export function encodeWasi({ arguments: args, result }: Crossing): Uint8Array {
  return payloadOf({
    args: args.map(({ name, value }) => ungeneric(value, name)),
    ...(result === undefined ? {} : { result: ungeneric(result, 'result') }),
  });
}

/** The payload of a WASI call that was answered with another result; its arguments stay as they are. */
export function editWasiResult(record: RawRecord, result: Value): Uint8Array {
  const call = callOf(record.payload);
  if (call?.result === undefined)
    throw new UserError(
      `${record.name} returns nothing that can be edited.`,
      'Edit another host call, or the event.',
    );
  return payloadOf({ args: call.args, result: untyped(result, SIGNATURES[record.name]?.result, 'result') });
}

function payloadOf(call: Call): Uint8Array {
  return encoder.encode(JSON.stringify(call));
}

function callOf(payload: Uint8Array): Call | undefined {
  try {
    const call: unknown = JSON.parse(decoder.decode(payload));
    if (typeof call !== 'object' || call === null || !('args' in call) || !Array.isArray(call.args))
      return undefined;
    return { args: call.args, ...('result' in call ? { result: call.result } : {}) };
  } catch {
    return undefined;
  }
}

/** JSON as a value of this type; of whatever type it looks like where it is not one. */
function typed(json: unknown, shape: Shape | undefined): Value {
  return (shape === undefined ? undefined : shaped(json, shape)) ?? generic(json);
}

function shaped(json: unknown, shape: Shape): Value | undefined {
  if (shape === 'u32') return typeof json === 'number' ? { type: 'u32', value: json } : undefined;
  if (shape === 'u64')
    return typeof json === 'string' && /^\d+$/.test(json) ? { type: 'u64', value: BigInt(json) } : undefined;
  if (shape === 'bytes') return hexOf(json);
  if ('tuple' in shape) {
    if (!Array.isArray(json) || json.length !== shape.tuple.length) return undefined;
    return { type: 'tuple', items: shape.tuple.map((item, index) => typed(json[index], item)) };
  }
  if (!isObject(json)) return undefined;
  const fields = Object.entries(shape.record).map(([name, field]) => ({
    name,
    value: typed(json[name], field),
  }));
  return { type: 'record', fields };
}

function generic(json: unknown): Value {
  if (typeof json === 'string') return { type: 'string', value: json };
  if (typeof json === 'number') return { type: 'f64', value: json };
  if (typeof json === 'boolean') return { type: 'bool', value: json };
  if (Array.isArray(json)) return { type: 'tuple', items: json.map(generic) };
  if (!isObject(json)) return { type: 'variant', name: 'none' };
  return (
    hexOf(json) ?? {
      type: 'record',
      fields: Object.entries(json).map(([name, value]) => ({ name, value: generic(value) })),
    }
  );
}

function hexOf(json: unknown): Value | undefined {
  if (!isObject(json) || typeof json['hex'] !== 'string' || Object.keys(json).length !== 1) return undefined;
  return numberList('u8', Buffer.from(json['hex'], 'hex'));
}

/** A value as JSON, as `host/boundary.ts` writes it. */
function untyped(value: Value, shape: Shape | undefined, path: string): unknown {
  if (shape === undefined) return ungeneric(value, path);
  if (shape === 'u32') return wholeOf(value, 0xffffffff, path);
  if (shape === 'u64') return bigOf(value, path).toString();
  if (shape === 'bytes') return { hex: Buffer.from(bytesOf(value, path)).toString('hex') };
  if ('tuple' in shape) {
    if (value.type !== 'tuple' || value.items.length !== shape.tuple.length)
      throw misfit(path, `a tuple of ${shape.tuple.length} values`);
    return value.items.map((item, index) => untyped(item, shape.tuple[index], `${path}[${index}]`));
  }
  const fields = recordOf(value, path);
  return Object.fromEntries(
    Object.entries(shape.record).map(([name, field]) => {
      const inner = `${path}.${name}`;
      return [name, untyped(fieldOf(fields, name, inner), field, inner)];
    }),
  );
}

function ungeneric(value: Value, path: string): unknown {
  switch (value.type) {
    case 'bool':
    case 'string':
    case 'char':
      return value.value;
    case 'tuple':
      return value.items.map((item, index) => ungeneric(item, `${path}[${index}]`));
    case 'record':
      return Object.fromEntries(
        value.fields.map((field) => [field.name, ungeneric(field.value, `${path}.${field.name}`)]),
      );
    case 'variant':
      if (value.value === undefined) return value.name === 'none' ? null : value.name;
      throw misfit(path, 'a value without cases');
    case 'list':
      if (value.element === 'u8') return { hex: Buffer.from(bytesOf(value, path)).toString('hex') };
      return Array.from({ length: value.length }, (_, index) =>
        ungeneric(value.at(index), `${path}[${index}]`),
      );
    case 'flags':
      return value.set;
    case 'handle':
      throw misfit(path, 'a value that is no resource');
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
      return typeof value.value === 'bigint' ? value.value.toString() : value.value;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
