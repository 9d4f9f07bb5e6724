/** Interpreters that a build names: where they are used, what is said of them, and what is none. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { interpreterPath } from '../../extension/assets.ts';
import { inspectComponent } from '../../extension/host/inspect.ts';
import type { Artifact } from '../../extension/project/project.ts';
import { readStamp, writeStamp } from '../../extension/project/stamp.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { root } from '../../scripts/paths.ts';
import { Hosted } from './hosted.ts';
import { pluginSource } from './replaying.ts';

await buildInterpreters();
const shipped = interpreterPath('streamkit', 'javascript');

/** An interpreter that is not the shipped one, by a custom section at its end, and a source for it. */
async function named(folder: string): Promise<Artifact & { readonly interpreter: string }> {
  const interpreter = join(folder, 'interpreter.wasm');
  const marker = Buffer.from('\0\x07\x04other!', 'latin1');
  await writeFile(interpreter, Buffer.concat([await readFile(shipped), marker]));
  const path = join(folder, 'plugin.txt');
  await writeFile(path, pluginSource('send(text.toUpperCase());'));
  return { kind: 'source', path, interpreter };
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

void test('a build says which interpreter runs it, and recordings which one ran it', async () => {
  await using hosted = await Hosted.create();
  const artifact = await named(hosted.folder);
  await writeStamp(hosted.folder, {
    version: 1,
    serial: 1,
    status: 'ok',
    mode: 'development',
    artifact,
    startedAt: 1,
    diagnostics: [],
  });
  assert.deepEqual((await readStamp(hosted.folder))?.artifact, artifact);
  // The project's language, Rust, has no interpreter of its own.
  await hosted.start();
  const status = await hosted.reach('running', ({ state }) => state === 'running');
  assert.equal(status.artifact?.interpreter, artifact.interpreter);
  await hosted.tell('quiet');
  assert.deepEqual(hosted.texts(), ['QUIET']);
  const running = hosted.lifecycle().find(({ change }) => change === 'running');
  assert.equal(running?.artifact, await sha256(artifact.path));
  assert.equal(running.runner, await sha256(artifact.interpreter));
  assert.notEqual(running.runner, await sha256(shipped));

  await hosted.host.request('restart', { plugin: hosted.id });
  const { report } = await hosted.host.request('replay', { recording: 'live', against: hosted.id, life: 0 });
  assert.deepEqual([report.events.same, report.differenceCount], [1, 0]);
});

void test('a source whose interpreter is none is refused with the reason', async () => {
  await using hosted = await Hosted.create();
  const artifact = await named(hosted.folder);
  const component = Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
  await writeFile(artifact.interpreter, component);
  const { stateText, lastError } = await hosted.start(artifact);
  assert.match(
    stateText,
    /interpreter\.wasm cannot run a plugin's source: it does not import hotplug:dev\/source@0\.1\.0/,
  );
  assert.match(lastError?.advice ?? '', /^Delete interpreter\.wasm and build again/);
});

void test('an interpreter is no plugin', async () => {
  await using hosted = await Hosted.create();
  const { state, stateText, lastError } = await hosted.start({ kind: 'component', path: shipped });
  assert.equal(state, 'failed');
  assert.match(
    stateText,
    /streamkit-javascript\.wasm is a development interpreter: it imports hotplug:dev\/source@0\.1\.0/,
  );
  assert.match(lastError?.advice ?? '', /hotplug build --release/);

  const { findings } = await inspectComponent(shipped, join(root, '.cache', 'transpiled'));
  assert.deepEqual(
    findings.map(({ severity, message }) => [severity, message.includes(' is a development interpreter: ')]),
    [['error', true]],
  );
});
