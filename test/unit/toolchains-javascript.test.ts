import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { javascript } from '../../extension/toolchains/javascript.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { buildRequest, folderWith, projectIn } from './toolchains-fixture.ts';

after(() => javascript.dispose?.());

const plugin = `
import { log, sendOutput } from 'streamkit:plugin/host@0.1.0';
import * as host from 'streamkit:plugin/host';
import { shout } from './shout.ts';
console.log('loaded', { a: 1 });
class NodeInstance {
  process(pin) { host.log('info', shout(pin)); sendOutput('out', pin); log('warn', 'w'); }
}
export const node = { metadata: () => ({ kind: 'x' }), NodeInstance };
`;

async function sourceOf(result: BuildResult): Promise<string> {
  assert.ok(result.ok);
  assert.equal(result.artifact.kind, 'source');
  return readFile(result.artifact.path, 'utf8');
}

interface Exports {
  readonly node: { metadata(): unknown; NodeInstance: new () => { process(pin: string): void } };
}

test('a development build is the body of a function of what the world imports', async (t) => {
  const folder = await folderWith(t, {
    'src/plugin.js': plugin,
    'src/shout.ts': 'export const shout = (text: string): string => text.toUpperCase();',
  });
  const { request, output } = buildRequest(projectIn(folder, 'javascript'));
  const source = await sourceOf(await javascript.build(request));
  assert.equal(output(), '');

  const calls: unknown[] = [];
  const host = {
    log: (level: string, text: string) => calls.push([level, text]),
    sendOutput: (pin: string, packet: unknown) => calls.push([pin, packet]),
  };
  const console = globalThis.console;
  // The interpreter evaluates it in the same way.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  const exports = new Function('$imports', source)({ 'streamkit:plugin/host@0.1.0': host }) as Exports;
  globalThis.console = console;
  assert.deepEqual(exports.node.metadata(), { kind: 'x' });
  new exports.node.NodeInstance().process('in');
  assert.deepEqual(calls, [
    ['info', 'loaded {"a":1}'],
    ['info', 'IN'],
    ['out', 'in'],
    ['warn', 'w'],
  ]);

  const map = JSON.parse(await readFile(join(folder, '.hotplug/dev/plugin.js.map'), 'utf8')) as {
    sources: string[];
  };
  assert.ok(map.sources.includes('../../src/plugin.js'), map.sources.join(' '));
});

test('a mistake is a diagnostic at its place and a line for the problem matcher', async (t) => {
  const folder = await folderWith(t, { 'plugin.js': "const ä = '😀'; const = 1;\n" });
  const { request, output } = buildRequest(projectIn(folder, 'javascript'));
  const result = await javascript.build(request);
  assert.equal(result.ok, false);
  const [diagnostic] = result.diagnostics;
  const { file, line, column } = diagnostic ?? {};
  assert.deepEqual({ file, line, column }, { file: join(folder, 'plugin.js'), line: 1, column: 23 });
  assert.equal(output(), `${join(folder, 'plugin.js')}:1:23: error: ${diagnostic?.message ?? ''}\n`);
});

test('a build after a mistake is whole again', async (t) => {
  const folder = await folderWith(t, { 'plugin.js': 'export const node = {' });
  const { request } = buildRequest(projectIn(folder, 'javascript'));
  assert.equal((await javascript.build(request)).ok, false);
  await writeFile(join(folder, 'plugin.js'), 'export const node = { second: true };');
  assert.match(await sourceOf(await javascript.build(request)), /second: true/);
});

test('a module that exports no node is said to', async (t) => {
  const folder = await folderWith(t, { 'plugin.js': 'export const nodes = {};' });
  const result = await javascript.build(buildRequest(projectIn(folder, 'javascript')).request);
  assert.equal(result.ok, false);
  assert.deepEqual(result.diagnostics, [
    {
      severity: 'error',
      file: join(folder, 'plugin.js'),
      line: 1,
      column: 1,
      message: 'The plugin exports no "node": export const node = { metadata, NodeInstance }',
    },
  ]);
});

test('an import that nothing provides is a diagnostic', async (t) => {
  const folder = await folderWith(t, {
    'plugin.js': "import fs from 'node:fs';\nimport './gone.js';\nexport const node = fs;",
  });
  const result = await javascript.build(buildRequest(projectIn(folder, 'javascript')).request);
  assert.deepEqual(
    result.diagnostics.map(({ line, message }) => [line, message]),
    [
      [1, 'Could not resolve "node:fs"'],
      [2, 'Could not resolve "./gone.js"'],
    ],
  );
});

test('a missing entry is a failure that says what to do', async (t) => {
  const folder = await folderWith(t, {});
  const none = await javascript.build(buildRequest(projectIn(folder, 'javascript')).request);
  assert.match(none.ok ? '' : (none.failure ?? ''), /No entry file was found .* hotplug\.json/);
  const wrong = projectIn(folder, 'javascript', { entry: join(folder, 'main.js') });
  const named = await javascript.build(buildRequest(wrong).request);
  assert.match(named.ok ? '' : (named.failure ?? ''), /main\.js that hotplug\.json names does not exist/);
});
