/** What went over the bus, numbered, as the event console lists and saves it. */
import { heardBy, inputLine, marksOf, tell } from '../../contracts/holomush/transcript.ts';
import type { BusEntry } from '../../host/protocol.ts';
import { isShown } from '../../../webview/console/filter.ts';
import type { ConsoleFilter, ConsoleRow } from '../../../webview/protocol.ts';

/** Events that are kept; the oldest go first. */
const KEPT = 10_000;
/** Characters of an event's words on the page. */
const LONGEST = 500;

interface Kept {
  readonly number: number;
  readonly entry: BusEntry;
}

export class Transcript {
  #kept: Kept[] = [];
  #last = 0;
  /** Numbers of the events from outside, by their ids. */
  readonly #origins = new Map<string, number>();

  /** Adds what the bus said, and gives it as rows. */
  add(entries: readonly BusEntry[]): readonly ConsoleRow[] {
    const rows = entries.map((entry) => {
      const kept = { number: ++this.#last, entry };
      this.#kept.push(kept);
      if (entry.hops === 0) this.#origins.set(entry.id, kept.number);
      return this.#row(kept);
    });
    if (this.#kept.length >= 2 * KEPT) this.#forget(this.#kept.length - KEPT);
    return rows;
  }

  /** The newest rows. */
  newest(count: number): readonly ConsoleRow[] {
    return this.#kept.slice(-count).map((kept) => this.#row(kept));
  }

  at(number: number): BusEntry | undefined {
    return this.#kept[number - (this.#kept[0]?.number ?? 0)]?.entry;
  }

  /** Forgets everything; numbers go on. */
  clear(): void {
    this.#forget(this.#kept.length);
  }

  /**
   * The events of a stretch that are shown, as the lines of an input file; what plugins emitted only with
   * `answers`. `left` is how many of those stayed out.
   */
  lines(
    from: number,
    to: number,
    filter: ConsoleFilter,
    answers: boolean,
  ): { readonly lines: readonly string[]; readonly left: number } {
    const shown = this.#kept.filter(
      ({ number, entry }) =>
        number >= from &&
        number <= to &&
        isShown({ stream: entry.stream, eventType: tell(entry.event).type }, filter),
    );
    const taken = answers ? shown : shown.filter(({ entry }) => entry.from === undefined);
    return { lines: taken.map(({ entry }) => inputLine(entry)), left: shown.length - taken.length };
  }

  #row({ number, entry }: Kept): ConsoleRow {
    const { who, kind, type, text } = tell(entry.event);
    const origin = entry.hops === 0 ? undefined : this.#origins.get(entry.origin);
    return {
      number,
      at: entry.at,
      who: shortened(who),
      kind,
      stream: shortened(entry.stream),
      eventType: shortened(type),
      text: shortened(text),
      hops: entry.hops,
      ...(origin === undefined ? {} : { origin }),
      heard: heardBy(entry),
      marks: marksOf(entry),
    };
  }

  #forget(count: number): void {
    for (const { number, entry } of this.#kept.splice(0, count)) {
      if (this.#origins.get(entry.id) === number) this.#origins.delete(entry.id);
    }
  }
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
