/** What runs Python in development: an interpreter for any world that does what a release build does. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { FailureReport } from '../../extension/host/report.ts';
import type { Artifact, BuildMode, Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { python as template } from '../../extension/scaffold/world/python.ts';
import { CallStatus, decodeCall } from '../../extension/recording/record.ts';
import { python } from '../../extension/toolchains/python.ts';
import { findEnvironment, findPython } from '../../extension/toolchains/python-environment.ts';
import { run } from '../../extension/toolchains/run.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { Hosted } from './hosted.ts';
import { callAll, testWorlds, writeWorld, type TestWorld } from './worlds.ts';

const missing = (await python.tools(undefined))
  .filter(({ found }) => !found)
  .filter(({ name }) => name !== 'uv' && name !== 'extism-py');
const skip = missing.length > 0 && `Python: ${missing.map(({ name }) => name).join(', ')} not found`;

let parent = '';

before(async () => {
  parent = await mkdtemp(join(tmpdir(), 'hotplug-python-'));
});

after(async () => {
  await python.dispose?.();
  await rm(parent, { recursive: true, force: true, maxRetries: 3 });
});

async function build(project: Project, mode: BuildMode): Promise<{ result: BuildResult; output: string }> {
  let output = '';
  const result = await python.build({
    project,
    mode,
    signal: new AbortController().signal,
    write: (text) => (output += text),
  });
  return { result, output };
}

async function built(project: Project, mode: BuildMode): Promise<Artifact> {
  const { result, output } = await build(project, mode);
  if (!result.ok) assert.fail(`${result.failure ?? ''}\n${output}`);
  return result.artifact;
}

/** Names that Python or the interpreter have themselves. */
const names: TestWorld = {
  title: 'names that are taken',
  world: 'taken',
  wit: () =>
    Promise.resolve([
      {
        path: 'w.wit',
        text: `package test:names@1.0.0;
interface source { read: func() -> string; report: func(stack: string); }
interface types {
  record %import { %from: string, class: u8 }
  resource random { constructor(seed: u32); next: func() -> %import; %lambda: static func() -> random; }
  resource json { parse: func(text: string) -> result<u8, string>; }
  open: func() -> json;
}
interface app { %none: func() -> option<bool>; }
world taken { import source; export types; export app; export traceback: func(node: string) -> string; }
`,
      },
    ]),
};

for (const one of [...testWorlds.filter(({ world }) => ['everything', 'provider'].includes(world)), names]) {
  void test(`the interpreter for ${one.title} answers every export`, { skip }, async (t) => {
    const { project, world } = await writeWorld(t, 'python', template, one);
    const artifact = await built(project, 'development');
    assert.ok(artifact.kind === 'source' && artifact.interpreter !== undefined);
    const source = await readFile(artifact.path, 'utf8');
    const reports: string[] = [];
    const answers = await callAll(t, await readFile(artifact.interpreter), {
      'hotplug:dev/source': { read: () => source, report: (stack: string) => reports.push(stack) },
    });
    const functions = [world.exports, ...world.exports.interfaces].flatMap((side) => side.functions);
    assert.ok(answers.length > 0 && answers.length <= functions.length);
    assert.deepEqual([answers.filter(({ trap }) => trap !== undefined), reports], [[], []]);
  });
}

/** A project of the StreamKit template with other files in it. */
async function streamkit(t: TestContext, files: Readonly<Record<string, string>>): Promise<Project> {
  const folder = await mkdtemp(join(parent, 'project-'));
  const made = await scaffold({ contract: 'streamkit', language: 'python', name: 'my-own', parent: folder });
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  for (const [name, text] of Object.entries(files)) {
    const file = join(made.folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const project = await recognise(made.folder);
  assert.ok(project);
  const { input: _input, ...config } = project.config;
  return { ...project, config };
}

/** A plugin that does with a text what the text says. */
function commands(body: string, top = ''): string {
  return `import sys
import wit_world.exports
from componentize_py_types import Err
from wit_world.imports import host
from wit_world.imports.streamkit_plugin_types import *
${top}

class Node:
    def metadata(self):
        anything = PacketType_Any()
        return NodeMetadata("my-own", [InputPin("in", [anything])], [OutputPin("out", anything)], "{}", [])


class NodeInstance:
    def __init__(self, params):
        pass

    def process(self, pin, packet):
        command = packet.value
${body.replaceAll(/^(?=.)/gm, '        ')}

    def update_params(self, params):
        pass

    def cleanup(self):
        pass


def send(text):
    host.send_output("out", Packet_Text(str(text)))
`;
}

/** What comes of one text: what was sent, what was printed, and how it failed. */
async function tell(project: Project, artifact: Artifact, text: string): Promise<Outcome> {
  await using hosted = await Hosted.create();
  const status = await hosted.start(artifact, { project });
  if (status.state === 'failed') return { texts: [], printed: '', report: status.lastError };
  await hosted.send({ text });
  await hosted.settled();
  const calls = hosted.records('call').filter(({ name }) => name === 'process');
  const well = calls.every(({ payload }) => decodeCall(payload).status === CallStatus.ok);
  const { lastError } = well
    ? await hosted.status()
    : await hosted.reach('the failure', (one) => one.state === 'failed');
  const printed = hosted
    .records('output')
    .map(({ payload }) => Buffer.from(payload).toString())
    .join('');
  return { texts: hosted.texts(), printed, report: lastError };
}

interface Outcome {
  readonly texts: readonly string[];
  readonly printed: string;
  readonly report: FailureReport | undefined;
}

const failing = commands(
  `if command == "err":
    raise Err("told to")
if command == "zero":
    deep(0)
if command == "chained":
    try:
        deep(0)
    except ZeroDivisionError as error:
        raise ValueError("again") from error
if command == "exit":
    sys.exit(3)
if command == "recurse":
    endless(0)
if command == "again":
    return self.process(pin=pin, packet=Packet_Text("called by itself"))
if command == "grab":
    self.held = bytearray(100 << 20)
if command == "type":
    host.send_output(3, packet)
if command == "import":
    import statistics
if command == "caught":
    try:
        import statistics
    except ImportError:
        send("there is no statistics")
if command == "group":
    raise ExceptionGroup("several", [ValueError("first")])
if command == "print":
    print("to stdout")
    print("to stderr", file=sys.stderr)
send(command)`,
  `

def deep(number):
    return 1 / number


def endless(number):
    return endless(number + 1)
`,
);

void test('what fails fails as in a release build, and is reported with its line', { skip }, async (t) => {
  const project = await streamkit(t, { 'src/node.py': failing });
  const file = join(project.folder, 'src', 'node.py');
  const line = (code: string): number => failing.split('\n').findIndex((text) => text.includes(code)) + 1;
  const artifacts = [await built(project, 'development'), await built(project, 'release')] as const;
  const both = async (text: string): Promise<readonly [Outcome, Outcome]> => [
    await tell(project, artifacts[0], text),
    await tell(project, artifacts[1], text),
  ];
  const expected: Readonly<Record<string, readonly [what: string, line: number]>> = {
    zero: [
      'process raised ZeroDivisionError: division by zero (src/node.py:LINE)',
      line('return 1 / number'),
    ],
    chained: ['process raised ValueError: again (src/node.py:LINE)', line('raise ValueError("again")')],
    recurse: [
      'process raised RecursionError: maximum recursion depth exceeded (src/node.py:LINE)',
      line('return endless(number + 1)'),
    ],
    grab: ['The plugin ran out of its 64 MiB of memory in process: MemoryError.', line('self.held =')],
    import: [
      "process raised ModuleNotFoundError: No module named 'statistics' (src/node.py:LINE)",
      line('    import statistics'),
    ],
    group: [
      'process raised ExceptionGroup: several (1 sub-exception) (src/node.py:LINE)',
      line('raise ExceptionGroup'),
    ],
  };
  for (const [command, [what, at]] of Object.entries(expected)) {
    const [development, release] = await both(command);
    assert.deepEqual(development.texts, [], command);
    for (const { report } of [development, release]) {
      const said = report?.what.replace(
        ': a component has no files while it runs, so import it at the top of a module',
        '',
      );
      assert.ok(said?.startsWith(what.replace('LINE', String(at))), `${command}: ${said}`);
      assert.deepEqual([report?.source?.file, report?.source?.line], [file, at], command);
    }
    assert.equal(development.report?.stateText, release.report?.stateText);
    // The same traceback, without the interpreter's own frames, which count for the depth of a recursion.
    const traceback = (text: string): string =>
      text
        .slice(0, text.search(/\n\n|\nobject address/))
        .replace(/: a component has .*$/m, '')
        .replace(/\d+ more times/, 'more times');
    assert.equal(traceback(development.printed), traceback(release.printed), command);
  }

  for (const command of ['print', 'caught', 'again', 'anything']) {
    const [development, release] = await both(command);
    assert.deepEqual(development, release);
    assert.equal(development.report, undefined);
  }
  const [developed, released] = await both('err');
  for (const { report } of [developed, released])
    assert.equal(report?.what, 'process returned an error: told to');
  // A release build does not say where an error of the contract was raised.
  assert.deepEqual(
    [developed.report?.source?.line, released.report?.source],
    [line('raise Err("told to")'), undefined],
  );
  const [ended] = await both('exit');
  assert.equal(ended.report?.source?.line, line('sys.exit(3)'));
  for (const { report } of await both('type'))
    assert.match(report?.what ?? '', /^process raised TypeError: 'int' object is not an instance of 'str'/);
});

void test('modules that cannot be imported are reported at their line', { skip }, async (t) => {
  const project = await streamkit(t, {
    'src/node.py': commands('send(command)', 'import other'),
    'src/other.py': 'from wit_world.imports import host\n\nhost.log(host.LogLevel.INFO, "too early")\n',
  });
  const { report } = await tell(project, await built(project, 'development'), 'x');
  assert.equal(report?.kind, 'start');
  assert.match(report.what, /RuntimeError: a module calls the host while it is imported/);
  assert.deepEqual([report.source?.file, report.source?.line], [join(project.folder, 'src', 'other.py'), 3]);
  const release = await build(project, 'release');
  assert.ok(!release.result.ok);
  assert.match(release.result.failure ?? '', /calls streamkit:plugin\/host@0\.1\.0 log while it is imported/);

  await writeFile(join(project.folder, 'src', 'other.py'), 'import json\nvalue = {}["missing"]\n');
  const { report: second } = await tell(project, await built(project, 'development'), 'x');
  assert.match(second?.what ?? '', /KeyError: 'missing' \(src\/other\.py:2\)$/);
  const failed = await build(project, 'release');
  assert.ok(!failed.result.ok);
  const [problem] = failed.result.diagnostics;
  assert.deepEqual([problem?.file, problem?.line], [join(project.folder, 'src', 'other.py'), 2]);
  assert.ok(
    failed.output.includes(`${join(project.folder, 'src', 'other.py')}:2:1: error: KeyError: 'missing'`),
  );
});

void test(
  "the standard library is there as in a release build, and the plugin's modules are its own",
  { skip },
  async (t) => {
    const project = await streamkit(t, {
      'src/node.py': commands(
        'send([inner.sub.VALUE, statistics.mean([1, 2]), sorted(name for name in sys.modules if name in ("json", "queue", "statistics", "inner.sub")), hasattr(urllib, "parse"), colorsys.__name__, __name__, __file__])',
        'import colorsys\nimport statistics\nimport urllib\nimport inner.sub\n',
      ),
      'src/inner/__init__.py': '',
      'src/inner/sub.py': 'from . import __name__ as package\nVALUE = package\n',
    });
    const development = await tell(project, await built(project, 'development'), 'x');
    assert.equal(development.report?.what, undefined);
    assert.deepEqual(development.texts, [
      "['inner', 1.5, ['inner.sub', 'statistics'], False, 'colorsys', 'node', '/0/node.py']",
    ]);
    assert.deepEqual(await tell(project, await built(project, 'release'), 'x'), development);
  },
);

void test('packages are part of both builds, and are compiled once', { skip }, async (t) => {
  const project = await streamkit(t, { 'src/node.py': commands('send(lib.shout(command))', 'import lib') });
  const interpreter = (await findPython())?.path ?? '';
  const made = await run([interpreter, '-m', 'venv', '--without-pip', '.venv'], { cwd: project.folder });
  assert.equal(made.code, 0, made.stderr);
  const packages = (await findEnvironment(project.folder))?.packages ?? '';
  await mkdir(join(packages, 'lib'));
  const files = {
    '__init__.py': 'from .deep import shout\n',
    'deep.py': 'import textwrap\n\ndef shout(text):\n    return textwrap.fill(text.upper()) + __file__\n',
    'unused.py': 'raise RuntimeError("nobody imports this")\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(packages, 'lib', name), text);

  // The interpreter that has the package is made at once or, where there is one without, meanwhile.
  let artifact = await built(project, 'development');
  const shouted = ['ADA/1/lib/deep.py'];
  assert.deepEqual((await tell(project, artifact, 'ada')).texts, shouted);
  while ((await modulesOf(artifact)).length > 1) {
    assert.deepEqual(await modulesOf(artifact), ['lib', 'lib.deep', 'node']);
    await setTimeout(100);
    artifact = await built(project, 'development');
  }
  assert.deepEqual(await modulesOf(artifact), ['node']);
  assert.deepEqual((await tell(project, artifact, 'ada')).texts, shouted);
  assert.deepEqual((await tell(project, await built(project, 'release'), 'ada')).texts, shouted);
});

/** The modules that are handed to an interpreter. */
async function modulesOf({ path }: Artifact): Promise<readonly string[]> {
  const { modules } = JSON.parse(await readFile(path, 'utf8')) as { readonly modules: object };
  return Object.keys(modules).sort();
}
