import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvent } from '../../extension/contracts/holomush/event.ts';
import { detailOf } from '../../extension/editor/console/detail.ts';
import { isFromConsole } from '../../extension/editor/console/messages.ts';
import { Transcript } from '../../extension/editor/console/transcript.ts';
import { UserError } from '../../extension/errors.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { BusEntry, HostApi } from '../../extension/host/protocol.ts';

const all = { stream: '', eventType: '' };

function entry(id: string, more: Partial<BusEntry> = {}, event: EventJson = {}): BusEntry {
  const stream = more.stream ?? 'location:room1';
  return {
    id,
    stream,
    at: 1000,
    hops: 0,
    origin: id,
    deliveries: [],
    event: {
      id,
      stream,
      type: 'say',
      timestamp: 1,
      actor_kind: 0,
      actor_id: 'ann',
      payload: '{"message":"hi"}',
      ...event,
    },
    ...more,
  };
}

const answer = (id: string, origin: string, hops = 1): BusEntry =>
  entry(id, { from: 'echo', hops, origin }, { actor_kind: 2, actor_id: 'echo' });

test('events are numbered, and answers name the number that they go back to', () => {
  const transcript = new Transcript();
  const rows = transcript.add([
    entry('a'),
    entry('b'),
    answer('c', 'a'),
    answer('d', 'a', 2),
    answer('e', 'gone'),
  ]);
  assert.deepEqual(
    rows.map(({ number, who, kind, text, hops, origin }) => [number, who, kind, text, hops, origin]),
    [
      [1, 'ann', 'character', 'says "hi"', 0, undefined],
      [2, 'ann', 'character', 'says "hi"', 0, undefined],
      [3, 'echo', 'plugin', 'says "hi"', 1, 1],
      [4, 'echo', 'plugin', 'says "hi"', 2, 1],
      [5, 'echo', 'plugin', 'says "hi"', 1, undefined],
    ],
  );
  assert.equal(transcript.at(3)?.id, 'c');
  assert.equal(transcript.at(0), undefined);
  assert.deepEqual(
    transcript.newest(2).map(({ number }) => number),
    [4, 5],
  );
  transcript.clear();
  assert.deepEqual([transcript.newest(9), transcript.at(3)], [[], undefined]);
  assert.equal(transcript.add([answer('f', 'a')])[0]?.number, 6);
  assert.equal(transcript.newest(1)[0]?.origin, undefined);
});

test('the oldest are forgotten', () => {
  const transcript = new Transcript();
  for (let batch = 0; batch < 30; batch++)
    transcript.add(Array.from({ length: 1000 }, (_, index) => entry(`${batch} ${index}`)));
  assert.equal(transcript.at(30_000)?.id, '29 999');
  assert.equal(transcript.at(20_001)?.id, '20 0');
  assert.equal(transcript.at(1), undefined);
});

test('a stretch is saved as it is shown, without answers unless they are wanted', () => {
  const transcript = new Transcript();
  const other = entry('b', { stream: 'global:x' }, { type: 'pose' });
  transcript.add([entry('a'), other, answer('c', 'a'), entry('d')]);
  const saved = (from: number, to: number, filter = all, answers = false): readonly unknown[] => {
    const { lines, left } = transcript.lines(from, to, filter, answers);
    const events = lines.map((line) => readEvent(JSON.parse(line) as EventJson));
    return [...events.map(({ stream, type, actorId }) => `${stream} ${type} ${actorId}`), left];
  };
  const say = 'location:room1 say ann';
  assert.deepEqual(saved(1, 4), [say, 'global:x pose ann', say, 1]);
  assert.deepEqual(saved(1, 3, all, true), [say, 'global:x pose ann', 'location:room1 say echo', 0]);
  assert.deepEqual(saved(1, 4, { stream: 'global', eventType: '' }), ['global:x pose ann', 0]);
  assert.deepEqual(saved(2, 4, { stream: '', eventType: 'say' }), [say, 1]);
  assert.deepEqual(saved(9, 12), [0]);
});

test('of an event everything is said, or why not', async () => {
  const host = (reasons: () => Promise<unknown>): Pick<HostApi, 'request'> => ({
    request: reasons as HostApi['request'],
  });
  const delivered = entry('a', {
    deliveries: [
      { plugin: 'echo', pattern: 'location:*', outcome: 'queued' },
      { plugin: 'news', pattern: '*', outcome: 'dropped' },
    ],
  });
  const known = await detailOf(
    host(() => Promise.resolve([{ plugin: 'echo', reached: true, text: 'It reached echo.' }])),
    7,
    delivered,
  );
  assert.equal(known.payload, '{\n  "message": "hi"\n}');
  assert.deepEqual(JSON.parse(known.json), delivered.event);
  assert.deepEqual(known.deliveries, [
    'It is in the inbox of echo (pattern "location:*").',
    'It was dropped: there was no room in the inbox of news (pattern "*").',
  ]);
  assert.deepEqual(known.reasons, [{ reached: true, text: 'It reached echo.' }]);
  const lost = await detailOf(
    host(() => Promise.reject(new UserError('The bus has no event a.', 'Choose another.'))),
    7,
    delivered,
  );
  assert.deepEqual([lost.reasons, lost.problem], [[], 'The bus has no event a. Choose another.']);
});

test('only messages of the right shape are acted on', () => {
  const right: readonly unknown[] = [
    { type: 'ready' },
    { type: 'line', id: 1, text: 'say hi' },
    { type: 'place', room: 'a' },
    { type: 'save', from: 1, to: 2, filter: all, answers: false },
    { type: 'subscribe', id: 1, plugin: 'p', patterns: ['*', ''] },
    { type: 'startLoad', load: { characters: 1, rooms: 1, rate: 1 } },
    { type: 'command', command: 'openTrace' },
  ];
  for (const message of right) assert.ok(isFromConsole(message), JSON.stringify(message));
  const wrong: readonly unknown[] = [
    null,
    'ready',
    { type: 'toString' },
    { type: 'line', id: -1, text: 'x' },
    { type: 'line', id: 1 },
    { type: 'place', room: 1 },
    { type: 'save', from: 1, to: 2, filter: { stream: '' }, answers: false },
    { type: 'subscribe', id: 1, plugin: 'p', patterns: [1] },
    { type: 'startLoad', load: { characters: '1', rooms: 1, rate: 1 } },
    { type: 'command', command: 'removePlugin' },
  ];
  for (const message of wrong) assert.ok(!isFromConsole(message), JSON.stringify(message));
});
