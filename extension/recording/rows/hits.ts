import type { HitsQuery } from '../query.ts';
import { headOf, type Recording } from '../record.ts';
import type { RecordSet } from './record-set.ts';
import { BLOCK, type Shapes } from './shapes.ts';

const MOST_BUCKETS = 16_384;

/** How many of these records fall into each part of a stretch of time. */
export function hitsOf(
  recording: Recording,
  shapes: Shapes,
  found: RecordSet,
  query: Pick<HitsQuery, 'from' | 'to' | 'buckets'>,
): Uint32Array {
  const { from, to } = query;
  const counts = new Uint32Array(Math.min(Math.max(1, Math.floor(query.buckets)), MOST_BUCKETS));
  const width = (to - from) / counts.length;
  if (!(width > 0)) return counts;
  const { startedAt } = recording.info;
  const bucketOf = (time: number): number => Math.floor((time - startedAt - from) / width);
  for (let block = 0; block < shapes.blocks; block++) {
    const first = block * BLOCK;
    if (found.next(first, first + BLOCK) === undefined) continue;
    const times = shapes.block(block);
    const earliest = bucketOf(times.from);
    const latest = bucketOf(times.to);
    if (latest < 0 || earliest >= counts.length) continue;
    if (earliest === latest) {
      const inside = found.rank(first + BLOCK) - found.rank(first);
      counts[earliest] = (counts[earliest] ?? 0) + inside;
      continue;
    }
    for (const index of found.between(first, first + BLOCK)) {
      const bucket = bucketOf(headOf(recording, index).time);
      if (bucket >= 0 && bucket < counts.length) counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
  }
  return counts;
}
