/**
 * Host calls and audio packets a second, recorded, beside jco's default bindings in the same run.
 * The plugin runs in its worker as always; everything it does goes through the ring into the live
 * recording. Rounds of both sides alternate, and the median round counts.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalHost } from '../../extension/host/local.ts';
import type { Host } from '../../extension/host/host.ts';
import { decodeCall, RecordKind } from '../../extension/recording/record.ts';
import { jcoDefault } from './jcoDefault.ts';
import { median, round, until } from './measure.ts';
import { testPluginBytes } from '../testPlugin.ts';

const ROUNDS = 7;
const CALLS = 200_000;
const PACKETS = 400;
const SAMPLES = 960;

export interface CallFigures {
  /** As the plugin sees them: while the call runs. */
  readonly hostCallsPerSecond: number;
  /** Until the last one is in the recording. */
  readonly recordedHostCallsPerSecond: number;
  readonly jcoDefaultHostCallsPerSecond: number;
  /** Recorded ones against jco's, which records nothing. */
  readonly ratio: number;
  /** One 960-sample packet in the worker, with its event, its host call and its result recorded. */
  readonly audioPacketUs: number;
  readonly jcoDefaultAudioPacketUs: number;
  readonly audioRatio: number;
}

/** Runs the benchmark. */
export async function benchCalls(): Promise<CallFigures> {
  const component = await testPluginBytes('small');
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-bench-'));
  const path = join(folder, 'bench.wasm');
  await writeFile(path, component);
  const host = await createLocalHost({ cacheFolder: join(folder, 'cache') });
  try {
    const plugin = await host.request('start', {
      project: {
        folder,
        name: 'bench',
        contract: 'streamkit',
        language: 'rust',
        recognisedBy: 'benchmark',
        config: {},
      },
      artifact: { kind: 'component', path },
      deadlineMs: 60_000,
    });
    if (plugin.state !== 'running') throw new Error(plugin.stateText);
    const peer = await jcoDefault(component, join(folder, 'peer'));
    const seen: number[] = [];
    const recorded: number[] = [];
    const peerCalls: number[] = [];
    const packets: number[] = [];
    const peerPackets: number[] = [];
    for (let index = 0; index <= ROUNDS; index++) {
      const calls = await ourCalls(host, plugin.id);
      const theirCalls = timed(() => {
        peer.process({ tag: 'text', val: `log ${CALLS / 10}` });
      });
      const audio = await ourPackets(host, plugin.id);
      const theirAudio = timed(() => {
        const samples = new Float32Array(SAMPLES).fill(0.5);
        for (let count = 0; count < PACKETS; count++) {
          peer.process({ tag: 'audio', val: { sampleRate: 48_000, channels: 1, samples } });
        }
      });
      // The first round warms both sides up.
      if (index === 0) continue;
      seen.push(CALLS / (calls.insideMs / 1000));
      recorded.push(CALLS / (calls.recordedMs / 1000));
      peerCalls.push(CALLS / 10 / (theirCalls / 1000));
      packets.push((audio * 1000) / PACKETS);
      peerPackets.push((theirAudio * 1000) / PACKETS);
    }
    return {
      hostCallsPerSecond: Math.round(median(seen)),
      recordedHostCallsPerSecond: Math.round(median(recorded)),
      jcoDefaultHostCallsPerSecond: Math.round(median(peerCalls)),
      ratio: round(median(recorded) / median(peerCalls), 1),
      audioPacketUs: round(median(packets), 2),
      jcoDefaultAudioPacketUs: round(median(peerPackets), 2),
      audioRatio: round(median(peerPackets) / median(packets), 1),
    };
  } finally {
    await host.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function timed(action: () => void): number {
  const started = performance.now();
  action();
  return performance.now() - started;
}

/** One event that makes the plugin log `CALLS` lines of 60 bytes. */
async function ourCalls(host: Host, plugin: string): Promise<{ insideMs: number; recordedMs: number }> {
  const { recording } = host;
  const before = recording.count;
  const started = performance.now();
  await host.request('send', { plugin, events: [{ pin: 'in', packet: { text: `log ${CALLS}` } }] });
  // The event, its host calls, its result.
  await until('the host calls', () => recording.count >= before + CALLS + 2);
  const recordedMs = performance.now() - started;
  const last = recording.at(recording.count - 1);
  if (last.kind !== RecordKind.call) throw new Error('the last record is not the call');
  return { insideMs: decodeCall(last.payload).durationMs, recordedMs };
}

/** A burst of packets, as many as the ring takes without waiting; the median packet's time, for all of them. */
async function ourPackets(host: Host, plugin: string): Promise<number> {
  const { recording } = host;
  const before = recording.count;
  const samples = new Float32Array(SAMPLES).fill(0.5);
  const events = Array.from({ length: PACKETS }, () => ({
    pin: 'in',
    packet: { audio: { sampleRate: 48_000, channels: 1, samples } },
  }));
  await host.request('send', { plugin, events });
  await until('the packets', () => recording.count >= before + PACKETS * 3);
  // The call's time spans the event's record, the plugin's work and the host call's record.
  const times: number[] = [];
  for (let index = before; index < recording.count; index++) {
    const record = recording.at(index);
    if (record.kind === RecordKind.call) times.push(decodeCall(record.payload).durationMs);
  }
  return median(times) * PACKETS;
}
