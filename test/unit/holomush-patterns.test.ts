import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchPattern, Subscriptions } from '../../extension/contracts/holomush/patterns.ts';

/** HoloMUSH's authoring guide, "Pattern Matching Rules", and what its text says below the table. */
const GUIDE: readonly (readonly [pattern: string, stream: string, matches: boolean])[] = [
  ['*', 'location:room1', true],
  ['*', 'global:chat', true],
  ['*', '', true],
  ['location:*', 'location:room1', true],
  ['location:*', 'location:', true],
  ['location:room1', 'location:room1', true],
  ['location:room1', 'location:room2', false],
  ['', '', true],
  ['', 'location:room1', false],
  ['location:room1', 'location:room123', false],
  ['location:room1', 'location:room1:sub', false],
];

/** What is not in the guide. */
const BEYOND: typeof GUIDE = [
  ['location:*', 'location', false],
  ['location:*', 'Location:room1', false],
  ['location:*', 'global:location:', false],
  ['location:*:sub', 'location:room1:sub', false],
  ['location:*:sub', 'location:*:sub', true],
  ['*:room1', 'location:room1', false],
  ['**', '*anything', true],
  ['**', 'anything', false],
  ['location:.*', 'location:room1', false],
  ['location:.*', 'location:.room1', true],
  ['^location:room[0-9]+$', 'location:room1', false],
  ['a(b|c)+?{2}\\', 'a(b|c)+?{2}\\', true],
  ['location:roo?1', 'location:room1', false],
  ['🐉*', '🐉🐉', true],
  ['\ud83d*', '🐉', true],
];

for (const [pattern, stream, matches] of [...GUIDE, ...BEYOND]) {
  test(`"${pattern}" ${matches ? 'matches' : 'does not match'} "${stream}"`, () => {
    assert.equal(matchPattern(pattern, stream), matches);
    const subscriptions = new Subscriptions<string>();
    subscriptions.add(pattern, 'echo');
    assert.deepEqual(subscriptions.match(stream), matches ? [{ subscriber: 'echo', pattern }] : []);
  });
}

test('a subscriber hears a stream once, by the first of its patterns that matches', () => {
  const subscriptions = new Subscriptions<string>();
  subscriptions.add('location:*', 'second');
  for (const pattern of ['global:*', 'location:room1', '*', 'loc*', 'location:*'])
    subscriptions.add(pattern, 'first');
  subscriptions.add('*', 'second');
  assert.deepEqual(subscriptions.match('location:room1'), [
    { subscriber: 'second', pattern: 'location:*' },
    { subscriber: 'first', pattern: 'location:room1' },
  ]);
  assert.deepEqual(subscriptions.match('location:room2'), [
    { subscriber: 'second', pattern: 'location:*' },
    { subscriber: 'first', pattern: '*' },
  ]);
  assert.deepEqual(subscriptions.match(''), [
    { subscriber: 'second', pattern: '*' },
    { subscriber: 'first', pattern: '*' },
  ]);
});

test('patterns are remembered in their order, once, until their subscriber goes', () => {
  const subscriptions = new Subscriptions<string>();
  for (const pattern of ['b', 'a*', 'b', '', 'a*']) subscriptions.add(pattern, 'echo');
  assert.deepEqual(subscriptions.patternsOf('echo'), ['b', 'a*', '']);
  assert.deepEqual(subscriptions.patternsOf('other'), []);
  subscriptions.remove('other');
  subscriptions.remove('echo');
  subscriptions.remove('echo');
  assert.deepEqual(subscriptions.patternsOf('echo'), []);
  for (const stream of ['b', 'ab', '']) assert.deepEqual(subscriptions.match(stream), []);
});

/** Every pattern of everybody, one after the other. */
class SlowSubscriptions {
  readonly #all: { subscriber: number; patterns: string[] }[] = [];

  add(pattern: string, subscriber: number): void {
    const known = this.#all.find((one) => one.subscriber === subscriber);
    if (known === undefined) this.#all.push({ subscriber, patterns: [pattern] });
    else if (!known.patterns.includes(pattern)) known.patterns.push(pattern);
  }

  remove(subscriber: number): void {
    const index = this.#all.findIndex((one) => one.subscriber === subscriber);
    if (index >= 0) this.#all.splice(index, 1);
  }

  match(stream: string): { subscriber: number; pattern: string }[] {
    return this.#all.flatMap(({ subscriber, patterns }) => {
      const pattern = patterns.find((one) => slowMatch(one, stream));
      return pattern === undefined ? [] : [{ subscriber, pattern }];
    });
  }
}

/** The guide's rule, character by character. */
function slowMatch(pattern: string, stream: string): boolean {
  if (pattern === '*') return true;
  if (pattern === '' || stream === '') return pattern === stream;
  return pattern.charCodeAt(0) === stream.charCodeAt(0) && slowMatch(pattern.slice(1), stream.slice(1));
}

// Few characters, so that patterns share beginnings and often match.
const stream = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '\ud83d'), maxLength: 6 });
const pattern = fc.tuple(stream, fc.constantFrom('', '*', '*')).map(([text, end]) => text + end);
const steps = fc.array(
  fc.record({
    remove: fc.boolean(),
    subscriber: fc.nat(4),
    patterns: fc.array(pattern, { maxLength: 8 }),
  }),
  { maxLength: 12 },
);

test('one pattern matches what the slow rule matches', () => {
  fc.assert(
    fc.property(pattern, stream, (one, text) => {
      assert.equal(matchPattern(one, text), slowMatch(one, text));
    }),
    { seed: 6, numRuns: 5000 },
  );
});

test('subscriptions that come and go match what a slow list matches', () => {
  fc.assert(
    fc.property(steps, fc.array(stream, { minLength: 1, maxLength: 8 }), (all, streams) => {
      const subscriptions = new Subscriptions<number>();
      const slow = new SlowSubscriptions();
      for (const { remove, subscriber, patterns } of all) {
        if (remove) {
          subscriptions.remove(subscriber);
          slow.remove(subscriber);
        }
        for (const one of patterns) {
          subscriptions.add(one, subscriber);
          slow.add(one, subscriber);
        }
        for (const one of streams) assert.deepEqual(subscriptions.match(one), slow.match(one));
      }
    }),
    { seed: 6, numRuns: 1500 },
  );
});

test('ten thousand patterns that do not match change no answer, and are gone when they are removed', () => {
  const subscriptions = new Subscriptions<string>();
  subscriptions.add('location:room1', 'echo');
  for (let index = 0; index < 10_000; index++) {
    subscriptions.add(
      index % 2 === 0 ? `location:room${index}x*` : `location:room1${index}`,
      `other ${index % 50}`,
    );
  }
  assert.deepEqual(subscriptions.match('location:room1'), [
    { subscriber: 'echo', pattern: 'location:room1' },
  ]);
  assert.deepEqual(subscriptions.match('location:room44x'), [
    { subscriber: 'other 44', pattern: 'location:room44x*' },
  ]);
  for (let index = 0; index < 50; index++) subscriptions.remove(`other ${index}`);
  assert.deepEqual(subscriptions.match('location:room44x'), []);
  assert.deepEqual(subscriptions.match('location:room1'), [
    { subscriber: 'echo', pattern: 'location:room1' },
  ]);
});

test('a very long stream and pattern are as any other', () => {
  const long = 'a'.repeat(1_000_000);
  const subscriptions = new Subscriptions<string>();
  subscriptions.add(`${long}*`, 'echo');
  subscriptions.add(`${long}b`, 'echo');
  assert.equal(subscriptions.match(`${long}b`)[0]?.pattern, `${long}*`);
  assert.deepEqual(subscriptions.match(long.slice(1)), []);
});
