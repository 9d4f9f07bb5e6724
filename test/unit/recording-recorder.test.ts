import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '../../extension/errors.ts';
import { Recorder } from '../../extension/host/recorder.ts';
import { isObject } from '../../extension/recording/lifecycle.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { folder, plugin, STARTED_AT } from './recording-fixture.ts';

void test('a recording that nobody named is temporary, and gone with its folder at the end', () => {
  const recorder = new Recorder({ tools: {} });
  const { path } = recorder.recording;
  assert.ok(existsSync(path));
  recorder.close();
  assert.ok(!existsSync(dirname(path)));
});

void test('without a limit it stays one file', () => {
  const recorder = new Recorder({ budget: Infinity, tools: {} });
  const { recording } = recorder;
  recording.addPlugin(plugin('gain'));
  const payload = crypto.getRandomValues(new Uint8Array(60_000));
  for (let event = 0; event < 100; event++)
    recording.append(0, RecordKind.event, 'in', STARTED_AT, event, 0, payload);
  recording.flush();
  assert.equal(recorder.full, 'no');
  assert.equal(recorder.status().budgetBytes, undefined);
  recorder.close();
});

void test('a full one stays readable for who holds it, and is finished on the disk', async (t) => {
  const recorder = new Recorder({ folder: folder(t), budget: 1 << 20, tools: {} });
  const first = recorder.recording;
  first.addPlugin(plugin('gain'));
  for (let event = 0; recorder.full !== 'soon'; event++) {
    const payload = crypto.getRandomValues(new Uint8Array(60_000));
    first.append(0, RecordKind.event, 'in', STARTED_AT, event, 0, payload);
    first.flush();
  }
  const letGo = first.hold();
  const { count } = first;
  recorder.next((recording) => {
    assert.notEqual(recording, first);
    assert.equal(recorder.recording, recording);
  });
  assert.equal(recorder.full, 'no');
  assert.equal(recorder.status().keptBytes, recorder.status().bytes + first.bytes);
  assert.equal(first.at(count - 1).event, count - 1);
  assert.equal(first.append(0, RecordKind.event, 'in', STARTED_AT, 1, 0, new Uint8Array()), -1);
  using read = await openRecording(first.path);
  assert.equal(read.truncatedAt, undefined);
  assert.equal(read.count, count);
  letGo();
  letGo();
  assert.throws(() => first.at(0), /was closed/);
  recorder.close();
});

void test('where the next file cannot be made the present one goes on', (t) => {
  const parent = folder(t);
  const recordings = join(parent, 'recordings');
  mkdirSync(recordings);
  const recorder = new Recorder({ folder: recordings, budget: 1 << 20, tools: {} });
  const first = recorder.recording;
  first.addPlugin(plugin('gain'));
  rmSync(recordings, { recursive: true });
  writeFileSync(recordings, 'a file in its place');
  assert.throws(
    () => recorder.next(() => assert.fail('there is nothing to go on in')),
    (error) => error instanceof UserError && error.message.includes(recordings),
  );
  assert.equal(recorder.recording, first);
  assert.equal(first.append(0, RecordKind.event, 'in', STARTED_AT, 1, 0, new Uint8Array()), 0);
  assert.equal(recorder.full, 'no');
  recorder.close();
});

void test(
  'after a full disk it goes on in another file',
  { skip: process.platform === 'linux' ? false : 'needs ulimit' },
  async (t) => {
    const recordings = folder(t);
    const script = fileURLToPath(new URL('./recording-full-folder.ts', import.meta.url));
    const command = 'ulimit -f 4096; exec "$0" "$1" "$2"'; // blocks of 512 bytes or of 1024
    const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script, recordings]);
    const said: unknown = JSON.parse(stdout);
    assert.ok(isObject(said));
    const { before, first, failure, full, second, after } = said;
    assert.equal(before, false);
    assert.match(String(failure), /cannot be written any further.* Make room on the disk/);
    assert.equal(full, true);
    assert.deepEqual([second, after], [5, 'none']);
    const [cut = '', whole = ''] = readdirSync(recordings).sort();
    using cutOff = await openRecording(join(recordings, cut));
    assert.ok(cutOff.truncatedAt !== undefined && cutOff.count > 10 && cutOff.count <= Number(first));
    using finished = await openRecording(join(recordings, whole));
    assert.equal(finished.truncatedAt, undefined);
    assert.equal(finished.count, 5);
  },
);
