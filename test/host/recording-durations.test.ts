/** How long host calls took, and what the host counts, in recordings of plugins that really run. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordKind, type RawRecord, type Recording } from '../../extension/recording/record.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { eventually, Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
const skip = missing ?? false;
const path = missing === undefined ? await buildTestPlugin('small') : '';
const artifact = { kind: 'component', path } as const;
/** Times are doubles of milliseconds since the epoch, a quarter of a microsecond apart. */
const NEAR_MS = 0.01;

function file(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'hotplug-durations-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return join(made, 'a.hotplug.mcap');
}

function recordsOf(recording: Recording): readonly RawRecord[] {
  return Array.from({ length: recording.count }, (_, index) => {
    const record = recording.at(index);
    return { ...record, payload: record.payload.slice() };
  });
}

void test('host calls say when they were made and how long they took', { skip }, async (t) => {
  const at = file(t);
  await using hosted = await Hosted.create(at);
  await hosted.start(artifact);
  await hosted.tell('echo a', `echo ${'long '.repeat(400_000)}`, 'log 3', 'clock');
  const before = recordsOf(hosted.host.recording);
  const calls = before.filter(({ kind, event }) => kind === RecordKind.call && event > 0);
  const hostCalls = before.filter(({ kind, event }) => kind === RecordKind.hostCall && event > 0);
  assert.equal(calls.length, 4);
  assert.ok(hostCalls.length >= 7, `${hostCalls.length} host calls`);
  for (const { name, event, time, durationMs = 0 } of hostCalls) {
    const call = calls.find((one) => one.event === event);
    assert.ok(call?.durationMs !== undefined);
    assert.ok(durationMs > 0, `${name} took no time`);
    assert.ok(time >= call.time - call.durationMs - NEAR_MS, `${name} was made before its call began`);
    assert.ok(time + durationMs <= call.time + NEAR_MS, `${name} ended after its call`);
  }
  await hosted.host.dispose();

  using read = await openRecording(at);
  assert.deepEqual(
    recordsOf(read)
      .filter(({ kind }) => kind === RecordKind.hostCall || kind === RecordKind.call)
      .map(({ durationMs, status }) => [durationMs, status]),
    before
      .filter(({ kind }) => kind === RecordKind.hostCall || kind === RecordKind.call)
      .map(({ durationMs, status }) => [durationMs, status]),
  );
});

void test('events that wait for a plugin are counted, and those that it never gets', { skip }, async () => {
  await using hosted = await Hosted.create();
  const last = (name: string): number | undefined => {
    const found = hosted.records('counter').findLast((record) => record.name === name);
    return found && new DataView(found.payload.buffer, found.payload.byteOffset).getFloat64(0, true);
  };
  await hosted.start(artifact, { deadlineMs: 500 });
  await hosted.tell('echo a');
  await hosted.send({ text: 'loop' }, { text: 'a' }, { text: 'b' }, { text: 'c' });
  await hosted.reach('the failure', ({ state }) => state === 'failed');
  await eventually('the number of events that wait', () => last('queue') === 3);
  assert.equal(last('dropped'), undefined);
  await hosted.host.request('stop', { plugin: hosted.id });
  await eventually('the number of events that were lost', () => last('dropped') === 3 && last('queue') === 0);
  const counters = hosted.records('counter');
  for (const { event, flags, plugin } of counters) assert.deepEqual([event, flags, plugin], [0, 0, 0]);

  // They are nothing that a replay would do or compare.
  await hosted.host.request('restart', { plugin: hosted.id });
  await hosted.tell('echo b', 'echo c');
  const { report } = await hosted.host.request('replay', { recording: 'live', against: hosted.id });
  assert.deepEqual([report.events.total, report.events.same, report.differences], [2, 2, []]);
});
