import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { bus } from '../../extension/contracts/holomush/bus.ts';
import { holomush } from '../../extension/contracts/holomush/index.ts';
import { emittedId, links } from '../../extension/contracts/holomush/links.ts';
import { EMIT, encodeEmit } from '../../extension/contracts/holomush/payloads.ts';
import { isUlid } from '../../extension/contracts/holomush/ulid.ts';
import type { Describers } from '../../extension/recording/describe.ts';
import { Lanes } from '../../extension/recording/lanes.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import {
  encodeCall,
  RecordFlag,
  RecordKind,
  type RawRecord,
  type Recording,
} from '../../extension/recording/record.ts';
import { join } from 'node:path';
import { folder, plugin, STARTED_AT } from './recording-fixture.ts';

const describers: Describers = { describe: () => undefined, telemetry: () => undefined, links };
const STREAM = 'location:room1';

function emitted(time: number, event = 1, number = 0): RawRecord {
  const payload = encodeEmit({ stream: STREAM, type: 'say', payload: '{}' });
  return {
    kind: RecordKind.hostCall,
    plugin: number,
    name: EMIT,
    time,
    event,
    flags: RecordFlag.effect,
    payload,
  };
}

/** What the bus makes of an emitted event. */
function onBus(record: RawRecord): { readonly id: string; readonly payload: Uint8Array } {
  const [message] = bus.emitted(record, 'echo').events;
  assert.ok(message !== undefined);
  return { id: message.id, payload: message.encoded.payload };
}

test('an emitted event has a ULID of its moment, which its record tells', () => {
  const record = emitted(STARTED_AT + 0.25);
  const { id, payload } = onBus(record);
  assert.ok(isUlid(id));
  assert.equal(id, emittedId(record));
  assert.deepEqual(links(record), { gives: id });
  assert.deepEqual(links({ ...record, kind: RecordKind.event, name: 'handle_event', flags: 0, payload }), {
    takes: id,
  });
  assert.deepEqual(holomush.links?.(record), { gives: id });
});

test('events that are emitted one after the other, by several plugins or at one instant have ids of their own', () => {
  const ids = new Set<string>();
  for (let at = 0; at < 100; at++) ids.add(onBus(emitted(STARTED_AT + 1001 + at / 4096)).id);
  ids.add(onBus(emitted(STARTED_AT + 1001, 2)).id);
  ids.add(onBus(emitted(STARTED_AT + 1001, 1, 1)).id);
  ids.add(onBus(emitted(STARTED_AT + 1002)).id);
  ids.add(onBus(emitted(STARTED_AT + 1002)).id);
  assert.equal(ids.size, 104);
});

test('other records are tied to nothing, and bytes that cannot be read are no event', () => {
  assert.equal(links({ ...emitted(STARTED_AT), name: 'log' }), undefined);
  assert.equal(links({ ...emitted(STARTED_AT), kind: RecordKind.call }), undefined);
  assert.equal(
    links({ ...emitted(STARTED_AT), kind: RecordKind.event, payload: new Uint8Array(3) }),
    undefined,
  );
});

/** ann says something; echo answers it twice; both answers reach loud, which answers the first. */
function conversation(t: TestContext): { readonly recording: LiveRecording; readonly path: string } {
  const path = join(folder(t), 'bus.hotplug.mcap');
  const recording = new LiveRecording({ path, contract: 'holomush', startedAt: STARTED_AT });
  for (const name of ['echo', 'loud']) recording.addPlugin({ ...plugin(name), contract: 'holomush' });
  const append = (record: RawRecord): Uint8Array => {
    const { plugin: number, kind, name, time, event, flags, payload } = record;
    recording.append(number, kind, name, time, event, flags, payload);
    return record.flags === RecordFlag.effect ? onBus(record).payload : payload;
  };
  const base = { kind: RecordKind.event, name: 'handle_event', flags: 0, plugin: 0 } as const;
  const done = encodeCall({ durationMs: 1, status: 0, text: '' });
  const first = holomush.encodeEvent({ stream: STREAM, type: 'say', payload: '{}' }).payload;
  append({ ...base, time: STARTED_AT + 1, event: 1, payload: first });
  const one = append(emitted(STARTED_AT + 2));
  const two = append(emitted(STARTED_AT + 2.5));
  append({ ...base, kind: RecordKind.call, time: STARTED_AT + 3, event: 1, payload: done });
  append({ ...base, plugin: 1, time: STARTED_AT + 4, event: 1, payload: one });
  const three = append(emitted(STARTED_AT + 5, 1, 1));
  append({ ...base, plugin: 1, kind: RecordKind.call, time: STARTED_AT + 6, event: 1, payload: done });
  append({ ...base, plugin: 1, time: STARTED_AT + 7, event: 2, payload: two });
  append({ ...base, time: STARTED_AT + 8, event: 2, payload: three });
  return { recording, path };
}

function flowsOf(recording: Recording, record: number): readonly unknown[] {
  const flows = new Lanes(recording, describers).flows(record);
  return flows.map(({ from, to, kind }) => [from.record, to.record, kind]);
}

test('flows go from an event over what it led to into the other plugins, and back, live and in the file', async (t) => {
  const { recording, path } = conversation(t);
  const all = [
    [0, 1, 'made'],
    [0, 2, 'made'],
    [1, 4, 'delivered'],
    [4, 5, 'made'],
    [2, 7, 'delivered'],
    [5, 8, 'delivered'],
  ];
  assert.deepEqual(flowsOf(recording, 0), all);
  assert.deepEqual(flowsOf(recording, 8), [
    [5, 8, 'delivered'],
    [4, 5, 'made'],
    [1, 4, 'delivered'],
    [0, 1, 'made'],
  ]);
  assert.deepEqual(flowsOf(recording, 5), [
    [4, 5, 'made'],
    [5, 8, 'delivered'],
    [1, 4, 'delivered'],
    [0, 1, 'made'],
  ]);
  const [flow] = new Lanes(recording, describers).flows(1);
  assert.deepEqual(
    [flow?.from, flow?.to].map((end) => [end?.plugin, end?.row, end?.time]),
    [
      ['echo', 0, 1],
      ['echo', 2, 2],
    ],
  );
  assert.deepEqual(flowsOf(recording, 99), []);
  recording.close();
  using file = await openRecording(path);
  assert.deepEqual(flowsOf(file, 0), all);
});
