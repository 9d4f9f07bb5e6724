import type { Client } from '../client.ts';
import type { Row } from '../protocol.ts';
import { written } from './filter-text.ts';
import { isMember } from './row.ts';
import { rowQuery } from './rows.ts';
import type { RowSource } from './rows.ts';

/** Where a record stands in a list. */
export interface Place {
  /** Its position, or that of the next row after it. */
  readonly position: number;
  /** It is there itself. */
  readonly exact: boolean;
}

/** Rows that are asked for in one go when a position is looked for in a grouped list. */
const step = 64;

/** The position of a record in the list; undefined where nothing follows it, or another list came meanwhile. */
export async function locate(client: Client, source: RowSource, record: number): Promise<Place | undefined> {
  return await (source.query.grouped
    ? locateGrouped(client, source, record)
    : locateFlat(client, source, record));
}

async function locateFlat(client: Client, source: RowSource, record: number): Promise<Place | undefined> {
  const { generation, query } = source;
  // Not included is the record itself, and nothing is before the first one but -1.
  const found = await client.ask(
    'search',
    { query: { filter: query.filter, from: record - 1, by: 1 } },
    'locate',
  );
  if (found?.position === undefined || generation !== source.generation) return undefined;
  return { position: found.position, exact: found.record === record };
}

/**
 * Rows at the top level of a grouped list are in the order of their records; below an open event stand its
 * own, which may be later than the next event.
 */
async function locateGrouped(client: Client, source: RowSource, record: number): Promise<Place | undefined> {
  const { generation } = source;
  const top = await eventOf(client, record);
  if (generation !== source.generation) return undefined;
  let low = 0;
  let high = source.matching;
  while (low < high) {
    const first = Math.max(0, Math.floor((low + high - step) / 2));
    const rows = await ask(client, source, first);
    if (rows === undefined || generation !== source.generation) return undefined;
    const head = rows.findIndex((row) => !isMember(row));
    if (head === -1) {
      // Nothing but rows of one event, which begins above.
      const { event } = rows[0] ?? {};
      if (event === undefined) return undefined;
      const member = rows.findIndex((row) => row.record === record);
      if (member !== -1) return { position: first + member, exact: true };
      if ((rows[0]?.record ?? 0) > top) high = first;
      else low = first + rows.length;
      continue;
    }
    const tail = rows.findLastIndex((row) => !isMember(row));
    if ((rows[head]?.record ?? 0) > top && first + head > low) high = first + head;
    else if ((rows[tail]?.record ?? 0) < top && first + rows.length < high) low = first + tail + 1;
    else {
      const exact = rows.findIndex((row) => row.record === record);
      if (exact !== -1) return { position: first + exact, exact: true };
      const group = rows.findIndex((row) => !isMember(row) && row.record >= top);
      if (group === -1) return undefined;
      const at = rows[group];
      if (at?.record !== top || at.group?.open !== true)
        return { position: first + group, exact: at?.record === record };
      return await inGroup(client, source, record, first + group, at.group.rows);
    }
  }
  return low < source.matching ? { position: low, exact: false } : undefined;
}

async function inGroup(
  client: Client,
  source: RowSource,
  record: number,
  group: number,
  members: number,
): Promise<Place | undefined> {
  const { generation } = source;
  for (let first = group + 1; first <= group + members; first += step) {
    const rows = await ask(client, source, first);
    if (rows === undefined || generation !== source.generation) return undefined;
    const at = rows.findIndex((row) => row.record === record);
    if (at !== -1) return { position: first + at, exact: true };
  }
  return { position: group, exact: false };
}

/** Index of the record of the event that a record belongs to; its own where it is none or that is not known. */
export async function eventOf(client: Client, record: number): Promise<number> {
  const detail = await client.ask('detail', { record }, 'event of');
  if (detail === undefined || detail.event === 0 || detail.kind === 'event') return record;
  const found = await client.ask(
    'search',
    { query: { filter: `kind:event event:${detail.event} plugin:${written(detail.plugin)}`, from: record, by: -1 } },
    'event of',
  );
  return found?.record ?? record;
}

async function ask(client: Client, source: RowSource, first: number): Promise<readonly Row[] | undefined> {
  const answer = await client.ask('rows', { query: rowQuery(source.query, first, step) }, 'locate');
  return answer?.rows;
}
