/** Saving what a plugin did as a test. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import type { Project } from '../../extension/project/project.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
const skip = missing ?? false;

void test('the last life with events is a recording of its own that replays the same', { skip }, async () => {
  await using hosted = await Hosted.create();
  const artifact = { kind: 'component', path: await buildTestPlugin('small') } as const;
  const project: Project = {
    folder: hosted.folder,
    name: 'other',
    contract: 'streamkit',
    language: 'rust',
    recognisedBy: 'test',
    config: {},
  };
  await hosted.start(artifact, { params: '{"gain":2}' });
  const { host, id: plugin } = hosted;
  const file = join(hosted.folder, 'saved.hotplug.mcap');
  await assert.rejects(host.request('saveLife', { plugin, file }), UserError);
  assert.deepEqual(await readdir(hosted.folder), []);

  await hosted.tell('echo first', 'count');
  await host.request('restart', { plugin });
  await hosted.reach('running', ({ state }) => state === 'running');
  await hosted.tell('echo second', 'clock', 'print this', 'count');
  await host.request('updateParams', { plugin, params: '{"gain":3}' });
  await hosted.tell('count');

  for (const state of ['running', 'stopped']) {
    const saved = await host.request('saveLife', { plugin, file });
    assert.equal(saved.events, 6);
    using recording = await openRecording(file);
    const lives = livesOf(recording);
    assert.deepEqual(
      lives.map(({ events, over, failed, continued, params }) => [
        events.length,
        over,
        failed,
        continued,
        params,
      ]),
      [[6, state === 'stopped', false, false, '{"gain":2}']],
    );
    assert.deepEqual(await readdir(hosted.folder), ['saved.hotplug.mcap']);
    const { report } = await host.request('replay', {
      recording: { file },
      against: { project, artifact },
      unrecorded: 'stop',
    });
    assert.deepEqual([report.differences, report.events.same, report.unrecorded], [[], 6, 0]);
    assert.equal(report.artifact.recorded, report.artifact.replayed);
    if (state === 'running') await host.request('stop', { plugin });
  }
});
