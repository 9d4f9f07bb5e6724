/**
 * A million events of one plugin, each with a host call and a result, written as the host does or read
 * back. Runs in a process of its own, so that its memory is this alone: `million.ts write|read FILE`
 * prints JSON.
 */
import { statSync } from 'node:fs';
import { encodePacket } from '../../extension/contracts/streamkit/packet.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordKind } from '../../extension/recording/record.ts';

const EVENTS = 1_000_000;
const RECORDS = EVENTS * 3;

const [what, path = ''] = process.argv.slice(2);
const before = process.memoryUsage.rss();
const started = performance.now();
await (what === 'write' ? write() : read());
const ms = Math.round(performance.now() - started);
const MB = (process.memoryUsage.rss() - before) / 1e6;
process.stdout.write(JSON.stringify({ ms, MB, fileMB: statSync(path).size / 1e6 }));

async function write(): Promise<void> {
  const text = encodePacket({ tag: 'text', text: 'a small event' });
  const call = new Uint8Array(9);
  const recording = new LiveRecording({ path, contract: 'streamkit' });
  recording.addPlugin({
    name: 'bench',
    contract: 'streamkit',
    language: 'rust',
    limits: { memoryBytes: 1 << 26, deadlineMs: 5000 },
  });
  const now = Date.now();
  for (let event = 1; event <= EVENTS; event++) {
    const time = now + event / 1000;
    recording.append(0, RecordKind.event, 'in', time, event, 0, text);
    recording.append(0, RecordKind.hostCall, 'send-output', time, event, 1, text);
    recording.append(0, RecordKind.call, 'process', time, event, 0, call);
    // The host's thread does other things, too.
    if (event % 5000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  recording.close();
}

async function read(): Promise<void> {
  const recording = await openRecording(path);
  if (recording.count !== RECORDS) throw new Error(`${recording.count} of ${RECORDS} records were read back`);
  for (let index = 0; index < recording.count; index += 997) recording.at(index);
  recording.close();
}
