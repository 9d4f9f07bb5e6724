/** Values from JavaScript: what a component's exports gave, and what a stub of the host answered. */
import { UserError } from '../../errors.ts';
import { exampleOf } from '../../values/make.ts';
import { elementPath, fieldPath } from '../../values/path.ts';
import { cut } from '../../values/reader.ts';
import { casesOf, elementName, kindText, resourceName, unsupported } from '../../values/type.ts';
import {
  isBig,
  isNumberType,
  numberList,
  valueList,
  type NumberType,
  type Value,
} from '../../values/value.ts';
import type { WitType } from '../../wit/model.ts';
import { typeText } from '../../wit/text.ts';
import { camelCase, isNullable, type Resources } from './js.ts';

/**
 * A value of a type from JavaScript. Beside what the bindings give, it takes what people write: numbers for
 * u64, plain arrays for typed ones, null for none. Throws a UserError that names the path and what is wanted.
 */
export function fromJs(js: unknown, type: WitType, resources: Resources, path: string): Value {
  switch (type.kind) {
    case 'bool':
      return typeof js === 'boolean' ? { type: 'bool', value: js } : misfit(path, type, js);
    case 'char':
      if (typeof js !== 'string' || Array.from(js).length !== 1) return misfit(path, type, js);
      return { type: 'char', value: js };
    case 'string':
      return typeof js === 'string' ? { type: 'string', value: js } : misfit(path, type, js);
    case 'list':
      return listFromJs(js, type, resources, path);
    case 'tuple':
      if (!Array.isArray(js) || js.length !== type.items.length) return misfit(path, type, js);
      return {
        type: 'tuple',
        items: type.items.map((item, index) => fromJs(js[index], item, resources, elementPath(path, index))),
      };
    case 'record':
      if (!isObject(js)) return misfit(path, type, js);
      return {
        type: 'record',
        fields: type.fields.map((field) => ({
          name: field.name,
          value: fromJs(
            js[camelCase(field.name)],
            field.type,
            resources,
            fieldPath(path, camelCase(field.name)),
          ),
        })),
      };
    case 'option':
      if (js === undefined || js === null) return { type: 'variant', name: 'none' };
      if (isNullable(type))
        return { type: 'variant', name: 'some', value: fromJs(js, type.some, resources, path) };
      return caseFromJs(js, type, resources, path);
    case 'enum':
      if (typeof js !== 'string' || !type.cases.includes(js)) return misfit(path, type, js);
      return { type: 'variant', name: js };
    case 'variant':
    case 'result':
      return caseFromJs(js, type, resources, path);
    case 'flags':
      if (js === undefined || js === null) return { type: 'flags', set: [] };
      if (!isObject(js)) return misfit(path, type, js);
      return { type: 'flags', set: type.flags.filter((name) => Boolean(js[camelCase(name)])) };
    case 'own':
    case 'borrow': {
      const number = resources.numberOf(type, js);
      if (number === undefined) return misfit(path, type, js);
      return { type: 'handle', resource: resourceName(type.resource), number };
    }
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
      return { type: type.kind, value: numberOf(js, type.kind, path) };
  }
}

/** Bits of a whole number, and whether it has a sign. */
const WHOLE: Readonly<Partial<Record<WitType['kind'], readonly [bits: number, signed: boolean]>>> = {
  u8: [8, false],
  u16: [16, false],
  u32: [32, false],
  u64: [64, false],
  s8: [8, true],
  s16: [16, true],
  s32: [32, true],
  s64: [64, true],
};

function numberOf(js: unknown, kind: NumberType, path: string): number | bigint {
  if (typeof js !== 'number' && typeof js !== 'bigint') return misfit(path, { kind }, js);
  const whole = WHOLE[kind];
  if (whole === undefined) return kind === 'f32' ? Math.fround(Number(js)) : Number(js);
  if (typeof js === 'number' && !Number.isInteger(js)) return misfit(path, { kind }, js);
  const [bits, signed] = whole;
  const exact = BigInt(js);
  if (exact !== (signed ? BigInt.asIntN(bits, exact) : BigInt.asUintN(bits, exact)))
    return misfit(path, { kind }, js);
  return isBig(kind) ? exact : Number(exact);
}

/** Typed arrays that hold just the numbers of a type: they need not be looked at one by one. */
const EXACT: Readonly<Partial<Record<NumberType, new (numbers: ArrayLike<number>) => ArrayLike<number>>>> = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
};

function listFromJs(
  js: unknown,
  type: Extract<WitType, { kind: 'list' }>,
  resources: Resources,
  path: string,
): Value {
  const { element, length } = type;
  const items = itemsOf(js, element);
  if (items === undefined || (length !== undefined && items.length !== length)) return misfit(path, type, js);
  const { kind } = element;
  if (isNumberType(kind)) {
    const exact = EXACT[kind];
    // A copy: who gave it may go on writing to it.
    if (exact !== undefined && js instanceof exact) return numberList(kind, new exact(js));
    const numbers = Array.from(items, (item, index) => numberOf(item, kind, elementPath(path, index)));
    if (!isBig(kind)) return numberList(kind, numbers.map(Number));
    return valueList(
      kind,
      numbers.map((value): Value => ({ type: kind, value })),
    );
  }
  return valueList(
    elementName(element),
    Array.from(items, (item, index) => fromJs(item, element, resources, elementPath(path, index))),
  );
}

function itemsOf(js: unknown, element: WitType): ArrayLike<unknown> | undefined {
  if (Array.isArray(js)) return js as readonly unknown[];
  if (ArrayBuffer.isView(js) && !(js instanceof DataView)) return js as unknown as ArrayLike<unknown>;
  return js instanceof ArrayBuffer && element.kind === 'u8' ? new Uint8Array(js) : undefined;
}

function caseFromJs(
  js: unknown,
  type: Extract<WitType, { kind: 'variant' | 'option' | 'result' }>,
  resources: Resources,
  path: string,
): Value {
  const found = isObject(js) ? casesOf(type).find(({ name }) => name === js['tag']) : undefined;
  if (!isObject(js) || found === undefined) return misfit(path, type, js);
  if (found.type === undefined) return { type: 'variant', name: found.name };
  return {
    type: 'variant',
    name: found.name,
    value: fromJs(js['val'], found.type, resources, `${path}.val`),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function misfit(path: string, type: WitType, js: unknown): never {
  throw new UserError(
    `${path}: expected ${wantedText(type)}, got ${foundText(js)}`,
    `In WIT it is ${typeText(type)}${type.name === undefined ? '' : ` (${kindText(type)})`}; such a value is ${exampleOf(type)} in WAVE.`,
  );
}

/** What a JavaScript value for the type looks like. */
function wantedText(type: WitType): string {
  switch (type.kind) {
    case 'char':
      return 'a string of one character';
    case 'list':
      return isNumberType(type.element.kind) ? `an array of ${type.element.kind}` : 'an array';
    case 'tuple':
      return `an array of ${type.items.length} values`;
    case 'record':
      return `an object with ${type.fields.map(({ name }) => camelCase(name)).join(', ')}`;
    case 'enum':
      return `one of ${type.cases.map((name) => `"${name}"`).join(', ')}`;
    case 'variant':
    case 'option':
    case 'result':
      return casesOf(type)
        .map(({ name, type: payload }) => `{ tag: "${name}"${payload === undefined ? '' : ', val'} }`)
        .join(' or ');
    case 'flags':
      return `an object of booleans (${type.flags.map(camelCase).join(', ')})`;
    case 'own':
    case 'borrow':
      return `a ${resourceName(type.resource)}`;
    case 'u64':
    case 's64':
      return `a bigint that fits ${type.kind}`;
    case 'u8':
    case 'u16':
    case 'u32':
    case 's8':
    case 's16':
    case 's32':
      return `a whole number that fits ${type.kind}`;
    case 'f32':
    case 'f64':
      return 'a number';
    case 'bool':
      return 'true or false';
    case 'string':
      return 'a string';
    case 'future':
    case 'stream':
    case 'error-context':
      return `a ${type.kind}`;
  }
}

function foundText(js: unknown): string {
  if (js === null || js === undefined) return String(js);
  if (typeof js === 'string') return cut(JSON.stringify(js), 60);
  if (typeof js === 'number' || typeof js === 'boolean') return String(js);
  if (typeof js === 'bigint') return `${js.toString()}n`;
  if (typeof js === 'function') return 'a function';
  if (Array.isArray(js)) return `an array of ${js.length} values`;
  const fields = Object.keys(js);
  return fields.length === 0 ? `a ${className(js)}` : `an object with ${cut(fields.join(', '), 60)}`;
}

function className(js: object): string {
  const made: unknown = js.constructor;
  return typeof made === 'function' && made.name !== '' ? made.name : 'object';
}
