import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { telemetry } from '../../extension/contracts/streamkit/telemetry.ts';
import type { Telemetry } from '../../extension/host/contract.ts';
import { records, sendRecord } from './streamkit-fixture.ts';

function sent(data: unknown): Telemetry | undefined {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return telemetry(sendRecord('out', { tag: 'custom', typeId: 'core::telemetry/event@1', data: text }));
}

test('telemetry has the ids of what it is a part of, and its numbers', () => {
  const data = {
    event_type: 'llm.request',
    correlation_id: 'c',
    turn_id: 't',
    span_id: 's',
    latency_ms: 12.5,
    usage: { input: 3, deep: { output: 4, text: 'x' } },
    list: [1, 2],
    ok: true,
  };
  assert.deepEqual(sent(data), {
    eventType: 'llm.request',
    data: JSON.stringify(data),
    correlationId: 'c',
    turnId: 't',
    spanId: 's',
    latencyMs: 12.5,
    numbers: [
      ['latency_ms', 12.5],
      ['usage.input', 3],
      ['usage.deep.output', 4],
    ],
    mostPerSecond: 100,
  });
});

test('ids that are no text, and numbers without end, are left out', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`n${at}`, at]));
  const found = sent({
    event_type: 'x',
    correlation_id: 5,
    turn_id: '',
    span_id: null,
    latency_ms: '3',
    ...many,
  });
  assert.deepEqual(Object.keys(found ?? {}), ['eventType', 'data', 'numbers', 'mostPerSecond']);
  assert.equal(found?.numbers?.length, 32);
});

test('what the host cuts, and what it dropped, is told', () => {
  assert.equal(sent({ event_type: 'x', text: 'y'.repeat(100) })?.note, undefined);
  assert.equal(sent({ event_type: 'x', text: 'y'.repeat(101) })?.note, 'truncated');
  assert.equal(sent({ event_type: 'x', text: '語'.repeat(33) })?.note, undefined);
  assert.equal(sent({ event_type: 'x', text: '語'.repeat(34) })?.note, 'truncated');
  assert.equal(
    sent({ event_type: 'text.received', text_preview: `${'x'.repeat(100)}...[truncated]` })?.note,
    'truncated',
  );
  assert.equal(sent({ event_type: 'x', a: [{ b: 'y...[truncated]' }] })?.note, 'truncated');
  const health = sent({
    event_type: 'telemetry.health',
    dropped_due_to_full: 2,
    dropped_due_to_rate_limit: 30,
  });
  assert.equal(health?.lost, true);
  assert.match(health.note ?? '', /^2 dropped, the queue was full; 30 dropped, /);
  const well = sent({ event_type: 'telemetry.health', dropped_due_to_full: 0, dropped_due_to_rate_limit: 0 });
  assert.deepEqual([well?.lost, well?.note], [undefined, undefined]);
});

test('everything else is none, and nothing throws', () => {
  for (const data of ['', '{', 'null', '[]', '"event_type"', '{"event_type": 5}', '{}'])
    assert.equal(sent(data), undefined);
  fc.assert(
    fc.property(records, (record) => {
      telemetry(record);
    }),
  );
});
