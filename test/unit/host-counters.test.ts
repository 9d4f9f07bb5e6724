import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import { Counters } from '../../extension/host/counters.ts';
import { Inbox } from '../../extension/host/inbox.ts';
import { Journal } from '../../extension/host/journal.ts';
import { RecordKind, type Recording } from '../../extension/recording/record.ts';
import { cutLife } from '../../extension/replay/cut.ts';
import { groupOf, livesOf } from '../../extension/replay/lives.ts';
import { live, plugin, STARTED_AT } from './recording-fixture.ts';

const streamkit = contracts['streamkit'];

function countersIn(
  recording: Recording,
): readonly (readonly [plugin: number, name: string, value: number])[] {
  return Array.from({ length: recording.count }, (_, index) => recording.at(index)).flatMap((record) => {
    if (record.kind !== RecordKind.counter) return [];
    const { buffer, byteOffset } = record.payload;
    return [[record.plugin, record.name, new DataView(buffer, byteOffset).getFloat64(0, true)] as const];
  });
}

void test('a number is recorded when it has changed, and at most ten times a second', () => {
  const told: string[] = [];
  const counters = new Counters((name, value) => told.push(`${name} ${value}`));
  counters.look({ queue: 0, dropped: 0 }, 1000);
  assert.deepEqual(told, []);
  counters.look({ queue: 3, dropped: 0 }, 1001);
  counters.look({ queue: 5, dropped: 1 }, 1050);
  counters.look({ queue: 4, dropped: 1 }, 1101);
  counters.look({ queue: 4, dropped: 1 }, 1300);
  counters.look({ queue: 0, dropped: 1 }, 1301);
  assert.deepEqual(told, ['queue 3', 'queue 4', 'dropped 1', 'queue 0']);
  told.length = 0;
  counters.forget();
  counters.look({ queue: 0, dropped: 1 }, 2000);
  assert.deepEqual(told, ['dropped 1']);
});

void test('a journal records them of its plugin, again in the next recording', () => {
  assert.ok(streamkit);
  using first = live();
  using second = live();
  const journal = new Journal({
    recording: first,
    project: {
      folder: '/work/gain',
      name: 'gain',
      contract: 'streamkit',
      language: 'c',
      recognisedBy: 'test',
      // What is not recorded has nothing to do with what the host counts.
      config: { record: { redact: ['queue', 'text'] } },
    },
    contract: streamkit,
    plugin: plugin('gain'),
  });
  journal.count({ queue: 192, dropped: 0 });
  journal.count({ queue: 100, dropped: 0 });
  assert.deepEqual(countersIn(first), [[2, 'queue', 192]]);
  journal.continueIn(second, plugin('gain'), undefined);
  assert.deepEqual(countersIn(second), []);
});

void test('an inbox counts what was lost when it was emptied', () => {
  const inbox = new Inbox(2);
  const event = { name: 'in', payload: new Uint8Array(1) };
  for (const added of [true, true, false]) assert.equal(inbox.add(event), added);
  // Who sends waits for room: nothing is lost by that.
  assert.equal(inbox.dropped, 0);
  inbox.clear();
  assert.equal(inbox.dropped, 2);
});

void test('counters are no part of what a plugin did', () => {
  using recording = live();
  const put = (kind: RecordKind, name: string, event: number, text = '{}'): number =>
    recording.append(0, kind, name, STARTED_AT, event, 0, new TextEncoder().encode(text));
  const count = (): number => put(RecordKind.counter, 'queue', 0, '12345678');
  count();
  put(RecordKind.lifecycle, 'initializing', 0);
  count();
  put(RecordKind.lifecycle, 'running', 0);
  count();
  const event = put(RecordKind.event, 'in', 1);
  count();
  const hostCall = put(RecordKind.hostCall, 'log', 1);
  count();
  const call = put(RecordKind.call, 'process', 1);
  count();
  const next = put(RecordKind.event, 'in', 2);
  count();
  const [life, ...others] = livesOf(recording);
  assert.ok(life !== undefined);
  assert.deepEqual(others, []);
  assert.deepEqual([life.start, life.events, life.ending], [[], [event, next], []]);
  assert.deepEqual(groupOf(recording, life, 0), { event: 1, first: event, records: [hostCall], call });
  assert.deepEqual(
    [...cutLife(recording, life).records].map(({ kind }) => kind),
    [RecordKind.event, RecordKind.hostCall, RecordKind.call, RecordKind.event],
  );
});
