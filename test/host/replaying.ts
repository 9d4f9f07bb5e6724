/** Small JavaScript plugins that are recorded and replayed in tests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interpreterPath } from '../../extension/assets.ts';
import { contracts } from '../../extension/contracts/index.ts';
import type { Contract } from '../../extension/host/contract.ts';
import { Workshop } from '../../extension/host/workshop.ts';
import type { Artifact } from '../../extension/project/project.ts';
import type { Recording } from '../../extension/recording/record.ts';
import { Execution, type Edits } from '../../extension/replay/execution.ts';
import { livesOf, type Life } from '../../extension/replay/lives.ts';
import { replayLife, type Replay } from '../../extension/replay/replay.ts';
import type { Unrecorded } from '../../extension/replay/types.ts';
import { root } from '../../scripts/paths.ts';

/** A plugin as its bundle hands it to the interpreter, whose `process` has this body; `text` is the packet's text, `send` sends a text to pin out. */
export function pluginSource(body: string): string {
  return `const { sendOutput, log } = $imports['streamkit:plugin/host@0.1.0'];
const any = { tag: 'any' };
const metadata = {
  kind: 'small', inputs: [{ name: 'in', acceptsTypes: [any] }],
  outputs: [{ name: 'out', producesType: any }, { name: 'more', producesType: any }],
  paramSchema: '{}', categories: [],
};
class NodeInstance {
  state = {};
  constructor(params) { this.params = params; }
  process(pin, packet) {
    const state = this.state;
    const text = packet.val;
    const send = (value, to = 'out') => sendOutput(to, { tag: 'text', val: String(value) });
    ${body}
  }
  updateParams(params) { this.params = params; }
  cleanup() { log('info', 'cleaned up'); }
}
return { node: { metadata: () => metadata, NodeInstance } };
`;
}

/** A folder with sources, and a workshop to run them in. */
export class Replays implements AsyncDisposable {
  readonly workshop = new Workshop();
  readonly folder: string;
  #sources = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Replays> {
    return new Replays(await mkdtemp(join(tmpdir(), 'hotplug-replay-')));
  }

  /** A plugin with this body as a development artifact. */
  async artifact(body: string): Promise<Artifact> {
    const path = join(this.folder, `plugin-${++this.#sources}.js`);
    await writeFile(path, pluginSource(body));
    return { kind: 'source', path };
  }

  options(
    recording: Recording,
    artifact: Artifact,
    more: {
      life?: Life;
      unrecorded?: Unrecorded;
      deadlineMs?: number;
      edits?: Edits;
      language?: string;
    } = {},
  ): Parameters<typeof replayLife>[0] {
    const life = more.life ?? livesOf(recording).findLast(({ events }) => events.length > 0);
    if (life === undefined) throw new Error('the recording has no life');
    return {
      bench: {
        workshop: this.workshop,
        cacheFolder: join(root, '.cache', 'transpiled'),
        interpreter: interpreterPath,
      },
      recording,
      contract: streamkit(),
      artifact,
      language: 'javascript',
      unrecorded: 'default',
      deadlineMs: 5000,
      ...more,
      life,
    };
  }

  async replay(...args: Parameters<Replays['options']>): Promise<Replay & AsyncDisposable> {
    const replay = await replayLife(this.options(...args));
    return { ...replay, [Symbol.asyncDispose]: () => replay.execution[Symbol.asyncDispose]() };
  }

  async execution(...args: Parameters<Replays['options']>): Promise<Execution> {
    return await Execution.start({ ...this.options(...args), checkpoints: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workshop.dispose();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function streamkit(): Contract {
  const contract = contracts['streamkit'];
  if (contract === undefined) throw new Error('there is no contract streamkit');
  return contract;
}
