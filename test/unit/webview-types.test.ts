import assert from 'node:assert/strict';
import { test } from 'node:test';
import { laneFilter, typeFilter } from '../../webview/timeline/model/types.ts';

const types = ['vad.start', 'vad.end', 'stt.result', 'vad.debug', 'x[1].y'];
const passing = (text: string): string[] => types.filter(typeFilter(text));

test('types of telemetry are chosen by globs', () => {
  assert.deepEqual(passing(''), types);
  assert.deepEqual(passing('vad.*'), ['vad.start', 'vad.end', 'vad.debug']);
  assert.deepEqual(passing('vad.*, stt.* !*.debug'), ['vad.start', 'vad.end', 'stt.result']);
  assert.deepEqual(passing('!vad.*'), ['stt.result', 'x[1].y']);
  assert.deepEqual(passing('vad.???'), ['vad.end']);
  assert.deepEqual(passing('*s*t*'), ['vad.start', 'stt.result']);
  assert.deepEqual(passing('x[1].*'), ['x[1].y'], 'nothing but * and ? is special');
  assert.deepEqual(passing('vad'), []);
  assert.deepEqual(passing(' , ! '), types);
});

test('a glob of many stars is no trap', () => {
  assert.equal(typeFilter('*a'.repeat(200) + 'b')('a'.repeat(5000)), false);
});

test('lanes that are not of telemetry stay', () => {
  const passes = laneFilter('vad.*');
  assert.equal(passes({ kind: 'calls', name: '' }), true);
  assert.equal(passes({ kind: 'spans', name: 'stt' }), false);
  assert.equal(passes({ kind: 'telemetry', name: 'vad.start' }), true);
});
