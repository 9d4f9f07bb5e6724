/** A C project's bindings over changes of its WIT, and the errors that no compiler gives a line to. */
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { staleBindings } from '../../extension/project/bindings.ts';
import type { Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { c } from '../../extension/toolchains/c.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { temporaryFolder } from './cli-process.ts';

async function newProject(t: TestContext): Promise<Project | undefined> {
  const missing = (await c.tools(undefined)).filter(({ found }) => !found);
  if (missing.length > 0) {
    t.skip(`c: ${missing.map(({ name }) => name).join(', ')} not found`);
    return undefined;
  }
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({ contract: 'streamkit', language: 'c', name: 'my-own', parent });
  const project = await recognise(folder);
  assert.ok(project !== undefined);
  return project;
}

async function build(project: Project): Promise<{ result: BuildResult; output: string }> {
  let output = '';
  const result = await c.build({
    project,
    mode: 'development',
    signal: new AbortController().signal,
    write: (text) => {
      output += text;
    },
  });
  return { result, output };
}

async function edit(project: Project, path: string, change: (text: string) => string): Promise<string> {
  const file = join(project.folder, path);
  const text = await readFile(file, 'utf8');
  const changed = change(text);
  assert.notEqual(changed, text);
  await writeFile(file, changed);
  return changed;
}

void test('the bindings that the template comes with are what the WIT gives', async (t) => {
  const project = await newProject(t);
  if (project === undefined) return;
  // Otherwise: node scripts/template-bindings.ts
  assert.deepEqual(await staleBindings(project, c), []);
});

void test('bindings of another WIT are written anew by a build, and missing ones, too', async (t) => {
  const project = await newProject(t);
  if (project === undefined) return;
  await edit(project, 'wit/plugin.wit', (text) =>
    text.replace('text(string),', 'text(string),\n        words(list<string>),'),
  );
  assert.deepEqual(await staleBindings(project, c), [
    'bindings/plugin.c',
    'bindings/plugin.h',
    'bindings/plugin_component_type.o',
  ]);
  const { result, output } = await build(project);
  assert.ok(result.ok, output);
  assert.match(output, /^bindings\/plugin\.h was written anew from wit\/\.$/m);
  assert.match(await readFile(join(project.folder, 'bindings', 'plugin.h'), 'utf8'), /PACKET_WORDS/);
  assert.deepEqual(await staleBindings(project, c), []);

  await rm(join(project.folder, 'bindings'), { recursive: true });
  assert.ok((await build(project)).result.ok);
  assert.deepEqual(await staleBindings(project, c), []);
});

void test('bindings that another tool made stay as they are', async (t) => {
  const project = await newProject(t);
  if (project === undefined) return;
  const own = await edit(project, 'bindings/plugin.h', (text) =>
    text.replace(/^\/\/ Made by Hotplug.*\n/m, ''),
  );
  await edit(project, 'wit/plugin.wit', (text) =>
    text.replace('text(string),', 'text(string),\n        none,'),
  );
  const { result, output } = await build(project);
  assert.ok(result.ok, output);
  assert.equal(await readFile(join(project.folder, 'bindings', 'plugin.h'), 'utf8'), own);
});

void test('a mistake in the WIT is said with its place', async (t) => {
  const project = await newProject(t);
  if (project === undefined) return;
  await edit(project, 'wit/plugin.wit', (text) => text.replace('text(string),', 'text(strings),'));
  const { result } = await build(project);
  assert.ok(!result.ok);
  assert.match(result.failure ?? '', /plugin\.wit:\d+:\d+: .*strings/);
});

void test('a function that nothing defines is an error at its first use', async (t) => {
  const project = await newProject(t);
  if (project === undefined) return;
  const text = await edit(project, 'src/plugin.c', (source) =>
    source.replace('bool ok = false;', 'extern bool nowhere(void);\n    bool ok = nowhere();'),
  );
  const line = text.slice(0, text.indexOf('nowhere')).split('\n').length;
  const { result, output } = await build(project);
  assert.ok(!result.ok);
  const file = join(project.folder, 'src', 'plugin.c');
  assert.deepEqual(result.diagnostics, [
    { severity: 'error', file, line, column: 17, message: 'undefined symbol: nowhere', code: 'link' },
  ]);
  assert.equal(result.failure, undefined);
  assert.ok(output.includes(`${file}:${line}:17: error: undefined symbol: nowhere\n`), output);
});

void test('an export that is not there is an error of the linker with its name', async (t) => {
  const project = await newProject(t);
  if (project === undefined) return;
  await edit(project, 'src/plugin.c', (source) =>
    source.replace('exports_streamkit_plugin_node_metadata(', 'exports_streamkit_plugin_node_metadatas('),
  );
  const { result } = await build(project);
  assert.ok(!result.ok);
  const [error] = result.diagnostics;
  assert.equal(error?.file, join(project.folder, 'bindings', 'plugin.c'));
  assert.equal(error.message, 'undefined symbol: exports_streamkit_plugin_node_metadata');
});

void test('compile_commands.json of another tool stays as it is', async (t) => {
  const project = await newProject(t);
  if (project === undefined) return;
  const file = join(project.folder, 'compile_commands.json');
  await writeFile(file, '[]\n');
  assert.ok((await build(project)).result.ok);
  assert.equal(await readFile(file, 'utf8'), '[]\n');
  await rm(file);
  await c.prepare?.(project);
  await writeFile(join(project.folder, 'src', 'more.c'), 'int more;\n');
  assert.ok((await build(project)).result.ok);
  assert.match(await readFile(file, 'utf8'), /"file": "src\/more\.c"/);
});
