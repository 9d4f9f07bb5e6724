/** What a recording tells a format that has slices, points, spans and counters. Types only. */
import type { Telemetry } from '../host/contract.ts';
import type { Nested } from '../recording/lanes/nesting.ts';
import type { TelemetrySpan } from '../recording/lanes/telemetry-spans.ts';
import type { Row } from '../recording/query.ts';
import type { Delivery } from './deliveries.ts';

/** Times are nanoseconds since the recording's start. */
export type Item =
  | { readonly type: 'slices'; readonly plugin: number; readonly slices: readonly Slice[] }
  | ({ readonly type: 'point'; readonly track: PointTrack } & Point)
  | {
      readonly type: 'span';
      readonly plugin: number;
      readonly span: TelemetrySpan;
      readonly row: Row;
      readonly belongs: Belongs;
    }
  | {
      readonly type: 'counter';
      readonly plugin: number;
      readonly name: string;
      readonly unit: 'bytes' | 'number' | 'per second';
      readonly time: number;
      readonly value: number;
    };

/** What is drawn as points, beside the calls that they belong to. */
export type PointTrack = 'effects' | 'logs' | 'telemetry' | 'lifecycle';

/** Which event a record is of. */
export interface Belongs {
  /** Record of the event, where it is recorded, else of the first record of that event, else the record itself. */
  readonly event: number;
  /** The event itself is in the recording and is exported. */
  readonly told: boolean;
}

export interface Slice extends Nested {
  readonly row: Row;
  readonly belongs: Belongs;
  /** It ended in a trap. */
  readonly trap: boolean;
  /** The id of what it gave into the world, which events of other plugins may have come from. */
  readonly gives?: string;
  /** What it came from. */
  readonly delivery?: Delivery;
}

interface Point {
  readonly plugin: number;
  readonly record: number;
  readonly time: number;
  readonly row: Row;
  readonly telemetry?: Telemetry;
  readonly belongs: Belongs;
}
