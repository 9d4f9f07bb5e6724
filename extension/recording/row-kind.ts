import { RecordFlag, RecordKind } from './record.ts';
import type { RecordHead } from './record.ts';

/** The kinds of row that a record can be; which of two, its payload decides. */
export type Candidate = 'event' | 'call' | 'lifecycle' | 'log' | 'hostCall' | 'effect or telemetry';

/** How a record is shown, as far as its head says; undefined for those that are not rows. */
export function candidate(record: RecordHead): Candidate | undefined {
  switch (record.kind) {
    case RecordKind.event:
      return 'event';
    case RecordKind.call:
      return 'call';
    case RecordKind.lifecycle:
      return 'lifecycle';
    case RecordKind.output:
      return 'log';
    case RecordKind.hostCall:
      if ((record.flags & RecordFlag.effect) !== 0) return 'effect or telemetry';
      return (record.flags & RecordFlag.log) !== 0 ? 'log' : 'hostCall';
    case RecordKind.memory:
    case RecordKind.counter:
      return undefined;
  }
}
