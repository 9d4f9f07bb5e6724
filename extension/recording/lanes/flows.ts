/** What a record led to and what it came from, across plugins; looked for when somebody asks. */
import type { Links } from '../../host/contract.ts';
import type { Describers } from '../describe.ts';
import type { Flow, FlowEnd } from '../query.ts';
import { headOf, RecordFlag, RecordKind } from '../record.ts';
import type { RecordHead, Recording } from '../record.ts';

/** Flows that are told, each way. */
const MOST_FLOWS = 64;
/** Records that are looked at for the other end of one flow, and milliseconds for all of them together. */
const MOST_RECORDS = 50_000;
const LONGEST_MS = 60;

/** Two records, the earlier one first. */
interface Pair {
  readonly from: number;
  readonly to: number;
  readonly kind: Flow['kind'];
}

/** `placeOf` says where a record is drawn. Nearest first; what lies too far off is not found. */
export function flowsOf(
  recording: Recording,
  describers: Describers,
  record: number,
  placeOf: (record: number) => FlowEnd | undefined,
): readonly Flow[] {
  if (!(Number.isInteger(record) && record >= 0 && record < recording.count)) return [];
  const search = new FlowSearch(recording, describers);
  const pairs = [
    ...follow(record, (one) => search.causes(one)),
    ...follow(record, (one) => search.effects(one)),
  ];
  const distance = ({ from, to }: Pair): number => Math.max(Math.abs(from - record), Math.abs(to - record));
  return pairs
    .sort((a, b) => distance(a) - distance(b))
    .flatMap(({ from, to, kind }) => {
      const [start, end] = [placeOf(from), placeOf(to)];
      return start === undefined || end === undefined ? [] : [{ from: start, to: end, kind }];
    });
}

/** Goes from record to record, those that are fewer steps away first. */
function follow(record: number, next: (record: number) => readonly Pair[]): readonly Pair[] {
  const pairs: Pair[] = [];
  const known = new Set([record]);
  for (const one of known) {
    for (const pair of next(one)) {
      if (pairs.length >= MOST_FLOWS) return pairs;
      const other = pair.from === one ? pair.to : pair.from;
      if (known.has(other)) continue;
      known.add(other);
      pairs.push(pair);
    }
  }
  return pairs;
}

class FlowSearch {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #until = performance.now() + LONGEST_MS;

  constructor(recording: Recording, describers: Describers) {
    this.#recording = recording;
    this.#describers = describers;
  }

  /** What a record came from. */
  causes(record: number): readonly Pair[] {
    const head = headOf(this.#recording, record);
    const { kind, event } = head;
    if (kind === RecordKind.event || isLoose(head)) {
      const id = this.#links(record)?.takes;
      const source = id === undefined ? undefined : this.#giver(id, record);
      return source === undefined ? [] : [{ from: source, to: record, kind: 'delivered' }];
    }
    if ((kind !== RecordKind.hostCall && kind !== RecordKind.call) || event === 0) return [];
    const cause = this.#eventOf(record);
    return cause === undefined ? [] : [{ from: cause, to: record, kind: 'made' }];
  }

  /** What a record led to. */
  effects(record: number): readonly Pair[] {
    const head = headOf(this.#recording, record);
    if (isLoose(head)) return this.#delivered(record);
    if (head.kind === RecordKind.event)
      return this.#made(record).map((to) => ({ from: record, to, kind: 'made' }));
    if (head.kind === RecordKind.call) {
      const cause = head.event === 0 ? undefined : this.#eventOf(record);
      return cause === undefined ? [] : this.#made(cause).map((to) => ({ from: cause, to, kind: 'made' }));
    }
    return isEffect(head) ? this.#delivered(record) : [];
  }

  /** What took what a record gave. */
  #delivered(record: number): readonly Pair[] {
    const id = this.#links(record)?.gives;
    if (id === undefined) return [];
    return this.#takers(id, record).map((to) => ({ from: record, to, kind: 'delivered' }));
  }

  /** The effects of an event. */
  #made(record: number): readonly number[] {
    const { plugin, event } = headOf(this.#recording, record);
    const found: number[] = [];
    for (const at of this.#from(record, 1)) {
      const head = headOf(this.#recording, at);
      if (head.plugin !== plugin) continue;
      if (head.kind === RecordKind.event || found.length >= MOST_FLOWS) break;
      if (head.event === event && isEffect(head)) found.push(at);
    }
    return found;
  }

  #eventOf(record: number): number | undefined {
    const { plugin, event } = headOf(this.#recording, record);
    for (const at of this.#from(record, -1)) {
      const head = headOf(this.#recording, at);
      if (head.plugin === plugin && head.kind === RecordKind.event)
        return head.event === event ? at : undefined;
    }
    return undefined;
  }

  #giver(id: string, record: number): number | undefined {
    const isLooseEnd = isLoose(headOf(this.#recording, record));
    for (const at of this.#around(record, -1, isLooseEnd)) {
      const head = headOf(this.#recording, at);
      if ((isEffect(head) || (isLooseEnd && isLoose(head))) && this.#links(at)?.gives === id) return at;
    }
    return undefined;
  }

  #takers(id: string, record: number): readonly number[] {
    const found: number[] = [];
    const isLooseEnd = isLoose(headOf(this.#recording, record));
    for (const at of this.#around(record, 1, isLooseEnd)) {
      const head = headOf(this.#recording, at);
      if (head.kind !== RecordKind.event && !(isLooseEnd && isLoose(head))) continue;
      if (this.#links(at)?.takes === id) found.push(at);
      if (found.length >= MOST_FLOWS) break;
    }
    return found;
  }

  /** The records that way, and where both ends may stand on either side those the other way as well. */
  *#around(record: number, by: 1 | -1, both: boolean): Iterable<number> {
    yield* this.#from(record, by);
    if (both) yield* this.#from(record, by === 1 ? -1 : 1);
  }

  /** The records after or before one, as many as there is time for. */
  *#from(record: number, by: 1 | -1): Iterable<number> {
    const { count } = this.#recording;
    for (let step = 1; step <= MOST_RECORDS; step++) {
      const at = record + step * by;
      if (at < 0 || at >= count) return;
      if (step % 64 === 0 && performance.now() > this.#until) return;
      yield at;
    }
  }

  #links(record: number): Links | undefined {
    try {
      return this.#describers.links?.(this.#recording.at(record));
    } catch {
      // The row says what cannot be read of it.
      return undefined;
    }
  }
}

function isEffect({ kind, flags }: { readonly kind: RecordKind; readonly flags: number }): boolean {
  return kind === RecordKind.hostCall && (flags & RecordFlag.effect) !== 0;
}

/** A call or an effect of no event: in traces of other tools arrows go from one to the other. */
function isLoose(head: RecordHead): boolean {
  return head.event === 0 && (head.kind === RecordKind.call || isEffect(head));
}
