/** The bytes that a row was made of, from where the recording has them. */
import { messageOf } from '../../../errors.ts';
import { ReferredFiles, type ReferredPlaces } from '../../../host/referred.ts';
import type { ResultBytes, ResultRow } from '../../../recording/results.ts';
import { decodeParse } from '../event.ts';
import type { RowCall, RunIndex } from './index.ts';

/** Bytes that are shown. */
const MOST = 64 << 10;

export async function readBytes(
  index: RunIndex,
  call: RowCall,
  { offset, length }: ResultRow,
  places: ReferredPlaces,
): Promise<ResultBytes> {
  const isError = call.isError;
  const wanted = Math.min(length, MOST);
  const bytes = new Uint8Array(wanted);
  const files = new ReferredFiles(places);
  let filled = 0;
  const none = { offset, length, bytes: new Uint8Array() };
  for (const { part, record } of index.loadsOf(call, offset, offset + wanted)) {
    const recording = index.part(part)?.recording;
    if (recording === undefined) return { ...none, missing: 'The recording that has them was removed.' };
    const load = decodeParse(recording.at(record).payload)?.load;
    if (load === undefined) continue;
    let from: Uint8Array;
    try {
      from = load.from instanceof Uint8Array ? load.from : await files.read(load.from);
    } catch (error) {
      return { ...none, missing: messageOf(error) };
    }
    const start = Math.max(offset, load.at);
    const end = Math.min(offset + wanted, load.at + load.length);
    if (end <= start) continue;
    bytes.set(from.subarray(start - load.at, end - load.at), start - offset);
    filled += end - start;
  }
  // Items may claim more than there was.
  const isShort = filled < wanted && !isError && offset + wanted <= call.offset + call.length;
  return {
    offset,
    length,
    bytes: bytes.subarray(0, filled),
    ...(isShort ? { missing: 'The recording does not have all of them.' } : {}),
  };
}
