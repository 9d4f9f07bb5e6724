/** Makes values of a WIT type. */
import type { WitType } from '../wit/model.ts';
import { cut } from './reader.ts';
import { casesOf, elementName, NONE, resourceName, unsupported } from './type.ts';
import { isBig, isNumberType, numberList, valueList, type Value } from './value.ts';
import { printValue } from './wave.ts';

/** A value of the type that depends on nothing: zero, empty, none, ok, the first case. `handle` gives the resources. */
export function defaultValue(type: WitType, handle: (resource: string) => number = () => 0): Value {
  return makeValue(type, { plain: true, handle });
}

/** A value that shows how the type is written: no list and no option in it is empty. */
export function sampleValue(type: WitType, handle: (resource: string) => number = () => 0): Value {
  return makeValue(type, { plain: false, handle });
}

interface Making {
  readonly plain: boolean;
  readonly handle: (resource: string) => number;
}

function makeValue(type: WitType, making: Making): Value {
  const { plain, handle } = making;
  switch (type.kind) {
    case 'bool':
      return { type: 'bool', value: !plain };
    case 'char':
      return { type: 'char', value: plain ? '\0' : 'a' };
    case 'string':
      return { type: 'string', value: plain ? '' : 'text' };
    case 'list':
      return makeList(type, making);
    case 'tuple':
      return { type: 'tuple', items: type.items.map((item) => makeValue(item, making)) };
    case 'record':
      return {
        type: 'record',
        fields: type.fields.map((field) => ({ name: field.name, value: makeValue(field.type, making) })),
      };
    case 'option':
      return plain ? NONE : { type: 'variant', name: 'some', value: makeValue(type.some, making) };
    case 'variant':
    case 'enum':
    case 'result': {
      const [first = { name: '' }] = casesOf(type);
      return {
        type: 'variant',
        name: first.name,
        ...(first.type === undefined ? {} : { value: makeValue(first.type, making) }),
      };
    }
    case 'flags':
      return { type: 'flags', set: plain ? [] : type.flags.slice(0, 1) };
    case 'own':
    case 'borrow':
      return { type: 'handle', resource: resourceName(type.resource), number: handle(type.resource) };
    case 'future':
    case 'stream':
    case 'error-context':
      throw unsupported(type);
    case 'u64':
    case 's64':
      return { type: type.kind, value: plain ? 0n : 1n };
    case 'u8':
    case 'u16':
    case 'u32':
    case 's8':
    case 's16':
    case 's32':
    case 'f32':
    case 'f64':
      return { type: type.kind, value: plain ? 0 : 1 };
  }
}

function makeList({ element, length }: Extract<WitType, { kind: 'list' }>, making: Making): Value {
  const count = length ?? (making.plain ? 0 : 1);
  const { kind } = element;
  if (isNumberType(kind) && !isBig(kind))
    return numberList(kind, new Array<number>(count).fill(making.plain ? 0 : 1));
  return valueList(
    elementName(element),
    Array.from({ length: count }, () => makeValue(element, making)),
  );
}

/** A value of the type in WAVE, cut where it is long: for messages and as a start for editing. */
export function exampleOf(type: WitType): string {
  return cut(printValue(sampleValue(type), { most: 3 }), 200);
}
