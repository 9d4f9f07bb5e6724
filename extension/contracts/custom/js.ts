/**
 * Values as JavaScript has them in jco's bindings, which is how a component's exports are called and how a
 * stub of the host is written: numbers and bigints, strings, typed arrays, objects with camelCase fields,
 * `{ tag, val }` for cases, undefined for none.
 */
import { casesOf, unsupported } from '../../values/type.ts';
import { isNumberType, type NumberType, type Value } from '../../values/value.ts';
import type { WitType } from '../../wit/model.ts';

/** Where objects of resources come from, and what numbers they have. `resource` is the whole name. */
export interface Resources {
  readonly objectOf: (type: HandleType, number: number) => unknown;
  /** Undefined where this is no object of the resource. */
  readonly numberOf: (type: HandleType, object: unknown) => number | undefined;
}

export type HandleType = Extract<WitType, { kind: 'own' | 'borrow' }>;

/** A name of WIT as a field or function in JavaScript: `dark-blue` is `darkBlue`. */
export function camelCase(name: string): string {
  const [first = '', ...rest] = name.split('-');
  return first.toLowerCase() + rest.map(capitalized).join('');
}

/** A name of WIT as a class in JavaScript: `incoming-request` is `IncomingRequest`. */
export function pascalCase(name: string): string {
  return name.split('-').map(capitalized).join('');
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}

/** Whether undefined may stand for a value: an option's `some` of it has to be told from none. */
export function isNullable(type: WitType): boolean {
  return type.kind === 'option' && !isNullable(type.some);
}

/** A value that fits its type as JavaScript has it. */
export function toJs(value: Value, type: WitType, resources: Resources): unknown {
  switch (type.kind) {
    case 'list':
      return value.type === 'list' ? listToJs(value, type.element, resources) : mismatch(value, type);
    case 'tuple':
      if (value.type !== 'tuple') return mismatch(value, type);
      return type.items.map((item, index) => toJs(given(value.items[index]), item, resources));
    case 'record':
      if (value.type !== 'record') return mismatch(value, type);
      return Object.fromEntries(
        type.fields.map((field, index) => [
          camelCase(field.name),
          toJs(given(value.fields[index]?.value), field.type, resources),
        ]),
      );
    case 'option':
      if (value.type !== 'variant') return mismatch(value, type);
      if (isNullable(type))
        return value.value === undefined ? undefined : toJs(value.value, type.some, resources);
      return caseToJs(value, type, resources);
    case 'enum':
      return value.type === 'variant' ? value.name : mismatch(value, type);
    case 'variant':
    case 'result':
      return value.type === 'variant' ? caseToJs(value, type, resources) : mismatch(value, type);
    case 'flags':
      if (value.type !== 'flags') return mismatch(value, type);
      return Object.fromEntries(type.flags.map((name) => [camelCase(name), value.set.includes(name)]));
    case 'own':
    case 'borrow':
      return value.type === 'handle' ? resources.objectOf(type, value.number) : mismatch(value, type);
    case 'u64':
    case 's64':
      return 'value' in value ? BigInt(value.value as number | bigint) : mismatch(value, type);
    case 'future':
    case 'stream':
    case 'error-context':
      throw unsupported(type);
    case 'bool':
    case 'char':
    case 'string':
    case 'u8':
    case 'u16':
    case 'u32':
    case 's8':
    case 's16':
    case 's32':
    case 'f32':
    case 'f64':
      return 'value' in value ? value.value : mismatch(value, type);
  }
}

function given(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a value is missing');
  return value;
}

function mismatch(value: Value, type: WitType): never {
  throw new TypeError(`a ${value.type} is no ${type.kind}`);
}

function caseToJs(
  value: Extract<Value, { type: 'variant' }>,
  type: Extract<WitType, { kind: 'variant' | 'option' | 'result' }>,
  resources: Resources,
): { readonly tag: string; readonly val?: unknown } {
  const found = casesOf(type).find(({ name }) => name === value.name);
  if (found?.type === undefined || value.value === undefined) return { tag: value.name };
  return { tag: value.name, val: toJs(value.value, found.type, resources) };
}

function listToJs(
  list: Extract<Value, { type: 'list' }>,
  element: WitType,
  resources: Resources,
): readonly unknown[] | ArrayBufferView {
  const { kind } = element;
  if (isNumberType(kind)) {
    const numbers = list.numbers ?? Array.from({ length: list.length }, (_, index) => numberAt(list, index));
    return typedArray(kind, numbers);
  }
  return Array.from({ length: list.length }, (_, index) => toJs(list.at(index), element, resources));
}

function numberAt(list: Extract<Value, { type: 'list' }>, index: number): number | bigint {
  const item = list.at(index);
  return 'value' in item ? (item.value as number | bigint) : 0;
}

function typedArray(kind: NumberType, numbers: ArrayLike<number | bigint>): ArrayBufferView {
  const plain = numbers as ArrayLike<number>;
  switch (kind) {
    case 'u8':
      return new Uint8Array(plain);
    case 's8':
      return new Int8Array(plain);
    case 'u16':
      return new Uint16Array(plain);
    case 's16':
      return new Int16Array(plain);
    case 'u32':
      return new Uint32Array(plain);
    case 's32':
      return new Int32Array(plain);
    case 'f32':
      return new Float32Array(plain);
    case 'f64':
      return new Float64Array(plain);
    case 'u64':
      return BigUint64Array.from(numbers, BigInt);
    case 's64':
      return BigInt64Array.from(numbers, BigInt);
  }
}
