import { detailOf } from './describe.ts';
import type { Describers } from './describe.ts';
import { Lanes } from './lanes.ts';
import type {
  CopyFormat,
  Flow,
  FlowEnd,
  Hits,
  HitsQuery,
  LaneGrouping,
  LaneQuery,
  LaneWindow,
  RangeStats,
  RecordDetail,
  RecordDifferences,
  RowQuery,
  RowWindow,
  SearchQuery,
  SearchResult,
  StatsQuery,
  ValuePage,
  ValueQuery,
  Vocabulary,
} from './query.ts';
import type { Recording } from './record.ts';
import { Rows } from './rows.ts';
import { copyOf, differencesOf, valuesOf } from './value-view.ts';

/** Answers the panels' questions about a recording, finished or growing. */
export class RecordingView {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #rows: Rows;
  readonly #lanes: Lanes;

  constructor(recording: Recording, describers: Describers) {
    this.#recording = recording;
    this.#describers = describers;
    this.#rows = new Rows(recording, describers);
    this.#lanes = new Lanes(recording, describers);
  }

  /** A window of the filtered list. `first` and `count` outside of it are brought into it. */
  rows(query: RowQuery): RowWindow {
    return this.#rows.window(query);
  }

  search(query: SearchQuery): SearchResult {
    return this.#rows.search(query);
  }

  hits(query: HitsQuery): Hits {
    return this.#rows.hits(query);
  }

  vocabulary(): Vocabulary {
    return this.#rows.vocabulary();
  }

  /** Everything about one record. Throws a RangeError where there is none or it is a sample of a counter. */
  detail(index: number): RecordDetail {
    const found = detailOf(this.#recording, index, this.#describers);
    if (found === undefined)
      throw new RangeError(`Record ${index} is a sample of a counter; it has no detail.`);
    return found;
  }

  values(query: ValueQuery): ValuePage {
    return valuesOf(this.#recording, query, this.#describers);
  }

  copy(record: number, path: string | undefined, format: CopyFormat): string {
    return copyOf(this.#recording, record, path, format, this.#describers);
  }

  differences(before: number, after: number): RecordDifferences {
    return differencesOf(this.#recording, before, after, this.#describers);
  }

  lanes(query: LaneQuery): LaneWindow {
    return this.#lanes.query(query);
  }

  /** Looks ahead at records for the timeline, for so many milliseconds; false where nothing is left. */
  step(ms: number): boolean {
    return this.#lanes.step(ms);
  }

  stats(query: StatsQuery): RangeStats {
    return this.#lanes.stats(query);
  }

  flows(record: number, grouping: LaneGrouping = 'plugin'): readonly Flow[] {
    return this.#lanes.flows(record, grouping);
  }

  place(record: number, grouping: LaneGrouping = 'plugin'): FlowEnd | undefined {
    return this.#lanes.place(record, grouping);
  }
}
