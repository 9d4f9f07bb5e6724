/** Go plugins beyond the template: Go's own library, panics with their lines, and what a build does about bindings. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { FailureReport } from '../../extension/host/report.ts';
import { recognise } from '../../extension/project/recognise.ts';
import type { BuildMode, Project } from '../../extension/project/project.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { componentOfType } from '../../extension/toolchains/component.ts';
import { findGo } from '../../extension/toolchains/go-compiler.ts';
import { writeBindings } from '../../extension/toolchains/go-project.ts';
import { go } from '../../extension/toolchains/go.ts';
import { run } from '../../extension/toolchains/run.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { coreModules } from '../../extension/wasm/info.ts';
import { readSections } from '../../extension/wasm/sections.ts';
import { root } from '../../scripts/paths.ts';
import { Hosted } from './hosted.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

const sources = 'export_streamkit_plugin_node';
const fixture = join(root, 'test', 'fixtures', 'go-plugin', 'commands.go');

let made: Promise<Project> | undefined;
let parent = '';

after(async () => {
  if (parent !== '') await rm(parent, { recursive: true, force: true });
});

/** The template with commands in text packets; undefined after skipping the test because a tool is missing. */
async function commands(t: TestContext): Promise<Project | undefined> {
  const missing = missingTools(await go.tools(undefined));
  if (missing.length > 0) {
    t.skip(`go: ${missing.map(({ name }) => name).join(', ')} not found`);
    return undefined;
  }
  return (made ??= newProject());
}

async function newProject(): Promise<Project> {
  parent = await mkdtemp(join(tmpdir(), 'hotplug-go-'));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'go', name: 'my-gain', parent });
  await copyFile(fixture, join(folder, sources, 'commands.go'));
  await edit(
    join(folder, sources, 'plugin.go'),
    'return failed("expected audio on pin " + inputPin)',
    'return command(node, packet)',
  );
  const project = await recognise(folder);
  assert.ok(project);
  const { input: _input, ...config } = project.config;
  return { ...project, config };
}

async function edit(file: string, find: string, replacement: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  assert.ok(text.includes(find), find);
  await writeFile(file, text.replace(find, replacement));
}

interface Built {
  readonly result: BuildResult;
  readonly output: string;
}

async function build(project: Project, mode: BuildMode, signal?: AbortSignal): Promise<Built> {
  let output = '';
  const write = (text: string): void => void (output += text);
  const never = new AbortController().signal;
  return { result: await go.build({ project, mode, write, signal: signal ?? never }), output };
}

async function artifact(
  project: Project,
  mode: BuildMode,
): Promise<(BuildResult & { ok: true })['artifact']> {
  const { result, output } = await build(project, mode);
  assert.ok(result.ok, output);
  return result.artifact;
}

/** The line of the fixture that has this comment. */
async function lineOf(comment: string): Promise<number> {
  const lines = (await readFile(fixture, 'utf8')).split('\n');
  const index = lines.findIndex((line) => line.endsWith(`// line: ${comment}`));
  assert.ok(index >= 0, comment);
  return index + 1;
}

void test('goroutines, sleep, encoding/json and fmt work, and what runs in the background goes on', async (t) => {
  const project = await commands(t);
  if (project === undefined) return;
  await using hosted = await Hosted.create();
  await hosted.start(await artifact(project, 'development'), { project });
  await hosted.tell('goroutines', 'sleep', 'json {"b":1,"a":{"c":[true]}}', 'print words', 'recover');
  assert.deepEqual(hosted.texts(), [
    '1000 999 332833500',
    'true',
    '{"a":{"c":[true]},"b":1,"more":[1.5,null,"ü"]}',
    '003.1|ab  |6869|{1 [x]}',
    'recovered: caught',
  ]);
  const written = hosted.records('output').map(({ payload }) => new TextDecoder().decode(payload));
  assert.deepEqual(written, ['to stdout: words\n', 'to stderr: words\n']);

  await hosted.tell('background');
  await hosted.tell('background');
  const [first = 0, second = 0] = hosted.texts().slice(-2).map(Number);
  // How often it came to run meanwhile is the machine's business.
  assert.ok(first >= 1 && second > first, `${first} ${second}`);
  assert.equal((await hosted.status()).state, 'running');
});

/** What is reported of a plugin that was told this. */
async function failureOf(project: Project, mode: BuildMode, text: string): Promise<FailureReport> {
  await using hosted = await Hosted.create();
  await hosted.start(await artifact(project, mode), { project });
  await hosted.send({ text });
  const { lastError } = await hosted.reach('the failure', ({ state }) => state === 'failed');
  assert.ok(lastError);
  return lastError;
}

const place = `${sources}/commands.go`;

const failures: readonly {
  readonly told: string;
  readonly line: string;
  readonly what: (line: number) => string;
  readonly stderr: RegExp;
}[] = [
  {
    told: 'panic today',
    line: 'panic',
    what: (line) => `process panicked: out of luck: today (${place}:${line})`,
    stderr: /^panic: out of luck: today\n\ngoroutine 1 \[running\]:\n/,
  },
  {
    told: 'nil',
    line: 'nil',
    what: (line) =>
      `process panicked: runtime error: invalid memory address or nil pointer dereference (${place}:${line})`,
    stderr: /nil pointer dereference/,
  },
  {
    told: 'index three',
    line: 'index',
    what: (line) =>
      `process panicked: runtime error: index out of range [5] with length 1 (${place}:${line})`,
    stderr: /index out of range/,
  },
  {
    told: 'goroutine',
    line: 'goroutine',
    what: (line) => `process panicked: in a goroutine [goroutine 0] (${place}:${line})`,
    stderr: /created by my-gain\/export_streamkit_plugin_node\.command in goroutine 1\n/,
  },
  {
    told: 'deadlock',
    line: 'deadlock',
    what: (line) =>
      `process ended with fatal error: all goroutines are asleep - deadlock! (${place}:${line})`,
    stderr: /goroutine 1 \[chan receive\]:\n/,
  },
  {
    told: 'library',
    line: 'library',
    what: (line) => `process panicked: strings: negative Repeat count (${place}:${line})`,
    stderr: /strings\/strings\.go:/,
  },
  {
    told: 'memory',
    line: 'memory',
    what: () => 'The plugin ran out of its 64 MiB of memory in process: out of memory.',
    stderr: /fatal error: out of memory/,
  },
];

for (const { told, line, what, stderr } of failures) {
  void test(`"${told}" is reported with its text, its stack and its line`, async (t) => {
    const project = await commands(t);
    if (project === undefined) return;
    const report = await failureOf(project, 'development', told);
    const number = await lineOf(line);
    // Goroutines are numbered as they come.
    assert.equal(report.what.replace(/goroutine \d+\]/, 'goroutine 0]'), what(number));
    assert.deepEqual(report.source, { file: join(project.folder, sources, 'commands.go'), line: number });
    assert.match(report.stderr, stderr);
    assert.ok(report.frames.some(({ function: name }) => name.startsWith(`my-gain/${sources}.`)));
  });
}

void test('the lines are there in a release build, too, and an exit is no panic', async (t) => {
  const project = await commands(t);
  if (project === undefined) return;
  const panic = await failureOf(project, 'release', 'index three');
  assert.equal(panic.source?.line, await lineOf('index'));
  const exit = await failureOf(project, 'release', 'exit');
  assert.equal(exit.what, 'process ended: the plugin called exit with err, after it wrote: goodbye');
});

void test('a project without bindings gets them, and they are those of the template', async (t) => {
  const project = await commands(t);
  if (project === undefined) return;
  assert.deepEqual(await writeBindings(project), []);
  const before = await readFile(join(project.folder, 'wit_exports.go'), 'utf8');
  for (const path of ['bindings', 'wit_exports.go', `${sources}/wit_bindings.go`]) {
    await rm(join(project.folder, path), { recursive: true });
  }
  const { result, output } = await build(project, 'development');
  assert.ok(result.ok, output);
  assert.match(output, /^wit_exports\.go was made from wit\/\.$/m);
  assert.equal(await readFile(join(project.folder, 'wit_exports.go'), 'utf8'), before);
});

void test('bindings of another WIT are told', async (t) => {
  const project = await commands(t);
  if (project === undefined) return;
  const wit = join(project.folder, 'wit', 'plugin.wit');
  const text = await readFile(wit, 'utf8');
  await writeFile(wit, text.replace('cleanup: func();', 'cleanup: func();\n        more: func();'));
  const { result, output } = await build(project, 'development');
  assert.ok(result.ok, output);
  assert.deepEqual(
    result.diagnostics.map(({ severity, file }) => [severity, file]),
    [['warning', join(project.folder, 'wit_exports.go')]],
  );
  assert.match(output, /wit_exports\.go:1:1: warning: The bindings are not of the WIT/);

  // The author's code lacks what the new ones ask for.
  await writeBindings(project);
  const newer = await build(project, 'development');
  assert.equal(newer.result.ok, false);
  assert.match(newer.result.diagnostics[0]?.message ?? '', /has no field or method More/);
  await writeFile(wit, text);
  await writeBindings(project);
  assert.deepEqual((await build(project, 'development')).result.diagnostics, []);
});

void test('vet looks at what the author wrote', async (t) => {
  const project = await commands(t);
  if (project === undefined) return;
  const file = join(project.folder, sources, 'vetted.go');
  await writeFile(file, `package ${sources}\n\nimport "fmt"\n\nfunc vetted() { fmt.Printf("%d", "x") }\n`);
  let output = '';
  const write = (text: string): void => void (output += text);
  const request = { project, mode: 'development', write, signal: new AbortController().signal } as const;
  const found = await go.check?.(request);
  await rm(file);
  assert.deepEqual(
    found?.map((one) => [one.severity, one.file, one.line]),
    [['warning', file, 5]],
  );
  assert.ok(output.startsWith(`${file}:5:`) && output.includes(': vet: '), output);
});

void test('a build that is cancelled leaves nothing behind', async (t) => {
  const project = await commands(t);
  if (project === undefined) return;
  const { path } = await artifact(project, 'development');
  const before = await readFile(path);
  await edit(join(project.folder, sources, 'commands.go'), 'out of luck', 'without luck');
  const cancel = new AbortController();
  const building = build(project, 'development', cancel.signal);
  cancel.abort();
  const { result } = await building;
  assert.ok(!result.ok && result.failure === 'The build was cancelled.');
  assert.equal(Buffer.compare(await readFile(path), before), 0);
  await edit(join(project.folder, sources, 'commands.go'), 'without luck', 'out of luck');
});

void test('what is quickly put around a module is what the tools put around it', async (t) => {
  const project = await commands(t);
  if (project === undefined) return;
  const core = async (): Promise<Uint8Array> =>
    readFile(join(project.folder, '.hotplug', 'dev', 'core.wasm'));
  const type = await readFile(join(project.folder, 'bindings', 'component-type.bin'));
  const file = join(project.folder, sources, 'commands.go');
  await artifact(project, 'development');
  await componentOfType(await core(), type, true);
  await edit(file, 'recovered: ', 'it was recovered: ');
  await artifact(project, 'development');
  const quick = await componentOfType(await core(), type, true);
  const whole = await componentOfType(await core(), type, false);
  const [ours, theirs] = [coreModules(quick), coreModules(whole)];
  assert.equal(ours.length, theirs.length);
  for (const [index, module] of ours.entries()) {
    const other = theirs[index] ?? new Uint8Array();
    assert.deepEqual(payloads(module), payloads(other));
  }
  await edit(file, 'it was recovered: ', 'recovered: ');
});

/** What is in the sections of a module, but for names: the tools write the numbers in those in another form. */
function payloads(module: Uint8Array): readonly string[] {
  return readSections(module)
    .filter(({ name }) => name !== 'name')
    .map(({ id, name = '', payloadStart, end }) => {
      const payload = Buffer.from(module.subarray(payloadStart, end));
      return `${id} ${name} ${payload.length} ${payload.toString('base64')}`;
    });
}

void test("a plugin's own tests run without WebAssembly", async (t) => {
  const project = await commands(t);
  const compiler = await findGo();
  if (project === undefined || compiler === undefined) return;
  const file = join(project.folder, sources, 'params_test.go');
  await writeFile(
    file,
    `package ${sources}

import (
	"testing"

	wit "my-gain/bindings/wit/types"
)

func TestParams(t *testing.T) {
	if _, err := readParams(wit.Some("{\\"gain_db\\": 21}")); err == nil {
		t.Fatal("too loud, and taken")
	}
}
`,
  );
  const { code, stdout, stderr } = await run([compiler, 'test', './...'], { cwd: project.folder });
  await rm(file);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /^ok\s+my-gain\/export_streamkit_plugin_node/m);
});
