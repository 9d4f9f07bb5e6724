import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facts, pluginFace, pluginNodes, statusBarText } from '../../extension/editor/treeModel.ts';
import type { PluginNode } from '../../extension/editor/treeModel.ts';
import type { PluginStatus } from '../../extension/host/protocol.ts';
import { project, report, status } from './editor-status.ts';

const node = (changes: Partial<PluginStatus>): PluginNode => ({
  type: 'plugin',
  folder: '/home/me/gain',
  project: project(),
  status: status(changes),
});
const shown = (changes: Partial<PluginStatus>): string[] =>
  facts(node(changes)).map(({ label, value }) => `${label}: ${value}`);

test('a project and its plugin are one node; a plugin whose project is gone stays', () => {
  const nodes = pluginNodes(
    [project(), project({ folder: '/home/me/echo', name: 'echo' })],
    [status(), status({ id: 'old-1', name: 'old', folder: '/home/me/old' })],
  );
  assert.deepEqual(
    nodes.map((one) => [one.folder, one.project?.name, one.status?.name]),
    [
      ['/home/me/gain', 'gain', 'gain'],
      ['/home/me/echo', 'echo', undefined],
      ['/home/me/old', undefined, 'old'],
    ],
  );
});

test('a running plugin shows its state, memory and rate', () => {
  const face = pluginFace(node({}));
  assert.equal(face.label, 'gain');
  assert.equal(face.description, 'Running · 1.5 MiB · 50 calls/s');
  assert.equal(face.contextValue, 'plugin.running');
  assert.equal(face.spoken, 'gain, Rust plugin, Running');
});

test('a plugin that runs although its last build failed says so', () => {
  const build = { status: 'failed', serial: 2, errors: 2 } as const;
  assert.equal(pluginFace(node({ build })).description, 'Running, build failed · 1.5 MiB · 50 calls/s');
  assert.ok(shown({ build }).includes('Build: failed with 2 errors'));
  assert.equal(pluginFace(node({ state: 'waiting', build })).description, 'Build failed');
});

test('the context value tells menus of the state, the input and what is configured', () => {
  const input = { title: 'tone.wav', sent: 3, total: 500, running: true };
  assert.equal(pluginFace(node({ input })).contextValue, 'plugin.running.input');
  const stopped = { type: 'plugin', folder: '/p', project: project() } as const;
  assert.equal(pluginFace(stopped).contextValue, 'plugin.stopped');
  assert.equal(pluginFace(stopped).description, 'Rust');
});

test('the facts tell everything that is known, and nothing that is not', () => {
  assert.deepEqual(
    shown({
      kind: 'plugin::wasm::gain',
      mode: 'development',
      waiting: 2,
      reloads: 3,
      lastReloadMs: 41.6,
      build: { status: 'ok', serial: 4, errors: 0, durationMs: 812.3 },
      input: { title: 'tone.wav', sent: 120, total: 500, running: true },
      findings: [{ severity: 'warning', message: 'pin "on" is odd', advice: 'Rename it.' }],
    }),
    [
      'State: Running',
      'Kind: plugin::wasm::gain',
      'Memory: 1.5 MiB',
      'Calls: 50 calls/s',
      'Events: 120 handled, 2 waiting',
      'Build: development in 812 ms',
      'Reloads: 3, last in 42 ms',
      'Input: tone.wav, 120 of 500',
      'Warning: pin "on" is odd',
    ],
  );
  assert.deepEqual(shown({ state: 'failed', stateText: 'Failed: x', lastError: report() }).slice(0, 2), [
    'State: Failed: x',
    'Last error: The plugin panicked',
  ]);
});

test('every fact has an id of its own that stays', () => {
  const ids = facts(node({ lastError: report(), kind: 'k' })).map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(
    facts(node({ lastError: report(), kind: 'k', events: 5 })).map(({ id }) => id),
    ids,
  );
});

test('the status bar counts what runs and what failed, and hides where there is nothing', () => {
  assert.equal(statusBarText([], []), undefined);
  assert.equal(statusBarText([project()], [])?.text, '$(plug) Hotplug');
  assert.equal(statusBarText([project()], [status()])?.text, '$(plug) gain: Running');
  const other = status({ folder: '/b', name: 'b', state: 'failed' });
  assert.equal(statusBarText([], [status(), other])?.text, '$(warning) 1 running, 1 failed');
  assert.equal(statusBarText([project()], [status({ state: 'stopped' })])?.text, '$(plug) Hotplug');
});

test('a run over a stream of bytes shows how far it is, what was odd and why it failed', () => {
  const run = {
    state: 'running',
    bytes: 1536,
    skipped: 0,
    totalBytes: 2048,
    notes: [],
  } as const;
  const input = { title: 'app.log', sent: 3, running: true, run };
  const contract = 'chipmunk-parser';
  assert.ok(shown({ input }).includes('Input: app.log, 1.5 KiB of 2.0 KiB'));
  assert.equal(statusBarText([], [status({ input })])?.text, '$(plug) gain: Running, 75 %');
  assert.equal(
    pluginFace({ ...node({ contract, input }), project: project({ contract }) }).contextValue,
    'plugin.running.stream.input',
  );
  const ended = shown({
    input: {
      ...input,
      running: false,
      run: {
        ...run,
        state: 'failed',
        skipped: 2,
        failure: 'parse: no',
        notes: [{ severity: 'warning', fault: 'plugin', text: 'It took nothing', advice: 'Take.', times: 2 }],
      },
    },
  });
  assert.ok(ended.includes('Input: app.log, 1.5 KiB of 2.0 KiB, 2 B skipped, failed'));
  assert.ok(ended.includes('Run failed: parse: no'));
  assert.ok(ended.includes('Warning: It took nothing (2 times)'));
});
