import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standing } from '../../webview/timeline/standing.ts';

const state = { count: 5 };
const view = { from: 0, to: 1 };
const lane = { id: 0 };
const drawn = { state, view, problem: undefined, lanes: [lane], indexed: 1 };

test('the timeline is never blank', () => {
  assert.equal(standing(drawn), 'nothing');
  assert.equal(standing({ ...drawn, state: { count: 0 } }), 'empty');
  assert.equal(standing({ ...drawn, state: undefined, view: undefined }), 'waiting');
  assert.equal(standing({ ...drawn, view: undefined }), 'waiting');
  assert.equal(standing({ ...drawn, view: undefined, problem: 'The file is damaged.' }), 'failed');
  assert.equal(standing({ ...drawn, problem: 'once' }), 'nothing', 'what is drawn stays');
  assert.equal(standing({ ...drawn, lanes: [] }), 'noLanes');
  assert.equal(standing({ ...drawn, lanes: [], indexed: 0.5 }), 'nothing', 'lanes may still come');
});
