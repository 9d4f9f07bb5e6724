/** Recordings for the benchmark: eight plugins with four lanes each, as many records as one likes. */
import { encodeLog, encodePacket, encodeSend } from '../../../extension/contracts/streamkit/packet.ts';
import { encodeCall, RecordFlag, RecordKind, CallStatus } from '../../../extension/recording/record.ts';
import type { LiveRecording } from '../../../extension/recording/live.ts';

const PLUGINS = 8;
/** Milliseconds between two events of a plugin. */
const APART = 4;
/** Records of one event: itself, a host call, a log line, an effect, telemetry, the call. */
export const PER_EVENT = 6;

const audio = encodePacket({ tag: 'text', text: 'a small event' });
const calls = [0.3, 0.9, 2.1, 1.2].map((durationMs) =>
  encodeCall({ durationMs, status: CallStatus.ok, text: '' }),
);
const trap = encodeCall({ durationMs: 3, status: CallStatus.trap, text: 'unreachable' });
const effect = encodeSend('out', audio, undefined);
const level = encodePacket({
  tag: 'custom',
  typeId: 'core::telemetry/event@1',
  data: JSON.stringify({ event_type: 'audio.level', rms: 0.25, peak: 0.9 }),
});
const telemetry = encodeSend('out', level, undefined);
const log = encodeLog('info', 'a line of the log');
const clock = new Uint8Array(8);

export function addPlugins(recording: LiveRecording): void {
  for (let plugin = 0; plugin < PLUGINS; plugin++) {
    recording.addPlugin({
      name: `plugin-${plugin}`,
      contract: 'streamkit',
      language: 'rust',
      limits: { memoryBytes: 1 << 26, deadlineMs: 5000 },
    });
  }
}

/** Adds the records of the event with this number, of whichever plugin it is of. */
export function addEvent(recording: LiveRecording, startedAt: number, number: number): void {
  const plugin = number % PLUGINS;
  const event = Math.floor(number / PLUGINS) + 1;
  const time = startedAt + event * APART + (plugin * APART) / PLUGINS;
  const failed = number % 100_000 === 77_777;
  recording.append(plugin, RecordKind.event, 'in', time, event, 0, audio);
  recording.append(plugin, RecordKind.hostCall, 'now', time + 0.05, event, RecordFlag.wasi, clock);
  recording.append(plugin, RecordKind.hostCall, 'log', time + 0.06, event, RecordFlag.log, log);
  recording.append(plugin, RecordKind.hostCall, 'send-output', time + 0.1, event, RecordFlag.effect, effect);
  recording.append(
    plugin,
    RecordKind.hostCall,
    'send-output',
    time + 0.2,
    event,
    RecordFlag.effect,
    telemetry,
  );
  const call = failed ? trap : (calls[number % calls.length] ?? trap);
  recording.append(plugin, RecordKind.call, 'process', time + 3.5, event, 0, call);
}
