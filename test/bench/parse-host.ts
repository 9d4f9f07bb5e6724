/**
 * Hosts one parser and runs it over a file as often as it is told to, in a process of its own, so that its memory is
 * this alone. `parse-host.ts JSON` with a {@link HostedParser}; each message `run` is answered with a {@link HostedRun},
 * `end` with nothing: the process ends.
 */
import { createLocalHost } from '../../extension/host/local.ts';
import type { PluginStatus } from '../../extension/host/protocol.ts';

/** What is hosted, and what it reads. */
export interface HostedParser {
  readonly component: string;
  /** JSON. */
  readonly params: string;
  /** File to parse: absolute path. */
  readonly file: string;
  /** A folder for what the host writes. */
  readonly folder: string;
  /** File of the recording. */
  readonly recording: string;
}

export interface HostedRun {
  /** From the request to the end of the run. */
  readonly seconds: number;
  /** Indexes of its records: the first one, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** Most memory that the process ever had resident, all threads together, and before the first run. */
  readonly peakBytes: number;
  readonly idleBytes: number;
}

const hosted = JSON.parse(process.argv[2] ?? '') as HostedParser;
const host = await createLocalHost({ cacheFolder: hosted.folder, recording: hosted.recording });
const { id, state, stateText } = await host.request('start', {
  project: {
    folder: hosted.folder,
    name: 'bench',
    contract: 'chipmunk-parser',
    language: 'rust',
    recognisedBy: 'benchmark',
    config: {},
  },
  artifact: { kind: 'component', path: hosted.component },
  params: hosted.params,
  deadlineMs: 60_000,
});
if (state === 'failed') throw new Error(stateText);
const idleBytes = peak();

process.on('message', (message) => {
  void (message === 'run' ? answer() : end());
});
process.send?.('ready');

async function answer(): Promise<void> {
  process.send?.(await run());
}

async function run(): Promise<HostedRun> {
  const from = host.recording.count;
  const before = (await status()).input;
  const started = performance.now();
  await host.request('startInput', { plugin: id, input: { kind: 'bytes', file: hosted.file } });
  for (;;) {
    const { input } = await status();
    // What it says of the run before stands until the new one begins.
    if (input !== before && input?.run !== undefined) {
      if (input.run.state === 'done') break;
      if (input.run.state !== 'running') throw new Error(input.run.failure ?? 'the run was stopped');
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, from, to: host.recording.count, peakBytes: peak(), idleBytes };
}

async function status(): Promise<PluginStatus> {
  const found = (await host.request('list', undefined)).find((plugin) => plugin.id === id);
  if (found === undefined || found.state === 'failed')
    throw new Error(found?.stateText ?? 'the plugin is gone');
  return found;
}

async function end(): Promise<void> {
  await host.dispose();
  process.disconnect();
}

/** Node gives it in kibibytes. */
function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}
