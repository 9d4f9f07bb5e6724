import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answer, answerOfCompared } from '../../extension/editor/panels/answers.ts';
import { isFromPanel } from '../../extension/editor/panels/messages.ts';
import { UserError } from '../../extension/errors.ts';
import type { HostApi } from '../../extension/host/protocol.ts';

const good: readonly unknown[] = [
  { type: 'ready' },
  { type: 'request', id: 1, name: 'rows', params: { query: { filter: '', first: 'end', count: 50 } } },
  {
    type: 'request',
    id: 2,
    name: 'rows',
    params: { query: { filter: 'kind:call a', first: 0, count: 1, grouped: { open: [4] } } },
  },
  { type: 'request', id: 3, name: 'detail', params: { record: 4 } },
  { type: 'request', id: 4, name: 'lanes', params: { query: { from: 0, to: 10.5, buckets: 800 } } },
  {
    type: 'request',
    id: 5,
    name: 'lanes',
    params: { query: { buckets: 1, grouping: 'turn', lanes: [0, 3] } },
  },
  { type: 'request', id: 6, name: 'search', params: { query: { filter: 'a', from: -1, by: 1 } } },
  { type: 'request', id: 7, name: 'hits', params: { query: { filter: 'a', from: 0, to: 1, buckets: 9 } } },
  { type: 'request', id: 8, name: 'stats', params: { query: { from: 0, to: 1 } } },
  { type: 'request', id: 9, name: 'flows', params: { record: 1 } },
  { type: 'request', id: 10, name: 'place', params: { record: 1, grouping: 'correlation' } },
  {
    type: 'request',
    id: 11,
    name: 'values',
    params: { query: { record: 1, path: 'a', first: 0, count: 9 } },
  },
  { type: 'request', id: 12, name: 'copy', params: { record: 1, format: 'wave' } },
  { type: 'request', id: 13, name: 'differences', params: { before: 1, after: 2 } },
  { type: 'request', id: 14, name: 'vocabulary', params: {} },
  { type: 'request', id: 15, name: 'compare', params: { query: { other: { recording: 'live', life: 0 } } } },
  { type: 'notes', notes: [{ id: 'a', text: 'slow', from: 1, to: 2, record: 4, madeAt: 5 }] },
  { type: 'export', format: 'perfetto', from: 0, to: 1, filter: 'a' },
  { type: 'picture', format: 'png', data: '' },
  { type: 'copyText', text: 'a' },
  { type: 'act', action: 'breakHere', record: 3 },
  { type: 'keepFilters', filters: [{ name: 'slow', filter: 'duration:>1ms' }] },
  { type: 'compareWith', other: 'last' },
  { type: 'compareWith', other: 'none' },
  { type: 'compareWith', other: 'last', plugin: 'gain' },
  { type: 'openCompared', record: 4 },
  { type: 'request', id: 16, name: 'lanes', params: { query: { buckets: 800 }, of: 'file-2' } },
  { type: 'request', id: 17, name: 'detail', params: { record: 4, of: 'file-2' } },
  { type: 'request', id: 18, name: 'place', params: { record: 4, of: 'file-2' } },
  { type: 'request', id: 19, name: 'flows', params: { record: 1, grouping: 'turn' } },
  { type: 'select', record: 0 },
  { type: 'sendAgain', plugin: 'gain', record: 3 },
  { type: 'openSource', file: 'plugin.js', line: 3, column: 1 },
  { type: 'openSource', file: 'plugin.js', line: 3 },
  { type: 'command', command: 'openTimeline' },
  { type: 'command', command: 'backToLive' },
];

const bad: readonly unknown[] = [
  null,
  'ready',
  [],
  {},
  { type: 'toString' },
  { type: 'request', id: 1, name: 'start', params: {} },
  { type: 'request', id: 1, name: 'constructor', params: {} },
  { type: 'request', id: -1, name: 'detail', params: { record: 1 } },
  { type: 'request', id: 1, name: 'detail', params: { record: 1.5 } },
  { type: 'request', id: 1, name: 'detail' },
  { type: 'request', id: 1, name: 'rows', params: { query: { filter: '', first: 0, count: 1e9 } } },
  { type: 'request', id: 1, name: 'rows', params: { query: { filter: {}, first: 0, count: 1 } } },
  {
    type: 'request',
    id: 1,
    name: 'rows',
    params: { query: { filter: 'a'.repeat(1 << 17), first: 0, count: 1 } },
  },
  { type: 'request', id: 1, name: 'copy', params: { record: 1, format: 'constructor' } },
  { type: 'request', id: 1, name: 'search', params: { query: { filter: '', from: -2, by: 1 } } },
  { type: 'request', id: 1, name: 'lanes', params: { query: { buckets: 5, grouping: 'toString' } } },
  { type: 'notes', notes: [{ id: 'a' }] },
  { type: 'export', format: '../../x' },
  { type: 'act', action: 'delete', record: 3 },
  { type: 'picture', format: 'exe', data: '' },
  { type: 'compareWith', other: '/etc' },
  { type: 'request', id: 1, name: 'lanes', params: { query: { buckets: 0 } } },
  { type: 'request', id: 1, name: 'lanes', params: { query: { from: Number.NaN, buckets: 5 } } },
  { type: 'select', record: '1' },
  { type: 'openSource', file: 5, line: 1 },
  { type: 'command', command: 'constructor' },
  { type: 'command', command: ['backToLive'] },
  { type: 'command', command: 'workbench.action.terminal.sendSequence' },
];

test('every message of the protocol is understood', () => {
  for (const message of good) assert.ok(isFromPanel(message), JSON.stringify(message));
});

test('nothing else is', () => {
  for (const message of bad) assert.ok(!isFromPanel(message), JSON.stringify(message));
});

test('the check of a message never throws', () => {
  fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (message) => void isFromPanel(message)));
});

test('a request is answered from the recording that the view shows; a refusal is a text with its advice', async () => {
  const asked: unknown[] = [];
  const host: Pick<HostApi, 'request'> = {
    request: (name, params) => {
      asked.push([name, params]);
      return Promise.reject(new UserError('Record 9 is not there', 'Choose another one.'));
    },
  };
  const response = await answer(host, Promise.resolve('file-1'), {
    type: 'request',
    id: 7,
    name: 'detail',
    params: { record: 9 },
  });
  assert.deepEqual(asked, [['detail', { recording: 'file-1', record: 9 }]]);
  assert.deepEqual(response, {
    type: 'response',
    id: 7,
    ok: false,
    message: 'Record 9 is not there. Choose another one.',
  });
});

test('another recording is asked only where it is the one that is compared', async () => {
  const asked: unknown[] = [];
  const host: Pick<HostApi, 'request'> = {
    request: (name, params) => {
      asked.push([name, params]);
      return Promise.resolve(undefined as never);
    },
  };
  const request = { type: 'request', id: 7, name: 'detail', params: { record: 9, of: 'file-2' } } as const;
  assert.equal((await answerOfCompared(host, 'file-2', request)).ok, true);
  assert.deepEqual(asked.splice(0), [['detail', { recording: 'file-2', record: 9 }]]);
  for (const compared of ['file-3', undefined])
    assert.equal((await answerOfCompared(host, compared, request)).ok, false);
  assert.equal((await answer(host, 'live', request)).ok, false);
  assert.deepEqual(asked, []);
  // Whatever else a panel sends, it is the recording that it shows.
  const sly = { ...request, params: { record: 9, recording: 'file-2' } };
  await answer(host, 'live', sly);
  assert.deepEqual(asked, [['detail', { recording: 'live', record: 9 }]]);
});
