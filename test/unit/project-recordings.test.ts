import assert from 'node:assert/strict';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { projectOfRecording, recordingsOf } from '../../extension/project/recordings.ts';
import { temporaryFolder } from './project-fixture.ts';

test('recordings of a project are the files of its folder that are named as such', async (t) => {
  const folder = await temporaryFolder(t);
  assert.deepEqual(await recordingsOf(folder), []);
  const recordings = join(folder, 'recordings');
  await mkdir(join(recordings, 'a-folder.hotplug.mcap'), { recursive: true });
  for (const name of [
    'b.hotplug.mcap',
    'a b.hotplug.mcap',
    '.hotplug.mcap',
    '.c.hotplug.mcap',
    'd.mcap',
    'e.txt',
  ])
    await writeFile(join(recordings, name), '');
  await symlink(join(recordings, 'd.mcap'), join(recordings, 'linked.hotplug.mcap'));
  assert.deepEqual(await recordingsOf(folder), [
    { name: 'a b', file: join(recordings, 'a b.hotplug.mcap') },
    { name: 'b', file: join(recordings, 'b.hotplug.mcap') },
    { name: 'linked', file: join(recordings, 'linked.hotplug.mcap') },
  ]);
});

test('a folder that cannot be read is an error that names it; a file in its place holds none', async (t) => {
  const folder = await temporaryFolder(t);
  await symlink('recordings', join(folder, 'recordings'));
  await assert.rejects(recordingsOf(folder), (error) => {
    assert.ok(error instanceof UserError);
    assert.ok(error.message.includes(join(folder, 'recordings')));
    return true;
  });
  await rm(join(folder, 'recordings'));
  await writeFile(join(folder, 'recordings'), '');
  assert.deepEqual(await recordingsOf(folder), []);
});

test('a recording belongs to the project in whose folder of recordings it lies', () => {
  assert.equal(
    projectOfRecording(join('/work', 'gain', 'recordings', 'a.hotplug.mcap')),
    join('/work', 'gain'),
  );
  assert.equal(projectOfRecording(join('/work', 'gain', 'a.hotplug.mcap')), undefined);
  assert.equal(projectOfRecording(join('/work', 'recordings', 'deep', 'a.hotplug.mcap')), undefined);
});
