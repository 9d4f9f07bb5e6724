/** Makes values fit a WIT type: those that were edited, or were recorded with another version of the type. */
import { UserError } from '../errors.ts';
import type { WitType } from '../wit/model.ts';
import { exampleOf } from './make.ts';
import { listOf } from './parse.ts';
import { elementPath, fieldPath } from './path.ts';
import { cut } from './reader.ts';
import { article, casesOf, elementName, kindText, NONE, resourceName, unsupported } from './type.ts';
import { readTyped } from './typed.ts';
import { isNumberType, type ListValue, type NamedValue, type NumberType, type Value } from './value.ts';
import { printValue } from './wave.ts';

type NumberValue = Extract<Value, { type: NumberType }>;

/**
 * The same value as one of this type: numbers get their width, options that are left out are none, the
 * payload of `some` and `ok` may stand alone. Throws a UserError that names the path and what is wanted.
 */
export function fitTo(value: Value, type: WitType, path: string): Value {
  switch (type.kind) {
    case 'bool':
      return value.type === 'bool' ? value : misfit(path, type, value);
    case 'char':
      return value.type === 'char' ? value : misfit(path, type, value);
    case 'string':
      return value.type === 'string' ? { type: 'string', value: value.value } : misfit(path, type, value);
    case 'list':
      return value.type === 'list' ? fitList(value, type, path) : misfit(path, type, value);
    case 'tuple':
      if (value.type !== 'tuple' || value.items.length !== type.items.length)
        return misfit(path, type, value);
      return {
        type: 'tuple',
        items: type.items.map((item, index) =>
          fitTo(value.items[index] ?? NONE, item, elementPath(path, index)),
        ),
      };
    case 'record':
      return value.type === 'record' ? fitRecord(value.fields, type, path) : misfit(path, type, value);
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return fitCase(value, type, path);
    case 'flags':
      return fitFlags(value, type, path);
    case 'own':
    case 'borrow':
      return fitHandle(value, type, path);
    case 'future':
    case 'stream':
    case 'error-context':
      throw unsupported(type);
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
      return isNumber(value) ? fitNumber(value, type.kind, path) : misfit(path, type, value);
  }
}

function isNumber(value: Value): value is NumberValue {
  return isNumberType(value.type);
}

function fitNumber(value: NumberValue, kind: NumberType, path: string): Value {
  if (value.type === kind) return value;
  if (kind === 'f32' || kind === 'f64') {
    const number = Number(value.value);
    return { type: kind, value: kind === 'f32' ? Math.fround(number) : number };
  }
  // The reader knows the ranges.
  try {
    return readTyped(String(value.value), { kind });
  } catch {
    return misfit(path, { kind }, value);
  }
}

function fitList(value: ListValue, type: Extract<WitType, { kind: 'list' }>, path: string): Value {
  const { element, length } = type;
  const name = elementName(element);
  if (length !== undefined && length !== value.length) return misfit(path, type, value);
  if (value.element === name && value.numbers !== undefined) return value;
  const items = Array.from({ length: value.length }, (_, index) =>
    fitTo(value.at(index), element, elementPath(path, index)),
  );
  return listOf(name, items);
}

function fitRecord(
  given: readonly NamedValue[],
  type: Extract<WitType, { kind: 'record' }>,
  path: string,
): Value {
  const unknown = given.find(({ name }) => !type.fields.some((field) => field.name === name));
  if (unknown !== undefined) {
    throw new UserError(
      `${fieldPath(path, unknown.name)}: ${kindText(type)} has no such field`,
      `It has ${type.fields.map(({ name }) => name).join(', ')}.`,
    );
  }
  const fields = type.fields.map((field) => {
    const inner = fieldPath(path, field.name);
    const found = given.find(({ name }) => name === field.name)?.value;
    if (found === undefined && field.type.kind !== 'option') return misfit(inner, field.type, undefined);
    return { name: field.name, value: fitTo(found ?? NONE, field.type, inner) };
  });
  return { type: 'record', fields };
}

function fitCase(
  value: Value,
  type: Extract<WitType, { kind: 'variant' | 'enum' | 'option' | 'result' }>,
  path: string,
): Value {
  const found = value.type === 'variant' ? casesOf(type).find(({ name }) => name === value.name) : undefined;
  if (value.type === 'variant' && found !== undefined) {
    if ((found.type === undefined) !== (value.value === undefined)) return misfit(path, type, value);
    if (found.type === undefined || value.value === undefined) return { type: 'variant', name: found.name };
    return { type: 'variant', name: found.name, value: fitTo(value.value, found.type, path) };
  }
  const flat = type.kind === 'option' ? type.some : type.kind === 'result' ? type.ok : undefined;
  if (flat === undefined || flat.kind === 'option' || flat.kind === 'result')
    return misfit(path, type, value);
  return {
    type: 'variant',
    name: type.kind === 'option' ? 'some' : 'ok',
    value: fitTo(value, flat, path),
  };
}

function fitFlags(value: Value, type: Extract<WitType, { kind: 'flags' }>, path: string): Value {
  if (value.type !== 'flags' || value.set.some((name) => !type.flags.includes(name)))
    return misfit(path, type, value);
  return { type: 'flags', set: type.flags.filter((name) => value.set.includes(name)) };
}

function fitHandle(value: Value, type: Extract<WitType, { kind: 'own' | 'borrow' }>, path: string): Value {
  const resource = resourceName(type.resource);
  if (value.type === 'handle' && value.resource === resource) return value;
  // `bucket` alone is a new one.
  return value.type === 'variant' && value.name === resource && value.value === undefined
    ? { type: 'handle', resource, number: 0 }
    : misfit(path, type, value);
}

function misfit(path: string, type: WitType, value: Value | undefined): never {
  const found = value === undefined ? 'nothing' : cut(printValue(value, { most: 3 }), 60);
  const where = path === '' ? 'The value' : path;
  throw new UserError(
    `${where}: expected ${article(kindText(type))}, found ${found}`,
    `Write it like this: ${exampleOf(type)}`,
  );
}
