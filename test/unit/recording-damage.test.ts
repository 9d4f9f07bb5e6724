/** Recordings that were cut off or changed, at every byte: what is read, and what is said of the rest. */
import assert from 'node:assert/strict';
import { randomFillSync, randomInt } from 'node:crypto';
import { readFileSync, truncateSync, writeFileSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { openRecording, type RecordingFile } from '../../extension/recording/reader.ts';
import { RecordKind, type RawRecord } from '../../extension/recording/record.ts';
import { add, assertHolds, folder, live, plugin, STARTED_AT } from './recording-fixture.ts';

const Opcode = { footer: 0x02, metadata: 0x0c, chunk: 0x06, dataEnd: 0x0f } as const;
const MAGIC = 8;
const HEAD = 9;
/** Each run changes another third of the bytes. */
const STRIDE = 3;

interface Part {
  readonly opcode: number;
  readonly start: number;
  readonly end: number;
}

/** The MCAP records of a file that is whole up to its end. */
function partsOf(bytes: Buffer): readonly Part[] {
  const parts: Part[] = [];
  for (let start = MAGIC; start + HEAD <= bytes.length;) {
    const end = start + HEAD + Number(bytes.readBigUInt64LE(start + 1));
    const opcode = bytes[start] ?? 0;
    parts.push({ opcode, start, end });
    if (opcode === Opcode.footer) break;
    start = end;
  }
  return parts;
}

function record(index: number, payload: Uint8Array): RawRecord {
  const kinds = Object.values(RecordKind);
  return {
    kind: kinds[index % kinds.length] ?? RecordKind.event,
    plugin: index % 2,
    name: ['in', 'process', 'stdout'][index % 3] ?? '',
    time: STARTED_AT + index / 4,
    event: index,
    flags: index % 256,
    payload,
  };
}

interface Made {
  readonly path: string;
  readonly bytes: Buffer;
  readonly records: readonly RawRecord[];
  /** Number of records in each chunk, in order. */
  readonly chunks: readonly number[];
}

/** Writes a recording of `chunks` chunks with `each` records each; a third plugin joins in the middle. */
function make(t: TestContext, chunks: number, each: number, size: number, finished = true): Made {
  const path = join(folder(t), 'a.hotplug.mcap');
  const recording = live(path);
  const records: RawRecord[] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (chunk === Math.floor(chunks / 2)) recording.addPlugin(plugin('late'));
    for (let count = 0; count < each; count++) {
      const made = record(records.length, randomFillSync(new Uint8Array(size)));
      add(recording, made);
      records.push(made);
    }
    recording.flush();
  }
  const open = `${path}.open`;
  copyFileSync(path, open);
  recording.close();
  const file = finished ? path : open;
  return {
    path: file,
    bytes: readFileSync(file),
    records,
    chunks: Array.from({ length: chunks }, () => each),
  };
}

/** Opens a file and reads all of it; the error for the user where that is how it ends. */
async function attempt(path: string): Promise<RecordingFile | UserError> {
  try {
    const read = await openRecording(path);
    for (let index = 0; index < read.count; index++) read.at(index);
    return read;
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.ok(error.message.includes(path), error.message);
    assert.notEqual(error.advice, '');
    return error;
  }
}

/** What a file that ends at `length` must give: the offset where it was cut, and how many records are before it. */
function expectedOf(
  made: Made,
  length: number,
): { readonly cutAt: number; readonly count: number | undefined } {
  const parts = partsOf(made.bytes);
  const whole = parts.filter(({ end }) => end <= length);
  const cutAt = Math.max(MAGIC, whole.at(-1)?.end ?? 0);
  const described = whole.some(({ opcode }) => opcode === Opcode.metadata);
  if (length < MAGIC || !described) return { cutAt: length < MAGIC ? length : cutAt, count: undefined };
  const chunks = whole.filter(({ opcode }) => opcode === Opcode.chunk).length;
  return { cutAt, count: made.chunks.slice(0, chunks).reduce((sum, each) => sum + each, 0) };
}

/** `seen` has the counts whose records were compared already. */
async function checkCut(made: Made, length: number, seen: Set<number>): Promise<void> {
  const result = await attempt(made.path);
  const { cutAt, count } = expectedOf(made, length);
  const what = `cut at ${length}`;
  if (count === undefined) {
    assert.ok(result instanceof UserError, what);
    const said = length === 0 ? 'is empty (0 bytes)' : `was cut off at offset ${cutAt}`;
    assert.ok(result.message.includes(said), `${what}: ${result.message}`);
    return;
  }
  if (result instanceof UserError) assert.fail(`${what}: ${result.message}`);
  using read = result;
  assert.equal(read.truncatedAt, cutAt, what);
  assert.equal(read.count, count, what);
  if (count === 0 || seen.has(count)) return;
  seen.add(count);
  assertHolds(read, made.records.slice(0, count));
}

describe('a recording that was cut off', () => {
  for (const finished of [true, false]) {
    it(`at any byte of a small ${finished ? 'finished' : 'open'} one gives all before the cut, and says where it is`, async (t) => {
      const made = make(t, 3, 2, 30, finished);
      const seen = new Set<number>();
      for (let length = made.bytes.length - 1; length >= 0; length--) {
        truncateSync(made.path, length);
        await checkCut(made, length, seen);
      }
    });
  }

  it('at random bytes of a large one does, too', async (t) => {
    const made = make(t, 8, 100, 700);
    const seen = new Set<number>();
    const cuts = Array.from({ length: 40 }, () => randomInt(made.bytes.length));
    for (const { start, end } of partsOf(made.bytes)) {
      if (end - start > 10_000) cuts.push(start, start + 1, end - 1, end);
    }
    for (const length of cuts) {
      writeFileSync(made.path, made.bytes.subarray(0, length));
      await checkCut(made, length, seen);
    }
  });

  it('and filled up with zeros, as a power cut leaves it, does as well', async (t) => {
    const made = make(t, 4, 3, 40, false);
    const seen = new Set<number>();
    for (const { end } of partsOf(made.bytes)) {
      writeFileSync(made.path, Buffer.concat([made.bytes.subarray(0, end), Buffer.alloc(4096)]));
      await checkCut(made, end, seen);
    }
  });
});

describe('a recording with one bit changed', () => {
  it('is damaged at an offset, or every record of it is as it was', async (t) => {
    const made = make(t, 2, 2, 30);
    const end = partsOf(made.bytes).find(({ opcode }) => opcode === Opcode.dataEnd)?.start ?? 0;
    for (let at = randomInt(STRIDE); at < made.bytes.length; at += STRIDE) {
      const changed = Buffer.from(made.bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8));
      writeFileSync(made.path, changed);
      const result = await attempt(made.path);
      if (result instanceof UserError) {
        assert.match(result.message, /offset \d+|newer version/, `byte ${at}`);
        continue;
      }
      using read = result;
      assert.ok(at >= end, `a change of byte ${at} is not noticed`);
      assertHolds(read, made.records);
    }
  });

  it('loses no record in silence where it was not finished, either', async (t) => {
    const made = make(t, 3, 2, 30, false);
    for (let at = randomInt(STRIDE); at < made.bytes.length; at += STRIDE) {
      const changed = Buffer.from(made.bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8));
      writeFileSync(made.path, changed);
      const result = await attempt(made.path);
      if (result instanceof UserError) {
        assert.match(result.message, /offset \d+|newer version/, `byte ${at}`);
        continue;
      }
      using read = result;
      assert.notEqual(read.truncatedAt, undefined);
      // Fewer only where the rest is said not to be readable.
      if (read.count < made.records.length)
        assert.ok((read.truncatedAt ?? Infinity) < made.bytes.length, `byte ${at}`);
      assertHolds(read, made.records.slice(0, read.count));
    }
  });

  it('is never more than an error, however many bits', async (t) => {
    const made = make(t, 6, 20, 100);
    for (let round = 0; round < 300; round++) {
      const changed = Buffer.from(made.bytes);
      const from = randomInt(changed.length);
      randomFillSync(changed, from, Math.min(changed.length - from, 1 + randomInt(40)));
      writeFileSync(made.path, changed.subarray(0, randomInt(from, changed.length) + 1));
      const result = await attempt(made.path);
      if (!(result instanceof UserError)) result.close();
    }
  });
});

describe('a damaged recording is said to be so', () => {
  it('where a chunk in its middle is gone', async (t) => {
    const made = make(t, 3, 3, 40, false);
    const parts = partsOf(made.bytes);
    const [, second, third] = parts.filter(({ opcode }) => opcode === Opcode.chunk);
    assert.ok(second !== undefined && third !== undefined);
    writeFileSync(
      made.path,
      Buffer.concat([made.bytes.subarray(0, second.start), made.bytes.subarray(third.start)]),
    );
    const error = await attempt(made.path);
    assert.ok(error instanceof UserError);
    // A plugin joined before the second chunk, so that the third is at the second's place.
    assert.ok(error.message.includes(`at offset ${second.start}: 3 records before this chunk are missing`));
  });

  it('where the checksum of the whole is wrong', async (t) => {
    const made = make(t, 3, 3, 40);
    const parts = partsOf(made.bytes);
    const end = parts.find(({ opcode }) => opcode === Opcode.dataEnd)?.start ?? 0;
    const name = made.bytes.indexOf('vad');
    made.bytes.write('bad', name, 'latin1');
    writeFileSync(made.path, made.bytes);
    const error = await attempt(made.path);
    assert.ok(error instanceof UserError);
    assert.ok(
      error.message.includes(`at offset ${end}: the checksum of everything before it is wrong`),
      error.message,
    );
  });
});
