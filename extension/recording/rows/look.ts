import type { Telemetry } from '../../host/contract.ts';
import { levelOf, summaryOf, type Describers } from '../describe.ts';
import { decodeLifecycle } from '../lifecycle.ts';
import type { LogLevel } from '../query.ts';
import { decodeCallTime, headOf, RecordKind } from '../record.ts';
import type { RawRecord, RecordHead, Recording } from '../record.ts';
import type { Shape } from './shapes.ts';
import type { TelemetryKinds } from './telemetry-kinds.ts';

/** One record at a time, read only as far as somebody asks. */
export class Look {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #kinds: TelemetryKinds;
  #index = -1;
  #shape: Shape | undefined;
  #head: RecordHead | undefined;
  #record: RawRecord | undefined;
  #summary: string | undefined;
  #telemetry: { readonly of: Telemetry | undefined } | undefined;

  constructor(recording: Recording, describers: Describers, kinds: TelemetryKinds) {
    this.#recording = recording;
    this.#describers = describers;
    this.#kinds = kinds;
  }

  at(index: number, shape: Shape): this {
    this.#index = index;
    this.#shape = shape;
    this.#head = undefined;
    this.#record = undefined;
    this.#summary = undefined;
    this.#telemetry = undefined;
    return this;
  }

  get head(): RecordHead {
    return (this.#head ??= headOf(this.#recording, this.#index));
  }

  /** Milliseconds since the recording's start. */
  get time(): number {
    return this.head.time - this.#recording.info.startedAt;
  }

  /** Milliseconds; undefined for what takes no time. */
  get durationMs(): number | undefined {
    const { durationMs, kind } = this.head;
    if (durationMs !== undefined) return durationMs;
    if (kind === RecordKind.call) return decodeCallTime(this.payload).durationMs;
    return kind === RecordKind.lifecycle ? decodeLifecycle(this.payload).durationMs : undefined;
  }

  get payload(): Uint8Array {
    return this.#whole.payload;
  }

  get isTelemetry(): boolean {
    return this.#kinds.known(this.#index) ?? this.telemetry !== undefined;
  }

  get telemetry(): Telemetry | undefined {
    if (this.#kinds.known(this.#index) === false) return undefined;
    this.#telemetry ??= { of: this.#kinds.read(this.#index, this.#whole) };
    return this.#telemetry.of;
  }

  get level(): LogLevel | undefined {
    return levelOf(this.#whole, this.#describers);
  }

  /** What the row says, in lower case. */
  get summary(): string {
    const row = this.#shape?.row;
    if (row === undefined) return '';
    return (this.#summary ??= summaryOf(this.#whole, row, this.#describers).toLowerCase());
  }

  get #whole(): RawRecord {
    return (this.#record ??= this.#recording.at(this.#index));
  }
}
