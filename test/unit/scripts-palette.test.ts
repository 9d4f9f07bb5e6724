import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { withPalette } from '../../scripts/palette.ts';

/** The parts of a PNG by type. */
function partsOf(png: Uint8Array): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  const all = Buffer.from(png);
  for (let at = 8; at < all.length;) {
    const length = all.readUInt32BE(at);
    const named = all.subarray(at + 4, at + 8 + length);
    assert.equal(all.readUInt32BE(at + 8 + length), crc32(named));
    parts.set(named.toString('latin1', 0, 4), named.subarray(4));
    at += length + 12;
  }
  return parts;
}

function part(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(body.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}

/** A PNG in RGB of rows that each begin with their filter. */
function rgb(width: number, rows: readonly (readonly number[])[]): Buffer {
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, rows.length, 8, 2, 0, 0, 0]);
  const data = deflateSync(Buffer.from(rows.flat()));
  const start = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([start, part('IHDR', header), part('IDAT', data), part('IEND', Buffer.alloc(0))]);
}

/** The colours of a picture with a palette, row by row. */
function coloursOf(png: Uint8Array, width: number): string[][] {
  const parts = partsOf(png);
  const palette = parts.get('PLTE') ?? Buffer.alloc(0);
  const rows = inflateSync(parts.get('IDAT') ?? Buffer.alloc(0));
  return Array.from({ length: rows.length / (width + 1) }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = (rows[y * (width + 1) + x + 1] ?? 0) * 3;
      return palette.toString('hex', at, at + 3);
    }),
  );
}

test('a picture of few colours keeps each of them, whatever its rows were filtered with', () => {
  const rows = [
    [0, 255, 0, 0, 0, 255, 0],
    // By the left, the one above, the mean of both, and Paeth's choice.
    [1, 10, 20, 30, 1, 1, 1],
    [2, 1, 1, 1, 1, 1, 1],
    [3, 1, 1, 1, 1, 1, 1],
    [4, 1, 1, 1, 1, 1, 1],
  ];
  assert.deepEqual(coloursOf(withPalette(rgb(2, rows)), 2), [
    ['ff0000', '00ff00'],
    ['0a141e', '0b151f'],
    ['0b151f', '0c1620'],
    ['060b10', '0a1119'],
    ['070c11', '0b121a'],
  ]);
});

test('of more colours than fit, the frequent ones stay as they are', () => {
  const frequent = Array.from({ length: 200 }, () => [1, 2, 3]).flat();
  const many = Array.from({ length: 20 }, (_, y) => [
    0,
    ...Array.from({ length: 200 }, (_, x) => [x, y * 12, 255 - x]).flat(),
  ]);
  const shown = coloursOf(withPalette(rgb(200, [[0, ...frequent], [0, ...frequent], ...many])), 200);
  assert.equal(shown[0]?.[0], '010203');
  const all = new Set(shown.flat());
  assert.ok(all.size <= 256 && all.size > 60, `${all.size} colours`);
});
