/**
 * What recording costs: the same events through the same instance, recorded and not. `gain` is an
 * audio packet of 960 samples, `chatty` an event during which the plugin makes 100 host calls. Rounds
 * of both sides alternate, and the median round counts. Beside it: how much memory a million recorded
 * events take, and what reading them back takes.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contracts } from '../../extension/contracts/index.ts';
import { encodePacket } from '../../extension/contracts/streamkit/packet.ts';
import { Instance } from '../../extension/host/instance.ts';
import { Workshop } from '../../extension/host/workshop.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { HELD } from '../../extension/host/boundary.ts';
import { median, round, until } from './measure.ts';
import { buildTestPlugin } from '../testPlugin.ts';
import { jcoDefault } from './jcoDefault.ts';

const ROUNDS = 9;
const EVENTS = { gain: 4000, chatty: 400 } as const;

export interface RecordFigures {
  /** More time that the same events take when they are recorded, from the first to the last. */
  readonly overheadPercent: { readonly gain: number; readonly chatty: number };
  /** Microseconds an event, not recorded and recorded. */
  readonly eventUs: {
    readonly gain: { readonly bare: number; readonly recorded: number; readonly jcoDefault: number };
    readonly chatty: { readonly bare: number; readonly recorded: number; readonly jcoDefault: number };
  };
  readonly million: {
    readonly recordMs: number;
    /** Growth of the resident memory over the recording, and over reading the file back. */
    readonly recordMB: number;
    readonly openMs: number;
    readonly readMB: number;
    readonly fileMB: number;
  };
}

/** Runs the benchmark. */
export async function benchRecord(): Promise<RecordFigures> {
  const million = await benchMillion();
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-bench-'));
  const contract = contracts['streamkit'];
  if (contract === undefined) throw new Error('there is no contract');
  const workshop = new Workshop();
  const recording = new LiveRecording({ contract: contract.id });
  recording.addPlugin({
    name: 'bench',
    contract: contract.id,
    language: 'rust',
    limits: { memoryBytes: contract.limits.memoryBytes, deadlineMs: 60_000 },
  });
  const path = await buildTestPlugin('small');
  const prepared = await workshop.prepare({
    path,
    cacheFolder: join(folder, 'cache'),
    memoryBytes: contract.limits.memoryBytes,
  });
  let payload: Uint8Array = new Uint8Array();
  const instance = new Instance(await workshop.takeWorker(), {
    record: (name, frame) => {
      const bytes = (frame.flags & HELD) === 0 ? frame.payload : payload;
      recording.append(
        0,
        frame.kind as RecordKind,
        name,
        frame.time,
        frame.event,
        frame.flags & ~HELD,
        bytes,
      );
    },
    drained: () => undefined,
    failed: ({ message }) => {
      throw new Error(message);
    },
    lost: (reason) => {
      throw new Error(reason);
    },
  });
  const ready = await instance.prepare({
    script: prepared.script,
    modules: prepared.modules,
    contract: contract.id,
    node: 'bench',
    params: undefined,
    source: undefined,
  });
  if (!('metadata' in ready)) throw new Error(ready.message);
  instance.run();
  let number = 0;
  const run = async (kind: 'event' | 'rebuild', events: number): Promise<number> => {
    const before = recording.count;
    const started = performance.now();
    for (let count = 0; count < events; count++) {
      number++;
      while (!instance.offer('in', number, payload, kind))
        await new Promise((resolve) => setImmediate(resolve));
    }
    while (instance.taken !== number || instance.callAge() > 0)
      await new Promise((resolve) => setImmediate(resolve));
    const ms = performance.now() - started;
    if (kind === 'event') await until('the records', () => recording.count >= before + events * 2);
    return (ms * 1000) / events;
  };
  try {
    const peer = await jcoDefault(await readFile(path), join(folder, 'peer'));
    const samples = new Float32Array(960).fill(0.5);
    const figures = { gain: emptyRounds(), chatty: emptyRounds() };
    for (let index = 0; index <= ROUNDS; index++) {
      for (const what of ['gain', 'chatty'] as const) {
        payload = encodePacket(
          what === 'gain'
            ? { tag: 'audio', sampleRate: 48_000, channels: 1, samples }
            : { tag: 'text', text: 'log 100' },
        );
        const bare = await run('rebuild', EVENTS[what]);
        const recorded = await run('event', EVENTS[what]);
        const started = performance.now();
        const theirs = EVENTS[what] / 10;
        for (let count = 0; count < theirs; count++)
          peer.process(
            what === 'gain'
              ? { tag: 'audio', val: { sampleRate: 48_000, channels: 1, samples } }
              : { tag: 'text', val: 'log 100' },
          );
        // The first round warms both sides up.
        if (index === 0) continue;
        figures[what].bare.push(bare);
        figures[what].recorded.push(recorded);
        figures[what].jcoDefault.push(((performance.now() - started) * 1000) / theirs);
      }
    }
    const of = (
      rounds: ReturnType<typeof emptyRounds>,
    ): { bare: number; recorded: number; jcoDefault: number } => ({
      bare: round(median(rounds.bare), 2),
      recorded: round(median(rounds.recorded), 2),
      jcoDefault: round(median(rounds.jcoDefault), 2),
    });
    const overhead = (rounds: ReturnType<typeof emptyRounds>): number =>
      round((median(rounds.recorded) / median(rounds.bare) - 1) * 100, 1);
    return {
      overheadPercent: { gain: overhead(figures.gain), chatty: overhead(figures.chatty) },
      eventUs: { gain: of(figures.gain), chatty: of(figures.chatty) },
      million,
    };
  } finally {
    await instance.terminate();
    await workshop.dispose();
    recording.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function emptyRounds(): { bare: number[]; recorded: number[]; jcoDefault: number[] } {
  return { bare: [], recorded: [], jcoDefault: [] };
}

/** Writes a million events and reads them back, each in a process of its own. */
async function benchMillion(): Promise<RecordFigures['million']> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-bench-'));
  const path = join(folder, 'million.hotplug.mcap');
  try {
    const write = await million('write', path);
    const read = await million('read', path);
    return {
      recordMs: write.ms,
      recordMB: round(write.MB, 1),
      openMs: read.ms,
      readMB: round(read.MB, 1),
      fileMB: round(write.fileMB, 1),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function million(what: string, path: string): Promise<{ ms: number; MB: number; fileMB: number }> {
  const script = join(import.meta.dirname, 'million.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, what, path]);
  return JSON.parse(stdout) as { ms: number; MB: number; fileMB: number };
}
