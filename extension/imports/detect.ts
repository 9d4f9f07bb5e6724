/** Says what a file is by what is in it; its name says nothing. */
import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';

/** How a trace's JSON begins, and whether it is packed. */
export interface TraceFile {
  readonly root: 'array' | 'object';
  readonly packed: boolean;
}

/** As much as any head is long that has only space before its first bracket. */
const HEAD_BYTES = 1 << 16;
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BOM = [0xef, 0xbb, 0xbf] as const;

/** Undefined where the file is no JSON, or cannot be read: then a reader of recordings says what is wrong. */
export async function traceFileOf(path: string): Promise<TraceFile | 'perfetto' | undefined> {
  const head = await headOf(path);
  if (head === undefined) return undefined;
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  const text = packed ? unpacked(head) : head;
  // Who reads on says what is wrong with it.
  if (text === undefined) return { root: 'object', packed };
  const start = BOM.every((byte, at) => text[at] === byte) ? BOM.length : 0;
  const first = text.subarray(start).find((byte) => !SPACE.has(byte));
  if (first === 0x5b) return { root: 'array', packed };
  if (first === 0x7b) return { root: 'object', packed };
  return isPerfetto(text) ? 'perfetto' : undefined;
}

async function headOf(path: string): Promise<Uint8Array | undefined> {
  try {
    await using file = await open(path, 'r');
    if (!(await file.stat()).isFile()) return undefined;
    const bytes = Buffer.allocUnsafeSlow(HEAD_BYTES);
    const { bytesRead } = await file.read(bytes, 0, HEAD_BYTES, 0);
    return bytes.subarray(0, bytesRead);
  } catch {
    return undefined;
  }
}

function unpacked(head: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 27 });
  } catch {
    return undefined;
  }
}

/** A Perfetto trace is a list of packets: field 1 with a length, and in it a field that a packet has. */
function isPerfetto(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x0a || bytes.length < 4) return false;
  let at = 1;
  while (at < 6 && ((bytes[at] ?? 0) & 0x80) !== 0) at++;
  const tag = bytes[at + 1] ?? 0;
  // Not a newline before text: a tag of a field with a known way of writing, and no letter or space.
  return (tag & 7) <= 2 && tag >= 8 && (tag < 0x20 || tag >= 0x40);
}
