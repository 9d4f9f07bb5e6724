/** HoloMUSH's templates in compiled languages: built both ways, they answer in libextism as the guide's plugin does. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import type { BuildMode, LanguageId, Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { findProgram } from '../../extension/toolchains/find.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { run } from '../../extension/toolchains/run.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { readSections } from '../../extension/wasm/sections.ts';
import { cache } from '../../scripts/paths.ts';
import { callInExtism, missingForExtism, type Called } from './libextism.ts';

// Both modes of all tests build the same dependencies.
process.env['CARGO_TARGET_DIR'] = join(cache, 'extism-rust-target');

/** The export's input as HoloMUSH's `json.Marshal` writes it. */
function wire(type: string, actorKind: number, payload: string): string {
  const event = {
    id: '01JHXYZ123ABC456DEF789GHJK',
    stream: 'location:tavern',
    type,
    timestamp: 1_737_195_000_000,
    actor_kind: actorKind,
    actor_id: 'ann',
    payload,
  };
  return JSON.stringify(event)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026');
}

const message = (text: string): string => JSON.stringify({ message: text });
const special = '<b>"Grüße" & \\ naïve 😀</b>\n\u2028';
/** Inputs, and what is said in answer to them; undefined for nothing. */
const cases: readonly (readonly [what: string, input: string, answer: string | undefined])[] = [
  ['a say', wire('say', 0, message('hello')), 'hello'],
  ["a plugin's say", wire('say', 2, message('hello')), undefined],
  ['a pose', wire('pose', 0, message('waves')), undefined],
  ['an empty message', wire('say', 0, message('')), undefined],
  ['a payload without its fields', wire('say', 0, '{"text":"hello"}'), undefined],
  ['what JSON, HTML and UTF-8 have of their own', wire('say', 0, message(special)), special],
];
const inputs = cases.map(([, input]) => input);

/** What an output says; undefined where it says nothing in any of the ways that the guide allows. */
function said(called: Called | undefined): string | undefined {
  assert.ok(called !== undefined && 'output' in called, JSON.stringify(called));
  if (called.output === '') return undefined;
  const response = JSON.parse(called.output) as { readonly events?: readonly Record<string, unknown>[] };
  const [event, second] = response.events ?? [];
  if (event === undefined) return undefined;
  assert.equal(second, undefined);
  assert.deepEqual(Object.keys(event).sort(), ['payload', 'stream', 'type']);
  assert.deepEqual([event['stream'], event['type']], ['location:tavern', 'say']);
  const payload = JSON.parse(String(event['payload'])) as Record<string, unknown>;
  assert.deepEqual(Object.keys(payload), ['message']);
  return String(payload['message']);
}

interface Template {
  readonly language: LanguageId;
  readonly mistake: { readonly file: string; readonly find: string; readonly replace: string };
  /** The language's own tests: a program of each, run in the project's folder. */
  readonly tests: (folder: string) => readonly (readonly string[])[];
}

const templates: readonly Template[] = [
  {
    language: 'c',
    mistake: { file: 'src/echo.c', find: 'bool fine = message_read', replace: 'bool fine = messages_read' },
    tests: (folder) => {
      const program = join(folder, '.hotplug', 'echo_test');
      const sources = ['test/echo_test.c', 'src/echo.c', 'src/json.c'];
      return [['cc', '-std=c17', '-Wall', '-Werror', '-Isrc', ...sources, '-o', program], [program]];
    },
  },
  {
    language: 'rust',
    mistake: { file: 'src/echo.rs', find: 'let message = Message', replace: 'let message: u8 = Message' },
    tests: () => [['cargo', 'test', '--quiet']],
  },
  {
    language: 'go',
    mistake: { file: 'echo/echo.go', find: 'var said message', replace: 'var said massage' },
    tests: () => [['go', 'test', './echo']],
  },
];

for (const template of templates) testTemplate(template);

function testTemplate({ language, mistake, tests }: Template): void {
  const toolchain = toolchains[language];
  let project: Project | undefined;

  /** The scaffolded project, or nothing after skipping the test because something is missing. */
  async function scaffolded(t: TestContext): Promise<Project | undefined> {
    if (project === undefined) {
      const parent = await mkdtemp(join(tmpdir(), 'hotplug-extism-'));
      const made = await scaffold({ contract: 'holomush', language, name: 'my-echo', parent });
      assert.deepEqual(
        made.files.filter((file) => /^wit\/|\.wav$|^gitignore$/.test(file)),
        [],
      );
      project = await recognise(made.folder);
      assert.ok(project);
    }
    const { folder, contract } = project;
    assert.deepEqual([contract, project.language, project.name], ['holomush', language, 'my-echo']);
    const missing = (await toolchain.tools(folder)).filter(
      ({ found, optional }) => !found && optional !== true,
    );
    const problem =
      missing.length > 0
        ? `${missing.map(({ name }) => name).join(', ')} not found`
        : await missingForExtism();
    if (problem === undefined) return project;
    t.skip(`${language}: ${problem}`);
    return undefined;
  }

  async function build(mode: BuildMode): Promise<{ result: BuildResult; output: string }> {
    assert.ok(project);
    let output = '';
    const result = await toolchain.build({
      project,
      mode,
      signal: new AbortController().signal,
      write: (text) => {
        output += text;
      },
    });
    return { result, output };
  }

  for (const mode of ['development', 'release'] as const) {
    void test(`${language}: the template builds for ${mode} and echoes in libextism`, async (t) => {
      if ((await scaffolded(t)) === undefined) return;
      const { result, output } = await build(mode);
      assert.ok(result.ok, output + (result.ok ? '' : (result.failure ?? '')));
      assert.deepEqual([result.artifact.kind, result.diagnostics], ['module', []]);
      const sections = readSections(await readFile(result.artifact.path), result.artifact.path);
      // Go has no line tables in WebAssembly; a release has no names there.
      const debug = language === 'go' ? 'name' : '.debug_line';
      assert.equal(
        sections.some(({ name }) => name === debug),
        mode === 'development',
      );

      const { path } = result.artifact;
      const answers = await callInExtism(path, 'handle_event', inputs);
      for (const [index, [what, , answer]] of cases.entries())
        assert.equal(said(answers[index]), answer === undefined ? undefined : `Echo: ${answer}`, what);
      // Twice in one instance, and with the host's configuration.
      const again = await callInExtism(path, 'handle_event', [...inputs, ...inputs], { prefix: 'Again: ' });
      assert.deepEqual(
        again.map(said),
        [...cases, ...cases].map(([, , answer]) => (answer === undefined ? undefined : `Again: ${answer}`)),
      );
      const wrong = await callInExtism(path, 'handle_event', ['{"id":', wire('say', 0, 'hello'), ...inputs]);
      for (const called of wrong.slice(0, 2))
        assert.ok('error' in called && called.error !== '', JSON.stringify(called));
      assert.equal(said(wrong[2]), 'Echo: hello');
    });
  }

  void test(`${language}: a mistake is reported in its line and leaves the last build alone`, async (t) => {
    const made = await scaffolded(t);
    if (made === undefined) return;
    const { result: good } = await build('development');
    assert.ok(good.ok);
    const before = await stat(good.artifact.path);
    const file = join(made.folder, ...mistake.file.split('/'));
    const text = await readFile(file, 'utf8');
    assert.ok(text.includes(mistake.find));
    await writeFile(file, text.replace(mistake.find, mistake.replace));
    const line = text.slice(0, text.indexOf(mistake.find)).split('\n').length;
    const { result, output } = await build('development');
    assert.equal(result.ok, false);
    const error = result.diagnostics.find(({ severity }) => severity === 'error');
    assert.deepEqual([error?.file, error?.line], [file, line], output);
    assert.equal((await stat(good.artifact.path)).mtimeMs, before.mtimeMs);
    await writeFile(file, text);
  });

  void test(`${language}: the template's own tests pass, and fail where the plugin is wrong`, async (t) => {
    const made = await scaffolded(t);
    if (made === undefined) return;
    const [first] = tests(made.folder);
    if ((await findProgram(first?.[0] ?? '')) === undefined) {
      t.skip(`${language}: ${first?.[0] ?? ''} not found`);
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), 'hotplug-extism-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await cp(made.folder, folder, { recursive: true });
    const passes = async (): Promise<{ passed: boolean; output: string }> => {
      let output = '';
      for (const argv of tests(folder)) {
        const { code, stdout, stderr } = await run(argv, { cwd: folder });
        output += stdout + stderr;
        if (code !== 0) return { passed: false, output };
      }
      return { passed: true, output };
    };
    const { passed, output } = await passes();
    assert.ok(passed, output);
    const file = join(folder, ...mistake.file.split('/'));
    // Poses are answered then as well.
    await writeFile(file, (await readFile(file, 'utf8')).replace('"say"', '"pose"'));
    assert.equal((await passes()).passed, false);
  });

  void test(`${language}: nothing of it stays`, async () => {
    await toolchain.dispose?.();
    if (project !== undefined) await rm(join(project.folder, '..'), { recursive: true, force: true });
  });
}
