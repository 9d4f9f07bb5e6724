/** Differences of a comparison in order. Needs no page. */
import type { Comparison, EventDifference } from '../protocol.ts';

/** When a difference is, in the recording that is shown; of what only the other one has, when it would be. */
export function differenceTime(difference: EventDifference, { here, other }: Comparison): number {
  if (difference.hereTime !== undefined) return difference.hereTime;
  return here.from + ((difference.otherTime ?? other.from) - other.from);
}

/** Index of the next one in time, or of the previous one; -1 where there is none. Times are ascending. */
export function neighbourDifference(times: readonly number[], at: number, by: 1 | -1): number {
  return by > 0 ? times.findIndex((time) => time > at) : times.findLastIndex((time) => time < at);
}
