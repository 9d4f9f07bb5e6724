import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { assetPath } from '../../extension/assets.ts';
import { trappingComponent } from './cli-components.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';

/** A StreamKit project in Rust that was built already. */
async function builtProject(t: TestContext): Promise<string> {
  const folder = join(await temporaryFolder(t), 'gain');
  await cp(assetPath('wit', 'streamkit'), join(folder, 'wit'), { recursive: true });
  await writeFile(join(folder, 'hotplug.json'), '{ "contract": "streamkit", "language": "rust" }');
  await mkdir(join(folder, '.hotplug', 'dev'), { recursive: true });
  await writeFile(join(folder, '.hotplug', 'dev', 'gain.wasm'), await trappingComponent());
  return folder;
}

void test('bindings --changes says what changed in the WIT, and where', async (t) => {
  const folder = await builtProject(t);
  const same = await hotplug('bindings', '--changes', folder);
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /^Nothing changed since .*gain\.wasm was built\.$/m);

  const file = join(folder, 'wit', 'plugin.wit');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace('    metadata: func() -> node-metadata;\n', '').replaceAll('channels: u16', 'channels: u32'),
  );
  const { code, stdout } = await hotplug('bindings', '--changes', folder);
  assert.equal(code, 1);
  const line = text.split('\n').findIndex((one) => one.includes('record audio-frame')) + 1;
  assert.ok(
    stdout.includes(
      `${file}:${line}:12: breaking: import streamkit:plugin/types@0.1.0#audio-frame: record audio-frame: field channels: u16 became u32`,
    ),
    stdout,
  );
  assert.match(
    stdout,
    /plugin\.wit:\d+:11: breaking: export streamkit:plugin\/node@0\.1\.0#metadata is gone/,
  );

  const json = await hotplug('bindings', '--changes', '--json', folder);
  const result = JSON.parse(json.stdout) as { ok: boolean; changes: { item: string; breaking: boolean }[] };
  assert.equal(result.ok, false);
  assert.ok(result.changes.every(({ breaking }) => breaking));
});

void test('bindings of a language that needs no files, and a wrong use', async (t) => {
  const folder = await builtProject(t);
  for (const argv of [
    ['bindings', folder],
    ['bindings', '--check', folder],
  ]) {
    const { code, stdout } = await hotplug(...argv);
    assert.equal(code, 0);
    assert.match(stdout, /Rust: the bindings are what the WIT gives\.|a build makes the bindings itself/);
  }
  const both = await hotplug('bindings', '--check', '--changes', folder);
  assert.equal(both.code, 2);
  assert.match(both.stderr, /Give one of them/);
});
