/**
 * Values as a contract types them: what events and host calls are made of. One form serves the
 * text (WAVE), the differences, the debugger's trees and edits.
 */
export type NumberType = 'u8' | 'u16' | 'u32' | 'u64' | 's8' | 's16' | 's32' | 's64' | 'f32' | 'f64';

export type Value =
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: NumberType; readonly value: number | bigint }
  | { readonly type: 'char'; readonly value: string }
  /** `json`: the text is JSON, and is compared and shown by its fields. */
  | { readonly type: 'string'; readonly value: string; readonly format?: 'json' }
  | ListValue
  | { readonly type: 'tuple'; readonly items: readonly Value[] }
  | { readonly type: 'record'; readonly fields: readonly NamedValue[] }
  /** A case of a variant, enum, option (`some`, `none`) or result (`ok`, `err`). */
  | { readonly type: 'variant'; readonly name: string; readonly value?: Value }
  | { readonly type: 'flags'; readonly set: readonly string[] }
  /** A resource: the name of its type without interface, and the number that the host gave it; 0 for one that is to be made. */
  | { readonly type: 'handle'; readonly resource: string; readonly number: number };

/** Elements are made when they are asked for: a packet has thousands. */
export interface ListValue {
  readonly type: 'list';
  /** WIT type of the elements: `f32`. */
  readonly element: string;
  readonly length: number;
  /** The element with this index, 0 ≤ index < length. */
  readonly at: (index: number) => Value;
  /** The elements of a list of numbers that fit into float64, for what goes through all of them. */
  readonly numbers?: ArrayLike<number>;
}

export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/** What crossed the boundary with one event or host call. */
export interface Crossing {
  readonly arguments: readonly NamedValue[];
  /** What the host answered; undefined where the function returns nothing. */
  readonly result?: Value;
}

const NUMBER_TYPES: readonly string[] = [
  'u8',
  'u16',
  'u32',
  'u64',
  's8',
  's16',
  's32',
  's64',
  'f32',
  'f64',
] satisfies NumberType[];

/** Whether a WIT type is one of numbers. */
export function isNumberType(type: string): type is NumberType {
  return NUMBER_TYPES.includes(type);
}

/** Whether numbers of a type may be too large for a float64, and are bigints. */
export function isBig(type: NumberType): boolean {
  return type === 'u64' || type === 's64';
}

/** A list of numbers over an array of them; the array is not copied. */
export function numberList(element: NumberType, numbers: ArrayLike<number>): ListValue {
  return {
    type: 'list',
    element,
    length: numbers.length,
    at: (index) => ({ type: element, value: numbers[index] ?? 0 }),
    numbers,
  };
}

/** A list over values that exist already. */
export function valueList(element: string, items: readonly Value[]): ListValue {
  return {
    type: 'list',
    element,
    length: items.length,
    at: (index) => {
      const item = items[index];
      if (item === undefined)
        throw new RangeError(`A list of ${items.length} elements has no element ${index}.`);
      return item;
    },
  };
}

/** Everything that crossed as one record: the arguments, then `result` where there is one. */
export function crossingRecord(crossing: Crossing): Extract<Value, { type: 'record' }> {
  const { arguments: fields, result } = crossing;
  return {
    type: 'record',
    fields: result === undefined ? fields : [...fields, { name: 'result', value: result }],
  };
}
