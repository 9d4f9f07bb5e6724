import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { LiveRecording } from '../../extension/recording/live.ts';
import { decodeCallTime, RecordKind } from '../../extension/recording/record.ts';
import type { RawRecord, RecordedPlugin, Recording } from '../../extension/recording/record.ts';

export const STARTED_AT = 1_790_000_000_000;

export function plugin(name: string): RecordedPlugin {
  return {
    name,
    contract: 'streamkit',
    language: 'rust',
    params: '{"gain":0.5}',
    limits: { memoryBytes: 64 << 20, deadlineMs: 5000 },
  };
}

/** A folder that goes away with the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hotplug-test-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A live recording with the plugins `gain` and `vad`. */
export function live(path?: string): LiveRecording {
  const recording = new LiveRecording({
    path,
    contract: 'streamkit',
    startedAt: STARTED_AT,
    tools: { rustc: '1.95.0' },
  });
  recording.addPlugin(plugin('gain'));
  recording.addPlugin(plugin('vad'));
  return recording;
}

/** Times in the file are whole nanoseconds; these are quarters of a microsecond, as a double near today can hold. */
export const records: fc.Arbitrary<RawRecord> = fc.record({
  kind: fc.constantFrom(...Object.values(RecordKind)),
  plugin: fc.integer({ min: 0, max: 1 }),
  name: fc.oneof(
    fc.constantFrom('in', 'process', 'streamkit:plugin/host@0.1.0#log'),
    fc.string({ unit: 'grapheme' }),
  ),
  time: fc.integer({ min: 0, max: 4_000_000 }).map((ticks) => STARTED_AT + ticks / 4096),
  event: fc.nat(),
  flags: fc.integer({ min: 0, max: 15 }),
  payload: fc.uint8Array({ maxLength: 100 }),
  durationMs: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 5_000_000 }).map((microseconds) => microseconds / 1000),
  ),
});

export function add(recording: LiveRecording, record: RawRecord): number {
  return recording.append(
    record.plugin,
    record.kind,
    record.name,
    record.time,
    record.event,
    record.flags,
    record.payload,
    record.durationMs,
  );
}

/** What the recording says of it: a call has the duration and status of its payload, and durations are float32. */
function expectedOf(record: RawRecord): RawRecord {
  const { durationMs: given, ...others } = record;
  const rest = { ...others, size: record.payload.length };
  if (record.kind === RecordKind.call) {
    const { durationMs, status } = decodeCallTime(record.payload);
    return { ...rest, durationMs: Math.min(Math.fround(durationMs), 3.4028234663852886e38), status };
  }
  return given === undefined || given === 0 ? rest : { ...rest, durationMs: Math.fround(given) };
}

/** Whether the recording holds exactly these, in this order. */
export function assertHolds(recording: Recording, expected: readonly RawRecord[]): void {
  assert.equal(recording.count, expected.length);
  for (const [index, given] of expected.entries()) {
    const record = expectedOf(given);
    assert.deepEqual(
      { ...recording.at(index), payload: [...recording.at(index).payload] },
      { ...record, payload: [...record.payload] },
    );
    const { payload: _, ...head } = record;
    assert.deepEqual(recording.head?.(index), head);
  }
}
