import assert from 'node:assert/strict';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { BuildStamp } from '../../extension/project/project.ts';
import {
  finishedStamp,
  followStamp,
  readStamp,
  stampFile,
  writeStamp,
} from '../../extension/project/stamp.ts';
import { temporaryFolder, until, writeFiles } from './project-fixture.ts';

function stamp(serial: number, status: BuildStamp['status'] = 'ok'): BuildStamp {
  return { version: 1, serial, status, mode: 'development', startedAt: 1000 + serial, diagnostics: [] };
}

test('a stamp is read as it was written, and nothing is left beside it', async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal(await readStamp(folder), undefined);
  await writeStamp(folder, stamp(1));
  await writeStamp(folder, stamp(2, 'failed'));
  assert.deepEqual(await readStamp(folder), stamp(2, 'failed'));
  assert.deepEqual(await readdir(join(folder, '.hotplug')), ['build.json']);
});

test('what is not a stamp reads as none', async (t) => {
  const folder = await temporaryFolder(t);
  for (const text of [
    '',
    '{"version":1',
    '[]',
    'null',
    '{"version":2,"serial":1}',
    '{"version":1,"serial":1,"status":"done"}',
  ]) {
    await writeFiles(folder, { '.hotplug/build.json': text });
    assert.equal(await readStamp(folder), undefined, text);
  }
});

test('the stamp of a build that goes on is given once that is over', async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal(await finishedStamp(folder), undefined, 'no build is waited for where there is none');
  await writeStamp(folder, stamp(1, 'building'));
  const finished = finishedStamp(folder);
  await writeStamp(folder, stamp(1, 'failed'));
  assert.deepEqual(await finished, stamp(1, 'failed'));
  await writeStamp(folder, stamp(2, 'building'));
  let given = false;
  const next = finishedStamp(folder).finally(() => (given = true));
  await readStamp(folder);
  assert.ok(!given);
  await writeStamp(folder, stamp(2));
  assert.deepEqual(await next, stamp(2));
});

test('a follower hears every stamp, from before, of a folder that comes later and comes again', async (t) => {
  const folder = await temporaryFolder(t);
  const heard: string[] = [];
  const follower = followStamp(folder, ({ serial, status }) => heard.push(`${serial} ${status}`));
  t.after(() => follower.dispose());
  const hears = (expected: string): Promise<void> => until(() => heard.at(-1) === expected, expected);

  await writeStamp(folder, stamp(1, 'building'));
  await hears('1 building');
  await writeStamp(folder, stamp(1));
  await hears('1 ok');
  await writeFile(stampFile(folder), '{"version":1,"ser');
  await writeStamp(folder, stamp(2));
  await hears('2 ok');
  await rm(join(folder, '.hotplug'), { recursive: true });
  await writeStamp(folder, stamp(3));
  await hears('3 ok');
  await rename(join(folder, '.hotplug'), join(folder, 'aside'));
  await writeStamp(folder, stamp(4));
  await hears('4 ok');
  assert.deepEqual(new Set(heard).size, heard.length, 'none is told twice');

  const late: number[] = [];
  const second = followStamp(folder, ({ serial }) => late.push(serial));
  t.after(() => second.dispose());
  await until(() => late.length === 1, 'the stamp that was there');
  second.dispose();
  await writeStamp(folder, stamp(5));
  await hears('5 ok');
  assert.deepEqual(late, [4], 'nothing is told after dispose');
});
