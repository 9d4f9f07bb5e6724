/** Python and JavaScript plugins for Extism hosts as they run in development: in interpreters with the PDKs' functions. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { Artifact, Project, ProjectConfig } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { CallStatus, decodeCall } from '../../extension/recording/record.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { javascript } from '../../extension/toolchains/javascript.ts';
import { python } from '../../extension/toolchains/python.ts';
import type { Toolchain } from '../../extension/toolchains/toolchain.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { Hosted } from './hosted.ts';

const missing = (await python.tools(undefined)).filter(({ found, optional }) => !found && optional !== true);
const noPython = missing.length > 0 && `Python: ${missing.map(({ name }) => name).join(', ')} not found`;

let parent = '';

before(async () => {
  await buildInterpreters();
  parent = await mkdtemp(join(tmpdir(), 'hotplug-extism-'));
});

after(async () => {
  await python.dispose?.();
  await javascript.dispose?.();
  await rm(parent, { recursive: true, force: true, maxRetries: 3 });
});

const languages = { python, javascript } as const;
type Language = keyof typeof languages;

/** A project of one contract with these files, in a folder that all tests of a language share: making an environment takes its time. */
async function write(
  language: Language,
  contract: string,
  files: Readonly<Record<string, string>>,
  config: ProjectConfig = {},
): Promise<Project> {
  const folder = join(parent, language);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return { folder, name: 'tested', contract, language, recognisedBy: 'the test', config };
}

async function build(project: Project): Promise<Artifact> {
  let output = '';
  const toolchain: Toolchain = languages[project.language as Language];
  const result = await toolchain.build({
    project,
    mode: 'development',
    signal: new AbortController().signal,
    write: (text) => (output += text),
  });
  if (!result.ok) assert.fail(`${result.failure ?? JSON.stringify(result.diagnostics)}\n${output}`);
  assert.equal(result.artifact.kind, 'source');
  assert.ok(result.artifact.interpreter !== undefined);
  return result.artifact;
}

/** What came of a call. */
interface Answer {
  readonly ok: boolean;
  /** The result's value, or why there is none. */
  readonly said: unknown;
}

class Plugin implements AsyncDisposable {
  readonly hosted: Hosted;

  private constructor(hosted: Hosted) {
    this.hosted = hosted;
  }

  static async start(project: Project): Promise<Plugin> {
    const hosted = await Hosted.create();
    const status = await hosted.start(await build(project), { project });
    assert.equal(status.state, 'running', status.stateText);
    return new Plugin(hosted);
  }

  async send(event: EventJson): Promise<Answer> {
    await this.hosted.host.request('send', { plugin: this.hosted.id, events: [event] });
    await this.hosted.settled();
    const record = this.hosted.records('call').at(-1);
    assert.ok(record !== undefined);
    const { status, text } = decodeCall(record.payload);
    const result = contracts['extism']?.values(record)?.result;
    const value = result !== undefined && 'value' in result ? result.value : undefined;
    const said = value !== undefined && typeof value === 'object' && 'value' in value ? value.value : value;
    return status === CallStatus.ok ? { ok: true, said } : { ok: false, said: text };
  }

  /** The output of a call that succeeds; undefined where there is none. */
  async call(name: string, input: EventJson[string] = ''): Promise<unknown> {
    const { ok, said } = await this.send({ call: name, input });
    assert.ok(ok, String(said));
    return said;
  }

  /** What a call fails with. */
  async failure(name: string): Promise<string> {
    const { ok, said } = await this.send({ call: name });
    assert.equal(ok, false);
    return String(said);
  }

  /** The messages that HoloMUSH's events were answered with so far. */
  emitted(): readonly string[] {
    return this.hosted
      .records('hostCall')
      .filter(({ name }) => name === 'emit')
      .map((record) => {
        const payload = contracts['holomush']
          ?.values(record)
          ?.arguments.find(({ name }) => name === 'payload')?.value;
        assert.ok(payload?.type === 'string');
        return (JSON.parse(payload.value) as { readonly message: string }).message;
      });
  }

  logs(): readonly string[] {
    return this.hosted
      .records('hostCall')
      .filter(({ name }) => name.includes('#log_'))
      .map((record) => contracts['extism']?.describe(record)?.summary ?? '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosted[Symbol.asyncDispose]();
  }
}

/** The plugin of HoloMUSH's guide, in the guide's words. */
const guide = `"""Echo plugin - responds to say events with echoed message."""

import json
import extism


@extism.plugin_fn
def handle_event():
    """Handle incoming events and emit echo responses."""
    event_json = extism.input_str()
    event = json.loads(event_json)

    # Only respond to "say" events from characters
    if event.get("type") != "say":
        return

    if event.get("actor_kind") == 2:  # Ignore plugin events
        return

    payload = json.loads(event.get("payload", "{}"))
    message = payload.get("message", "")

    if not message:
        return

    response = {
        "events": [{
            "stream": event.get("stream"),
            "type": "say",
            "payload": json.dumps({"message": f"Echo: {message}"})
        }]
    }

    extism.output_str(json.dumps(response))
`;

/** As the guide has it: it names a package that there is not. */
const guideManifest = `[project]
name = "my-plugin"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["extism-pdk"]
`;

const everythingPython = `import enum
from dataclasses import dataclass
import extism
from helper import shout

total = 0

@extism.plugin_fn
def echo():
    extism.output_bytes(extism.input_bytes())

@extism.plugin_fn
def count():
    global total
    total += 1
    extism.Var.set("n", str(total))
    extism.output_str(f"{total}/{extism.Var.get_str('n')}/{extism.Var.get_str('none')}")

@extism.plugin_fn
def parts():
    import re
    extism.output_json(re.findall("[a-z]+", extism.input_json()["text"]))

@extism.plugin_fn
def prefix():
    extism.log(extism.LogLevel.Warn, "ä line")
    extism.log(extism.LogLevel.Trace, {"n": 1})
    extism.output(shout(extism.Config.get_str("prefix")))

@dataclass
class Address:
    city: str

@dataclass
class User(extism.Json):
    name: str
    addresses: list[Address]

@extism.plugin_fn
def user():
    one = extism.input(User)
    one.name = one.name + " of " + one.addresses[0].city
    extism.output(one)

class Dice(enum.Enum):
    SIX = "six"

@extism.plugin_fn
def dice():
    extism.output(extism.input(Dice))

@extism.import_fn("extism:host/user", "roll")
def roll(how: str, sides: int) -> str: ...

@extism.plugin_fn
def ask():
    extism.output_str(roll("two", 6))

@extism.plugin_fn
def fail():
    inner()

def inner():
    raise ValueError("it went wrong")

@extism.plugin_fn
def refuse():
    extism.set_error("no")
    return 1

@extism.plugin_fn
def code():
    return 7
`;

const everythingJavaScript = `const { shout } = require('./helper.js');
let total = 0;
function inner() {
  throw new TypeError('it went wrong');
}
module.exports = {
  echo() {
    Host.outputBytes(Host.inputBytes());
  },
  count() {
    total += 1;
    Var.set('n', String(total));
    Host.outputString(\`\${total}/\${Var.getString('n')}/\${Var.getString('none')}\`);
  },
  parts() {
    Host.outputString(JSON.stringify(JSON.parse(Host.inputString()).text.match(/[a-z]+/g)));
  },
  prefix() {
    console.warn('ä line');
    console.trace({ n: 1 });
    Host.outputString(shout(Config.get('prefix')));
  },
  ask() {
    const { roll } = Host.getFunctions();
    Host.outputString(Memory.find(roll(Memory.fromString('two').offset, 6)).readString());
  },
  text() {
    Host.outputString(new TextDecoder().decode(new TextEncoder().encode(atob(btoa('ü')))));
  },
  async later() {
    await null;
  },
  fail() {
    inner();
  },
  code() {
    return 7;
  },
};
`;

const cases = [
  {
    language: 'python',
    skip: noPython,
    files: { 'plugin.py': everythingPython, 'helper.py': 'def shout(text):\n    return text.upper()\n' },
    fails: /^it went wrong:\n.*plugin\.py", line \d+, in fail\n[^]*plugin\.py", line \d+, in inner\n/,
  },
  {
    language: 'javascript',
    skip: false,
    files: {
      'plugin.js': everythingJavaScript,
      'helper.js': 'exports.shout = (text) => text.toUpperCase();\n',
    },
    fails: /^Exception: it went wrong\n[^]*at inner [^]*at fail /,
  },
] as const;

for (const { language, skip, files, fails } of cases) {
  void test(`${language}: a script has its PDK's functions, and what it keeps stays`, { skip }, async () => {
    const project = await write(language, 'extism', files, {
      params: { prefix: 'Echo' },
      host: { answers: { 'extism:host/user#roll': ['eleven'] } },
    });
    await using plugin = await Plugin.start(project);
    assert.equal(await plugin.call('echo', 'grüße'), 'grüße');
    assert.equal(await plugin.call('count'), '1/1/' + (language === 'python' ? 'None' : 'null'));
    assert.match(String(await plugin.call('count')), /^2\/2\//);
    assert.deepEqual(JSON.parse(String(await plugin.call('parts', { text: 'ab1cd' }))), ['ab', 'cd']);
    assert.equal(await plugin.call('prefix'), 'ECHO');
    assert.deepEqual(
      plugin.logs().map((line) => line.replaceAll(' ', '')),
      ['warn:äline', 'trace:{"n":1}'],
    );
    assert.equal(await plugin.call('ask'), 'eleven');
    assert.match(await plugin.failure('code'), /^code returned 7 and set no error/);
    assert.match(await plugin.failure('missing'), /exports no function missing/);
    if (language === 'python') {
      assert.equal(
        await plugin.call('user', { name: 'Ann', addresses: [{ city: 'Bree' }] }),
        '{"name": "Ann of Bree", "addresses": [{"city": "Bree"}]}',
      );
      assert.equal(await plugin.call('dice', 'six'), 'six');
      assert.equal(await plugin.failure('refuse'), 'no');
    } else {
      assert.equal(await plugin.call('text'), 'ü');
      assert.match(await plugin.failure('later'), /later returned a promise/);
    }
  });

  void test(
    `${language}: an exception is the call's error with its place, and the plugin lives on`,
    { skip },
    async () => {
      const project = await write(language, 'extism', files);
      await using plugin = await Plugin.start(project);
      await plugin.call('count');
      assert.match(await plugin.failure('fail'), fails);
      assert.match(String(await plugin.call('count')), /^2\//);
    },
  );

  void test(`${language}: the template answers its samples as the guide says`, { skip }, async () => {
    const { folder } = await scaffold({ contract: 'holomush', language, name: `echo-${language}`, parent });
    const project = await recognise(folder);
    assert.ok(project !== undefined);
    // Sent by the test, one after the other.
    const { input, ...config } = project.config;
    assert.ok(input !== undefined);
    await using plugin = await Plugin.start({ ...project, config });
    const lines = (await readFile(join(folder, 'samples', 'tavern.jsonl'), 'utf8')).trim().split('\n');
    for (const line of lines) {
      const { ok } = await plugin.send(JSON.parse(line) as EventJson);
      assert.ok(ok, line);
    }
    assert.deepEqual(plugin.emitted(), ['Echo: hello', 'Echo: Grüße <from> Bob & friends']);
  });
}

void test(
  "HoloMUSH's guide runs as it is written, with the packages that it names and nobody has",
  { skip: noPython },
  async () => {
    const project = await write('python', 'holomush', {
      'plugin.py': guide,
      'pyproject.toml': guideManifest,
    });
    await using plugin = await Plugin.start(project);
    const say = { stream: 'location:room1', type: 'say', payload: { message: 'Hello <you> & "me"' } };
    assert.ok((await plugin.send(say)).ok);
    assert.deepEqual(plugin.emitted(), ['Echo: Hello <you> & "me"']);
    for (const other of [
      { ...say, type: 'pose' },
      { ...say, actor_kind: 2 },
      { ...say, payload: {} },
    ]) {
      assert.ok((await plugin.send(other)).ok);
      assert.equal(plugin.emitted().length, 1);
    }
  },
);

void test('what keeps a script from being loaded is said with its place', { skip: noPython }, async () => {
  for (const [language, files] of [
    ['python', { 'plugin.py': 'import extism\n\nnothing.there\n' }],
    ['javascript', { 'plugin.js': '\n\nnothing.there;\nexports.f = () => {};\n' }],
  ] as const) {
    const project = await write(language, 'extism', files);
    await using hosted = await Hosted.create();
    const { state, lastError } = await hosted.start(await build(project), { project });
    assert.equal(state, 'failed');
    assert.match(lastError?.what ?? '', /nothing/);
    const frame = lastError?.frames[0];
    assert.deepEqual([frame?.line, frame?.file?.endsWith(Object.keys(files)[0] ?? '?')], [3, true]);
  }
});
