/** Values of WASI calls as the JSON of their records has them, and back. */
import { UserError } from '../errors.ts';
import { numberList, valueList, type Value } from '../values/value.ts';
import { bigOf, bytesOf, fieldOf, misfit, recordOf, textOf, wholeOf } from './read.ts';
import type { Shape } from './wasi-signatures.ts';

/** Bytes of a file that a recording refers to: `DataReference` of the host. */
const REFERENCE = { file: 'string', offset: 'position', length: 'position', sha256: 'string' } as const;

/** JSON as a value of this type; of whatever type it looks like where it is not one. */
export function typed(json: unknown, shape: Shape | undefined): Value {
  return (shape === undefined ? undefined : shaped(json, shape)) ?? generic(json);
}

function shaped(json: unknown, shape: Shape): Value | undefined {
  if (typeof shape === 'string') return plain(json, shape);
  if ('tuple' in shape) {
    if (!Array.isArray(json) || json.length !== shape.tuple.length) return undefined;
    return { type: 'tuple', items: shape.tuple.map((item, index) => typed(json[index], item)) };
  }
  if ('list' in shape) {
    if (!Array.isArray(json)) return undefined;
    const { list, element } = shape;
    return valueList(
      element,
      json.map((item) => typed(item, list)),
    );
  }
  if (!isObject(json)) return undefined;
  if ('flags' in shape)
    return { type: 'flags', set: shape.flags.filter((name) => json[camelCase(name)] === true) };
  if ('variant' in shape) {
    const { tag, val } = json;
    if (typeof tag !== 'string' || !(tag in shape.variant)) return undefined;
    const inner = shape.variant[tag];
    return { type: 'variant', name: tag, ...(inner === undefined ? {} : { value: typed(val, inner) }) };
  }
  if ('sure' in shape) return 'ok' in json ? typed(json['ok'], shape.sure) : undefined;
  if ('result' in shape) {
    if ('err' in json) return { type: 'variant', name: 'err', value: typed(json['err'], 'enum') };
    const { result } = shape;
    return {
      type: 'variant',
      name: 'ok',
      ...(result === undefined ? {} : { value: typed(json['ok'], result) }),
    };
  }
  return recordValue(json, shape.record);
}

function plain(json: unknown, shape: Extract<Shape, string>): Value | undefined {
  switch (shape) {
    case 'bool':
      return typeof json === 'boolean' ? { type: 'bool', value: json } : undefined;
    case 'u32':
      return typeof json === 'number' ? { type: 'u32', value: json } : undefined;
    case 'u64':
      return typeof json === 'string' && /^\d+$/.test(json)
        ? { type: 'u64', value: BigInt(json) }
        : undefined;
    case 'string':
      return typeof json === 'string' ? { type: 'string', value: json } : undefined;
    case 'bytes':
      return hexOf(json);
    case 'data':
      return hexOf(json) ?? (isObject(json) ? recordValue(json, REFERENCE) : undefined);
    case 'descriptor':
      return typeof json === 'number' ? { type: 'handle', resource: 'descriptor', number: json } : undefined;
    case 'position':
      return typeof json === 'number' ? { type: 'u64', value: BigInt(json) } : undefined;
    case 'enum':
      return typeof json === 'string' ? { type: 'variant', name: json } : undefined;
  }
}

function recordValue(
  json: Readonly<Record<string, unknown>>,
  record: Readonly<Record<string, Shape>>,
): Value {
  const fields = Object.entries(record).map(([name, field]) => ({
    name,
    value: typed(json[camelCase(name)], field),
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

/** The same for a value that {@link typed} gave, which may be of another type where the JSON was. */
export function untypedAsItIs(value: Value, shape: Shape | undefined, path: string): unknown {
  try {
    return untyped(value, shape, path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return ungeneric(value, path);
  }
}

/** A value as JSON, as `host/boundary.ts` writes it. Throws a UserError where it is of another type. */
export function untyped(value: Value, shape: Shape | undefined, path: string): unknown {
  if (shape === undefined) return ungeneric(value, path);
  if (typeof shape === 'string') return unplain(value, shape, path);
  if ('tuple' in shape) {
    if (value.type !== 'tuple' || value.items.length !== shape.tuple.length)
      throw misfit(path, `a tuple of ${shape.tuple.length} values`);
    return value.items.map((item, index) => untyped(item, shape.tuple[index], `${path}[${index}]`));
  }
  if ('list' in shape) {
    if (value.type !== 'list') throw misfit(path, 'a list');
    return Array.from({ length: value.length }, (_, index) =>
      untyped(value.at(index), shape.list, `${path}[${index}]`),
    );
  }
  if ('flags' in shape) {
    if (value.type !== 'flags') throw misfit(path, 'flags');
    return Object.fromEntries(shape.flags.map((name) => [camelCase(name), value.set.includes(name)]));
  }
  if ('variant' in shape) {
    if (value.type !== 'variant' || !(value.name in shape.variant))
      throw misfit(path, `one of ${Object.keys(shape.variant).join(', ')}`);
    const inner = shape.variant[value.name];
    if (inner === undefined) return { tag: value.name };
    return { tag: value.name, val: untyped(payload(value, path), inner, `${path}.${value.name}`) };
  }
  if ('sure' in shape) return { ok: untyped(value, shape.sure, path) };
  if ('result' in shape) {
    if (value.type !== 'variant' || (value.name !== 'ok' && value.name !== 'err'))
      throw misfit(path, 'ok or err');
    if (value.name === 'err') return { err: untyped(payload(value, path), 'enum', `${path}.err`) };
    if (shape.result === undefined) return { ok: null };
    return { ok: untyped(payload(value, path), shape.result, `${path}.ok`) };
  }
  return unrecord(value, shape.record, path);
}

function unplain(value: Value, shape: Extract<Shape, string>, path: string): unknown {
  switch (shape) {
    case 'bool':
      if (value.type !== 'bool') throw misfit(path, 'true or false');
      return value.value;
    case 'u32':
      return wholeOf(value, 0xffffffff, path);
    case 'u64':
      return bigOf(value, path).toString();
    case 'string':
      return textOf(value, path);
    case 'bytes':
      return { hex: Buffer.from(bytesOf(value, path)).toString('hex') };
    case 'data':
      return value.type === 'record' ? unrecord(value, REFERENCE, path) : unplain(value, 'bytes', path);
    case 'descriptor':
      if (value.type !== 'handle') throw misfit(path, 'a descriptor');
      return value.number;
    case 'position':
      return value.type === 'string' ? value.value : Number(bigOf(value, path));
    case 'enum':
      // Without its value: what was redacted is a string.
      if (value.type !== 'variant' && value.type !== 'string') throw misfit(path, 'the name of a case');
      return value.type === 'string' ? value.value : value.name;
  }
}

function unrecord(value: Value, record: Readonly<Record<string, Shape>>, path: string): unknown {
  const fields = recordOf(value, path);
  return Object.fromEntries(
    Object.entries(record).map(([name, field]) => {
      const inner = `${path}.${name}`;
      return [camelCase(name), untyped(fieldOf(fields, name, inner), field, inner)];
    }),
  );
}

function payload(value: Extract<Value, { type: 'variant' }>, path: string): Value {
  if (value.value === undefined) throw misfit(`${path}.${value.name}`, 'given');
  return value.value;
}

/** A name as the bindings of JavaScript have it. */
function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
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
