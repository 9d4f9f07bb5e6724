import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { readWav } from '../../extension/inputs/wav.ts';
import {
  chunk,
  collect,
  fmt,
  type FormatOptions,
  newPath,
  ramp,
  riff,
  wav,
  write,
} from './inputs-fixture.ts';

async function samplesOf(bytes: Uint8Array): Promise<number[]> {
  const source = await readWav(write('.wav', bytes));
  const packets = await collect(source.packets());
  assert.equal(packets.length, source.count);
  return packets.flatMap(({ samples }) => [...samples]);
}

async function refused(bytes: Uint8Array | string, message: RegExp): Promise<void> {
  const path = write('.wav', bytes);
  await assert.rejects(readWav(path), (error) => {
    assert.ok(error instanceof UserError);
    assert.ok(error.message.startsWith(path) && error.advice !== '');
    assert.match(error.message, message);
    return true;
  });
}

test('packets are 20 ms, the last one what is left', async () => {
  const source = await readWav(write('.wav', wav(ramp(48_000 + 10))));
  const packets = await collect(source.packets());
  assert.equal(packets.length, 51);
  assert.equal(source.count, 51);
  assert.deepEqual(
    packets.map(({ samples }) => samples.length),
    [...new Array<number>(50).fill(960), 10],
  );
  assert.deepEqual([packets[0]?.sampleRate, packets[0]?.channels], [48_000, 1]);
  const values = packets.flatMap(({ samples }) => [...samples]);
  assert.deepEqual(
    values.map((value) => value * 0x8000),
    Array.from({ length: 48_010 }, (_, index) => index % 0x8000),
  );
});

test('stereo stays interleaved and whole', async () => {
  const source = await readWav(write('.wav', wav(ramp(2 * 1000 + 1), { channels: 2, rate: 44_100 })));
  const packets = await collect(source.packets());
  assert.deepEqual(
    packets.map(({ samples }) => samples.length),
    [1764, 236],
  );
});

test('every sample form reads as the same numbers', async () => {
  const write64 = (...values: number[]): Buffer => Buffer.from(Float64Array.from(values).buffer);
  const write32 = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
  const expected = [0, -1, 0.5];
  const cases: readonly (readonly [FormatOptions, Uint8Array])[] = [
    [{ bits: 8 }, Buffer.of(128, 0, 192)],
    [{ bits: 16 }, Buffer.of(0, 0, 0, 0x80, 0, 0x40)],
    [{ bits: 24 }, Buffer.of(0, 0, 0, 0, 0, 0x80, 0, 0, 0x40)],
    [{ bits: 32 }, Buffer.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x40)],
    [{ tag: 3, bits: 32 }, write32(...expected)],
    [{ tag: 3, bits: 64 }, write64(...expected)],
  ];
  for (const [options, data] of cases) assert.deepEqual(await samplesOf(wav(data, options)), expected);
});

test('an extensible header says by its GUID what the samples are', async () => {
  const extension = Buffer.concat([
    Buffer.of(22, 0, 32, 0, 0, 0, 0, 0, 3, 0),
    Buffer.from('000000001000800000aa00389b71', 'hex'),
  ]);
  const header = Buffer.concat([fmt({ tag: 0xfffe, bits: 32 }), extension]);
  const data = Buffer.from(Float32Array.of(0.25).buffer);
  assert.deepEqual(await samplesOf(riff(chunk('fmt ', header), chunk('data', data))), [0.25]);
  header.fill(0x77, 30);
  await refused(riff(chunk('fmt ', header), chunk('data', data)), /unknown GUID/);
});

test('sizes of a program that wrote to a pipe are not believed', async () => {
  for (const size of [0, 0xffffffff, 5000]) {
    const bytes = riff(chunk('fmt ', fmt()), chunk('data', ramp(4), size));
    bytes.writeUInt32LE(0xffffffff, 4);
    assert.equal((await samplesOf(bytes)).length, 4);
  }
});

test('other chunks are passed over, odd ones with their padding', async () => {
  const bytes = riff(
    chunk('JUNK', Buffer.from('odd')),
    chunk('fmt ', fmt()),
    chunk('LIST', Buffer.alloc(6)),
    chunk('data', ramp(4)),
    chunk('id3 ', Buffer.alloc(100)),
  );
  assert.equal((await samplesOf(bytes)).length, 4);
});

test('a file that is something else is called by its name', async () => {
  await refused('ID3\x04rest of it', /not a WAV file: it is an MP3/);
  await refused(Buffer.of(0xff, 0xfb, 0x90, 0x64, 0, 0), /an MP3/);
  await refused('fLaC\0\0\0\x22', /FLAC/);
  await refused('OggS\0\x02', /Ogg/);
  await refused('\0\0\0\x20ftypM4A ', /MP4/);
  await refused('RIFF\0\0\0\0AVI ', /kind "AVI "/);
  await refused('{"json": true}', /RIFF and WAVE are not at offsets 0 and 8/);
  await refused('', /is empty/);
});

test('what is wrong inside is named with its offset', async () => {
  await refused('RIFF\0\0\0\0WAVE', /offset 12: the fmt chunk is missing/);
  await refused(riff(chunk('fmt ', fmt())), /offset 36: the data chunk is missing/);
  await refused(riff(chunk('data', ramp(1))), /offset 12: the samples come before/);
  await refused(
    riff(chunk('fmt ', fmt()), chunk('data', Buffer.alloc(0))),
    /offset 44: there are no samples/,
  );
  await refused(wav(ramp(4), { channels: 0 }), /offset 22: it says it has 0 channels/);
  await refused(wav(ramp(4), { rate: 0 }), /offset 24: it says it has 0 samples/);
  await refused(wav(ramp(4), { bits: 12 }), /offset 34: there are no pcm samples of 12 bits/);
  await refused(wav(ramp(4), { tag: 0x11, bits: 4 }), /IMA ADPCM/);
  await refused(wav(ramp(4), { tag: 7, bits: 8 }), /µ-law/);
});

test('a missing file and a folder are refused by name', async () => {
  await assert.rejects(
    readWav(newPath('.wav')),
    (error) => error instanceof UserError && error.message.includes('ENOENT'),
  );
  await assert.rejects(
    readWav(tmpdir()),
    (error) => error instanceof UserError && error.message.includes('not a file'),
  );
});

test('a file that shrinks while it is read ends early', async () => {
  const path = write('.wav', wav(ramp(48_000)));
  const source = await readWav(path);
  truncateSync(path, 44 + 2 * 1000);
  const packets = await collect(source.packets());
  assert.deepEqual(
    packets.map(({ samples }) => samples.length),
    [960, 40],
  );
});

test('any bytes are read or refused', async () => {
  const whole = riff(chunk('JUNK', Buffer.from('odd')), chunk('fmt ', fmt()), chunk('data', ramp(2000)));
  const edited = fc
    .array(fc.tuple(fc.nat({ max: 60 }), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    .map((edits) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of edits) bytes[at] = value;
      return bytes;
    });
  const tail = fc
    .uint8Array({ maxLength: 100 })
    .map((bytes) => Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), bytes]));
  const path = newPath('.wav');
  await fc.assert(
    fc.asyncProperty(fc.oneof(edited, tail, fc.uint8Array()), async (bytes) => {
      writeFileSync(path, bytes);
      try {
        for await (const { samples } of (await readWav(path)).packets()) assert.ok(samples.length > 0);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
