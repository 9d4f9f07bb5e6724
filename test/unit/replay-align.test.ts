import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Answers, encodeAnswers, UnrecordedCall } from '../../extension/host/answers.ts';
import { align } from '../../extension/replay/align.ts';

/** Elements are `name:value`; equal where both are, of a key where the name is. */
function aligned(expected: string, actual: string): readonly string[] {
  const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');
  return align(
    words(expected),
    words(actual),
    (one, other) => one === other,
    (one) => one.split(':')[0] ?? '',
  ).map(({ expected: one, actual: other }) => `${one ?? '-'}/${other ?? '-'}`);
}

test('equal elements are paired first, then those of one key, the rest stands alone', () => {
  assert.deepEqual(aligned('a:1 b:1 c:1', 'a:1 b:2 c:1'), ['a:1/a:1', 'b:1/b:2', 'c:1/c:1']);
  assert.deepEqual(aligned('a:1 b:1', 'a:1 x:1 b:1'), ['a:1/a:1', '-/x:1', 'b:1/b:1']);
  assert.deepEqual(aligned('a:1 a:2 a:3', 'a:1 a:3'), ['a:1/a:1', 'a:2/-', 'a:3/a:3']);
  assert.deepEqual(aligned('', 'a:1'), ['-/a:1']);
  assert.deepEqual(aligned('a:1 b:1', ''), ['a:1/-', 'b:1/-']);
  assert.deepEqual(aligned('a:1 b:1', 'b:1 a:1'), ['a:1/-', 'b:1/b:1', '-/a:1']);
});

test('every element of both sides stands in one pair, in its order', () => {
  const words = fc.array(fc.constantFrom('a:1', 'a:2', 'b:1', 'b:2', 'c:1'), { maxLength: 12 });
  fc.assert(
    fc.property(words, words, (expected, actual) => {
      const pairs = align(
        expected,
        actual,
        (one, other) => one === other,
        (one) => one.slice(0, 1),
      );
      assert.deepEqual(
        pairs.flatMap((pair) => pair.expected ?? []),
        expected,
      );
      assert.deepEqual(
        pairs.flatMap((pair) => pair.actual ?? []),
        actual,
      );
      if (expected.join() === actual.join()) assert(pairs.every((pair) => pair.expected === pair.actual));
    }),
  );
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function taken(answers: Answers, name: string, key: string): string | undefined {
  const found = answers.take(name, key);
  return found === undefined ? undefined : new TextDecoder().decode(found);
}

test('each recorded answer is given once, to the first call of its name and key', () => {
  const answers = new Answers({ unrecorded: 'default', start: new Uint8Array(), checkpoints: false });
  answers.load(
    encodeAnswers([
      { name: 'send', key: 'out', bytes: bytes('1') },
      { name: 'send', key: 'löud', bytes: bytes('2') },
      { name: 'now', key: '', bytes: bytes('') },
      { name: 'send', key: 'out', bytes: bytes('3') },
    ]),
  );
  assert.equal(taken(answers, 'send', 'löud'), '2');
  assert.equal(taken(answers, 'send', 'out'), '1');
  assert.equal(taken(answers, 'send', 'out'), '3');
  assert.equal(taken(answers, 'send', 'out'), undefined);
  assert.equal(taken(answers, 'now', ''), '');
  answers.load(encodeAnswers([{ name: 'send', key: 'out', bytes: bytes('next') }]));
  assert.equal(taken(answers, 'send', 'out'), 'next');
  answers.load(encodeAnswers([{ name: 'send', key: 'out', bytes: bytes('forgotten') }]));
  answers.clear();
  assert.equal(taken(answers, 'send', 'out'), undefined);
});

test('a call without an answer is ended, or answered by whom the policy says', () => {
  const answersOf = (unrecorded: 'stop' | 'default' | 'live'): Answers =>
    new Answers({ unrecorded, start: new Uint8Array(), checkpoints: false });
  assert.equal(answersOf('default').missing('send'), 'default');
  assert.equal(answersOf('live').missing('send'), 'live');
  assert.throws(() => answersOf('stop').missing('send'), UnrecordedCall);
});
