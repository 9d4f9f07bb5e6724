/**
 * Makes the recording that each template comes with, as a test: `node scripts/template-recordings.ts
 * [language|contract…]`. To be run after a change to what a template's plugin does.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EventJson } from '../extension/host/contract.ts';
import type { Host } from '../extension/host/host.ts';
import { createLocalHost } from '../extension/host/local.ts';
import type { Project, StreamSpec } from '../extension/project/project.ts';
import { recognise } from '../extension/project/recognise.ts';
import { recordingEnding, recordingsFolder } from '../extension/project/recordings.ts';
import { rewriteRecording } from '../extension/scaffold/recording.ts';
import { scaffold, scaffoldChoices } from '../extension/scaffold/scaffold.ts';
import { toolchains } from '../extension/toolchains/index.ts';
import { buildInterpreters } from './interpreters.ts';
import { root } from './paths.ts';

/** The plugin's name while it is recorded; occurs nowhere else. */
const NAME = 'recorded-template';

function audio(...samples: readonly number[]): EventJson {
  return { pin: 'in', packet: { audio: { sampleRate: 48_000, channels: 1, samples } } };
}

/** Their factors, a tenth and ten, are the same whatever a language's library makes of powers. */
const quiet = '{"gain_db":-20}';
const loud = '{"gain_db":20}';

/** Samples that are exact in 32 bits, silence, the largest ones, and nothing. */
const before = [audio(0, 0.25, 0.5, 0.25, 0, -0.25, -0.5, -0.25), audio(0, 0, 0, 0), audio(1, -1, 1, -1)];
const after = [audio(0.125, -0.125), audio(), audio(0.75)];

/** What a contract's plugins are given. */
interface Recipe {
  /** The recording's name without its ending. */
  readonly name: string;
  readonly params?: string;
  readonly play: (given: Given) => Promise<void>;
}

interface Given {
  readonly host: Host;
  readonly plugin: string;
  readonly project: Project;
  /** Waits until everything so far was answered. */
  readonly settled: () => Promise<void>;
}

const recipes: Readonly<Record<string, Recipe>> = {
  streamkit: {
    name: 'gain',
    params: quiet,
    play: async ({ host, plugin, settled }) => {
      await host.request('send', { plugin, events: before });
      await settled();
      await host.request('updateParams', { plugin, params: loud });
      await host.request('send', { plugin, events: after });
    },
  },
  holomush: {
    name: 'tavern',
    play: async ({ host, project }) => {
      const lines = await readFile(join(project.folder, 'samples', 'tavern.jsonl'), 'utf8');
      const events = lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as EventJson);
      await host.request('publish', { contract: 'holomush', events });
    },
  },
  'chipmunk-parser': {
    name: 'app',
    play: playStream({ kind: 'bytes', file: 'samples/app.log' }),
  },
  'chipmunk-bytesource': { name: 'files', play: playStream({ kind: 'reads', length: 100 }) },
};

/** Runs a stream of the project's to its end. */
function playStream(spec: StreamSpec): Recipe['play'] {
  return async ({ host, plugin, project }) => {
    const input = 'file' in spec ? { ...spec, file: join(project.folder, spec.file) } : spec;
    await host.request('startInput', { plugin, input });
    for (;;) {
      const [status] = await host.request('list', undefined);
      const state = status?.input?.run?.state;
      if (state === 'done') return;
      if (status?.state === 'failed' || state === 'failed') throw new Error(JSON.stringify(status));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
}

async function record(
  contract: string,
  { params, play }: Recipe,
  language: string,
  folder: string,
): Promise<string> {
  const made = await scaffold({ contract, language, name: NAME, parent: folder });
  const found = await recognise(made.folder);
  if (found === undefined) throw new Error(`${made.folder} is no project`);
  const toolchain = toolchains[found.language];
  if (found.language === 'rust' && contract !== 'holomush')
    await copyFile(
      join(root, 'test', 'fixtures', 'rust-plugin', 'Cargo.lock'),
      join(made.folder, 'Cargo.lock'),
    );
  const result = await toolchain.build({
    project: found,
    mode: 'development',
    signal: new AbortController().signal,
    write: (text) => process.stderr.write(text),
  });
  await toolchain.dispose?.();
  if (!result.ok) throw new Error(`the ${language} template cannot be built`);
  const recording = join(folder, `${language}${recordingEnding}`);
  const host = await createLocalHost({ recording });
  try {
    const { input: _, ...config } = found.config;
    const project: Project = { ...found, config };
    const { id: plugin } = await host.request('start', {
      project,
      artifact: result.artifact,
      ...(params === undefined ? {} : { params }),
    });
    const settled = async (): Promise<void> => {
      for (;;) {
        const [status] = await host.request('list', undefined);
        if (status === undefined || status.state === 'failed') throw new Error(status?.stateText);
        if (status.state === 'running' && status.waiting === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await settled();
    await play({ host, plugin, project, settled });
    await settled();
    await host.request('stop', { plugin });
  } finally {
    await host.dispose();
  }
  return recording;
}

const wanted = process.argv.slice(2);
await buildInterpreters();
const folder = await mkdtemp(join(tmpdir(), 'hotplug-recordings-'));
try {
  for (const { contract, languages } of await scaffoldChoices()) {
    for (const { language } of languages) {
      if (wanted.length > 0 && !wanted.includes(language) && !wanted.includes(contract)) continue;
      const recipe = recipes[contract];
      if (recipe === undefined) throw new Error(`nothing says what plugins of ${contract} are given`);
      const recording = await record(contract, recipe, language, folder);
      await rm(join(folder, NAME), { recursive: true });
      const file = join(
        root,
        'templates',
        contract,
        language,
        recordingsFolder,
        `${recipe.name}${recordingEnding}`,
      );
      await mkdir(dirname(file), { recursive: true });
      await rewriteRecording(recording, file, (text) => text.replaceAll(NAME, '{{name}}'));
      process.stdout.write(`${file} (${(await stat(file)).size} bytes)\n`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
