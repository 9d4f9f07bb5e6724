/** A plugin that was really reloaded is compared with what it was before. */
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { writeStamp } from '../../extension/project/stamp.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { Hosted } from './hosted.ts';
import { pluginSource } from './replaying.ts';

await buildInterpreters();

/** Leaves a build of a plugin whose `process` has this body, as the process that builds does. */
async function build(hosted: Hosted, serial: number, body: string): Promise<void> {
  const path = join(hosted.folder, 'plugin.js');
  await writeFile(`${path}.new`, pluginSource(body));
  await rename(`${path}.new`, path);
  const now = Date.now();
  await writeStamp(hosted.folder, {
    version: 1,
    serial,
    status: 'ok',
    mode: 'development',
    artifact: { kind: 'source', path },
    startedAt: now,
    finishedAt: now,
    diagnostics: [],
  });
}

const WORDS = ['one', 'two', 'three'] as const;

async function give(hosted: Hosted): Promise<void> {
  await hosted.send(...WORDS.map((text) => ({ text })));
  await hosted.settled();
}

test('the life after a reload is compared with the one before it', async () => {
  await using hosted = await Hosted.create();
  const { host } = hosted;
  const project = {
    folder: hosted.folder,
    name: 'small',
    contract: 'streamkit',
    language: 'javascript',
    recognisedBy: 'test',
    config: {},
  } as const;
  await build(hosted, 1, 'log("info", `at ${Date.now()}`); send(text);');
  await hosted.start(undefined, { project });
  await hosted.reach('running', ({ state }) => state === 'running');
  await give(hosted);
  const query = { other: { recording: 'live' } };
  await assert.rejects(host.request('compare', { recording: 'live', query }), UserError);

  await build(
    hosted,
    2,
    'log("info", `later at ${Date.now()}`); send(text === "two" ? "zwei" : text); if (text === "three") { const end = Date.now() + 20; while (Date.now() < end); }',
  );
  await hosted.reach('reloaded', ({ reloads }) => reloads === 1);
  await give(hosted);
  const comparison = await host.request('compare', { recording: 'live', query });
  const { here, other, differences } = comparison;
  assert.deepEqual([comparison.plugin, comparison.events], ['small', 3]);
  assert.deepEqual([here.recording, here.life, other.recording, other.life], ['live', 1, 'live', 0]);
  assert.notEqual(here.artifact, other.artifact);
  assert.ok(other.from <= other.to && other.to <= here.from && here.from <= here.to);
  const outputs = differences.filter(({ kind }) => kind === 'outputs');
  assert.deepEqual(
    outputs.map(({ event }) => event),
    [2],
  );
  assert.match(outputs[0]?.text ?? '', /text\("two"\) → text\("zwei"\)/);
  const slow = differences.find(({ kind, event }) => kind === 'duration' && event === 3);
  assert.match(slow?.text ?? '', /^took .* ms, .* ms in the other one$/);

  const file = join(hosted.folder, 'earlier.hotplug.mcap');
  await host.request('saveRecording', { file });
  await give(hosted);
  const { id } = await host.request('openRecording', { file });
  const earlier = await host.request('compare', {
    recording: 'live',
    query: { other: { recording: id, plugin: 'small', life: 1 } },
  });
  assert.deepEqual([earlier.other.recording, earlier.other.life, earlier.events], [id, 1, 3]);
  await host.request('closeRecording', { recording: id });
});
