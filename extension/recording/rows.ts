import { summaryOf, telemetryOf } from './describe.ts';
import type { Describers } from './describe.ts';
import { integers } from './numbers.ts';
import { headOf, type Recording } from './record.ts';
import type { RowFilter, RowKind } from './query.ts';
import { canBe, candidate } from './row-kind.ts';

/** The records that pass one filter, found once each: asking again looks only at what is new. */
export class FilteredRows {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #words: readonly string[];
  readonly #kinds: ReadonlySet<RowKind> | undefined;
  readonly #plugins: ReadonlySet<string> | undefined;
  readonly #found = integers();
  #scanned = 0;

  constructor(recording: Recording, describers: Describers, filter: RowFilter) {
    this.#recording = recording;
    this.#describers = describers;
    this.#words = wordsOf(filter.text);
    this.#kinds = filter.kinds === undefined ? undefined : new Set(filter.kinds);
    this.#plugins = filter.plugins === undefined ? undefined : new Set(filter.plugins);
  }

  get length(): number {
    return this.#found.length;
  }

  /** Index of the record that is row `position` of the filtered list. */
  at(position: number): number {
    return this.#found.at(position);
  }

  update(): void {
    const count = this.#recording.count;
    for (; this.#scanned < count; this.#scanned++) {
      if (this.#matches(this.#scanned)) this.#found.push(this.#scanned);
    }
  }

  /** The head decides most; the payload is looked at only where it can change the answer. */
  #matches(index: number): boolean {
    const recording = this.#recording;
    const head = headOf(recording, index);
    const possible = candidate(head);
    if (possible === undefined) return false;
    const plugin = recording.info.plugins[head.plugin]?.name ?? '';
    if (this.#plugins?.has(plugin) === false) return false;
    if (this.#kinds !== undefined) {
      if (!canBe(possible, this.#kinds)) return false;
      if (
        possible === 'effect or telemetry' &&
        !(this.#kinds.has('effect') && this.#kinds.has('telemetry'))
      ) {
        const isTelemetry = telemetryOf(recording.at(index), this.#describers) !== undefined;
        if (isTelemetry !== this.#kinds.has('telemetry')) return false;
      }
    }
    if (this.#words.length === 0) return true;
    const known = `${plugin}\n${head.name}`.toLowerCase();
    const missing = this.#words.filter((word) => !known.includes(word));
    if (missing.length === 0) return true;
    const { kind, shown } = summaryOf(recording.at(index), possible, this.#describers);
    const text = `${kind}\n${shown.summary}`.toLowerCase();
    return missing.every((word) => text.includes(word));
  }
}

/** What a filter is, as text: two that ask the same are equal. */
export function filterKey(filter: RowFilter): string {
  return JSON.stringify([wordsOf(filter.text), sorted(filter.kinds), sorted(filter.plugins)]);
}

function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

function sorted(list: readonly string[] | undefined): readonly string[] | null {
  return list === undefined ? null : [...list].sort();
}
