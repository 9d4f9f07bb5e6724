/**
 * Runs with a limit on the size of files, which fails writes as a full disk does: records until
 * nothing more is taken, goes on in the next file, and says what became of both.
 */
import { randomFillSync } from 'node:crypto';
import { Recorder } from '../../extension/host/recorder.ts';
import type { LiveRecording } from '../../extension/recording/live.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { add, plugin, STARTED_AT } from './recording-fixture.ts';

process.on('SIGXFSZ', () => undefined); // without a listener the limit would end the process
const recorder = new Recorder({ folder: process.argv[2], tools: {} });
const payload = randomFillSync(new Uint8Array(100_000));

function fill(recording: LiveRecording, most: number): number {
  recording.addPlugin(plugin('gain'));
  let event = 0;
  while (event < most) {
    const record = {
      kind: RecordKind.event,
      plugin: 0,
      name: 'in',
      time: STARTED_AT,
      event,
      flags: 0,
      payload,
    };
    if (add(recording, record) < 0) break;
    event++;
  }
  return event;
}

const before = recorder.canRenew;
const first = fill(recorder.recording, 1000);
const { failure } = recorder.status();
const full = recorder.canRenew;
let second = 0;
recorder.next((recording) => {
  second = fill(recording, 5);
});
const after = recorder.status();
recorder.close();
console.log(JSON.stringify({ before, first, failure, full, second, after: after.failure ?? 'none' }));
