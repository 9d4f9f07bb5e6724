/** Rust projects that are not made by Hotplug: those of cargo-component, and what linking says. */
import assert from 'node:assert/strict';
import { chmod, cp, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import type { Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { rust } from '../../extension/toolchains/rust.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { root } from '../../scripts/paths.ts';
import { temporaryFolder } from './cli-process.ts';
import { Hosted } from './hosted.ts';

process.env['CARGO_TARGET_DIR'] = join(root, '.cache', 'rust-worlds');

async function copied(t: TestContext): Promise<Project | undefined> {
  const missing = (await rust.tools(undefined)).filter(({ found }) => !found);
  if (missing.length > 0) {
    t.skip(`rust: ${missing.map(({ name }) => name).join(', ')} not found`);
    return undefined;
  }
  const folder = join(await temporaryFolder(t), 'component-gain');
  await cp(join(root, 'test', 'fixtures', 'cargo-component'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('target'),
  });
  const project = await recognise(folder);
  assert.equal(project?.recognisedBy, 'Cargo.toml with wit-bindgen-rt and wit/ of streamkit:plugin');
  return project;
}

async function build(project: Project): Promise<{ result: BuildResult; output: string }> {
  let output = '';
  const result = await rust.build({
    project,
    mode: 'development',
    signal: new AbortController().signal,
    write: (text) => {
      output += text;
    },
  });
  return { result, output };
}

void test('a project of cargo-component is built without it, with the bindings that are there', async (t) => {
  const project = await copied(t);
  if (project === undefined) return;
  const tools = await rust.tools(project.folder);
  const tool = tools.find(({ name }) => name === 'cargo-component');
  assert.equal(tool?.optional, true);
  const { result, output } = await build(project);
  if (!result.ok) assert.fail(`${result.failure ?? ''}\n${output}`);
  await using hosted = await Hosted.create();
  await hosted.start(result.artifact, { project });
  await hosted.tell('through');
  assert.deepEqual(hosted.texts(), ['through']);
});

void test('without cargo-component and without bindings it says what makes them', async (t) => {
  const project = await copied(t);
  if (project === undefined) return;
  await rm(join(project.folder, 'src', 'bindings.rs'));
  const { result } = await build(project);
  assert.ok(!result.ok);
  assert.match(result.failure ?? '', /makes src\/bindings\.rs .* cargo install cargo-component/);
  assert.equal(
    (await rust.tools(project.folder)).find(({ name }) => name === 'cargo-component')?.optional,
    false,
  );
  await assert.rejects(async () => rust.bindings?.(project), /bindings\.rs is missing/);
});

void test('bindings that are older than the WIT are said to be, until they are saved again', async (t) => {
  const project = await copied(t);
  if (project === undefined) return;
  const file = join(project.folder, 'src', 'bindings.rs');
  const at = (seconds: number): Promise<void> => utimes(file, seconds, seconds);
  await at(1_000_000_000);
  await assert.rejects(
    async () => rust.bindings?.(project),
    (error) =>
      error instanceof UserError &&
      error.message.includes('older than wit') &&
      error.advice.includes('save it again'),
  );
  await at(Date.now() / 1000 + 60);
  assert.deepEqual(await rust.bindings?.(project), []);
});

void test(
  'where cargo-component is installed it builds and makes the bindings',
  { skip: process.platform === 'win32' },
  async (t) => {
    const project = await copied(t);
    if (project === undefined) return;
    const programs = join(await temporaryFolder(t), 'bin');
    await mkdir(programs);
    // What cargo-component does, but for making the bindings: cargo calls it with its own name first.
    const script = `#!/bin/sh
if [ "$1" = --version ]; then echo "cargo-component 0.21.1"; exit; fi
shift
if [ "$1" = bindings ]; then echo "// made anew" >> src/bindings.rs; exit; fi
echo "through cargo-component" >&2
exec cargo "$@"
`;
    await writeFile(join(programs, 'cargo-component'), script);
    await chmod(join(programs, 'cargo-component'), 0o755);
    const path = process.env['PATH'] ?? '';
    process.env['PATH'] = `${programs}${delimiter}${path}`;
    t.after(() => {
      process.env['PATH'] = path;
    });
    const { result, output } = await build(project);
    assert.ok(result.ok, output);
    assert.match(output, /^through cargo-component$/m);
    const tool = (await rust.tools(project.folder)).find(({ name }) => name === 'cargo-component');
    assert.deepEqual([tool?.found, tool?.version], [true, 'cargo-component 0.21.1']);
    assert.deepEqual(await rust.bindings?.(project), ['src/bindings.rs']);
    assert.match(await readFile(join(project.folder, 'src', 'bindings.rs'), 'utf8'), /made anew/);
  },
);

void test('a function that is only declared is an error at its declaration', async (t) => {
  const project = await copied(t);
  if (project === undefined) return;
  const file = join(project.folder, 'src', 'lib.rs');
  const text = await readFile(file, 'utf8');
  const changed = `${text.replace('send_output("out"', 'unsafe { nowhere(1) };\n        send_output("out"')}
unsafe extern "C" {
    fn nowhere(value: i32);
}
`;
  await writeFile(file, changed);
  const { result, output } = await build(project);
  assert.ok(!result.ok);
  assert.equal(result.failure, undefined);
  const line = changed.split('\n').findIndex((one) => one.includes('fn nowhere')) + 1;
  assert.deepEqual(
    result.diagnostics.map((one) => [one.severity, one.file, one.line, one.column]),
    [['error', file, line, 5]],
  );
  assert.ok(output.includes(`   --> ${file}:${line}:5\n`), output);
  assert.doesNotMatch(output, /"-flavor" "wasm"/);
});

void test('what cargo itself refuses is the reason', async (t) => {
  const project = await copied(t);
  if (project === undefined) return;
  const file = join(project.folder, 'Cargo.toml');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace('[profile.release]', 'there-is-no-such-crate = { path = "../gone" }\n\n[profile.release]'),
  );
  const { result } = await build(project);
  assert.ok(!result.ok);
  assert.match(result.failure ?? '', /failed to (?:get|load|read).*|gone/);
});
