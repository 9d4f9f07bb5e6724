/** The same artifact, given the same recording, does the same, byte for byte, every time. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test, type TestContext } from 'node:test';
import type { EventJson } from '../../extension/host/contract.ts';
import { recognise } from '../../extension/project/recognise.ts';
import type { Artifact, LanguageId, Project } from '../../extension/project/project.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { decodeCall, RecordKind, type Recording } from '../../extension/recording/record.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { isSame } from '../../extension/replay/types.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { root } from '../../scripts/paths.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { Hosted } from './hosted.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

const TIMES = 20;
const fixture = join(root, 'test', 'fixtures', 'rust-plugin');
// Dependencies take a minute to build; the test plugin has the same ones.
process.env['CARGO_TARGET_DIR'] = join(fixture, 'target');

let parent = '';

before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'hotplug-determinism-'));
});

after(async () => {
  for (const toolchain of Object.values(toolchains)) await toolchain.dispose?.();
  await rm(parent, { recursive: true, force: true, maxRetries: 3 });
});

interface Plugin {
  readonly project: Project;
  readonly artifact: Artifact;
}

interface Change {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A template's plugin, perhaps changed; undefined after skipping the test because a tool is missing. */
async function templatePlugin(
  t: TestContext,
  language: LanguageId,
  name: string,
  ...changes: readonly Change[]
): Promise<Plugin | undefined> {
  const toolchain = toolchains[language];
  const missing = missingTools(await toolchain.tools(undefined));
  if (missing.length > 0) {
    t.skip(`${language}: ${missing.map((tool) => tool.name).join(', ')} not found`);
    return undefined;
  }
  if (language === 'javascript' || language === 'typescript') await buildInterpreters();
  const { folder } = await scaffold({ contract: 'streamkit', language, name, parent });
  if (language === 'rust') await copyFile(join(fixture, 'Cargo.lock'), join(folder, 'Cargo.lock'));
  for (const { file, find, replace } of changes) {
    const text = await readFile(join(folder, file), 'utf8');
    assert.ok(text.includes(find), find);
    await writeFile(join(folder, file), text.replace(find, replace));
  }
  const project = await recognise(folder);
  assert.ok(project);
  let output = '';
  const result = await toolchain.build({
    project,
    mode: 'development',
    signal: new AbortController().signal,
    write: (text) => (output += text),
  });
  assert.ok(result.ok, output);
  return { project, artifact: result.artifact };
}

/** The plugin of test/fixtures/rust-plugin; undefined after skipping the test because a tool is missing. */
async function testPlugin(t: TestContext): Promise<Plugin | undefined> {
  const missing = await missingForTestPlugin();
  if (missing !== undefined) {
    t.skip(missing);
    return undefined;
  }
  const project: Project = {
    folder: parent,
    name: 'test-plugin',
    contract: 'streamkit',
    language: 'rust',
    recognisedBy: 'test',
    config: {},
  };
  return { project, artifact: { kind: 'component', path: await buildTestPlugin('debug') } };
}

interface Input {
  readonly events: readonly EventJson[];
  /** New parameters, halfway through the events. */
  readonly params?: string;
}

/** Records the plugin with this input and checks that every replay of it does the same; `ends`: the last event ends it. */
async function checkReplays({ project, artifact }: Plugin, input: Input, ends = false): Promise<Recording> {
  const file = join(parent, `${project.name}.hotplug.mcap`);
  {
    await using hosted = await Hosted.create(file);
    const { input: _, ...config } = project.config;
    await hosted.start(artifact, { project: { ...project, config } });
    const half = Math.ceil(input.events.length / 2);
    const { id: plugin } = hosted;
    await hosted.host.request('send', { plugin, events: input.events.slice(0, half) });
    if (input.params !== undefined) {
      await hosted.settled();
      await hosted.host.request('updateParams', { plugin, params: input.params });
    }
    await hosted.host.request('send', { plugin, events: input.events.slice(half) });
    await hosted.settled();
    if ((await hosted.status()).state === 'running') await hosted.host.request('stop', { plugin });
  }
  const recorded = await openRecording(file);
  const expected = crossingsOf(recorded);
  assert.ok(expected.length > input.events.length);

  await using hosted = await Hosted.create();
  const recording = { file };
  const against = { project, artifact };
  const { report } = await hosted.host.request('replay', { recording, against, unrecorded: 'stop' });
  assert.deepEqual([...report.differences], []);
  assert.ok(isSame(report) && report.unrecorded === 0);
  assert.equal(report.events.same, input.events.length + (input.params === undefined ? 0 : 1));
  for (let time = 0; time < TIMES; time++) {
    // Everything that is compared: the trace of a replay, written as a recording.
    const again = join(parent, `${project.name}-${time}.hotplug.mcap`);
    await hosted.host.request('rerecord', {
      recording,
      plugins: [0],
      against,
      file: again,
      unrecorded: 'stop',
    });
    using trace = await openRecording(again);
    assert.deepEqual(crossingsOf(trace), expected, `replay ${time}`);
    assert.deepEqual(
      livesOf(trace).map(({ failed, over }) => [failed, over]),
      [[ends, true]],
    );
    await rm(again);
  }
  return recorded;
}

/** Everything that crossed the boundary, without how long it took. */
function crossingsOf(recording: Recording): readonly string[] {
  return Array.from({ length: recording.count }, (_, index) => recording.at(index)).flatMap(
    ({ kind, name, event, flags, payload }) => {
      if (kind === RecordKind.lifecycle || kind === RecordKind.memory || kind === RecordKind.counter)
        return [];
      const { status, text } = decodeCall(payload);
      const what = kind === RecordKind.call ? `${status} ${text}` : Buffer.from(payload).toString('base64');
      return [`${kind} ${name} ${event} ${flags} ${what}`];
    },
  );
}

function textsIn(recording: Recording, name: string): readonly string[] {
  return Array.from({ length: recording.count }, (_, index) => recording.at(index))
    .filter((record) => record.kind === RecordKind.hostCall && record.name === name)
    .map(({ payload }) => Buffer.from(payload).toString('latin1'));
}

function audio(samples: readonly number[]): EventJson {
  return { pin: 'in', packet: { audio: { sampleRate: 48_000, channels: 1, samples } } };
}

function text(text: string): EventJson {
  return { pin: 'in', packet: { text } };
}

const packets = Array.from({ length: 60 }, (_, packet) =>
  audio(Array.from({ length: 32 }, (_, index) => Math.sin(packet + index / 7))),
);

for (const language of ['rust', 'c', 'go', 'javascript', 'typescript', 'python'] as const) {
  void test(`${language}: replays of the template are all the same`, async (t) => {
    const plugin = await templatePlugin(t, language, `plain-${language}`);
    if (plugin !== undefined) await checkReplays(plugin, { events: packets, params: '{"gain_db":3}' });
  });
}

void test('rust: clocks, random order, memory, output and the environment are the same', async (t) => {
  const plugin = await testPlugin(t);
  if (plugin === undefined) return;
  const words = 'one two three four five six seven eight nine ten';
  const commands = ['clock', 'count', `shuffle ${words}`, 'leak', 'memory', 'environment', 'sleep', 'log 3'];
  const events = [...commands, `shuffle ${words}`, 'custom {"a":1}', 'print two', 'memory', 'clock', 'count'];
  const recorded = await checkReplays(plugin, { events: events.map(text) });
  assert.ok(textsIn(recorded, 'send-output').some((sent) => sent.includes('seven')));
  assert.ok(textsIn(recorded, 'wasi:clocks/wall-clock#now').length >= 2);
});

for (const [what, command] of [
  ['an error', 'fail no more'],
  ['a panic', 'panic no more'],
] as const) {
  void test(`rust: ${what} at the end is the same`, async (t) => {
    const plugin = await testPlugin(t);
    if (plugin !== undefined) await checkReplays(plugin, { events: [text('count'), text(command)] }, true);
  });
}

void test('javascript: Math.random and Date.now are the same', async (t) => {
  const plugin = await templatePlugin(t, 'javascript', 'random-js', {
    file: 'src/plugin.js',
    find: "    sendOutput('out', packet);",
    replace: `    sendOutput('out', packet);
    sendOutput('out', { tag: 'text', val: \`random \${Math.random()} at \${Date.now()}\` });`,
  });
  if (plugin === undefined) return;
  const recorded = await checkReplays(plugin, { events: packets });
  const drawn = textsIn(recorded, 'send-output').flatMap(
    (sent) => /random (\S+) at \d{13}/.exec(sent)?.[1] ?? [],
  );
  assert.deepEqual([drawn.length, new Set(drawn).size], [packets.length, packets.length]);
});

void test('python: random, uuid and time are the same', async (t) => {
  const plugin = await templatePlugin(
    t,
    'python',
    'random-python',
    {
      file: 'src/node.py',
      find: 'import math\n',
      replace:
        'import math\nimport random\nimport time\nimport uuid\n\nfrom wit_world.imports.streamkit_plugin_types import Packet_Text\n',
    },
    {
      file: 'src/node.py',
      find: '        self.packets += 1\n',
      replace: `        self.packets += 1
        host.send_output("out", Packet_Text(f"random {random.random()} {uuid.uuid4()} at {time.time_ns()}"))
`,
    },
  );
  if (plugin === undefined) return;
  const recorded = await checkReplays(plugin, { events: packets });
  const drawn = textsIn(recorded, 'send-output').flatMap(
    (sent) => /random (\S+ \S+) at \d{19}/.exec(sent)?.[1] ?? [],
  );
  assert.deepEqual([drawn.length, new Set(drawn).size], [packets.length, packets.length]);
});

void test('c: the clock is the same', async (t) => {
  const plugin = await templatePlugin(
    t,
    'c',
    'clock-c',
    { file: 'src/plugin.c', find: '#include <string.h>', replace: '#include <string.h>\n#include <time.h>' },
    {
      file: 'src/plugin.c',
      find: '        self->packets++;',
      replace: `        struct timespec now;
        timespec_get(&now, TIME_UTC);
        log_line(STREAMKIT_PLUGIN_HOST_LOG_LEVEL_INFO, "at %lld.%09ld, %p", (long long)now.tv_sec, now.tv_nsec, (void *)frame);
        self->packets++;`,
    },
  );
  if (plugin === undefined) return;
  const recorded = await checkReplays(plugin, { events: packets });
  assert.ok(new Set(textsIn(recorded, 'log').filter((line) => line.includes('at 1'))).size > 1);
});

void test('go: clocks, random numbers, the order of maps and of goroutines are the same', async (t) => {
  const plugin = await templatePlugin(
    t,
    'go',
    'random-go',
    {
      file: 'export_streamkit_plugin_node/plugin.go',
      find: 'import (\n\t"fmt"\n\t"math"',
      replace: 'import (\n\t"fmt"\n\t"math"\n\t"math/rand/v2"\n\t"sync"\n\t"time"',
    },
    {
      file: 'export_streamkit_plugin_node/plugin.go',
      find: '\tnode.packets++\n',
      replace: `	node.packets++
	order := ""
	for word := range map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5} {
		order += " " + word
	}
	var group sync.WaitGroup
	for number := range 5 {
		group.Add(1)
		go func() {
			defer group.Done()
			time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
			order += fmt.Sprint(" ", number)
		}()
	}
	group.Wait()
	drawn := types.MakePacketText(fmt.Sprint("random ", rand.Uint64(), " at ", time.Now().UnixNano(), order))
	host.SendOutput("out", drawn)
`,
    },
  );
  if (plugin === undefined) return;
  const recorded = await checkReplays(plugin, { events: packets });
  const drawn = textsIn(recorded, 'send-output').flatMap(
    (sent) => /random (\d+) at \d{19}/.exec(sent)?.[1] ?? [],
  );
  assert.deepEqual([drawn.length, new Set(drawn).size], [packets.length, packets.length]);
});
