import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Comparison } from '../../webview/protocol.ts';
import { differenceTime, neighbourDifference } from '../../webview/timeline/difference-list.ts';

const life = { recording: 'live', plugin: 'gain', life: 1, events: 10, artifact: 'abc' };
const comparison: Comparison = {
  plugin: 'gain',
  here: { ...life, from: 1000, to: 2000 },
  other: { ...life, from: 400, to: 900 },
  events: 10,
  differing: 1,
  differences: [],
  more: 0,
};

test('what only the other run has stands where it would be', () => {
  const difference = { event: 1, here: undefined, other: 7, kind: 'missing', text: '' } as const;
  const there = { ...difference, hereTime: undefined, otherTime: 450 };
  assert.equal(differenceTime(there, comparison), 1050);
  assert.equal(differenceTime({ ...there, hereTime: 1234 }, comparison), 1234);
});

test('the next difference is later, the previous one earlier', () => {
  assert.equal(neighbourDifference([10, 20, 30], 20, 1), 2);
  assert.equal(neighbourDifference([10, 20, 30], 20, -1), 0);
  assert.equal(neighbourDifference([10, 20, 30], 30, 1), -1);
  assert.equal(neighbourDifference([], 0, 1), -1);
});
