import type { Client } from '../../connection.ts';
import type { Hits } from '../../protocol.ts';
import type { HitsIn, Overview } from './model.ts';
import { isRange } from './range.ts';
import type { Range } from './range.ts';

/** Parts that the whole recording is counted in. */
const overviewBuckets = 1024;

/** Matches every record that failed. */
export const failedFilter = 'status:error';

/** While a recording grows it is counted again so often, in ms; what is still being searched, sooner. */
const countEvery = 1000;
const lookEvery = 200;

/** Counts over the whole recording: how many records, how many failed, how many match the search. */
export class OverviewSource {
  overview: Overview | undefined;
  hits: HitsIn | undefined;
  /** Matches in a stretch around the view, finer. */
  near: HitsIn | undefined;
  #nearKey = '';
  readonly #client: Client;
  readonly #changed: () => void;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #counted: { readonly count: number; readonly duration: number; readonly at: number } | undefined;
  /** What there is by now, whether it is counted or waits for that. */
  #latest = { count: 0, duration: 0 };
  #filter = '';

  constructor(client: Client, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
  }

  clear(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    this.#timer = this.overview = this.hits = this.near = this.#counted = undefined;
    this.#nearKey = '';
  }

  /** Counts what there is now, at once where enough time has passed. `duration` in ms. */
  update(count: number, duration: number, filter: string): void {
    const searched = filter !== this.#filter;
    if (searched) {
      this.#filter = filter;
      this.hits = this.near = undefined;
    }
    if (duration <= 0) return;
    this.#latest = { count, duration };
    const known = this.#counted;
    if (known !== undefined && !searched) {
      if (known.count === count && known.duration === duration) return;
      const wait = known.at + countEvery - performance.now();
      if (wait > 0) {
        this.#later(wait, () => this.#countLatest('all'));
        return;
      }
    }
    this.#countLatest(searched ? 'search' : 'all');
  }

  #countLatest(what: 'all' | 'search'): void {
    this.#counted = { ...this.#latest, at: performance.now() };
    void this.#count(this.#latest.duration, what);
  }

  /** Counts the matches in a stretch, unless that is what was counted last. */
  async look(range: Range, count: number, filter: string): Promise<void> {
    const key = JSON.stringify([range.from, range.to, count, filter, this.hits?.hits.complete]);
    if (filter === '' || key === this.#nearKey || !isRange(range)) return;
    this.#nearKey = key;
    const generation = this.#generation;
    const query = { filter, from: range.from, to: range.to, buckets: 2 * overviewBuckets };
    // What is wrong with a filter, the search says.
    const hits = await this.#client.ask('hits', { query }, 'near').catch(() => undefined);
    if (hits === undefined || generation !== this.#generation || filter !== this.#filter) return;
    this.near = { hits, from: range.from, to: range.to };
    this.#changed();
  }

  #later(wait: number, work: () => void): void {
    clearTimeout(this.#timer);
    const generation = this.#generation;
    this.#timer = setTimeout(() => {
      if (generation === this.#generation) work();
    }, wait);
  }

  async #count(duration: number, what: 'all' | 'search'): Promise<void> {
    const generation = this.#generation;
    const filter = this.#filter;
    const all = what === 'all' || this.overview === undefined;
    try {
      const [density, errors, hits] = await Promise.all([
        all ? this.#hits('', duration, 'density') : undefined,
        all ? this.#hits(failedFilter, duration, 'failed') : undefined,
        filter === '' ? undefined : this.#hits(filter, duration, 'hits'),
      ]);
      if (generation !== this.#generation || filter !== this.#filter) return;
      if (density !== undefined && errors !== undefined)
        this.overview = { density: density.counts, errors: errors.counts, to: duration };
      if (hits !== undefined) this.hits = { hits, from: 0, to: duration };
      this.#changed();
      const incomplete = [density, errors, hits].some((one) => one?.complete === false);
      // There may be more by then, and what waited for that has no turn of its own.
      if (incomplete) this.#later(lookEvery, () => this.#countLatest('all'));
    } catch {
      // The picture is whole without counts; what is wrong with a filter, the search says.
    }
  }

  async #hits(filter: string, duration: number, channel: string): Promise<Hits | undefined> {
    const query = { filter, from: 0, to: duration, buckets: overviewBuckets };
    return await this.#client.ask('hits', { query }, channel);
  }
}
