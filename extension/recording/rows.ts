import { rowInList } from './describe.ts';
import type { Describers } from './describe.ts';
import { parse, printFilter } from './filter/index.ts';
import type { Filter } from './filter/filter.ts';
import { headOf, type Recording } from './record.ts';
import type {
  FilterProblem,
  Hits,
  HitsQuery,
  Row,
  RowQuery,
  RowWindow,
  SearchQuery,
  SearchResult,
  Vocabulary,
} from './query.ts';
import { Deadline } from './rows/deadline.ts';
import { GroupedMatches, type GroupedRow } from './rows/grouped.ts';
import { Groups } from './rows/groups.ts';
import { hitsOf } from './rows/hits.ts';
import { Look } from './rows/look.ts';
import { Matches, type Order } from './rows/matches.ts';
import { Shapes } from './rows/shapes.ts';
import { TelemetryKinds } from './rows/telemetry-kinds.ts';
import { vocabularyOf } from './rows/vocabulary.ts';

/** Filters whose matches are kept: what a few panels ask for in turn. */
const KEPT_FILTERS = 8;
const MOST_ROWS = 10_000;
/** Milliseconds that an answer takes at most, as a rule; what it lacks then comes when it is asked for again. */
const PATIENCE = 40;

/** A filter with what was found of it so far. */
interface Filtered {
  readonly matches: Matches;
  /** Made when it is asked for. */
  grouped?: GroupedMatches;
}

/** A list of rows by position. */
interface RowList {
  readonly length: number;
  at(position: number): GroupedRow | undefined;
}

/**
 * The rows of a recording, finished or growing, by filters. An answer that would take long is given as far as
 * it is known, with `complete` false; the next question goes on from there.
 */
export class Rows {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #shapes: Shapes;
  readonly #groups: Groups;
  readonly #kinds: TelemetryKinds;
  readonly #look: Look;
  /** By canonical text, in order of use, the newest last. */
  readonly #filtered = new Map<string, Filtered>();

  constructor(recording: Recording, describers: Describers) {
    this.#recording = recording;
    this.#describers = describers;
    this.#shapes = new Shapes(recording);
    this.#groups = new Groups(recording);
    this.#kinds = new TelemetryKinds(describers);
    this.#look = new Look(recording, describers, this.#kinds);
  }

  /** A window of the filtered list. `first` and `count` outside of it are brought into it. */
  window(query: RowQuery): RowWindow {
    const deadline = new Deadline(PATIENCE);
    const filter = parse(query.filter);
    const filtered = this.#filteredBy(filter);
    const { matches } = filtered;
    if (query.grouped !== undefined) this.#groups.update(deadline);
    matches.scan(this.#orderOf(query), deadline);
    const list =
      query.grouped === undefined ? listOf(matches) : this.#groupedBy(filtered).list(query.grouped.open);
    const count = Math.min(Math.max(0, Math.floor(query.count)), MOST_ROWS);
    const newest = Math.max(0, list.length - count);
    const first =
      query.first === 'end' ? newest : Math.min(Math.max(0, Math.floor(query.first)), list.length);
    const complete = matches.isComplete && (query.grouped === undefined || this.#groups.isComplete);
    const total = this.#shapes.rows;
    return {
      matching: list.length,
      total,
      complete,
      ...(complete ? {} : { searched: Math.min(matches.seen, total) }),
      first,
      rows: this.#rows(list, first, Math.min(first + count, list.length)),
      ...problemOf(filter),
    };
  }

  /** The next match from a record on, that way. */
  search({ filter: text, from, by, grouped }: SearchQuery): SearchResult {
    const deadline = new Deadline(PATIENCE);
    const filter = parse(text);
    const filtered = this.#filteredBy(filter);
    const { matches } = filtered;
    if (grouped !== undefined) this.#groups.update(deadline);
    const record = matches.next(from, by, deadline);
    matches.scan({ from: Math.max(0, from), by }, deadline);
    const result = {
      matching: matches.found.size,
      complete: matches.isComplete && (grouped === undefined || this.#groups.isComplete),
      ...problemOf(filter),
    };
    if (record === undefined) return result;
    const time = headOf(this.#recording, record).time - this.#recording.info.startedAt;
    const position =
      grouped === undefined
        ? matches.found.rank(record)
        : this.#groupedBy(filtered).list(grouped.open).positionOf(record, this.#groups.eventOf(record));
    return { record, time, ...(position === undefined ? {} : { position }), ...result };
  }

  /** How many matches fall into each part of a stretch of time, among those that are known. */
  hits(query: HitsQuery): Hits {
    const deadline = new Deadline(PATIENCE);
    const { matches } = this.#filteredBy(parse(query.filter));
    matches.scan({ from: 0, by: 1 }, deadline);
    return {
      counts: hitsOf(this.#recording, this.#shapes, matches.found, query),
      matching: matches.found.size,
      complete: matches.isComplete,
    };
  }

  /** The names that occur, among the records that were looked at. */
  vocabulary(): Vocabulary {
    const deadline = new Deadline(PATIENCE);
    // Looking for telemetry finds its types.
    const { matches } = this.#filteredBy(parse('kind:telemetry'));
    matches.scan({ from: 0, by: 1 }, deadline);
    return vocabularyOf(this.#recording, this.#shapes, this.#kinds);
  }

  /** Newest first for the newest rows, from the beginning else: positions that are shown stay what they are. */
  #orderOf({ first }: RowQuery): Order {
    return first === 'end' ? { from: this.#recording.count, by: -1 } : { from: 0, by: 1 };
  }

  #filteredBy(filter: Filter): Filtered {
    const key = printFilter(filter);
    const filtered = this.#filtered.get(key) ?? {
      matches: new Matches(this.#recording, this.#shapes, this.#look, filter),
    };
    this.#filtered.delete(key);
    this.#filtered.set(key, filtered);
    const [oldest] = this.#filtered.keys();
    if (this.#filtered.size > KEPT_FILTERS && oldest !== undefined) this.#filtered.delete(oldest);
    return filtered;
  }

  #groupedBy(filtered: Filtered): GroupedMatches {
    filtered.grouped ??= new GroupedMatches(filtered.matches, this.#groups, this.#shapes);
    filtered.grouped.update();
    return filtered.grouped;
  }

  #rows(list: RowList, first: number, end: number): readonly Row[] {
    const rows: Row[] = [];
    for (let position = first; position < end; position++) {
      const found = list.at(position);
      if (found === undefined) break;
      const row = rowInList(this.#recording, found.record, this.#describers);
      if (row === undefined) continue;
      rows.push(found.group === undefined ? row : { ...row, group: found.group });
    }
    return rows;
  }
}

function problemOf({ problems: [problem] }: Filter): { readonly problem?: FilterProblem } {
  return problem === undefined ? {} : { problem };
}

/** The matches one after the other; going on from the last one costs little. */
function listOf({ found }: Matches): RowList {
  let last = { position: -2, record: -1 };
  return {
    length: found.size,
    at: (position) => {
      const record = position === last.position + 1 ? found.next(last.record + 1) : found.select(position);
      if (record === undefined) return undefined;
      last = { position, record };
      return { record };
    },
  };
}
