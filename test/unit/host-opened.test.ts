import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { OpenedRecordings } from '../../extension/host/opened.ts';
import type { OpenedRecording } from '../../extension/host/protocol.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { folder, live, STARTED_AT } from './recording-fixture.ts';

/** A finished recording of some events in a folder of its own. */
function file(t: TestContext, events: number, name = 'run.hotplug.mcap'): string {
  const path = join(folder(t), name);
  const recording = live(path);
  for (let event = 1; event <= events; event += 1) {
    recording.append(0, RecordKind.event, 'in', STARTED_AT + event, event, 0, new Uint8Array(40));
  }
  recording.close();
  return path;
}

function opened(
  t: TestContext,
  grew: (id: string, count: number, file?: OpenedRecording) => void = () => undefined,
  atOnceMs?: number,
): OpenedRecordings {
  const recordings = new OpenedRecordings({
    contracts: {},
    grew,
    ...(atOnceMs === undefined ? {} : { atOnceMs }),
  });
  t.after(() => recordings.dispose());
  return recordings;
}

const everything = { filter: '', first: 0, count: 1000 } as const;
const isGone = (error: unknown): boolean =>
  error instanceof UserError && error.message.includes('not open any more');

test('a file says what it is and answers what panels ask', async (t) => {
  const recordings = opened(t);
  const { id, ...info } = await recordings.open(file(t, 3));
  assert.deepEqual(info, {
    count: 3,
    plugins: [
      { name: 'gain', contract: 'streamkit', language: 'rust' },
      { name: 'vad', contract: 'streamkit', language: 'rust' },
    ],
    startedAt: STARTED_AT,
    tools: { rustc: '1.95.0' },
  });
  const view = recordings.view(id);
  assert.equal(view.rows(everything).matching, 3);
  assert.equal(view.detail(2).event, 3);
  assert.equal(view.lanes({ buckets: 10 }).duration, 3);
});

test('a file that was cut off says where', async (t) => {
  const path = file(t, 1000);
  const size = readFileSync(path).length;
  truncateSync(path, size - 20);
  const info = await opened(t).open(path);
  assert.equal(info.count, 1000);
  assert.ok(info.truncatedAt !== undefined && info.truncatedAt > 0 && info.truncatedAt < size);
});

/** Resolves with what is told of the file when the last of it was read. */
function atEnd(t: TestContext): {
  readonly recordings: OpenedRecordings;
  readonly end: Promise<OpenedRecording>;
} {
  const { promise, resolve } = Promise.withResolvers<OpenedRecording>();
  const told = (_id: string, _count: number, file?: OpenedRecording): void => {
    if (file !== undefined && (file.indexed === undefined || file.failure !== undefined)) resolve(file);
  };
  const recordings = opened(t, told, 1);
  return { recordings, end: promise };
}

/** So many that they are not read by the time that opening the file waits for them here. */
const MANY = 400_000;

test('a large file is open before all of it was read, and tells when it was', async (t) => {
  const path = file(t, MANY);
  const { recordings, end } = atEnd(t);
  const first = await recordings.open(path);
  assert.ok(first.count > 0 && first.count < MANY, `${first.count} were there at once`);
  assert.ok((first.indexed ?? 1) < 1);
  assert.deepEqual(first.expected, { count: MANY, durationMs: MANY });
  assert.equal(recordings.view(first.id).detail(first.count - 1).event, first.count);
  const whole = recordings.whole(first.id);
  const { indexed, expected, ...last } = await end;
  assert.deepEqual([last.id, last.count, indexed, expected], [first.id, MANY, undefined, undefined]);
  assert.equal((await whole).count, MANY);

  // What shows it goes on doing that until another version of it was read.
  appendFileSync(path, 'more');
  const again = await recordings.open(path);
  assert.notEqual(again.id, first.id);
  assert.equal(again.count, MANY);
});

test('a large file that is damaged further on shows what comes before, and is not replayed', async (t) => {
  const path = file(t, MANY);
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length * 0.9);
  bytes.fill(0xff, at, at + 100);
  writeFileSync(path, bytes);
  const { recordings, end } = atEnd(t);
  const { id } = await recordings.open(path);
  const { count, failure } = await end;
  assert.match(failure?.message ?? '', /is damaged at offset \d+/);
  assert.notEqual(failure?.advice, '');
  assert.equal(recordings.view(id).detail(count - 1).event, count);
  await assert.rejects(recordings.whole(id), UserError);
});

test('a file has one id until its last user is gone', async (t) => {
  const recordings = opened(t);
  const path = file(t, 1);
  const [first, second] = await Promise.all([recordings.open(path), recordings.open(path)]);
  assert.equal(first.id, second.id);
  assert.equal(recordings.use(first.id).id, first.id);
  recordings.close(first.id);
  recordings.close(first.id);
  assert.equal(recordings.view(first.id).rows(everything).matching, 1);
  recordings.close(first.id);
  assert.throws(() => recordings.view(first.id), isGone);
  assert.throws(() => recordings.use(first.id), isGone);
  recordings.close(first.id);
  assert.notEqual((await recordings.open(path)).id, first.id);
});

test('a file that was replaced is another recording; who has the old one open keeps it', async (t) => {
  const recordings = opened(t);
  const path = file(t, 1);
  const before = await recordings.open(path);
  renameSync(file(t, 5), path);
  const after = await recordings.open(path);
  assert.notEqual(after.id, before.id);
  assert.equal(after.count, 5);
  assert.equal(recordings.view(before.id).rows(everything).matching, 1);
});

test('a file that is no recording is refused each time, and can be mended', async (t) => {
  const recordings = opened(t);
  const path = file(t, 1);
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  writeFileSync(path, 'not a recording at all');
  for (let tries = 0; tries < 2; tries += 1) {
    await assert.rejects(
      recordings.open(path),
      (error) =>
        error instanceof UserError && error.message.includes('is not a recording') && error.advice !== '',
    );
  }
  renameSync(copy, path);
  assert.equal((await recordings.open(path)).count, 1);
  await assert.rejects(recordings.open(join(path, 'nothing')), UserError);
});

test('a recording that somebody adds is closed after its last user, and tells of its growth until then', (t) => {
  const told: [string, number][] = [];
  const recordings = opened(t, (id, count) => told.push([id, count]));
  const trace = live(join(folder(t), 'trace.mcap'));
  t.after(() => trace.close());
  let closed = 0;
  recordings.add('replay-1', trace, () => (closed += 1));
  trace.append(0, RecordKind.event, 'in', STARTED_AT, 1, 0, new Uint8Array(1));
  trace.flush();
  assert.deepEqual(told, [['replay-1', 1]]);
  assert.equal(recordings.use('replay-1').count, 1);
  assert.equal(recordings.recording('replay-1'), trace);
  recordings.close('replay-1');
  assert.equal(closed, 0);
  recordings.close('replay-1');
  assert.equal(closed, 1);
  trace.append(0, RecordKind.event, 'in', STARTED_AT, 2, 0, new Uint8Array(1));
  trace.flush();
  assert.equal(told.length, 1);
});

test('an id that is taken gets the new recording', (t) => {
  const recordings = opened(t);
  const [one, two] = [live(), live()];
  t.after(() => two.close());
  const path = one.path;
  recordings.add('live', one, () => one.close());
  two.append(0, RecordKind.event, 'in', STARTED_AT, 1, 0, new Uint8Array(1));
  recordings.add('live', two);
  assert.equal(existsSync(path), false);
  assert.equal(recordings.view('live').rows(everything).matching, 1);
});
