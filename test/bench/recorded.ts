/** Recordings of the Rust test plugin for the benchmarks of replays. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts } from '../../extension/contracts/index.ts';
import type { Contract } from '../../extension/host/contract.ts';
import { createLocalHost } from '../../extension/host/local.ts';
import { Workshop } from '../../extension/host/workshop.ts';
import type { Artifact } from '../../extension/project/project.ts';
import { openRecording, type RecordingFile } from '../../extension/recording/reader.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import type { ExecutionOptions } from '../../extension/replay/execution.ts';
import { root } from '../../scripts/paths.ts';
import { until } from './measure.ts';

/** A finished recording and all that a replay of it needs. */
export interface Recorded extends AsyncDisposable {
  readonly file: RecordingFile;
  readonly options: Omit<ExecutionOptions, 'checkpoints'>;
}

/** Feeds the plugin `count` events of these texts in turn, and opens what was recorded. */
export async function record(path: string, count: number, texts: readonly string[]): Promise<Recorded> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-bench-'));
  const artifact: Artifact = { kind: 'component', path };
  const cacheFolder = join(root, '.cache', 'transpiled');
  await mkdir(cacheFolder, { recursive: true });
  const recording = join(folder, 'bench.hotplug.mcap');
  const host = await createLocalHost({ cacheFolder, recording });
  const contract = contractOf('streamkit');
  try {
    const project = {
      folder,
      name: 'bench',
      contract: 'streamkit',
      language: 'rust',
      recognisedBy: 'benchmark',
      config: {},
    } as const;
    const { id } = await host.request('start', { project, artifact });
    for (let at = 0; at < count; at += 1000) {
      const events = Array.from({ length: Math.min(1000, count - at) }, (_, index) => ({
        pin: 'in',
        packet: { text: texts[(at + index) % texts.length] ?? '' },
      }));
      await host.request('send', { plugin: id, events });
    }
    let waiting = 1;
    host.on('status', (status) => (waiting = status.waiting));
    await until('the last event', () => waiting === 0, 600_000);
    await host.request('stop', { plugin: id });
  } finally {
    await host.dispose();
  }
  const file = await openRecording(recording);
  const life = livesOf(file).at(-1);
  if (life?.events.length !== count)
    throw new Error(`${life?.events.length ?? 0} of ${count} events were recorded`);
  const workshop = new Workshop();
  return {
    file,
    options: {
      bench: { workshop, cacheFolder, interpreter: () => undefined },
      recording: file,
      life,
      contract,
      artifact,
      language: 'rust',
      unrecorded: 'default',
      deadlineMs: 5000,
    },
    [Symbol.asyncDispose]: async () => {
      await workshop.dispose();
      file.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function contractOf(id: string): Contract {
  const contract = contracts[id];
  if (contract === undefined) throw new Error(`there is no contract ${id}`);
  return contract;
}
