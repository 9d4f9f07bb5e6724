import assert from 'node:assert/strict';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Artifact, BuildStamp } from '../../extension/project/project.ts';
import { writeStamp } from '../../extension/project/stamp.ts';
import { buildTestPlugin, missingForTestPlugin, numbered } from '../testPlugin.ts';
import { Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
const skip = missing ?? false;
const bytes = missing === undefined ? await readFile(await buildTestPlugin('small')) : new Uint8Array();

/** Leaves a build in the folder as the process that builds does. */
async function build(
  hosted: Hosted,
  serial: number,
  change: Partial<BuildStamp> = {},
  content = numbered(bytes, serial),
): Promise<void> {
  const path = join(hosted.folder, 'plugin.wasm');
  const artifact: Artifact = { kind: 'component', path };
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
  const now = Date.now();
  await writeStamp(hosted.folder, {
    version: 1,
    serial,
    status: 'ok',
    mode: 'development',
    artifact,
    startedAt: now,
    finishedAt: now,
    diagnostics: [],
    ...change,
  });
}

void test('a plugin waits for its first build, and then runs it', { skip }, async () => {
  await using hosted = await Hosted.create();
  assert.equal((await hosted.start()).state, 'waiting');
  await hosted.send({ text: 'echo early' });
  await build(hosted, 1);
  await hosted.reach('running', ({ state }) => state === 'running');
  await hosted.settled();
  assert.deepEqual(hosted.texts().slice(-1), ['early']);
});

void test('twenty reloads under a stream of events lose none and double none', { skip }, async () => {
  await using hosted = await Hosted.create();
  await hosted.start();
  await build(hosted, 1);
  await hosted.reach('running', ({ state }) => state === 'running');
  let sent = 0;
  const sending = new AbortController();
  const stream = (async (): Promise<void> => {
    while (!sending.signal.aborted) {
      await hosted.send(...Array.from({ length: 20 }, () => ({ text: `echo ${++sent}` })));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  })();
  for (let serial = 2; serial <= 21; serial++) {
    await build(hosted, serial);
    await hosted.reach(`reload ${serial - 1}`, ({ reloads }) => reloads === serial - 1);
  }
  sending.abort();
  await stream;
  await hosted.settled();
  assert.deepEqual(
    hosted.texts().filter((text) => text !== 'too early'),
    Array.from({ length: sent }, (_, index) => String(index + 1)),
  );
});

void test(
  'state is fresh after a reload, or rebuilt from the inputs where the project asks for it',
  { skip },
  async () => {
    for (const state of ['fresh', 'rebuild'] as const) {
      await using hosted = await Hosted.create();
      await hosted.start(undefined, {}, { reload: { state } });
      await build(hosted, 1);
      await hosted.reach('running', (status) => status.state === 'running');
      await hosted.tell('echo a', 'echo b', 'count');
      await build(hosted, 2);
      await hosted.reach('the reload', ({ reloads }) => reloads === 1);
      await hosted.tell('count');
      const counts = hosted.texts().filter((text) => /^\d+$/.test(text));
      assert.deepEqual(counts, state === 'fresh' ? ['3', '1'] : ['3', '4']);
      assert.equal(hosted.texts().filter((text) => text === 'a').length, 1);
    }
  },
);

void test('a build that fails changes nothing but the status', { skip }, async () => {
  await using hosted = await Hosted.create();
  await hosted.start();
  await build(hosted, 1);
  await hosted.reach('running', ({ state }) => state === 'running');
  await build(hosted, 2, { status: 'building' });
  await build(hosted, 3, {
    status: 'failed',
    diagnostics: [{ severity: 'error', file: '/x/lib.rs', line: 3, column: 1, message: 'expected item' }],
  });
  const status = await hosted.reach('the failed build', ({ build: last }) => last?.status === 'failed');
  assert.equal(status.state, 'running');
  assert.equal(status.build?.errors, 1);
  await hosted.tell('echo still here');
  assert.deepEqual(hosted.texts().slice(-1), ['still here']);
});

void test('a new build that cannot start leaves the old one answering', { skip }, async () => {
  await using hosted = await Hosted.create();
  await hosted.start();
  await build(hosted, 1);
  await hosted.reach('running', ({ state }) => state === 'running');
  await build(hosted, 2, {}, Buffer.from('not wasm at all'));
  const status = await hosted.reach('the refusal', ({ lastError }) => lastError !== undefined);
  assert.equal(status.state, 'running');
  assert.match(status.lastError?.what ?? '', /plugin\.wasm/);
  assert.equal(
    hosted.lifecycle().some(({ change }) => change === 'reload-failed'),
    true,
  );
  await hosted.tell('echo still here');
  assert.deepEqual(hosted.texts().slice(-1), ['still here']);
  await build(hosted, 3);
  await hosted.reach('the mended build', ({ reloads }) => reloads === 1);
});

void test('a reload mends a plugin that failed, and takes the events that waited', { skip }, async () => {
  await using hosted = await Hosted.create();
  await hosted.start(undefined, { deadlineMs: 300 });
  await build(hosted, 1);
  await hosted.reach('running', ({ state }) => state === 'running');
  await hosted.send({ text: 'loop' }, { text: 'echo next' });
  await hosted.reach('the failure', ({ state }) => state === 'failed');
  await build(hosted, 2);
  await hosted.reach('running again', ({ state }) => state === 'running');
  await hosted.settled();
  assert.deepEqual(hosted.texts().slice(-1), ['next']);
});

void test('a release build is not loaded over a development build', { skip }, async () => {
  await using hosted = await Hosted.create();
  await hosted.start();
  await build(hosted, 1);
  await hosted.reach('running', ({ state }) => state === 'running');
  await build(hosted, 2, { mode: 'release' });
  await hosted.reach('the release build', ({ build: last }) => last?.serial === 2);
  await build(hosted, 3);
  await hosted.reach('the next development build', ({ reloads }) => reloads === 1);
});

void test('starting and stopping again and again leaves no thread behind', { skip }, async () => {
  await using hosted = await Hosted.create();
  const path = await buildTestPlugin('small');
  const threads = (): number =>
    process.getActiveResourcesInfo().filter((name) => name.includes('Worker')).length;
  const startAndRemove = async (): Promise<void> => {
    await hosted.start({ kind: 'component', path });
    await hosted.host.request('remove', { plugin: hosted.id });
  };
  for (let count = 0; count < 3; count++) await startAndRemove();
  const before = threads();
  for (let count = 0; count < 15; count++) await startAndRemove();
  assert.ok(threads() <= before + 1);
  assert.deepEqual(await hosted.host.request('list', undefined), []);
});
