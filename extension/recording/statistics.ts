import { MCAP_MAGIC } from '@mcap/core';
import type { FileWindow } from './file-window.ts';
import { getMilliseconds, lengthAt, RECORD_HEAD } from './layout.ts';

const Part = { footer: 0x02, statistics: 0x0b, summaryOffset: 0x0e } as const;
/** Bytes of the records with their heads. */
const FOOTER = RECORD_HEAD + 8 + 8 + 4;
const SUMMARY_OFFSET = RECORD_HEAD + 1 + 8 + 8;
const STATISTICS = RECORD_HEAD + 8 + 2 + 4 + 4 + 4 + 4 + 8 + 8;
/** No file has more groups than there are opcodes. */
const MOST_OFFSETS = 256 * SUMMARY_OFFSET;

/** What the end of a finished file says of all of it. */
export interface Statistics {
  readonly count: number;
  /** Milliseconds since the Unix epoch of the last record. */
  readonly endTime: number;
}

/** Reads it without the rest of the file; undefined where the file has none. What is wrong with it is for others to say. */
export function readStatistics(window: FileWindow, size: number): Statistics | undefined {
  const footerAt = size - MCAP_MAGIC.length - FOOTER;
  if (footerAt < 0) return undefined;
  const footer = recordAt(window, footerAt, Part.footer, FOOTER);
  if (footer === undefined) return undefined;
  const offsetsAt = lengthAt(footer, RECORD_HEAD + 8);
  const length = footerAt - offsetsAt;
  if (offsetsAt === 0 || length <= 0 || length > MOST_OFFSETS) return undefined;
  for (let at = offsetsAt; at + SUMMARY_OFFSET <= footerAt; at += SUMMARY_OFFSET) {
    const offset = recordAt(window, at, Part.summaryOffset, SUMMARY_OFFSET);
    if (offset?.getUint8(RECORD_HEAD) !== Part.statistics) continue;
    const statistics = recordAt(window, lengthAt(offset, RECORD_HEAD + 1), Part.statistics, STATISTICS);
    if (statistics === undefined) return undefined;
    const count = lengthAt(statistics, RECORD_HEAD);
    return { count, endTime: getMilliseconds(statistics, STATISTICS - 8) };
  }
  return undefined;
}

/** The first `length` bytes of a record; undefined where there is no such one. */
function recordAt(window: FileWindow, at: number, opcode: number, length: number): DataView | undefined {
  const bytes = window.read(at, length);
  if (bytes.length < length || bytes[0] !== opcode) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
