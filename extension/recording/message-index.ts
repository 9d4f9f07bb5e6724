import type { RecordIndex } from './index.ts';
import { FIXED_HEAD, Opcode, RECORD_HEAD, setNanoseconds } from './layout.ts';

/** Channel and length of the entries, after opcode and length. */
const INDEX_HEAD = RECORD_HEAD + 2 + 4;
const ENTRY = 16;

export interface MessageIndexes {
  readonly bytes: Uint8Array;
  /** Offset in `bytes` of each channel's record. */
  readonly offsets: ReadonlyMap<number, number>;
  readonly counts: ReadonlyMap<number, number>;
}

/**
 * The MessageIndex records of one chunk: for every channel, time and offset of its messages. Laid
 * down by hand because `McapRecordBuilder` wants two BigInts a message.
 */
export function messageIndexes(index: RecordIndex, first: number, count: number): MessageIndexes {
  let highest = 0;
  for (let record = first; record < first + count; record++)
    highest = Math.max(highest, index.channelOf(record));
  // Arrays by channel: a Map asked twice a record is most of the time that this takes.
  const entries = new Uint32Array(highest + 1);
  for (let record = first; record < first + count; record++) {
    const channel = index.channelOf(record);
    entries[channel] = (entries[channel] ?? 0) + 1;
  }
  const counts = new Map([...entries.entries()].filter(([, number]) => number > 0));

  const bytes = new Uint8Array(counts.size * INDEX_HEAD + count * ENTRY);
  const view = new DataView(bytes.buffer);
  const offsets = new Map<number, number>();
  const next = new Uint32Array(highest + 1);
  let at = 0;
  for (const [channel, number] of counts) {
    offsets.set(channel, at);
    view.setUint8(at, Opcode.messageIndex);
    view.setUint32(at + 1, INDEX_HEAD - RECORD_HEAD + number * ENTRY, true);
    view.setUint16(at + RECORD_HEAD, channel, true);
    view.setUint32(at + RECORD_HEAD + 2, number * ENTRY, true);
    next[channel] = at + INDEX_HEAD;
    at += INDEX_HEAD + number * ENTRY;
  }
  for (let record = first; record < first + count; record++) {
    const channel = index.channelOf(record);
    const entry = next[channel] ?? 0;
    setNanoseconds(view, entry, index.timeOf(record));
    view.setUint32(entry + 8, index.nameOffsetOf(record) - FIXED_HEAD, true);
    next[channel] = entry + ENTRY;
  }
  return { bytes, offsets, counts };
}
