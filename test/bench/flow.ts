/** Events that flow while a benchmark reloads, and when the new build answered. */
import type { Host } from '../../extension/host/host.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { until } from './measure.ts';

const EVENTS_PER_SECOND = 1000;

/** Waits until nothing is built for a while: a first build may be followed by one of what it made, a lock file. */
export async function settled(builds: () => number): Promise<void> {
  for (let seen = -1; seen !== builds();) {
    seen = builds();
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

/** Waits until the host's plugin runs; throws with its state where it does not. */
export async function running(host: Host): Promise<void> {
  let state = '';
  const off = host.on('status', (status) => (state = status.state));
  await until('the plugin to run', () => state === 'running' || state === 'failed', 300_000);
  off();
  if (state !== 'running') throw new Error(JSON.stringify(await host.request('list', undefined)));
}

/** When the first event after the next reload was answered, in ms since the Unix epoch. */
export async function firstAnswer(host: Host, from: number): Promise<number> {
  const { recording } = host;
  let index = from;
  let reloaded = false;
  let answeredAt: number | undefined;
  await until(
    'the answer of the new build',
    () => {
      for (; index < recording.count && answeredAt === undefined; index++) {
        const record = recording.at(index);
        if (record.kind === RecordKind.lifecycle) {
          if (record.name === 'failed' || record.name === 'reload-failed')
            throw new Error(new TextDecoder().decode(record.payload));
          if (record.name === 'reloaded') reloaded = true;
        }
        if (reloaded && record.kind === RecordKind.call && record.name === 'process')
          answeredAt = record.time;
      }
      return answeredAt !== undefined;
    },
    300_000,
  );
  return answeredAt ?? 0;
}

/** Sends numbered packets at a steady rate; `stop` resolves with how many were sent, once all are answered. */
export function feedNumbers(host: Host, plugin: string): { stop: () => Promise<number> } {
  const started = performance.now();
  let sent = 0;
  let stopping = false;
  const run = async (): Promise<number> => {
    while (!stopping) {
      const due = Math.floor(((performance.now() - started) * EVENTS_PER_SECOND) / 1000);
      const events = Array.from({ length: Math.max(0, due - sent) }, (_, index) => packet(sent + index + 1));
      sent += events.length;
      if (events.length > 0) await host.request('send', { plugin, events });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const done = async (): Promise<boolean> =>
      ((await host.request('list', undefined))[0]?.waiting ?? 0) === 0;
    while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 100));
    return sent;
  };
  const ended = run();
  return {
    stop: () => {
      stopping = true;
      return ended;
    },
  };
}

function packet(number: number): Readonly<Record<string, unknown>> {
  return {
    pin: 'in',
    packet: { audio: { sampleRate: 48_000, channels: 1, samples: new Float32Array([number]) } },
  };
}
