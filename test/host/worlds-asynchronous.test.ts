/** Asynchronous functions, futures and streams: no host of ours calls them yet, so that they are only built. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { c } from '../../extension/scaffold/world/c.ts';
import { rust } from '../../extension/scaffold/world/rust.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { readWitFolder, witOfComponent } from '../../extension/wit/tool.ts';
import { root } from '../../scripts/paths.ts';
import { writeWorld } from './worlds.ts';

process.env['CARGO_TARGET_DIR'] = join(root, '.cache', 'rust-worlds');

const folder = join(root, 'test', 'fixtures', 'worlds', 'asynchronous');
const templates = { rust, c } as const;

for (const language of ['rust', 'c'] as const) {
  const toolchain = toolchains[language];
  void test(`${language}: a project for a world with asynchronous functions builds as it is`, async (t) => {
    const missing = (await toolchain.tools(undefined)).filter(({ found }) => !found);
    if (missing.length > 0) {
      t.skip(`${language}: ${missing.map(({ name }) => name).join(', ')} not found`);
      return;
    }
    const world = { title: 'asynchronous', world: 'asynchronous', wit: () => readWitFolder(folder) };
    const { project } = await writeWorld(t, language, templates[language], world);
    let output = '';
    const result = await toolchain.build({
      project,
      mode: 'development',
      signal: new AbortController().signal,
      write: (text) => {
        output += text;
      },
    });
    if (!result.ok) assert.fail(`${result.failure ?? ''}\n${output}`);
    assert.deepEqual(result.diagnostics, [], output);
    const { exports } = await witOfComponent(await readFile(result.artifact.path));
    assert.equal(exports.functions[0]?.async, true);
  });
}
