/** Exports on their way to files and streams. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import test from 'node:test';
import { formatNames, formats, piecesOf } from '../../extension/export/formats.ts';
import { exportToFile, exportToStream } from '../../extension/export/write.ts';
import type { Recording } from '../../extension/recording/record.ts';
import { everything, exported, ListedRecording, sourceOf } from './export-fixture.ts';
import { folder } from './recording-fixture.ts';

/** The same records again and again, each time a second later; none of them is kept. */
function long(times: number): Recording {
  const { info } = new ListedRecording([]);
  return {
    info,
    count: everything.length * times,
    at: (index) => {
      const record = everything[index % everything.length];
      if (record === undefined) throw new RangeError(`no record ${index}`);
      const round = Math.floor(index / everything.length);
      const event = record.event === 0 ? 0 : record.event + round;
      return { ...record, event, time: record.time + round * 1000 };
    },
  };
}

for (const format of formatNames) {
  void test(`${format} is written in pieces, however long the recording is`, () => {
    const source = { ...sourceOf([]), recording: long(2000) };
    let [pieces, largest, turns] = [0, 0, 0];
    for (const piece of piecesOf(format, source)) {
      if (piece === undefined) turns++;
      else {
        pieces++;
        largest = Math.max(largest, piece.length);
      }
    }
    assert.ok(pieces > 10, `${pieces} pieces`);
    assert.ok(largest < 2 ** 21, `${largest} bytes in one piece`);
    assert.ok(pieces + turns > 100, `${pieces + turns} turns`);
  });

  void test(`${format} of nothing is a file of its format`, () => {
    const nothing = exported(format, sourceOf([])).toString();
    if (formats[format].ending.endsWith('.json')) JSON.parse(nothing);
    else assert.ok(nothing.length < 200);
  });
}

void test('a file is there whole or not at all', async (t) => {
  const here = folder(t);
  const file = join(here, 'a.csv');
  writeFileSync(file, 'what was there before');
  const stop = new AbortController();
  const recording = long(1000);
  const watched: Recording = {
    info: recording.info,
    count: recording.count,
    at: (index) => {
      if (index === 5000) stop.abort(new Error('nobody wants it any more'));
      return recording.at(index);
    },
  };
  const source = { ...sourceOf([]), recording: watched };
  await assert.rejects(exportToFile('csv', source, file, stop.signal), /nobody wants it any more/);
  assert.deepEqual(readdirSync(here), ['a.csv']);
  assert.equal(readFileSync(file, 'utf8'), 'what was there before');
  const { files, bytes } = await exportToFile('csv', sourceOf(everything), file);
  assert.deepEqual(files, [file]);
  assert.equal(readFileSync(file).length, bytes);
});

void test('each signal has a file', async (t) => {
  const here = folder(t);
  const names = async (name: string): Promise<readonly string[]> => {
    const { files } = await exportToFile('otlp-protobuf', sourceOf(everything), join(here, name));
    return files.map((file) => file.slice(here.length + 1));
  };
  assert.deepEqual(await names('a.otlp.pb'), ['a.otlp.pb', 'a.logs.otlp.pb']);
  assert.deepEqual(await names('a.b.pb'), ['a.b.pb', 'a.b.logs.pb']);
  assert.deepEqual(await names('plain'), ['plain', 'plain.logs']);
});

void test('a place that cannot be written to is said', async (t) => {
  const here = folder(t);
  mkdirSync(join(here, 'taken'));
  await assert.rejects(exportToFile('csv', sourceOf(everything), join(here, 'taken')), {
    name: 'UserError',
    advice: 'Choose another place.',
  });
  await assert.rejects(
    exportToFile('csv', sourceOf(everything), join(here, 'no', 'where')),
    /cannot be written/,
  );
  assert.deepEqual(readdirSync(here), ['taken']);
});

void test('a stream is given no more than it takes', async () => {
  const recording = long(3000);
  let read = 0;
  let written = 0;
  let ahead = 0;
  const counted: Recording = {
    info: recording.info,
    count: recording.count,
    at: (index) => {
      read = Math.max(read, index);
      return recording.at(index);
    },
  };
  const perRecord = exported('csv', sourceOf(everything)).length / everything.length;
  const slow = new Writable({
    write: (piece: Uint8Array, _, done) => {
      written += piece.length;
      ahead = Math.max(ahead, read * perRecord - written);
      setImmediate(done);
    },
  });
  await exportToStream('csv', { ...sourceOf([]), recording: counted }, slow);
  assert.ok(!slow.writableEnded);
  assert.ok(written > 2 ** 21, `${written}`);
  // Pieces of 64 KiB: in the stream, and sixteen on their way to it.
  assert.ok(ahead < 24 * 2 ** 16, `${ahead} bytes ahead of ${written}`);
});
