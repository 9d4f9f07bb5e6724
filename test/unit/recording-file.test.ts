import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { McapIndexedReader, McapStreamReader, McapWriter } from '@mcap/core';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { isObject } from '../../extension/recording/lifecycle.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import type { RawRecord } from '../../extension/recording/record.ts';
import { add, assertHolds, folder, live, plugin, records, STARTED_AT } from './recording-fixture.ts';

const unzstd = { zstd: (bytes: Uint8Array): Uint8Array => zlib.zstdDecompressSync(bytes) };

function small(index: number): RawRecord {
  const payload = new TextEncoder().encode(`record number ${index}`.repeat(3));
  return {
    kind: RecordKind.output,
    plugin: index % 2,
    name: 'stdout',
    time: STARTED_AT + index,
    event: index,
    flags: 0,
    payload,
  };
}

describe('a recording', () => {
  it('holds what was put in: while it is open, after it was finished, in a saved copy', async (t) => {
    const path = join(folder(t), 'a.mcap');
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            { weight: 9, arbitrary: records.map((record) => ({ record })) },
            { weight: 1, arbitrary: fc.constant('flush' as const) },
          ),
        ),
        async (steps) => {
          const recording = live(path);
          const expected: RawRecord[] = [];
          for (const step of steps) {
            if (step === 'flush') recording.flush();
            else assert.equal(add(recording, step.record), expected.push(step.record) - 1);
          }
          assertHolds(recording, expected);
          const saved = recording.save(`${path}.copy`);
          assert.deepEqual(saved, { records: expected.length, bytes: statSync(`${path}.copy`).size });
          const { info } = recording;
          recording.close();
          for (const file of [path, `${path}.copy`]) {
            using read = await openRecording(file);
            assert.equal(read.truncatedAt, undefined);
            assert.deepEqual(read.info, info);
            assertHolds(read, expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads back older chunks while it grows', (t) => {
    using recording = live(join(folder(t), 'a.mcap'));
    const payload = new Uint8Array(200_000);
    const count = 100; // 20 MB: far more chunks than are kept unpacked
    for (let index = 0; index < count; index++) {
      payload.fill(index);
      assert.equal(recording.append(0, RecordKind.event, 'in', STARTED_AT, index, 0, payload), index);
    }
    for (const index of [0, 99, 50, 1, 98, 0]) {
      const { event, payload: read } = recording.at(index);
      assert.equal(event, index);
      assert.ok(read.length === payload.length && read.every((byte) => byte === index));
    }
    assert.throws(() => recording.at(count), RangeError);
    assert.throws(() => recording.at(-1), RangeError);
    assert.throws(() => recording.at(0.5), RangeError);
  });

  it('holds a payload bigger than a chunk, and its own payload again', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const recording = live(path);
    const big = {
      ...small(1),
      payload: zlib.deflateRawSync(Buffer.alloc(5_000_000, 'abc')).subarray(0, 1000),
    };
    const huge = { ...small(2), payload: new Uint8Array(3 << 20).fill(7) };
    const sent = [big, huge, big, small(3)];
    for (const record of sent) add(recording, record);
    add(recording, { ...small(4), payload: recording.at(0).payload });
    add(recording, { ...small(5), payload: recording.at(4).payload });
    recording.close();
    using read = await openRecording(path);
    assertHolds(read, [
      ...sent,
      { ...small(4), payload: big.payload },
      { ...small(5), payload: big.payload },
    ]);
  });

  it('holds numbers of events around every width that they are kept in', async (t) => {
    const path = join(folder(t), 'a.mcap');
    for (const first of [0, 1, 65_535, 65_536, 98_304, 2 ** 32 - 1]) {
      const recording = live(path);
      const events = [first, first - 32_768, first - 32_767, first + 32_767, first + 32_768, 0, 1, 65_535, 65_536, first]; // prettier-ignore
      const expected = events
        .filter((event) => event >= 0 && event < 2 ** 32)
        .map((event) => ({ ...small(1), event }));
      for (const record of expected) add(recording, record);
      assertHolds(recording, expected);
      recording.close();
      using read = await openRecording(path);
      assertHolds(read, expected);
    }
  });

  it('is a temporary file where no path is given, gone when it is closed', () => {
    const recording = live();
    add(recording, small(0));
    recording.flush();
    assert.ok(existsSync(recording.path));
    recording.close();
    recording.close();
    assert.ok(!existsSync(recording.path));
  });

  it('tells that it grew, and is on the disk by then', async (t) => {
    const path = join(folder(t), 'a.mcap');
    using recording = live(path);
    const grown = Promise.withResolvers<number>();
    const end = recording.onGrow(grown.resolve);
    add(recording, small(0));
    add(recording, small(1));
    const hold = setInterval(() => undefined, 1000); // the recorder's own timer keeps no process alive
    assert.equal(await grown.promise, 2);
    clearInterval(hold);
    end();
    using read = await openRecording(path);
    assertHolds(read, [small(0), small(1)]);
    assert.equal(read.truncatedAt, statSync(path).size);
  });

  it('takes plugins that join later, and refuses those that did not', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const recording = live(path);
    add(recording, small(0));
    assert.throws(() => add(recording, { ...small(1), plugin: 2 }), RangeError);
    assert.equal(recording.addPlugin(plugin('late')), 2);
    add(recording, { ...small(1), plugin: 2 });
    recording.close();
    using read = await openRecording(path);
    assert.deepEqual(
      read.info.plugins.map(({ name }) => name),
      ['gain', 'vad', 'late'],
    );
    assertHolds(read, [small(0), { ...small(1), plugin: 2 }]);
  });

  it('says where it cannot be created', (t) => {
    assert.throws(
      () => live(join(folder(t), 'none', 'a.mcap')),
      (error) => error instanceof UserError && error.message.includes('none'),
    );
  });

  it(
    'keeps what it has when the disk is full',
    { skip: process.platform === 'linux' ? false : 'needs ulimit' },
    async (t) => {
      const path = join(folder(t), 'a.mcap');
      const script = fileURLToPath(new URL('./recording-full-disk.ts', import.meta.url));
      const command = 'ulimit -f 4096; exec "$0" "$1" "$2"'; // blocks of 512 bytes or of 1024
      const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script, path]);
      const result: unknown = JSON.parse(stdout);
      assert.ok(isObject(result));
      const { added, readable, failure, closing } = result;
      assert.ok(typeof added === 'number' && added > 10 && added < 1000, stdout);
      assert.equal(readable, added);
      assert.match(String(failure), /cannot be written/);
      assert.match(String(closing), /UserError/);
      using read = await openRecording(path);
      assert.ok(read.count > 0 && read.count < added);
      assert.equal(read.truncatedAt, statSync(path).size);
    },
  );
});

describe('a finished file', () => {
  it('is one that other MCAP readers read', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const recording = live(path);
    for (let index = 0; index < 1000; index++) {
      add(recording, small(index));
      if (index % 300 === 0) recording.flush();
    }
    recording.close();

    const stream = new McapStreamReader({ decompressHandlers: unzstd });
    stream.append(readFileSync(path));
    while (stream.nextRecord() !== undefined);
    assert.ok(stream.done());

    const fd = openSync(path, 'r');
    t.after(() => closeSync(fd));
    const reader = await McapIndexedReader.Initialize({
      readable: {
        size: () => Promise.resolve(BigInt(statSync(path).size)),
        read: (offset: bigint, size: bigint) => {
          const bytes = new Uint8Array(Number(size));
          readSync(fd, bytes, 0, bytes.length, Number(offset));
          return Promise.resolve(bytes);
        },
      },
      decompressHandlers: unzstd,
    });
    assert.equal(reader.statistics?.messageCount, 1000n);
    assert.equal(reader.metadataIndexes.length, 3);
    let index = 0;
    for await (const message of reader.readMessages({ validateCrcs: true })) {
      const expected = small(index);
      assert.equal(message.sequence, index);
      assert.equal(message.logTime, BigInt(expected.time) * 1_000_000n);
      assert.equal(
        reader.channelsById.get(message.channelId)?.topic,
        index % 2 === 0 ? '/gain/output' : '/vad/output',
      );
      assert.deepEqual(
        Buffer.from(message.data).subarray(-expected.payload.length),
        Buffer.from(expected.payload),
      );
      index++;
    }
    assert.equal(index, 1000);
    let ofOneChannel = 0;
    for await (const _ of reader.readMessages({ topics: ['/vad/output'] })) ofOneChannel++;
    assert.equal(ofOneChannel, 500);
  });
});

describe('a file that another tool wrote again', () => {
  it('is read, without what is not ours', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const parts: Uint8Array[] = [];
    let position = 0;
    const writer = new McapWriter({
      writable: {
        position: () => BigInt(position),
        write: (bytes: Uint8Array) => {
          parts.push(Uint8Array.from(bytes));
          position += bytes.length;
          return Promise.resolve();
        },
      },
      chunkSize: 500,
    });
    await writer.start({ profile: 'hotplug', library: 'another' });
    const channel = { schemaId: 0, topic: '/x', messageEncoding: 'x-hotplug' };
    const foreign = await writer.registerChannel({
      ...channel,
      messageEncoding: 'json',
      metadata: new Map(),
    });
    const metadata = new Map([['plugin', '0'], ['kind', 'output']]); // prettier-ignore
    const ours = await writer.registerChannel({ ...channel, metadata });
    const text = new TextEncoder();
    const data = Buffer.concat([Buffer.from([9, 0, 0, 0, 4, 6, 0]), text.encode('stdouthello')]);
    const logTime = BigInt(STARTED_AT) * 1_000_000n;
    for (let sequence = 0; sequence < 30; sequence++) {
      await writer.addMessage({
        channelId: foreign,
        sequence,
        logTime,
        publishTime: logTime,
        data: text.encode('{}'),
      });
      await writer.addMessage({ channelId: ours, sequence, logTime, publishTime: logTime, data });
    }
    const { name, contract, language } = plugin('gain');
    await writer.addMetadata({
      name: 'hotplug.plugin',
      metadata: new Map(
        Object.entries({ index: '0', name, contract, language, memoryBytes: '1', deadlineMs: '2' }),
      ),
    });
    await writer.addMetadata({
      name: 'hotplug',
      metadata: new Map(Object.entries({ version: '1', contract, startedAt: '5' })),
    });
    await writer.end();
    writeFileSync(path, Buffer.concat(parts));
    using read = await openRecording(path);
    assert.equal(read.truncatedAt, undefined);
    assert.deepEqual(read.info.plugins[0]?.limits, { memoryBytes: 1, deadlineMs: 2 });
    const record = {
      kind: RecordKind.output,
      plugin: 0,
      name: 'stdout',
      time: STARTED_AT,
      event: 9,
      flags: 4,
      payload: text.encode('hello'),
    };
    assertHolds(
      read,
      Array.from({ length: 30 }, () => record),
    );
  });
});

describe('a damaged file', () => {
  /** A small finished recording of several chunks. */
  function make(path: string): { readonly bytes: Buffer; readonly expected: readonly RawRecord[] } {
    const recording = live(path);
    const expected = Array.from({ length: 6 }, (_, index) => small(index));
    for (const record of expected) {
      add(recording, record);
      if (record.event % 2 === 1) recording.flush();
    }
    recording.close();
    return { bytes: readFileSync(path), expected };
  }

  /** Opens it; undefined where that ends in an error for the user. */
  async function attempt(path: string): Promise<Awaited<ReturnType<typeof openRecording>> | UserError> {
    try {
      return await openRecording(path);
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
      assert.ok(error.message.includes(path), error.message);
      assert.notEqual(error.advice, '');
      return error;
    }
  }

  it('never ends in anything but an error for the user or a recording', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const { bytes } = make(path);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const changed = Buffer.from(bytes);
          for (const [at, byte] of changes) changed[at] = byte;
          writeFileSync(path, changed);
          const result = await attempt(path);
          if (result instanceof UserError) return;
          using read = result;
          for (let index = 0; index < read.count; index++) read.at(index);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('with a wrong checksum is reported with the place of the chunk', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const { bytes } = make(path);
    const chunk = offsetsOf(bytes, 0x06)[1] ?? 0;
    const crc = chunk + 9 + 24;
    bytes.writeUInt32LE((bytes.readUInt32LE(crc) ^ 1) >>> 0, crc);
    writeFileSync(path, bytes);
    const error = await attempt(path);
    assert.ok(error instanceof UserError);
    assert.match(error.message, /checksum/);
    assert.ok(error.message.includes(`offset ${chunk}`), error.message);
  });

  it('with another start, none, or of another tool or version is named', async (t) => {
    const path = join(folder(t), 'a.mcap');
    const { bytes } = make(path);
    const cases: readonly (readonly [string, Buffer, RegExp])[] = [
      ['empty', Buffer.alloc(0), /is empty/],
      ['a text', Buffer.from('RIFF of something else'), /not a recording/],
      ['a short text', Buffer.from('x'), /not a recording/],
      ['only the start of the magic', bytes.subarray(0, 5), /cut off at offset 5/],
      ['a later MCAP', replaced(bytes, 'MCAP0', 'MCAP1'), /newer version/],
      ['another profile', replaced(bytes, 'hotplug', 'ros2_db'), /not one of Hotplug's/],
      [
        'a later format',
        Buffer.from(
          bytes.toString('latin1').replace('version\x01\0\0\x002', 'version\x01\0\0\x009'),
          'latin1',
        ),
        /format version 9/,
      ],
      ['another compression', replaced(bytes, 'zstd', 'lz44'), /lz44/],
    ];
    for (const [what, content, message] of cases) {
      writeFileSync(path, content);
      const error = await attempt(path);
      assert.ok(error instanceof UserError, what);
      assert.match(error.message, message, what);
    }
  });

  it('that is missing or a folder is reported', async (t) => {
    const path = folder(t);
    assert.ok((await attempt(path)) instanceof UserError);
    assert.ok((await attempt(join(path, 'none.mcap'))) instanceof UserError);
  });
});

/** Offsets of the parts with this opcode. */
function offsetsOf(bytes: Buffer, opcode: number): number[] {
  const found: number[] = [];
  for (let at = 8; at + 9 <= bytes.length; at += 9 + Number(bytes.readBigUInt64LE(at + 1))) {
    if (bytes[at] === opcode) found.push(at);
    if (bytes[at] === 0x02) break;
  }
  return found;
}

/** The bytes with the first `from` replaced by `to`, of the same length. */
function replaced(bytes: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.write(to, copy.indexOf(from), 'latin1');
  return copy;
}
