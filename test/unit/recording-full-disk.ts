/**
 * Runs with a limit on the size of files, which fails writes as a full disk does: records until
 * nothing more is taken, then says what is left.
 */
import { LiveRecording } from '../../extension/recording/live.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { add, plugin, STARTED_AT } from './recording-fixture.ts';
import { randomFillSync } from 'node:crypto';

process.on('SIGXFSZ', () => undefined); // without a listener the limit would end the process
const recording = new LiveRecording({ path: process.argv[2], contract: 'streamkit', startedAt: STARTED_AT });
recording.addPlugin(plugin('gain'));
const payload = randomFillSync(new Uint8Array(100_000));
let index = 0;
while (index < 1000) {
  const added = add(recording, {
    kind: RecordKind.event,
    plugin: 0,
    name: 'in',
    time: STARTED_AT,
    event: index,
    flags: 0,
    payload,
  });
  if (added < 0) break;
  index++;
}
let readable = 0;
while (readable < recording.count && recording.at(readable).event === readable) readable++;
let closing = '';
try {
  recording.close();
} catch (error) {
  closing = String(error);
}
console.log(JSON.stringify({ added: index, readable, failure: recording.failure?.message, closing }));
