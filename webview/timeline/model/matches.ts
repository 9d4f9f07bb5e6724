import type { Client } from '../../connection.ts';
import type { LaneWindow, SearchResult } from '../../protocol.ts';
import type { Changes } from './changes.ts';
import type { Overview, Search } from './model.ts';
import { OverviewSource } from './overview.ts';

/** What is known of a search that has just begun; where nothing is searched, that is all. */
function begun(filter: string): Search {
  return { filter, matching: 0, complete: filter === '' };
}

/** What is searched, what of it is known, and which match is selected; beside it, the counts of all records. */
export class Matches {
  search = begun('');
  readonly #changes: Changes;
  readonly #source: OverviewSource;

  constructor(client: Client, changes: Changes) {
    this.#changes = changes;
    this.#source = new OverviewSource(client, () => {
      const { hits, near } = this.#source;
      if (hits !== undefined && this.search.filter !== '') {
        const { matching, complete } = hits.hits;
        this.search = { ...this.search, hits, matching, complete, ...(near === undefined ? {} : { near }) };
      }
      changes.tell('search');
    });
  }

  get overview(): Overview | undefined {
    return this.#source.overview;
  }

  setFilter(filter: string): void {
    if (filter === this.search.filter) return;
    this.search = begun(filter);
    this.#changes.tell('search');
  }

  /** Counts what there is by now of a recording of this many records and milliseconds. */
  count(count: number, duration: number, window: LaneWindow | undefined): void {
    const { filter } = this.search;
    this.#source.update(count, duration, filter);
    if (window !== undefined) void this.#source.look({ from: window.from, to: window.to }, count, filter);
  }

  /** The selected record is a match that was found. */
  arrive(found: SearchResult): void {
    const { position: _, problem: __, ...search } = this.search;
    this.search = {
      ...search,
      matching: found.matching,
      complete: found.complete,
      ...(found.position === undefined ? {} : { position: found.position }),
      ...(found.problem === undefined ? {} : { problem: found.problem }),
    };
    this.#changes.tell('search');
  }

  /** Another record is selected, of which nothing is known. */
  leave(): void {
    if (this.search.position === undefined) return;
    const { position: _, ...search } = this.search;
    this.search = search;
    this.#changes.tell('search');
  }

  /** It is another recording, in which the same is searched. */
  clear(): void {
    this.#source.clear();
    this.search = begun(this.search.filter);
  }
}
