/** Large files that are read while they are shown already, and what happens to them meanwhile. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import {
  openRecording,
  openRecordingInBackground,
  type RecordingFile,
} from '../../extension/recording/reader.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { folder, live, plugin, STARTED_AT } from './recording-fixture.ts';

const CHUNK = 0x06;
const DATA_END = 0x0f;
/** Enough that one turn of the event loop does not read them all. */
const RECORDS = 300_000;

interface Made {
  readonly path: string;
  /** As it was before it was finished. */
  readonly open: string;
}

/** A recording of small records, of which every 1000th is of a plugin that joined in the middle. */
function make(t: TestContext, records = RECORDS): Made {
  const path = join(folder(t), 'a.hotplug.mcap');
  const recording = live(path);
  const payload = new Uint8Array(40);
  for (let index = 0; index < records; index++) {
    if (index === records / 2) recording.addPlugin(plugin('late'));
    payload[index % 40] = index;
    const of = index > records / 2 && index % 1000 === 0 ? 2 : 0;
    recording.append(of, RecordKind.event, 'in', STARTED_AT + index / 4, index, 0, payload);
  }
  recording.flush();
  const open = `${path}.open`;
  copyFileSync(path, open);
  recording.close();
  return { path, open };
}

/** Where the parts with this opcode begin. */
function offsetsOf(path: string, opcode: number): number[] {
  const bytes = readFileSync(path);
  const found: number[] = [];
  for (let at = 8; at + 9 <= bytes.length; at += 9 + Number(bytes.readBigUInt64LE(at + 1))) {
    if (bytes[at] === opcode) found.push(at);
    if (bytes[at] === 0x02) break;
  }
  return found;
}

/** Changes one byte and leaves the rest, the length and the times of the file as they are. */
function damage(path: string, at: number): void {
  const bytes = readFileSync(path);
  const { atime, mtime } = statSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  writeFileSync(path, bytes);
  utimesSync(path, atime, mtime);
}

function isUserError(error: unknown, path: string, message: RegExp): error is UserError {
  assert.ok(error instanceof UserError, String(error));
  assert.match(error.message, message);
  assert.ok(error.message.includes(path), error.message);
  assert.match(error.message, /offset \d+/);
  assert.notEqual(error.advice, '');
  return true;
}

/** Reads the last record of what is there. */
function last(recording: RecordingFile): number {
  return recording.at(recording.count - 1).event;
}

describe('a large file', () => {
  it('can be used before all of it was read, and says how much there will be', async (t) => {
    const { path } = make(t);
    using recording = await openRecordingInBackground(path);
    const first = recording.count;
    assert.ok(first > 0 && first < RECORDS, `${first} records were there at once`);
    assert.ok(recording.indexed > 0 && recording.indexed < 1);
    assert.deepEqual(recording.expected, { count: RECORDS, durationMs: (RECORDS - 1) / 4 });
    assert.equal(recording.info.plugins.length, 2);
    assert.equal(last(recording), first - 1);
    assert.throws(() => recording.at(first), RangeError);

    let turns = 0;
    const turning = setInterval(() => turns++, 0);
    t.after(() => clearInterval(turning));
    const told: number[] = [];
    recording.onGrow((count) => told.push(count));
    await recording.complete;
    assert.ok(turns > 0, 'nothing else could run meanwhile');
    assert.equal(recording.count, RECORDS);
    assert.equal(recording.indexed, 1);
    assert.equal(recording.failure, undefined);
    assert.equal(told.at(-1), RECORDS);
    assert.deepEqual(
      told,
      told.toSorted((a, b) => a - b),
    );
    assert.deepEqual(
      recording.info.plugins.map(({ name }) => name),
      ['gain', 'vad', 'late'],
    );
    assert.equal(last(recording), RECORDS - 1);
    using whole = await openRecording(path);
    for (let index = 0; index < RECORDS; index += 997) assert.deepEqual(recording.at(index), whole.at(index));
  });

  it('that was cut off is read to the cut, and expects nothing', async (t) => {
    const { open } = make(t);
    truncateSync(open, statSync(open).size - 10);
    using recording = await openRecordingInBackground(open);
    assert.equal(recording.expected, undefined);
    const cutAt = (): number => recording.truncatedAt ?? 0;
    assert.equal(cutAt(), 0);
    await recording.complete;
    assert.equal(recording.failure, undefined);
    assert.ok(cutAt() > 0);
    assert.equal(last(recording), recording.count - 1);
  });

  it('that is damaged further on keeps what comes before, and says where', async (t) => {
    const { path } = make(t);
    const chunks = offsetsOf(path, CHUNK);
    const at = chunks[Math.floor(chunks.length / 2)] ?? 0;
    damage(path, at + 1000);
    using recording = await openRecordingInBackground(path);
    await recording.complete;
    isUserError(recording.failure, path, new RegExp(`damaged at offset ${at}:`));
    assert.ok(recording.count > 0 && recording.count < RECORDS);
    assert.equal(recording.indexed, 1);
    assert.equal(last(recording), recording.count - 1);
    await assert.rejects(openRecording(path), (error) => isUserError(error, path, /damaged/));
  });

  it('whose checksum is wrong says so at its end', async (t) => {
    const { path } = make(t);
    const [end = 0] = offsetsOf(path, DATA_END);
    damage(path, end + 9);
    using recording = await openRecordingInBackground(path);
    await recording.complete;
    isUserError(recording.failure, path, /checksum of everything/);
    assert.equal(recording.count, RECORDS);
  });

  it('whose end makes no sense expects nothing', async (t) => {
    const { path } = make(t, 1000);
    const size = statSync(path).size;
    // Of the footer: where the offsets of the summary are.
    for (const [at, to] of [
      [size - 8 - 12, 0xff],
      [size - 8 - 11, 0xff],
    ] as const) {
      // prettier-ignore
      const bytes = readFileSync(path);
      bytes[at] = to;
      writeFileSync(path, bytes);
      using recording = await openRecordingInBackground(path);
      assert.equal(recording.expected, undefined);
      await recording.complete;
      assert.equal(recording.count, 1000);
    }
  });

  it('that is closed while it is read is read no further', async (t) => {
    const { path } = make(t);
    const recording = await openRecordingInBackground(path);
    const told: number[] = [];
    recording.onGrow((count) => told.push(count));
    recording.close();
    const { count } = recording;
    await recording.complete;
    assert.equal(recording.count, count);
    assert.deepEqual(told, []);
    assert.throws(() => recording.at(0), /was closed/);
    recording.close();
  });
});

describe('a file that changes while it is open', () => {
  it('is read as it was when it was opened where it grows', async (t) => {
    const { open } = make(t);
    const { size } = statSync(open);
    using recording = await openRecordingInBackground(open);
    appendFileSync(open, Buffer.alloc(1 << 20, 7));
    await recording.complete;
    assert.equal(recording.failure, undefined);
    assert.equal(recording.count, RECORDS);
    assert.equal(recording.truncatedAt, size);
  });

  it('goes on being read where it is deleted', async (t) => {
    const { path } = make(t);
    using recording = await openRecordingInBackground(path);
    rmSync(path);
    await recording.complete;
    assert.equal(recording.failure, undefined);
    assert.equal(last(recording), RECORDS - 1);
  });

  for (const finished of [true, false]) {
    it(`says so where a ${finished ? 'finished' : 'growing'} one is cut off while it is read`, async (t) => {
      const { path, open } = make(t);
      const file = finished ? path : open;
      using recording = await openRecordingInBackground(file);
      const { count } = recording;
      truncateSync(file, 1000);
      await recording.complete;
      isUserError(recording.failure, file, /was changed or cut off while it was open/);
      assert.ok(recording.count >= count && recording.count < RECORDS);
    });
  }

  it('says so where it was cut off after it was read, when a record is asked for', async (t) => {
    const { path } = make(t);
    using recording = await openRecording(path);
    truncateSync(path, 1000);
    // The first chunks are at hand; the others are not there any more.
    assert.throws(
      () => recording.at(RECORDS - 1),
      (error) => isUserError(error, path, /was changed or cut off while it was open/),
    );
    assert.equal(recording.head(0).event, 0);
  });

  it('says so where another one was written over it', async (t) => {
    const { path } = make(t);
    using recording = await openRecording(path);
    writeFileSync(path, Buffer.alloc(statSync(path).size, 1));
    assert.throws(
      () => recording.at(RECORDS - 1),
      (error) => isUserError(error, path, /was changed or cut off while it was open/),
    );
  });
});
