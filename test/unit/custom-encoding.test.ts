import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  crossingOf,
  decodePayload,
  PayloadEncoder,
  type Decoded,
} from '../../extension/contracts/typed/encoding.ts';
import { UserError } from '../../extension/errors.ts';
import { sameValues } from '../../extension/values/diff.ts';
import { sampleValue } from '../../extension/values/make.ts';
import { numberList, type Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import type { WitType } from '../../extension/wit/model.ts';
import { typedValues } from './custom-fixture.ts';

function decoded(payload: Uint8Array): Decoded {
  const found = decodePayload(payload);
  assert.ok(found !== undefined, 'the payload cannot be read');
  return found;
}

/** A payload of one parameter, with a result of the same type. */
function payloadOf(type: WitType, value: Value): Uint8Array {
  return new PayloadEncoder({ params: [{ name: 'v', type }], result: type }).encode({
    params: [value],
    result: value,
  });
}

test('values of every type are read back as they were, with their types', () => {
  fc.assert(
    fc.property(typedValues, ([type, value]) => {
      const payload = payloadOf(type, value);
      const { signature, params, result, key } = decoded(payload);
      assert.ok(sameValues(params[0], value), printValue(value));
      assert.ok(sameValues(result, value), printValue(value));
      // The signature says everything that a payload needs.
      const again = new PayloadEncoder(signature);
      assert.equal(again.key, key);
      assert.deepEqual(again.encode({ params, result }), payload);
    }),
    { numRuns: 400 },
  );
});

test('what is read does not share memory with the record', () => {
  const type: WitType = { kind: 'list', element: { kind: 'u8' } };
  const payload = Buffer.from(payloadOf(type, numberList('u8', Uint8Array.of(1, 2, 3))));
  const { params } = decoded(payload);
  payload.fill(0xff);
  assert.equal(printValue(params[0] ?? { type: 'bool', value: false }), '[1, 2, 3]');
});

test('a list of bytes takes no more than its bytes', () => {
  const type: WitType = { kind: 'list', element: { kind: 'u8' } };
  const bytes = new PayloadEncoder({ params: [{ name: 'image', type }] });
  const empty = bytes.encode({ params: [numberList('u8', [])] }).length;
  const large = bytes.encode({ params: [numberList('u8', new Uint8Array(100_000))] }).length;
  assert.equal(large - empty, 100_000 + 2);
});

test('names go with the values', () => {
  const signature = { params: [{ name: 'key', type: { kind: 'string' } as const }] };
  const payload = new PayloadEncoder(signature).encode({ params: [{ type: 'string', value: 'a' }] });
  assert.deepEqual(crossingOf(decoded(payload)), {
    arguments: [{ name: 'key', value: { type: 'string', value: 'a' } }],
  });
});

test('damaged payloads are read or refused, and nothing else happens', () => {
  fc.assert(
    fc.property(
      typedValues,
      fc.array(fc.record({ at: fc.nat(), byte: fc.nat(0xff) }), { minLength: 1, maxLength: 4 }),
      fc.option(fc.nat(), { nil: undefined }),
      ([type, value], changes, end) => {
        const payload = payloadOf(type, value);
        for (const { at, byte } of changes) payload[at % payload.length] = byte;
        const found = decodePayload(end === undefined ? payload : payload.subarray(0, end % payload.length));
        if (found === undefined) return;
        // What was read can be shown.
        for (const param of found.params) printValue(param, { most: 4 });
      },
    ),
    { numRuns: 2000 },
  );
});

test('bytes that are no payload are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      decodePayload(bytes);
    }),
    { numRuns: 2000 },
  );
  assert.equal(decodePayload(new Uint8Array()), undefined);
  const whole = payloadOf({ kind: 'u32' }, { type: 'u32', value: 7 });
  for (let length = 0; length < whole.length; length++)
    assert.equal(decodePayload(whole.subarray(0, length)), undefined, `cut at ${length}`);
  assert.equal(decodePayload(Buffer.concat([whole, Uint8Array.of(0)])), undefined, 'with a byte more');
  assert.equal(decodePayload(Uint8Array.of(2, ...whole.subarray(1))), undefined, 'of a newer version');
});

test('a list that pretends to be long is refused before there is room made for it', () => {
  const type: WitType = { kind: 'list', element: { kind: 'string' } };
  const payload = new PayloadEncoder({ params: [{ name: 'v', type }] }).encode({
    params: [sampleValue(type)],
  });
  const head = payload.subarray(0, payload.length - 6);
  assert.equal(decodePayload(Buffer.concat([head, Uint8Array.of(0xff, 0xff, 0xff, 0x7f)])), undefined);
});

test('types that have no values are refused with a reason', () => {
  for (const kind of ['future', 'stream', 'error-context'] as const)
    assert.throws(
      () => new PayloadEncoder({ params: [{ name: 'v', type: { kind: 'list', element: { kind } } }] }),
      (error) => error instanceof UserError && error.message.includes(kind),
    );
});
