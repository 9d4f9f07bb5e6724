import type { Telemetry } from '../../host/contract.ts';
import { levelOf, ownWording, summaryOf, type Describers } from '../describe.ts';
import { decodeLifecycle } from '../lifecycle.ts';
import type { LogLevel } from '../query.ts';
import { decodeCallTime, headOf, RecordKind } from '../record.ts';
import type { RawRecord, RecordChunks, RecordHead, Recording } from '../record.ts';
import type { Shape } from './shapes.ts';
import type { TelemetryKinds } from './telemetry-kinds.ts';

/** Texts whose last search is remembered: those of a few filters. */
const MOST_TEXTS = 32;

/** One record at a time, read only as far as somebody asks. */
export class Look {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #kinds: TelemetryKinds;
  readonly #chunks: RecordChunks | undefined;
  /** The chunk that was looked into last, in lower case. */
  #chunk: { readonly number: number; readonly text: string } | undefined;
  /** By text, the records of the last chunk that was searched for it. */
  readonly #held = new Map<string, { readonly from: number; readonly to: number; readonly held: boolean }>();
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
    this.#chunks = recording.chunks;
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

  /** Bytes of the payload. */
  get size(): number {
    return this.head.size ?? this.payload.length;
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

  /** Words that summaries of a shape may have whatever the payload is; undefined where that is not known. */
  wordingOf({ kind, name, flags, pluginIndex }: Shape): readonly string[] | undefined {
    const words = this.#describers.wordingOf?.({ plugin: pluginIndex, kind, name, flags });
    return words === undefined ? undefined : [...ownWording({ kind }), ...words];
  }

  /** Whether the payload may hold a text of ASCII letters in lower case, whatever the case of its own. */
  mayHold(text: string): boolean {
    return this.#chunkHolds(text) && lettersIn(this.payload).includes(text);
  }

  /** One search in a chunk answers for all of its records. */
  #chunkHolds(text: string): boolean {
    const known = this.#held.get(text);
    const index = this.#index;
    if (known !== undefined && index >= known.from && index < known.to) return known.held;
    const chunks = this.#chunks;
    if (chunks === undefined) return true;
    const number = chunks.of(index);
    if (this.#chunk?.number !== number) {
      const bytes = chunks.read(number);
      if (bytes === undefined) return true;
      this.#chunk = { number, text: latin1(bytes) };
    }
    // Several times as fast as bringing all of the chunk to lower case first.
    const held = new RegExp(text, 'i').test(this.#chunk.text);
    if (this.#held.size > MOST_TEXTS) this.#held.clear();
    this.#held.set(text, { from: index, to: this.#endOfChunk(chunks, number), held });
    return held;
  }

  /** Index behind the last record of the chunk that holds this one. */
  #endOfChunk(chunks: RecordChunks, number: number): number {
    const { count } = this.#recording;
    let inside = this.#index;
    let step = 1;
    while (inside + step < count && chunks.of(inside + step) === number) {
      inside += step;
      step *= 2;
    }
    for (; step >= 1; step = Math.floor(step / 2)) {
      if (inside + step < count && chunks.of(inside + step) === number) inside += step;
    }
    return inside + 1;
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

/** Bytes as a text of a character each, for looking for ASCII letters in lower case; others may have become any. */
function lettersIn(bytes: Uint8Array): string {
  return latin1(bytes).toLowerCase();
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

/** The same with all other bytes as they are, which takes longer. */
export function lowerBytes(bytes: Uint8Array): string {
  const text = latin1(bytes);
  // Above ASCII, bytes are parts of letters, which have no case.
  return text.replace(UPPER, (letters: string) => letters.toLowerCase());
}

const UPPER = /[A-Z]+/g;
