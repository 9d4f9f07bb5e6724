import { headOf, RecordKind, type Recording } from '../recording/record.ts';

/** Which records are exported. */
export interface Choice {
  /** Milliseconds since the recording's start; what lies at least in part between the two is chosen. */
  readonly from?: number;
  readonly to?: number;
  /** Whether a record is let through. */
  readonly lets?: (record: number) => boolean;
}

/** Whether a record is to be exported, for formats that list records as they are. */
export function isChosen(recording: Recording, index: number, { from, to, lets }: Choice): boolean {
  if (from !== undefined || to !== undefined) {
    const { kind, time, durationMs = 0 } = headOf(recording, index);
    const since = time - recording.info.startedAt;
    // A call's time is when it ended.
    const first = kind === RecordKind.call ? since - durationMs : since;
    const last = kind === RecordKind.hostCall ? since + durationMs : since;
    if (from !== undefined && last < from) return false;
    if (to !== undefined && first > to) return false;
  }
  return lets === undefined || lets(index);
}
