import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelState } from '../../webview/client.ts';
import { standing } from '../../webview/timeline/standing.ts';

const state: PanelState = {
  type: 'state',
  recording: 'live',
  kind: 'live',
  count: 5,
  live: true,
  plugins: [],
  canSend: true,
};
const view = { from: 0, to: 1 };
const lane = { id: 0, group: 'gain', kind: 'calls', name: '', rows: 1, count: 1, errors: 0 } as const;
const drawn = { state, view, problem: undefined, lanes: [lane], indexed: 1 };

test('the timeline is never blank', () => {
  assert.equal(standing(drawn), 'nothing');
  assert.equal(standing({ ...drawn, state: { ...state, count: 0 } }), 'empty');
  assert.equal(standing({ ...drawn, state: undefined, view: undefined }), 'waiting');
  assert.equal(standing({ ...drawn, view: undefined }), 'waiting');
  assert.equal(standing({ ...drawn, view: undefined, problem: 'The file is damaged.' }), 'failed');
  assert.equal(standing({ ...drawn, problem: 'once' }), 'nothing', 'what is drawn stays');
  assert.equal(standing({ ...drawn, lanes: [] }), 'noLanes');
  assert.equal(standing({ ...drawn, lanes: [], indexed: 0.5 }), 'nothing', 'lanes may still come');
});
