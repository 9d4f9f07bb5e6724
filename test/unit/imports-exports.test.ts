/** What Hotplug exports it can look at again. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import { exportToFile } from '../../extension/export/write.ts';
import { describersOf } from '../../extension/host/describers.ts';
import { openTrace } from '../../extension/imports/open.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordKind, type Recording } from '../../extension/recording/record.ts';
import { root } from '../../scripts/paths.ts';
import { folder } from './recording-fixture.ts';

const file = join(root, 'templates', 'streamkit', 'c', 'recordings', 'gain.hotplug.mcap');

/** Ends since that of the first and durations of the calls of this name, in whole microseconds. */
function callsOf(recording: Recording, name: string): readonly (readonly [number, number])[] {
  const calls = Array.from({ length: recording.count }, (_, index) => recording.at(index)).filter(
    (record) => record.kind === RecordKind.call && record.name === name,
  );
  const first = calls[0]?.time ?? 0;
  return calls.map(({ time, durationMs = 0 }) => [
    Math.round((time - first) * 1e3),
    Math.round(durationMs * 1e3),
  ]);
}

for (const format of ['chrome', 'otlp-json'] as const) {
  test(`calls of a ${format} export are where they were`, async (t) => {
    using recording = await openRecording(file);
    const target = join(folder(t), 'trace.json');
    const describers = describersOf(recording, contracts);
    await exportToFile(format, { recording, describers, choice: {}, version: '1' }, target);
    const imported = await openTrace(target);
    assert.ok(imported);
    using trace = imported.recording;
    assert.deepEqual(imported.from.notes, []);
    const [before, after] = [callsOf(recording, 'process'), callsOf(trace, 'process')];
    assert.equal(after.length, 6);
    for (const [index, [end, took]] of before.entries()) {
      const [itsEnd = NaN, itsTook = NaN] = after[index] ?? [];
      // Each side rounds to what its clock can say; a call is cut to the event that it is for.
      assert.ok(
        Math.abs(itsEnd - end) <= 2 && itsTook > 0 && itsTook <= took + 2,
        `${took} became ${itsTook}`,
      );
    }
    // And once more, into the other format.
    const again = join(folder(t), 'again.json');
    const source = { recording: trace, describers: describersOf(trace, contracts), choice: {}, version: '1' };
    await exportToFile(format === 'chrome' ? 'otlp-json' : 'chrome', source, again);
    const twice = await openTrace(again);
    assert.ok(twice);
    using last = twice.recording;
    assert.equal(callsOf(last, 'process').length, 6);
  });
}
