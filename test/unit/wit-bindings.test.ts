import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { staleBindings } from '../../extension/project/bindings.ts';
import type { Project } from '../../extension/project/project.ts';
import { witChanges } from '../../extension/project/wit-changes.ts';
import { changeText } from '../../extension/wit/compare.ts';
import { componentOf } from './wit-fixture.ts';

async function projectOf(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<Project> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hotplug-wit-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return {
    folder,
    name: 'till',
    contract: 'shop',
    language: 'c',
    recognisedBy: 'the test',
    config: {},
  };
}

/** A language whose bindings are the text of the WIT, made by a program that lies in node_modules. */
const language = {
  async bindings({ folder }: Project): Promise<readonly string[]> {
    const wit = await readFile(join(folder, 'wit', 'till.wit'), 'utf8');
    const program = await readFile(join(folder, 'node_modules', 'generator', 'words'), 'utf8');
    const path = join(folder, 'bindings', 'till.h');
    const text = `${program} ${wit}`;
    if ((await readFile(path, 'utf8').catch(() => '')) === text) return [];
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return ['bindings/till.h'];
  },
};

void test('stale bindings are found and left alone', async (t) => {
  const project = await projectOf(t, {
    'wit/till.wit': 'new',
    'bindings/till.h': 'made of old',
    'node_modules/generator/words': 'made of',
    'recordings/large.mcap': 'x',
    '.hotplug/build.json': '{}',
  });
  assert.deepEqual(await staleBindings(project, language), ['bindings/till.h']);
  const file = join(project.folder, 'bindings', 'till.h');
  assert.equal(await readFile(file, 'utf8'), 'made of old');
  assert.deepEqual(await language.bindings(project), ['bindings/till.h']);
  assert.equal(await readFile(file, 'utf8'), 'made of new');
  assert.deepEqual(await staleBindings(project, language), []);
});

void test('a dangling link in a project and a language without bindings are fine', async (t) => {
  const project = await projectOf(t, { 'wit/till.wit': 'a', 'node_modules/generator/words': 'b' });
  await symlink(join(project.folder, 'nowhere'), join(project.folder, 'link'));
  assert.deepEqual(await staleBindings(project, language), ['bindings/till.h']);
  assert.equal(await staleBindings(project, {}), undefined);
});

const wit = `package shop:till@1.2.0;
interface money { record price { cents: u64 } }
interface pay { use money.{price}; pay: func(price: price) -> bool; }
interface paper { print: func(line: string); cut: func(); }
world till { import paper; export pay; }`;

async function said(project: Project): Promise<readonly string[]> {
  const { changes } = await witChanges(project);
  return changes.map((change) => {
    const { kind, side, breaking, place } = change;
    return `${kind} ${side} ${breaking ? 'breaking ' : ''}${changeText(change)} at ${place?.file ?? '-'}:${place?.line ?? 0}`;
  });
}

void test('what changed in the WIT since the last component was built', async (t) => {
  const project = await projectOf(t, {
    'wit/till.wit': wit,
    '.hotplug/dev/till.wasm': await componentOf(wit, 'till'),
  });
  assert.deepEqual(await said(project), []);
  const changed = wit
    .replace('cents: u64', 'cents: u32')
    .replace('print: func(line: string); ', '')
    .replace(
      'world till {',
      'interface clock { now: func() -> u64; }\nworld till { import clock; export clock;',
    );
  await writeFile(join(project.folder, 'wit', 'till.wit'), changed);
  assert.deepEqual(await said(project), [
    'removed import breaking shop:till/paper@1.2.0#print is gone at till.wit:4',
    'changed import breaking shop:till/money@1.2.0#price: record price: field cents: u64 became u32 at till.wit:2',
    'added export breaking shop:till/clock@1.2.0 is new: the plugin has to export it at till.wit:5',
  ]);
});

void test('the newest of the components that builds left is the one', async (t) => {
  const project = await projectOf(t, {
    'wit/till.wit': wit,
    '.hotplug/dev/till.wasm': await componentOf(wit, 'till'),
    '.hotplug/release/till.wasm': await componentOf(wit.replace('-> bool', '-> u8'), 'till'),
  });
  const at = (kind: string): string => join(project.folder, '.hotplug', kind, 'till.wasm');
  await utimes(at('dev'), 1, 1);
  assert.equal((await witChanges(project)).component, at('release'));
  assert.equal((await said(project)).length, 1);
  await utimes(at('release'), 0, 0);
  assert.equal((await witChanges(project)).component, at('dev'));
});

void test('a project that was not built, and WIT with a mistake', async (t) => {
  const project = await projectOf(t, { 'wit/till.wit': wit });
  await assert.rejects(witChanges(project), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.advice, /hotplug build/);
    return true;
  });
  const broken = await projectOf(t, {
    'wit/till.wit': 'package shop:till;\nworld till { export pay }',
    '.hotplug/dev/till.wasm': await componentOf(wit, 'till'),
  });
  await assert.rejects(witChanges(broken), /till\.wit:2:25: /);
});
