/** Random WIT types, and values of them. */
import fc from 'fast-check';
import { casesOf, elementName, resourceName } from '../../extension/values/type.ts';
import {
  isNumberType,
  numberList,
  valueList,
  type NumberType,
  type Value,
} from '../../extension/values/value.ts';
import type { WitType } from '../../extension/wit/model.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,4}(-[a-z][a-z0-9]{0,3})?$/);
const labels = fc.uniqueArray(label, { minLength: 1, maxLength: 12 });

const leaf: fc.Arbitrary<WitType> = fc.oneof(
  fc
    .constantFrom(
      'bool',
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
      'char',
      'string',
    )
    .map((kind): WitType => ({ kind: kind as 'bool' })),
  labels.map((cases): WitType => ({ kind: 'enum', cases })),
  labels.map((flags): WitType => ({ kind: 'flags', flags })),
  fc
    .record({ kind: fc.constantFrom('own' as const, 'borrow' as const), name: label })
    .map(({ kind, name }): WitType => ({ kind, resource: `test:types/all@1.0.0#${name}` })),
);

/** Any type of WASI 0.2. */
export const witTypes: fc.Arbitrary<WitType> = fc.letrec<{ type: WitType }>((tie) => {
  const optional = fc.option(tie('type'), { nil: undefined });
  const named = fc.uniqueArray(fc.record({ name: label, type: tie('type') }), {
    minLength: 1,
    maxLength: 4,
    selector: ({ name }) => name,
  });
  return {
    type: fc.oneof(
      { depthSize: 'small' },
      leaf,
      tie('type').map((element): WitType => ({ kind: 'list', element })),
      fc
        .record({ element: tie('type'), length: fc.integer({ min: 1, max: 3 }) })
        .map(({ element, length }): WitType => ({ kind: 'list', element, length })),
      tie('type').map((some): WitType => ({ kind: 'option', some })),
      fc.record({ ok: optional, err: optional }).map(({ ok, err }): WitType => ({
        kind: 'result',
        ...(ok === undefined ? {} : { ok }),
        ...(err === undefined ? {} : { err }),
      })),
      fc
        .array(tie('type'), { minLength: 1, maxLength: 3 })
        .map((items): WitType => ({ kind: 'tuple', items })),
      named.map((fields): WitType => ({ kind: 'record', fields })),
      fc
        .uniqueArray(fc.record({ name: label, type: optional }), {
          minLength: 1,
          maxLength: 4,
          selector: ({ name }) => name,
        })
        .map((cases): WitType => ({
          kind: 'variant',
          cases: cases.map(({ name, type }) => (type === undefined ? { name } : { name, type })),
        })),
    ),
  };
}).type;

const numbers: Readonly<Record<NumberType, fc.Arbitrary<number | bigint>>> = {
  u8: fc.nat(0xff),
  u16: fc.nat(0xffff),
  u32: fc.integer({ min: 0, max: 0xffffffff }),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  s8: fc.integer({ min: -0x80, max: 0x7f }),
  s16: fc.integer({ min: -0x8000, max: 0x7fff }),
  s32: fc.integer(),
  s64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  f32: fc.float(),
  f64: fc.double(),
};

/** Values of a type. */
export function valuesOf(type: WitType): fc.Arbitrary<Value> {
  switch (type.kind) {
    case 'bool':
      return fc.boolean().map((value): Value => ({ type: 'bool', value }));
    case 'char':
      return fc
        .string({ unit: 'binary', minLength: 1, maxLength: 1 })
        .map((value): Value => ({ type: 'char', value }));
    case 'string':
      return fc.string({ unit: 'binary' }).map((value): Value => ({ type: 'string', value }));
    case 'list': {
      const { kind } = type.element;
      const size =
        type.length === undefined ? { maxLength: 5 } : { minLength: type.length, maxLength: type.length };
      if (isNumberType(kind) && kind !== 'u64' && kind !== 's64')
        return fc.array(numbers[kind], size).map((items) => numberList(kind, items.map(Number)));
      return fc
        .array(valuesOf(type.element), size)
        .map((items) => valueList(elementName(type.element), items));
    }
    case 'tuple':
      return fc.tuple(...type.items.map(valuesOf)).map((items): Value => ({ type: 'tuple', items }));
    case 'record':
      return fc.tuple(...type.fields.map((field) => valuesOf(field.type))).map((values): Value => ({
        type: 'record',
        fields: type.fields.map(({ name }, index) => ({
          name,
          value: values[index] ?? { type: 'bool', value: false },
        })),
      }));
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return fc.oneof(
        ...casesOf(type).map(({ name, type: payload }): fc.Arbitrary<Value> =>
          payload === undefined
            ? fc.constant({ type: 'variant', name })
            : valuesOf(payload).map((value): Value => ({ type: 'variant', name, value })),
        ),
      );
    case 'flags':
      return fc.subarray([...type.flags]).map((set): Value => ({ type: 'flags', set }));
    case 'own':
    case 'borrow':
      return fc
        .nat(100_000)
        .map((number): Value => ({ type: 'handle', resource: resourceName(type.resource), number }));
    case 'future':
    case 'stream':
    case 'error-context':
      throw new Error('there are none');
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64': {
      const { kind } = type;
      return numbers[kind].map((value): Value => ({ type: kind, value }));
    }
  }
}

/** A type and a value of it. */
export const typedValues: fc.Arbitrary<readonly [WitType, Value]> = witTypes.chain((type) =>
  valuesOf(type).map((value) => [type, value] as const),
);
