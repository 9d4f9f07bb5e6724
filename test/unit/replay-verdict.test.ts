import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DifferenceKind, ReplayEnd } from '../../extension/replay/types.ts';
import { differenceText, verdictOf, verdictOfReport } from '../../extension/replay/verdict.ts';
import { difference, replayReport } from './replay-report.ts';

test('same, or how many differ and where first, with the cost of both', () => {
  assert.deepEqual(verdictOfReport(replayReport(0)), {
    kind: 'same',
    text: 'same, 400 events',
    details: ['8.13 ms in calls (was 12 ms), 803 host calls (was 800), 1600 KiB of memory (was 1536 KiB)'],
  });
  const three = verdictOfReport(replayReport(3, { notes: ['The first 400 of 500 events were replayed.'] }));
  assert.equal(three.kind, 'different');
  assert.equal(three.text, '3 of 400 events differ');
  assert.equal(three.details[0], 'First difference: event 17: send-output packet.samples[0]: 0.5 → 0.25');
  assert.equal(three.details.at(-1), 'The first 400 of 500 events were replayed.');
  assert.equal(verdictOfReport(replayReport(1)).text, '1 of 400 events differs');
  const single = { total: 1, same: 1, different: 0, notReplayed: 0 };
  assert.equal(verdictOfReport(replayReport(0, { events: single })).text, 'same, 1 event');
});

test('a replay that ended early says where, and how much it left out', () => {
  const ending = (reason: ReplayEnd['reason'], event = 17, different = 1): string =>
    verdictOfReport(
      replayReport(different, {
        ended: { reason, event, text: 'It panicked.' },
        events: { total: 400, same: 16, different, notReplayed: 383 },
      }),
    ).text;
  assert.equal(ending('trap'), 'trapped at event 17; 383 events not replayed');
  assert.equal(ending('timeout'), 'did not come back at event 17; 383 events not replayed');
  assert.equal(ending('error'), 'ended with an error at event 17; 383 events not replayed');
  assert.equal(ending('start', 0, 0), 'did not start; 383 events not replayed');
  assert.equal(ending('trap', 17, 5), '5 of 400 events differ; trapped at event 17; 383 events not replayed');
  // A plugin that trapped in the recording, too, and at the same event, is the same.
  const again = replayReport(0, { ended: { reason: 'trap', event: 400, text: 'It panicked.' } });
  assert.equal(verdictOfReport(again).text, 'same, 400 events');
  assert.ok(!verdictOfReport(again).details.includes('It panicked.'));
});

test('what differs outside of events is not called an event', () => {
  const outside = (changes: Partial<Parameters<typeof difference>[0]>): string =>
    verdictOfReport(
      replayReport(0, { differences: [difference({ event: 0, ...changes })], differenceCount: 1 }),
    ).text;
  assert.equal(outside({ kind: 'metadata', name: 'metadata' }), '400 events same, metadata differs');
  assert.equal(outside({ name: 'log' }), '400 events same, start or end differs');
  assert.equal(outside({ kind: 'result', name: 'cleanup' }), '400 events same, cleanup differs');
});

test('every state of a replay has its words', () => {
  assert.equal(verdictOf({ state: 'running' }).text, 'replaying');
  const none = verdictOf({ state: 'none', text: 'Nothing was recorded before this build.' });
  assert.deepEqual(none, {
    kind: 'none',
    text: 'nothing to replay',
    details: ['Nothing was recorded before this build.'],
  });
  assert.deepEqual(verdictOf({ state: 'failed', text: 'No room.' }), {
    kind: 'failed',
    text: 'replay failed',
    details: ['No room.'],
  });
  assert.equal(
    verdictOf({ state: 'done', replay: 'replay-1', report: replayReport(3) }).text,
    '3 of 400 events differ',
  );
  const cancelled = replayReport(0, { ended: { reason: 'cancelled', event: 0, text: '' } });
  assert.equal(verdictOfReport(cancelled).kind, 'none');
});

test('every kind of difference is told in one short line', () => {
  const kinds: Record<DifferenceKind, string> = {
    argument: 'event 17: send-output packet.samples[0]: 0.5 → 0.25',
    result: 'event 17: send-output packet.samples[0]: 0.5 → 0.25',
    metadata: 'event 17: send-output packet.samples[0]: 0.5 → 0.25',
    output: 'event 17: send-output: 0.5 → 0.25',
    missing: 'event 17: send-output is not called any more',
    added: 'event 17: send-output is called, which it was not',
    order: 'event 17: send-output is called at another place',
    'not-replayed': 'event 17: it and what follows it was not replayed',
  };
  for (const [kind, text] of Object.entries(kinds))
    assert.equal(differenceText(difference({ kind: kind as DifferenceKind })), text);
  assert.equal(
    differenceText(difference({ event: 0, expected: '', actual: `a\n  b` })),
    'outside of events: send-output packet.samples[0]: nothing → a b',
  );
  assert.ok(differenceText(difference({ expected: 'x'.repeat(10_000) })).length < 150);
});
