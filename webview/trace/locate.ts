import type { SearchQuery, SearchResult } from '../protocol.ts';
import type { Asks } from './asks.ts';
import { againMs, rowQuery } from './rows.ts';
import type { ListQuery, RowSource } from './rows.ts';

/** Where a record stands in a list. */
export interface Place {
  /** Its position, that of its event where that is closed, or that of the next row after it. */
  readonly position: number;
  /** The filter lets it pass. */
  readonly exact: boolean;
}

/** The position of a record in the list; undefined where nothing follows it, or another list came meanwhile. */
export async function locate(asks: Asks, source: RowSource, record: number): Promise<Place | undefined> {
  const { generation, query } = source;
  const isWanted = (): boolean => generation === source.generation;
  const place = await placeIn(asks, query, record, 'locate', isWanted);
  return isWanted() ? place : undefined;
}

/** The same for a list that is not shown yet. */
export async function placeIn(
  asks: Asks,
  { filter, grouped, open }: ListQuery,
  record: number,
  channel: string,
  isWanted: () => boolean = () => true,
): Promise<Place | undefined> {
  // Not included is the record itself, and nothing is before the first one but -1.
  const query = { filter, from: record - 1, by: 1 as const, ...(grouped ? { grouped: { open } } : {}) };
  const found = await searched(asks, query, channel, isWanted);
  if (found?.complete !== true || found.position === undefined) return undefined;
  return { position: found.position, exact: found.record === record };
}

/** Asks again until every record was looked at: before that, positions are of those found so far. */
export async function searched(
  asks: Asks,
  query: SearchQuery,
  channel: string,
  isWanted: () => boolean,
): Promise<SearchResult | undefined> {
  for (;;) {
    const found = await asks.ask('search', { query }, channel);
    if (found === undefined || found.complete || !isWanted()) return found;
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

/** The record of the event that a record belongs to; its own where it is one, or belongs to none. */
export async function eventOf(asks: Asks, record: number): Promise<number> {
  const closed: ListQuery = { filter: '', grouped: true, open: [] };
  const place = await placeIn(asks, closed, record, 'event of');
  if (place?.exact !== true) return record;
  const answer = await asks.ask('rows', { query: rowQuery(closed, place.position, 1) }, 'event of');
  return answer?.rows[0]?.record ?? record;
}
