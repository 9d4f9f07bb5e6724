import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { rust as template } from '../../extension/scaffold/world/rust.ts';
import { rust } from '../../extension/toolchains/rust.ts';
import { witOfComponent } from '../../extension/wit/tool.ts';
import { root } from '../../scripts/paths.ts';
import { callAll, testWorlds, writeWorld } from './worlds.ts';

// The bindings generator is built once for all of them.
process.env['CARGO_TARGET_DIR'] = join(root, '.cache', 'rust-worlds');

for (const world of testWorlds) {
  void test(`rust: a project for ${world.title} builds as it is, and every export answers`, async (t) => {
    const missing = (await rust.tools(undefined)).filter(({ found }) => !found);
    if (missing.length > 0) {
      t.skip(`rust: ${missing.map(({ name }) => name).join(', ')} not found`);
      return;
    }
    await mkdir(join(root, '.cache'), { recursive: true });
    const written = await writeWorld(t, 'rust', template, world);
    let output = '';
    const result = await rust.build({
      project: written.project,
      mode: 'development',
      signal: new AbortController().signal,
      write: (text) => {
        output += text;
      },
    });
    assert.ok(result.ok, output);
    assert.deepEqual(result.diagnostics, [], output);
    const component = await readFile(result.artifact.path);
    const { exports } = await witOfComponent(component);
    assert.deepEqual(
      exports.interfaces.map(({ name, functions }) => [name, functions.length]),
      written.world.exports.interfaces.map(({ name, functions }) => [name, functions.length]),
    );
    assert.equal(exports.functions.length, written.world.exports.functions.length);
    const answers = await callAll(t, component);
    assert.ok(answers.length >= exports.functions.length);
    // What only the host could give is said to be missing.
    const traps = answers.filter(({ trap }) => trap !== undefined).map(({ name }) => name);
    assert.deepEqual(traps, world.world === 'every' ? ['relic-of'] : []);
  });
}
