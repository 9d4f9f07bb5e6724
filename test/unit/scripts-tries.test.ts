import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryUpTo } from '../../scripts/tries.ts';

/** Runs what comes to these results, one per try; 0 is a pass. */
async function tried(tries: number, results: readonly number[]) {
  const waiting = [...results];
  const again: number[] = [];
  const outcome = await tryUpTo(
    tries,
    () => Promise.resolve(waiting.shift() ?? assert.fail('tried too often')),
    (failures) => failures > 0,
    (failures) => again.push(failures),
  );
  return { ...outcome, again, left: waiting.length };
}

test('what passes is run once', async () => {
  assert.deepEqual(await tried(2, [0, 0]), { result: 0, flaky: undefined, again: [], left: 1 });
});

test('what fails and then passes counts as passed, and is flaky', async () => {
  assert.deepEqual(await tried(2, [3, 0]), { result: 0, flaky: 3, again: [3], left: 0 });
});

test('what fails twice has failed, as it did last', async () => {
  assert.deepEqual(await tried(2, [3, 1]), { result: 1, flaky: undefined, again: [3], left: 0 });
});

test('what has one try is not run again', async () => {
  assert.deepEqual(await tried(1, [3, 0]), { result: 3, flaky: undefined, again: [], left: 1 });
});
