import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isUlid, newUlid, UlidSource } from '../../extension/contracts/holomush/ulid.ts';

const ZEROS = (bytes: Uint8Array): unknown => bytes.fill(0);
const ONES = (bytes: Uint8Array): unknown => bytes.fill(0xff);

test('a ULID of now is one, is of now and is not the next one', () => {
  const before = Date.now();
  const [first, second] = [newUlid(), newUlid()];
  assert.ok(isUlid(first) && isUlid(second));
  assert.notEqual(first, second);
  assert.ok(timeOf(first) >= before && timeOf(second) <= Date.now());
});

test('the time of the specification is written as there', () => {
  assert.equal(newUlid(1_469_918_176_385).slice(0, 10), '01ARYZ6S41');
});

test('bits are where the specification has them', () => {
  assert.equal(new UlidSource(ZEROS).next(0), '0'.repeat(26));
  assert.equal(new UlidSource(ONES).next(2 ** 48 - 1), '7ZZZZZZZZZFZZZZZZZZZZZZZZZ');
  const rising = new UlidSource((bytes) => bytes.forEach((_, index) => (bytes[index] = index)));
  assert.equal(rising.next(1), '0000000001000G40R40M30E209');
});

test('within a millisecond each ULID is above the one before, carries included', () => {
  const source = new UlidSource((bytes) => bytes.fill(0xff, 5));
  const made = Array.from({ length: 3000 }, () => source.next(1_737_195_000_000));
  assert.deepEqual(made, made.toSorted());
  assert.equal(new Set(made).size, made.length);
  assert.equal(made[0]?.slice(10), '00000000ZZZZZZZZ');
  assert.equal(made[1]?.slice(10), '0000000100000000');
  const high = new UlidSource((bytes) => bytes.fill(0xee));
  assert.equal(high.next(0).slice(10), 'DVQEXVQEXVQEXVQE');
  assert.equal(high.next(0).slice(10), 'DVQEXVQEXVQEXVQF');
});

test('ULIDs sort by their time', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
      const [a, b] = [one % 2 ** 48, other % 2 ** 48];
      const [first, second] = [newUlid(a), newUlid(b)];
      assert.equal(timeOf(first), a);
      assert.ok(isUlid(first));
      if (a !== b) assert.equal(first < second, a < b);
    }),
    { seed: 6, numRuns: 1000 },
  );
});

for (const time of [-1, 0.5, 2 ** 48, NaN, Infinity]) {
  test(`${time} is no time of a ULID`, () => {
    assert.throws(() => newUlid(time), RangeError);
  });
}

for (const [text, is] of [
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV', true],
  ['01arz3ndektsv4rrffq69g5fav', true],
  ['7ZZZZZZZZZZZZZZZZZZZZZZZZZ', true],
  ['8ZZZZZZZZZZZZZZZZZZZZZZZZZ', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FA', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAVV', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAI', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAL', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAO', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAU', false],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV\n', false],
  // That of the authoring guide's example.
  ['01JGXYZ123ABC456DEF789GHI', false],
  ['', false],
] as const) {
  test(`${JSON.stringify(text)} ${is ? 'is' : 'is not'} a ULID`, () => {
    assert.equal(isUlid(text), is);
  });
}

function timeOf(ulid: string): number {
  const digits = ulid.slice(0, 10).split('');
  return digits.reduce((time, digit) => time * 32 + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(digit), 0);
}
