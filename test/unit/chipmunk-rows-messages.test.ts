import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFromRows } from '../../extension/editor/rows/messages.ts';

const window = (query: unknown): unknown => ({ type: 'request', id: 1, name: 'window', params: { query } });

void test('what the table of rows may ask is understood', () => {
  for (const message of [
    { type: 'ready' },
    window({ from: 0, count: 100 }),
    window({ from: 5, count: 0, filter: { text: 'a', isRegex: true } }),
    {
      type: 'request',
      id: 2,
      name: 'find',
      plugin: 'log',
      params: { find: { find: { text: '' }, from: 0 } },
    },
    { type: 'request', id: 3, name: 'detail', params: { row: 7 } },
    { type: 'select', record: 0 },
    { type: 'export', format: 'csv' },
    { type: 'saveAttachment', row: 1, name: '../x' },
    { type: 'command', command: 'startInput' },
  ])
    assert.equal(isFromRows(message), true, JSON.stringify(message));
});

void test('everything else is refused', () => {
  for (const message of [
    undefined,
    'ready',
    { type: 'toString' },
    window({ from: -1, count: 1 }),
    window({ from: 0, count: 5001 }),
    window({ from: 0, count: 1, filter: 'a' }),
    window({ from: 0, count: 1, filter: { text: 'a'.repeat(10_001) } }),
    { type: 'request', id: 1, name: 'saveResults', params: {} },
    { type: 'request', id: 1, name: 'constructor', params: {} },
    { type: 'select', record: 1.5 },
    { type: 'export', format: 'xml' },
    { type: 'saveAttachment', row: 1 },
    { type: 'command', command: 'saveRecording' },
  ])
    assert.equal(isFromRows(message), false, JSON.stringify(message));
});
