/**
 * Typed values as JSON, for other programs to read:
 *
 * - numbers are numbers; a u64 or s64 that a double cannot hold is a string of its digits, and so are
 *   `nan`, `inf` and `-inf`, as WAVE writes them
 * - a list is an array, one of bytes as well; a tuple is an array
 * - a record is an object
 * - `none` is null and `some(x)` is x, but inside another option it is {"some": x}
 * - another case is its name, or {"name": value} where it has a value
 * - flags are an array of the names that are set; a resource is its WAVE text, `bucket#1`
 * - a string that holds JSON is that JSON
 */
import { childrenOf } from '../values/tree.ts';
import { isNumberType, type Value } from '../values/value.ts';
import { printValue } from '../values/wave.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export function valueJson(value: Value): Json {
  switch (value.type) {
    case 'bool':
    case 'char':
      return value.value;
    case 'string':
      return value.format === 'json' ? parsed(value.value) : value.value;
    case 'list':
      return value.numbers === undefined ? itemsJson(value) : numbersJson(value.element, value.numbers);
    case 'tuple':
      return itemsJson(value);
    case 'record':
      // No prototype: a field may be called __proto__.
      return objectOf(value.fields.map(({ name, value: field }) => [name, valueJson(field)]));
    case 'variant':
      return caseJson(value);
    case 'flags':
      return value.set;
    case 'handle':
      return printValue(value);
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
      return numberJson(value);
  }
}

function itemsJson(value: Value): Json {
  return childrenOf(value).map((child) => valueJson(child.value));
}

/** Millions of numbers without a value each. */
function numbersJson(type: string, numbers: ArrayLike<number>): Json {
  const isPlain = isNumberType(type) && type !== 'f32' && type !== 'f64';
  return Array.from(numbers, (number) =>
    isPlain || !isNumberType(type) ? number : numberJson({ type, value: number }),
  );
}

function numberJson(value: Extract<Value, { value: number | bigint }>): Json {
  const number = Number(value.value);
  if (!Number.isFinite(number)) return printValue(value);
  if (typeof value.value === 'bigint' && !Number.isSafeInteger(number)) return value.value.toString();
  // As short as the type allows: 0.1, not 0.10000000149011612.
  return value.type === 'f32' ? Number(printValue(value)) : number;
}

function caseJson({ name, value }: Extract<Value, { type: 'variant' }>): Json {
  if (value === undefined) return name === 'none' || name === 'null' ? null : name;
  const inner = valueJson(value);
  const isOption = value.type === 'variant' && (value.name === 'some' || value.name === 'none');
  return name === 'some' && !isOption ? inner : objectOf([[name, inner]]);
}

function objectOf(entries: readonly (readonly [string, Json])[]): Json {
  const object = Object.create(null) as Record<string, Json>;
  for (const [name, json] of entries) object[name] = json;
  return object;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
