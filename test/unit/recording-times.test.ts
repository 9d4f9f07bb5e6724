/** Times and durations of records: as they are written, in the open recording and in its file alike. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { McapStreamReader } from '@mcap/core';
import fc from 'fast-check';
import * as zlib from 'node:zlib';
import { openRecording } from '../../extension/recording/reader.ts';
import { CallStatus, encodeCall, headOf, RecordKind } from '../../extension/recording/record.ts';
import type { RecordHead, Recording } from '../../extension/recording/record.ts';
import { folder, live, STARTED_AT } from './recording-fixture.ts';

const YEAR = 365 * 24 * 60 * 60 * 1000;
const nothing = new Uint8Array();

/** Time, duration and status of every record, the same with and without its payload. */
function headsOf(recording: Recording): readonly Pick<RecordHead, 'time' | 'durationMs' | 'status'>[] {
  return Array.from({ length: recording.count }, (_, index) => {
    const { time, durationMs, status } = headOf(recording, index);
    const whole = recording.at(index);
    assert.deepEqual([whole.time, whole.durationMs, whole.status], [time, durationMs, status]);
    return {
      time,
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(status === undefined ? {} : { status }),
    };
  });
}

describe('how long things took', () => {
  it('is known of host calls that said so, in the file as the publish time', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const recording = live(path);
    const put = (time: number, durationMs?: number): number =>
      recording.append(0, RecordKind.hostCall, 'now', STARTED_AT + time, 1, 0, nothing, durationMs);
    put(0, 2.5);
    put(1);
    put(2, 0);
    put(3, 0.000_25);
    put(4, 5 * YEAR);
    const expected = [
      { time: STARTED_AT, durationMs: 2.5 },
      { time: STARTED_AT + 1 },
      { time: STARTED_AT + 2 },
      { time: STARTED_AT + 3, durationMs: Math.fround(0.000_25) },
      { time: STARTED_AT + 4, durationMs: Math.fround(5 * YEAR) },
    ];
    assert.deepEqual(headsOf(recording), expected);
    recording.close();
    using read = await openRecording(path);
    assert.deepEqual(headsOf(read), expected);

    const stream = new McapStreamReader({
      decompressHandlers: { zstd: (bytes: Uint8Array): Uint8Array => zlib.zstdDecompressSync(bytes) },
    });
    stream.append(readFileSync(path));
    const took: bigint[] = [];
    for (let part = stream.nextRecord(); part !== undefined; part = stream.nextRecord())
      if (part.type === 'Message') took.push(part.publishTime - part.logTime);
    assert.deepEqual(took, [2_500_000n, 0n, 0n, 250n, BigInt(5 * YEAR) * 1_000_000n]);
  });

  it('and the status of calls are known without their payload', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const recording = live(path);
    const put = (durationMs: number, status: CallStatus, result?: Uint8Array): number => {
      const payload = encodeCall({ durationMs, status, text: 'text', ...(result && { result }) });
      // What a call took is in its payload, and nowhere else.
      return recording.append(0, RecordKind.call, 'process', STARTED_AT, 1, 0, payload, 99);
    };
    put(1.25, CallStatus.ok);
    put(3, CallStatus.error);
    put(0, CallStatus.trap, Uint8Array.of(1, 2));
    put(-1, CallStatus.ok);
    put(NaN, CallStatus.error);
    recording.append(0, RecordKind.call, 'process', STARTED_AT, 1, 0, nothing);
    const time = STARTED_AT;
    const expected = [
      { time, durationMs: 1.25, status: CallStatus.ok },
      { time, durationMs: 3, status: CallStatus.error },
      { time, durationMs: 0, status: CallStatus.trap },
      { time, durationMs: 0, status: CallStatus.ok },
      { time, durationMs: 0, status: CallStatus.error },
      { time, durationMs: 0, status: CallStatus.ok },
    ];
    assert.deepEqual(headsOf(recording), expected);
    recording.close();
    using read = await openRecording(path);
    assert.deepEqual(headsOf(read), expected);
  });

  it('is not known of the records of version 1, which had no counters either', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const recording = live(path);
    recording.append(0, RecordKind.event, 'in', STARTED_AT, 1, 0, Uint8Array.of(1));
    recording.append(1, RecordKind.hostCall, 'now', STARTED_AT + 1, 1, 0, Uint8Array.of(2));
    recording.flush();
    const bytes = readFileSync(path);
    const parts = [bytes.subarray(0, 8)];
    for (let at = 8; at < bytes.length;) {
      const end = at + 9 + Number(bytes.readBigUInt64LE(at + 1));
      const part = Buffer.from(bytes.subarray(at, end));
      const version = part.indexOf('version\x01\0\0\x002', 0, 'latin1');
      if (version > 0) part.write('1', version + 11);
      if (!part.includes('counter')) parts.push(part);
      at = end;
    }
    assert.equal(Buffer.concat(parts).includes('counter'), false);
    writeFileSync(`${path}.old`, Buffer.concat(parts));
    using read = await openRecording(`${path}.old`);
    assert.equal(read.info.version, 1);
    assert.equal(recording.info.version, 2);
    assert.equal(read.info.plugins.length, 2);
    assert.deepEqual(headsOf(read), [{ time: STARTED_AT }, { time: STARTED_AT + 1 }]);
    recording.close();
  });
});

describe('times that cannot be', () => {
  it('are kept where the file can hold them, in the order of the records', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const recording = live(path);
    const times = [0, -5, YEAR, -YEAR, 0, 1 / 4, -1 / 4].map((time) => STARTED_AT + time);
    for (const time of times) recording.append(0, RecordKind.event, 'in', time, 1, 0, nothing);
    const expected = times.map((time) => ({ time }));
    assert.deepEqual(headsOf(recording), expected);
    recording.close();
    using read = await openRecording(path);
    assert.deepEqual(headsOf(read), expected);
    assert.deepEqual(read.expected, { count: times.length, durationMs: YEAR });
  });

  it('are the nearest ones that it can hold otherwise', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const latest = 18_446_744_073_709;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ time: fc.double(), durationMs: fc.double() }), { minLength: 1, maxLength: 20 }),
        async (given) => {
          const recording = live(path);
          for (const { time, durationMs } of given)
            recording.append(0, RecordKind.hostCall, 'now', time, 1, 0, nothing, durationMs);
          const heads = headsOf(recording);
          for (const [index, { time, durationMs }] of given.entries()) {
            const head = heads[index];
            assert.equal(head?.time, time >= 0 ? Math.min(time, latest) : 0);
            const end = head.time + (head.durationMs ?? 0);
            assert.ok(Number.isFinite(end) && end <= latest * 1.000_001);
            assert.equal((head.durationMs ?? 0) > 0, durationMs >= 5e-7 && head.time < latest);
          }
          recording.close();
          using read = await openRecording(path);
          for (const [index, head] of headsOf(read).entries()) {
            const before = heads[index] ?? { time: NaN };
            // The file has whole nanoseconds.
            assert.ok(
              Math.abs(head.time - before.time) <= Math.max(1e-6, before.time * 2 ** -52),
              `${before.time}`,
            );
            const [one = 0, other = 0] = [head.durationMs, before.durationMs];
            assert.ok(Math.abs(one - other) <= 1e-6 + other * 2 ** -22, `${other} became ${one}`);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
