import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import type { Host } from '../../extension/host/host.ts';
import { createLocalHost } from '../../extension/host/local.ts';
import type { CallAnswer, PluginStatus } from '../../extension/host/protocol.ts';
import type { Artifact, Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { root } from '../../scripts/paths.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

const fixture = join(root, 'test', 'fixtures', 'words');
const tools = await toolchains.javascript.tools(undefined);
const missing = missingTools(tools).map(({ name }) => name);
const skip = missing.length === 0 ? false : `not installed: ${missing.join(', ')}`;

let folder = '';
let project: Project | undefined;
let artifact: Artifact | undefined;

before(async () => {
  if (skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'hotplug-calls-'));
  await cp(fixture, folder, { recursive: true });
  const config = { contract: 'custom', world: 'plugin', language: 'javascript', deadlineMs: 2000 };
  await writeFile(join(folder, 'hotplug.json'), JSON.stringify(config));
  project = await recognise(folder);
  assert.ok(project !== undefined);
  let output = '';
  const write = (text: string): void => {
    output += text;
  };
  const { signal } = new AbortController();
  const built = await toolchains.javascript.build({ project, mode: 'development', signal, write });
  if (!built.ok) assert.fail(`${built.failure ?? ''}\n${output}`);
  artifact = built.artifact;
});
after(async () => {
  await toolchains.javascript.dispose?.();
  await rm(folder, { recursive: true, force: true });
});

/** The plugin in a host of its own. */
class Words implements AsyncDisposable {
  readonly host: Host;
  readonly id: string;

  private constructor(host: Host, id: string) {
    this.host = host;
    this.id = id;
  }

  static async start(): Promise<Words> {
    assert.ok(project !== undefined && artifact !== undefined);
    const host = await createLocalHost({ cacheFolder: join(root, '.cache', 'transpiled') });
    const { id } = await host.request('start', { project, artifact });
    const words = new Words(host, id);
    await words.reach('running');
    return words;
  }

  call(call: string, ...args: readonly string[]): Promise<CallAnswer> {
    return this.host.request('callExport', { plugin: this.id, call, args });
  }

  async status(): Promise<PluginStatus> {
    const found = (await this.host.request('list', undefined)).find(({ id }) => id === this.id);
    assert.ok(found !== undefined);
    return found;
  }

  async reach(state: PluginStatus['state']): Promise<void> {
    const end = performance.now() + 60_000;
    while ((await this.status()).state !== state) {
      if (performance.now() > end) throw new Error(`it is not ${state}: ${(await this.status()).stateText}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.dispose();
  }
}

test('a call resolves with its result in WAVE, its time and its record', { skip }, async () => {
  await using words = await Words.start();
  const made = await words.call('count', '"The tower of 7 Tapirs"', '{ignore-case, skip-numbers}');
  assert.deepEqual(
    [made.ok, made.text],
    [true, 'ok({words: 4, longest: "tapirs", by-length: [(2, 1), (3, 1), (5, 1), (6, 1)]})'],
  );
  assert.ok(made.durationMs !== undefined && made.durationMs > 0);
  const { kind, name } = await words.host.request('detail', {
    recording: 'live',
    record: made.record ?? -1,
  });
  assert.deepEqual([kind, name], ['call', 'count']);

  const at = async (...call: Parameters<Words['call']>): Promise<unknown> => {
    const { ok, text } = await words.call(...call);
    return [ok, text];
  };
  assert.deepEqual(await at('count', '" "', '{}'), [true, 'err(empty)']);
  assert.deepEqual(await at('acme:shapes/area@0.1.0#measure', '{width: 2.5, height: 4}'), [true, '10']);
  assert.deepEqual(await at('measure', '{width: 0.5, height: 3}'), [true, '1.5']);
  assert.deepEqual(await at('forget'), [true, '']);
});

test('calls that are made at once are answered each with its own result, in order', { skip }, async () => {
  await using words = await Words.start();
  const turns = Array.from({ length: 400 }, (_, index) => String(index + 20));
  const answers = await Promise.all(turns.map((turn) => words.call('spin', turn)));
  assert.deepEqual(
    answers.map(({ text }) => text),
    turns,
  );
  const records = answers.map(({ record }) => record ?? -1);
  assert.deepEqual(
    records,
    [...records].sort((a, b) => a - b),
  );
});

test('what cannot be called is refused, and says which argument is wrong', { skip }, async () => {
  await using words = await Words.start();
  await assert.rejects(words.call('spin', '"many"'), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /args\[0\].*turns: u64/);
    return true;
  });
  await assert.rejects(words.call('spin'), /takes 1 arguments, not 0/);
  await assert.rejects(words.call('dance'), /There is no export "dance"/);
  assert.equal((await words.status()).events, 0);
});

test(
  'a trap is an answer with the report, and the plugin is not called again until it runs',
  { skip },
  async () => {
    await using words = await Words.start();
    const trapped = await words.call('spin', '13');
    assert.equal(trapped.ok, false);
    assert.match(trapped.text, /thirteen turns are too many/);
    assert.ok(trapped.record !== undefined && trapped.durationMs !== undefined);
    await assert.rejects(words.call('forget'), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /does not run: Failed/);
      return true;
    });
    await words.host.request('restart', { plugin: words.id });
    assert.equal((await words.call('spin', '14')).text, '14');
  },
);

test('a call that never ends is ended, and those behind it are made after a restart', { skip }, async () => {
  await using words = await Words.start();
  const stuck = words.call('spin', '0');
  const behind = words.call('spin', '21');
  const { ok, text, record } = await stuck;
  assert.deepEqual([ok, record], [false, undefined]);
  assert.match(text, /2000 ms|2 s|time|longer/);
  await words.reach('failed');
  await words.host.request('restart', { plugin: words.id });
  assert.equal((await behind).text, '21');
});

test('a stop answers the calls that were not made', { skip }, async () => {
  await using words = await Words.start();
  const calls = [words.call('spin', '0'), words.call('spin', '22')];
  await words.host.request('stop', { plugin: words.id });
  const answers = await Promise.all(calls);
  for (const { ok } of answers) assert.equal(ok, false);
  assert.match(answers[1]?.text ?? '', /stopped before the call ended/);
});

test('exports of a contract with a host of its own are that host’s to call', async (t) => {
  const host = await createLocalHost({ cacheFolder: join(root, '.cache', 'transpiled') });
  t.after(() => host.dispose());
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-calls-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const { id } = await host.request('start', {
    project: {
      folder: parent,
      name: 'gain',
      contract: 'streamkit',
      language: 'c',
      recognisedBy: 'test',
      config: {},
    },
  });
  await assert.rejects(
    host.request('callExport', { plugin: id, call: 'process', args: [] }),
    /The exports of gain are called by its host, StreamKit/,
  );
});
