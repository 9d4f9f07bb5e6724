/** The event console of the command line: what is typed, what the plugins answer, and when it ends. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { assetPath } from '../../extension/assets.ts';
import { runConsole } from '../../extension/cli/console.ts';
import type { Output } from '../../extension/cli/output.ts';
import type { BusEntry } from '../../extension/host/protocol.ts';
import type { ProjectConfig } from '../../extension/project/project.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { hotplug, temporaryFolder, type Ended } from './cli-process.ts';
import { extismPlugin } from './extism-plugin.ts';
import { Hosted } from './hosted.ts';

interface Typed {
  readonly said: readonly string[];
  readonly entries: readonly BusEntry[];
}

/** Types lines into a console over real plugins, which differ by their mode, and waits for its end. */
async function type(
  t: TestContext,
  plugins: Readonly<Record<string, ProjectConfig>>,
  lines: readonly string[],
  json = true,
): Promise<Typed | undefined> {
  const path = await extismPlugin(t);
  if (path === undefined) return undefined;
  await using hosted = await Hosted.create();
  for (const [name, config] of Object.entries(plugins)) {
    const project = {
      folder: hosted.folder,
      name,
      contract: 'holomush',
      language: 'c',
      recognisedBy: 'test',
      config,
    } as const;
    await hosted.host.request('start', { project, artifact: { kind: 'module', path } });
  }
  const said: string[] = [];
  const output: Output = {
    json,
    say: (line) => said.push(line),
    write: () => undefined,
    result: () => undefined,
    style: (_style, text) => text,
  };
  const [input, entries] = [new PassThrough(), new PassThrough()];
  const wrote = textOf(entries);
  const { signal } = new AbortController();
  input.end(lines.map((line) => `${line}\n`).join(''));
  await runConsole({ host: hosted.host, output, input, entries, signal });
  entries.end();
  const written = (await wrote).split('\n').filter((line) => line !== '');
  return { said, entries: written.map((line) => JSON.parse(line) as BusEntry) };
}

const loud: ProjectConfig = { subscriptions: ['location:*'], params: { mode: 'loud' } };
const quiet: ProjectConfig = { subscriptions: ['global:*'], params: { mode: 'quiet' } };

test('what is typed and what plugins answer come in one transcript, all of it before the end', async (t) => {
  const typed = await type(t, { loud: { ...loud, subscriptions: ['location:room1'] }, quiet }, [
    'say hello',
    '',
    'dance',
    'go room2',
    '"nobody here',
    'system The bell rings',
    '{"stream":"location:room1","type":"wink","actor_kind":2}',
    '{"stream":"location:room1","type":"wink","actor_kind":2,"payload":{}}',
  ]);
  if (typed === undefined) return;
  const { said, entries } = typed;
  const outside = entries.filter(({ hops }) => hops === 0);
  assert.deepEqual(
    outside.map(({ stream, event, deliveries }) => [
      stream,
      event['type'],
      event['actor_id'],
      deliveries.map(({ plugin, outcome }) => `${plugin} ${outcome}`).join(),
    ]),
    [
      ['location:room1', 'say', 'ann', 'loud queued'],
      ['location:room1', 'leave', 'ann', 'loud queued'],
      ['location:room2', 'arrive', 'ann', ''],
      ['location:room2', 'say', 'ann', ''],
      ['global:announcements', 'system', 'system', 'quiet queued'],
      ['location:room1', 'wink', '', 'loud queued'],
    ],
  );
  // Each is answered, each answer is heard by the plugin itself, and the guard ends that.
  for (const { id, stream } of outside.filter(({ deliveries }) => deliveries[0]?.plugin === 'loud')) {
    const answers = entries.filter(({ origin, from }) => origin === id && from === 'loud');
    assert.deepEqual(
      answers.map(({ hops }) => hops),
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
      stream,
    );
    assert.match(answers.at(-1)?.stopped ?? '', /^loud answers its own events/);
  }
  const errors = said.join('\n');
  assert.match(errors, /"dance" is no command/);
  assert.match(errors, /payload: is missing/);
});

test('people read who says what, where, who heard it and what was stopped; why is answered', async (t) => {
  const typed = await type(
    t,
    { loud, quiet },
    ['say <hello>', '/why', '/nonsense', '/help', '/quit', 'say not'],
    false,
  );
  if (typed === undefined) return;
  const { said, entries } = typed;
  assert.deepEqual(entries, []);
  const all = said.join('\n');
  assert.match(all, /^\d\d:\d\d:\d\d\.\d{3} location:room1 {2}ann says "<hello>" {2}\w{26} → loud$/m);
  assert.match(all, /^\S+ location:room1 {2}loud says "loud" {2}\w{26} → loud, hop 1 of \w{26}$/m);
  assert.match(all, /^ {2}stopped: loud answers its own events/m);
  assert.match(all, /^ {2}None of the patterns of quiet matches "location:room1": "global:\*"\.$/m);
  assert.match(all, /"\/nonsense" is no command of the console/);
  assert.match(all, /go ROOM {2,}the character leaves/);
  assert.doesNotMatch(all, /says "not"/);
});

test('a load runs until it is stopped, and every event of many comes', async (t) => {
  const count = 3000;
  const lines = Array.from({ length: count }, (_, index) => `say ${index}`);
  const typed = await type(t, { quiet: { ...quiet, subscriptions: ['*'], inbox: { full: 'wait' } } }, [
    '/load 0 1 1',
    ...lines,
    '/load 5 3 2000',
    ...lines,
    '/load stop',
  ]);
  if (typed === undefined) return;
  assert.match(typed.said.join('\n'), /characters: is 0/);
  const { entries } = typed;
  const own = entries.filter(({ event }) => event['actor_id'] === 'ann');
  const spoken = own.map(
    ({ event }) => (JSON.parse(String(event['payload'])) as { message: string }).message,
  );
  assert.deepEqual(
    spoken,
    [...lines, ...lines].map((line) => line.slice('say '.length)),
  );
  assert.ok(entries.every(({ deliveries }) => deliveries[0]?.outcome === 'queued'));
});

/** `hotplug dev … --console --json`, with a hand on its stdin. */
class Dev {
  readonly #child;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';

  constructor(folder: string) {
    this.#child = spawn(
      process.execPath,
      [assetPath('extension', 'cli', 'main.ts'), 'dev', folder, '--console', '--json'],
      { env: { ...process.env, NO_COLOR: '1' }, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve) =>
      this.#child.on('close', (code) => resolve({ code, stdout: this.#stdout, stderr: this.#stderr })),
    );
  }

  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  end(): void {
    this.#child.stdin.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  get entries(): readonly BusEntry[] {
    const whole = this.#stdout.slice(0, this.#stdout.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as BusEntry);
  }

  /** The message of the first answer of a plugin that the condition holds for. */
  async hears(what: string, fits: (message: string) => boolean): Promise<void> {
    const end = performance.now() + 60_000;
    const message = ({ event }: BusEntry): string => String(event['payload']);
    while (!this.entries.some((entry) => entry.from !== undefined && fits(message(entry)))) {
      assert.ok(performance.now() < end, `waited in vain for ${what}\n${this.#stdout}\n${this.#stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

test('dev --console: the template answers, hears what hotplug.json says at once, and ends with its input', async (t) => {
  if ((await extismPlugin(t)) === undefined) return;
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({ contract: 'holomush', language: 'c', name: 'echo', parent });
  const dev = new Dev(folder);
  t.after(() => {
    dev.kill();
    return dev.ended;
  });
  dev.type('say hello');
  await dev.hears('the echo', (text) => text === '{"message":"Echo: hello"}');
  // Another room is heard by "location:*", and announcements only by what is added here.
  const config = join(folder, 'hotplug.json');
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace('["location:*"]', '["global:*"]'));
  const heard = (): boolean => dev.entries.some(({ deliveries }) => deliveries[0]?.pattern === 'global:*');
  const until = performance.now() + 60_000;
  while (!heard()) {
    assert.ok(performance.now() < until, 'the new pattern is heard');
    dev.type('system Rain');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  dev.type('say unheard');
  dev.end();
  const { code, stdout, stderr } = await dev.ended;
  assert.equal(code, 0, stderr);
  const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as BusEntry;
  assert.deepEqual([last.event['type'], last.deliveries], ['say', []]);
});

test('a plugin that stands on no bus has no console', async (t) => {
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({ contract: 'streamkit', language: 'c', name: 'gain', parent });
  const { code, stderr } = await hotplug('dev', folder, '--console');
  assert.equal(code, 2, stderr);
  assert.match(stderr, /is for StreamKit, which has no events of a MUSH/);
});
