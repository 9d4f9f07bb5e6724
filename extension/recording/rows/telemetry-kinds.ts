import type { Telemetry } from '../../host/contract.ts';
import { telemetryOf, type Describers } from '../describe.ts';
import type { RawRecord } from '../record.ts';
import { RecordSet } from './record-set.ts';

/** Which effects are telemetry: their payloads say it, which are read once for that. */
export class TelemetryKinds {
  readonly #describers: Describers;
  readonly #read = new RecordSet();
  readonly #telemetry = new RecordSet();
  /** How often each event type was seen. */
  readonly types = new Map<string, number>();

  constructor(describers: Describers) {
    this.#describers = describers;
  }

  /** What is known without its payload; undefined where it has to be read. */
  known(index: number): boolean | undefined {
    return this.#read.has(index) ? this.#telemetry.has(index) : undefined;
  }

  /** Reads an effect. */
  read(index: number, record: RawRecord): Telemetry | undefined {
    const telemetry = telemetryOf(record, this.#describers);
    if (this.#read.has(index)) return telemetry;
    this.#read.add(index);
    if (telemetry === undefined) return undefined;
    this.#telemetry.add(index);
    const { eventType } = telemetry;
    this.types.set(eventType, (this.types.get(eventType) ?? 0) + 1);
    return telemetry;
  }
}
