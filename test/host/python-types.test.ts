/** New Python projects have no mistake in their types, in the checker's strict mode, with the bindings that the toolchain writes. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { python as template } from '../../extension/scaffold/world/python.ts';
import { python } from '../../extension/toolchains/python.ts';
import { run } from '../../extension/toolchains/run.ts';
import { node } from '../../scripts/paths.ts';
import { installTool } from '../../scripts/tools.ts';
import { testWorlds, writeWorld } from './worlds.ts';

const missing = (await python.tools(undefined)).filter(
  ({ name, found }) => name === 'componentize-py' && !found,
);
const skip = missing.length > 0 && 'componentize-py not found';

/** What pyright says of a project, and how many mistakes it found. */
async function check({ folder }: Project): Promise<{ readonly errors: number; readonly text: string }> {
  const home = await installTool('pyright', 'the type checker for Python');
  const program = join(home, 'node_modules', 'pyright', 'index.js');
  const { stdout } = await run([node, program, '--project', folder], { cwd: folder });
  const count = /(\d+) errors?, /.exec(stdout)?.[1];
  assert.ok(count !== undefined, stdout);
  return { errors: Number(count), text: stdout };
}

void test('the StreamKit template has no mistake, and one that is made is found', { skip }, async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-types-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'python', name: 'my-gain', parent });
  const project = await recognise(folder);
  assert.ok(project);
  const written = await python.bindings?.(project);
  assert.ok(written?.includes(join('bindings', 'wit_world', 'exports', 'node.py')), written?.join('\n'));
  assert.deepEqual(await python.bindings?.(project), []);
  const { errors, text } = await check(project);
  assert.equal(errors, 0, text);

  const file = join(folder, 'src', 'node.py');
  await writeFile(
    file,
    (await readFile(file, 'utf8')).replace('InputPin("in", [audio])', 'InputPin("in", audio)'),
  );
  const wrong = await check(project);
  assert.ok(wrong.errors > 0 && wrong.text.includes('node.py'), wrong.text);
});

for (const one of testWorlds.filter(({ world }) => world !== 'every')) {
  void test(`a project for ${one.title} has no mistake`, { skip }, async (t) => {
    const { project } = await writeWorld(t, 'python', template, one);
    await python.bindings?.(project);
    const { errors, text } = await check(project);
    assert.equal(errors, 0, text);
  });
}

void test('bindings follow the WIT: what is no more goes', { skip }, async (t) => {
  const [one] = testWorlds;
  assert.ok(one);
  const { project } = await writeWorld(t, 'python', template, one);
  assert.ok(
    (await python.bindings?.(project))?.includes(join('bindings', 'wit_world', 'imports', 'batch.py')),
  );
  const wit = join(project.folder, 'wit', 'world.wit');
  await writeFile(wit, (await readFile(wit, 'utf8')).replace('import batch;', ''));
  assert.deepEqual(await python.bindings?.(project), [join('bindings', 'wit_world', 'imports', 'batch.py')]);
});
