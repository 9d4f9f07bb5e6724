/** Pictures of pages in fewer bytes: PNG with a palette of at most 256 colours (PNG, third edition, W3C). */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** Bytes that every PNG begins with. */
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const mostColours = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `0xrrggbb` each, row after row. */
  readonly colours: Uint32Array;
}

/** The same picture with a palette; colours are rounded only where there are more than fit. */
export function withPalette(png: Uint8Array): Uint8Array {
  const pixels = read(png);
  for (let bits = 8; ; bits -= 1) {
    const palette = paletteOf(pixels.colours, bits);
    if (palette !== undefined) return write(pixels, palette, bits);
  }
}

/** The cell of a colour, where so many bits of each channel count. */
function cellOf(colour: number, bits: number): number {
  const mask = (0xff << (8 - bits)) & 0xff;
  return colour & ((mask << 16) | (mask << 8) | mask);
}

/** The most frequent colour of each cell, by cell; undefined where there are too many. */
function paletteOf(colours: Uint32Array, bits: number): ReadonlyMap<number, number> | undefined {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = new Map<number, number>();
  for (const [colour] of [...counts].toSorted(([, a], [, b]) => b - a)) {
    const cell = cellOf(colour, bits);
    if (palette.has(cell)) continue;
    if (palette.size === mostColours) return undefined;
    palette.set(cell, colour);
  }
  return palette;
}

/** Reads what a browser writes: 8 bits a channel, RGB or RGBA, not interlaced. */
function read(png: Uint8Array): Pixels {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const data: Uint8Array[] = [];
  let [width, height, channels] = [0, 0, 0];
  for (let at = signature.length; at < png.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    const body = at + 8;
    if (type === 'IHDR') {
      width = view.getUint32(body);
      height = view.getUint32(body + 4);
      const colourType = png[body + 9];
      channels = colourType === 2 ? 3 : colourType === 6 ? 4 : 0;
      if (png[body + 8] !== 8 || channels === 0 || png[body + 12] !== 0)
        throw new Error('Only PNG with 8 bits a channel in RGB or RGBA is read.');
    } else if (type === 'IDAT') data.push(png.subarray(body, body + length));
    at = body + length + 4;
  }
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const colours = new Uint32Array(width * height);
  for (let at = 0; at < colours.length; at += 1) {
    const [red = 0, green = 0, blue = 0] = bytes.subarray(at * channels, at * channels + 3);
    colours[at] = (red << 16) | (green << 8) | blue;
  }
  return { width, height, colours };
}

/** Takes back the filter that each row was written with. */
function unfiltered(raw: Uint8Array, stride: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (out[at - channels] ?? 0);
      const above = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (out[at - stride - channels] ?? 0);
      out[at] = (raw[at + y + 1] ?? 0) + predicted(filter, left, above, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const near = left + above - corner;
      const [a, b, c] = [Math.abs(near - left), Math.abs(near - above), Math.abs(near - corner)];
      return a <= b && a <= c ? left : b <= c ? above : corner;
    }
    default:
      throw new Error(`There is no filter ${filter} in PNG.`);
  }
}

function write(pixels: Pixels, palette: ReadonlyMap<number, number>, bits: number): Uint8Array {
  const { width, height, colours } = pixels;
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8);
  header.setUint8(9, 3);
  const entries = Uint8Array.from(
    [...palette.values()].flatMap((colour) => [colour >> 16, (colour >> 8) & 0xff, colour & 0xff]),
  );
  const indexOf = new Map([...palette.keys()].map((cell, at) => [cell, at]));
  // Each row begins with its filter, which is none: indexes are no amounts.
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1)
      rows[y * (width + 1) + x + 1] = indexOf.get(cellOf(colours[y * width + x] ?? 0, bits)) ?? 0;
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', new Uint8Array(header.buffer)),
    chunk('PLTE', entries),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', new Uint8Array()),
  ]);
}

function chunk(type: string, body: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(body.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}
