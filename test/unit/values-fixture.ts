import fc from 'fast-check';
import { numberList, valueList, type NamedValue, type Value } from '../../extension/values/value.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,4}(-[a-z][a-z0-9]{0,3})?$/);

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.boolean().map((value): Value => ({ type: 'bool', value })),
  fc.constantFrom('u8' as const, 's8' as const).map((type): Value => ({ type, value: 7 })),
  fc.nat(0xffff).map((value): Value => ({ type: 'u16', value })),
  fc.integer().map((value): Value => ({ type: 's32', value })),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value): Value => ({ type: 'u64', value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): Value => ({ type: 's64', value })),
  fc.float().map((value): Value => ({ type: 'f32', value })),
  fc.double().map((value): Value => ({ type: 'f64', value })),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).map((value): Value => ({ type: 'char', value })),
  fc.string({ unit: 'binary' }).map((value): Value => ({ type: 'string', value })),
  fc
    .string({ unit: fc.constantFrom('"', '\\', '\n', '\r', ' ', 'a', '\u0000') })
    .map((value): Value => ({ type: 'string', value })),
  fc.json().map((value): Value => ({ type: 'string', value, format: 'json' })),
  fc.uniqueArray(label, { maxLength: 3 }).map((set): Value => ({ type: 'flags', set })),
);

function fieldsOf(value: fc.Arbitrary<Value>): fc.Arbitrary<readonly NamedValue[]> {
  return fc.uniqueArray(fc.record({ name: label, value }), { maxLength: 4, selector: ({ name }) => name });
}

/** Any value that WAVE has a form for. */
export const values: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.float32Array({ maxLength: 20 }).map((numbers) => numberList('f32', numbers)),
    fc.uint8Array({ maxLength: 20 }).map((numbers) => numberList('u8', numbers)),
    fc.array(fc.string(), { maxLength: 4 }).map((texts) =>
      valueList(
        'string',
        texts.map((value) => ({ type: 'string', value })),
      ),
    ),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => valueList('item', items)),
    fc.array(tie('value'), { maxLength: 3 }).map((items): Value => ({ type: 'tuple', items })),
    fieldsOf(tie('value')).map((fields): Value => ({ type: 'record', fields })),
    fc
      .record({
        name: fc.oneof(label, fc.constantFrom('ok', 'err', 'some', 'none', 'true', 'inf', 'nan')),
        value: fc.option(tie('value'), { nil: undefined }),
      })
      .map(({ name, value }): Value => ({
        type: 'variant',
        name,
        ...(value === undefined ? {} : { value }),
      })),
  ),
})).value;
