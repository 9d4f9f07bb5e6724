import type { Client, PanelState } from '../client.ts';
import { element } from '../dom.ts';
import type { Row, SearchResult } from '../protocol.ts';
import type { ColumnChoice } from './columns.ts';
import type { HeaderEvents } from './header.ts';
import { eventOf, locate, placeIn, searched } from './locate.ts';
import { isMember } from './cells.ts';
import { RowSource } from './rows.ts';
import type { ListQuery } from './rows.ts';
import { Table } from './table.ts';

/** Events that can be open at a time: their records go along with every question. */
export const mostOpen = 2000;

/** How long the rows of before stay while the place in another list is looked for, in ms; after that it begins at its start. */
const longestSearch = 500;

/** How a step to a row that failed ended; `dropped` where something else was asked meanwhile, or it was said what failed. */
export type ErrorStep = 'found' | 'round' | 'none' | 'dropped';

export interface ListEvents extends HeaderEvents {
  /** Rows, their number or what is wrong with the filter changed. */
  changed(): void;
  /** This record is the chosen one; `told` where another panel said so. */
  opened(record: number, told: boolean): void;
  closed(): void;
  followed(on: boolean): void;
  picked(records: readonly number[]): void;
  rowMenu(row: Row, x: number, y: number): void;
  failed(message: string): void;
}

/** The list of rows: what it shows, where it stands, which row is chosen, and whether it follows the newest. */
export class RowList {
  readonly element = element('div', 'list');
  readonly source: RowSource;
  readonly table: Table;
  /** The chosen record; its position may not be known yet. */
  chosen: number | undefined;
  readonly #client: Client;
  readonly #events: ListEvents;
  #follow: boolean;
  #state: PanelState | undefined;
  /** The record that was chosen when the panel last showed this recording. */
  #chosenBefore: unknown;
  readonly #chosenIn = new Map<string, number>();
  /** A record to show as soon as there are rows. */
  #wanted: number | undefined;
  /** Another recording is shown, whose rows have still to come. */
  #fresh = false;
  /** A chosen position whose row has still to come. */
  #awaited: number | undefined;
  /** Where the list goes with the first rows of another query. */
  #goTo: number | undefined;
  /** Grows with every query that is asked for; an older one that is still looking for its place is dropped. */
  #queries = 0;
  #query: ListQuery;
  /** Wait for the first rows of a query. */
  #waiting: (() => void)[] = [];

  constructor(
    client: Client,
    start: { query: ListQuery; follow: boolean; chosenBefore: unknown; columns: ColumnChoice },
    events: ListEvents,
  ) {
    this.#client = client;
    this.#events = events;
    this.#query = start.query;
    this.#follow = start.follow;
    this.#chosenBefore = start.chosenBefore;
    this.source = new RowSource(
      client,
      () => this.#onRows(),
      (message) => events.failed(message),
    );
    this.table = new Table(this.source, start.columns, {
      ...events,
      click: ({ position, pick, twisty }) => {
        const row = this.source.row(position);
        if (twisty && row !== undefined) this.toggle(row);
        else if (pick && row !== undefined) this.pick(row.record);
        else this.choose(position);
      },
      rowMenu: (position, x, y) => {
        this.choose(position);
        const row = this.source.row(position);
        if (row !== undefined) events.rowMenu(row, x, y);
      },
      scrolled: (atEnd) => this.setFollow(atEnd),
      resized: () => {
        if (this.following) this.table.scrollToEnd();
      },
    });
    this.element.append(this.table.element);
  }

  get query(): ListQuery {
    return this.#query;
  }

  get follow(): boolean {
    return this.#follow;
  }

  /** Only the live recording is followed; the wish to stays while another one is shown. */
  get following(): boolean {
    return this.#follow && this.#isLive;
  }

  get #isLive(): boolean {
    return (this.#state?.kind ?? 'live') === 'live';
  }

  /** The row that is chosen, where it is in view. */
  get activeRow(): Row | undefined {
    const { active } = this.table;
    return active === undefined ? undefined : this.source.row(active);
  }

  state(next: PanelState): void {
    const last = this.#state;
    const other = last !== undefined && (last.recording !== next.recording || next.count < last.count);
    if (other) {
      if (this.chosen !== undefined) this.#chosenIn.set(last.recording, this.chosen);
      this.#chosenBefore = this.#chosenIn.get(next.recording);
    }
    this.#state = next;
    if (other) {
      this.clear();
      this.#query = { ...this.#query, open: [] };
      this.table.startedAt = undefined;
      this.#setPicked([]);
      this.#fresh = true;
    }
    if (last === undefined || other) this.#restart();
    else if (next.count !== last.count || !this.source.complete) this.#more();
    this.#onRows();
  }

  setFollow(on: boolean): void {
    if (this.#follow === on || !this.#isLive) return;
    this.#follow = on;
    this.#events.followed(on);
  }

  /** Follows the newest from now on, from wherever the list stands. */
  toEnd(): void {
    this.setFollow(true);
    if (this.following) this.source.wantEnd(this.table.page);
  }

  /** Asks for other rows; the list stays at the record where it stands. */
  async ask(change: Partial<ListQuery>): Promise<void> {
    this.#query = { ...this.#query, ...change };
    this.#queries += 1;
    if (this.following || !this.source.loaded) {
      this.#restart();
      return;
    }
    const anchor = this.#anchor();
    if (anchor === undefined) {
      this.#restart();
      return;
    }
    const queries = this.#queries;
    const { page } = this.table;
    // Looked for first, so that the rows of before stay until those at the same place are here.
    const since = performance.now();
    const place = await this.#try(() =>
      placeIn(
        this.#client,
        this.#query,
        anchor.record,
        'anchor',
        () => queries === this.#queries && performance.now() - since < longestSearch,
      ),
    );
    if (queries !== this.#queries) return;
    if (place === undefined) this.#begin(0, 0);
    else {
      const top = Math.max(0, place.position - anchor.offset);
      this.#begin(Math.max(0, Math.floor(top) - page), top);
    }
    await this.#loaded();
    if (queries === this.#queries && this.chosen !== undefined) await this.#find(this.chosen);
  }

  /** Opens or closes the event of a row. */
  toggle(row: Row): void {
    if (row.group === undefined) return;
    const { open } = this.#query;
    const others = open.filter((record) => record !== row.record);
    this.setOpen(row.group.open ? others : [...others, row.record].slice(-mostOpen));
  }

  /** Opens these events and closes all others; the top row stays where it is. */
  setOpen(open: readonly number[]): void {
    this.#query = { ...this.#query, open };
    this.#queries += 1;
    this.setFollow(false);
    const { top, page } = this.table;
    this.#begin(Math.max(0, Math.floor(top) - page), top);
    void this.#loaded().then(() => {
      if (this.chosen !== undefined) return this.#find(this.chosen);
      return undefined;
    });
  }

  choose(position: number): void {
    // Who chooses a row no longer waits for the one that another panel named.
    this.#wanted = undefined;
    this.table.active = position;
    this.table.show(position);
    const row = this.source.row(position);
    this.#awaited = row === undefined ? position : undefined;
    if (row === undefined) return;
    this.#open(row.record, false);
    this.#client.post({ type: 'select', record: row.record });
  }

  /** Moves the choice by rows; past either end it stays there. */
  move(to: number): void {
    const last = this.source.matching - 1;
    if (last < 0) return;
    const position = Math.max(0, Math.min(to, last));
    if (position < last) this.setFollow(false);
    this.choose(position);
  }

  /** To the row of the event that a row belongs to. */
  async toParent(row: Row): Promise<void> {
    const place = await this.#try(async () =>
      locate(this.#client, this.source, await eventOf(this.#client, row.record)),
    );
    if (place !== undefined) this.choose(place.position);
  }

  /** Shows a record that something else chose. */
  async reveal(record: number): Promise<void> {
    if (!this.source.loaded) {
      this.#wanted = record;
      return;
    }
    this.#wanted = this.#awaited = undefined;
    // The editor repeats the choice to a panel that is shown again; that is no reason to stop following.
    const again = this.following && (record === this.chosen || record === this.#chosenBefore);
    if (!again) this.setFollow(false);
    this.#open(record, true);
    if (this.#query.grouped && !again) await this.#openGroupOf(record);
    const place = await this.#try(() => locate(this.#client, this.source, record));
    if (this.chosen !== record) return;
    // The editor can know of a record before its row is here, and where it stands before the list is so long.
    const isEarly = place === undefined ? record >= this.#records : place.position >= this.source.matching;
    if (isEarly) this.#wanted = record;
    if (place === undefined || isEarly) return;
    this.table.active = place.exact ? place.position : undefined;
    if (again) this.table.render();
    else this.table.show(place.position);
  }

  /** Goes to the next or previous row that failed, around the end of the list if need be. */
  async toError(by: 1 | -1): Promise<ErrorStep> {
    const { table, source } = this;
    const top = source.row(Math.floor(table.top))?.record ?? 0;
    const bottom = source.row(Math.min(source.matching, Math.floor(table.top) + table.page) - 1)?.record;
    const from = this.chosen ?? (by === 1 ? top - 1 : (bottom ?? this.#records) + 1);
    const filter = `status:error ${this.#query.filter}`.trim();
    const search = (start: number): Promise<SearchResult | undefined> =>
      this.#try(() => searched(this.#client, { filter, from: start, by }, 'error', () => true));
    const ahead = await search(from);
    if (ahead === undefined) return 'dropped';
    const isRound = ahead.record === undefined && ahead.matching > 0;
    const found = isRound ? await search(by === 1 ? -1 : this.#records) : ahead;
    if (found === undefined) return 'dropped';
    if (found.record === undefined) return 'none';
    this.setFollow(false);
    await this.reveal(found.record);
    this.#client.post({ type: 'select', record: found.record });
    return isRound ? 'round' : 'found';
  }

  /** Adds a record to the two that are compared, or takes it away. */
  pick(record: number): void {
    const { picked } = this.table;
    if (picked.includes(record)) this.#setPicked(picked.filter((one) => one !== record));
    else this.#setPicked([...picked, record].slice(-2));
  }

  /** Replaces the records that are compared. */
  setPicked(records: readonly number[]): void {
    this.#setPicked(records);
  }

  /** Chooses nothing. */
  clear(): void {
    this.chosen = undefined;
    this.#awaited = undefined;
    this.table.active = undefined;
    this.table.render();
    this.#events.closed();
  }

  get #records(): number {
    return this.#state?.count ?? 0;
  }

  #setPicked(records: readonly number[]): void {
    this.table.picked = records;
    this.table.render();
    this.#events.picked(records);
  }

  #restart(): void {
    this.#queries += 1;
    const page = Math.max(this.table.page, 50);
    this.table.active = undefined;
    this.#begin(this.following ? 'end' : 0, undefined, page * 2);
    const { chosen } = this;
    if (chosen !== undefined) void this.#loaded().then(() => this.#find(chosen));
  }

  #begin(first: number | 'end', goTo: number | undefined, count = Math.max(this.table.page, 50) * 3): void {
    this.#goTo = goTo;
    this.source.setQuery(this.#query, first, count);
  }

  #more(): void {
    if (this.following) this.source.wantEnd(this.table.page);
    else this.source.wantLength();
  }

  #onRows(): void {
    const { source, table } = this;
    if (this.following) {
      table.scrollToEnd();
    } else if (source.loaded && this.#goTo !== undefined) table.scrollToRow(this.#goTo);
    else if (this.#fresh && source.loaded) table.scrollToRow(0);
    table.render();
    if (source.loaded) {
      this.#fresh = false;
      this.#goTo = undefined;
      for (const done of this.#waiting.splice(0)) done();
    }
    this.#events.changed();
    if (source.loaded && this.#wanted !== undefined) void this.reveal(this.#wanted);
    if (this.#awaited !== undefined && source.row(this.#awaited) !== undefined) this.choose(this.#awaited);
  }

  #loaded(): Promise<void> {
    if (this.source.loaded) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The record by which the list keeps its place: the chosen one where it is in view, or the top one. */
  #anchor(): { readonly record: number; readonly offset: number } | undefined {
    const { table, source } = this;
    const { active, top } = table;
    const at = active !== undefined && table.isShown(active) ? active : Math.floor(top);
    const row = source.row(at);
    return row === undefined ? undefined : { record: row.record, offset: at - top };
  }

  async #openGroupOf(record: number): Promise<void> {
    const top = await this.#try(() => eventOf(this.#client, record));
    if (top === undefined || top === record || this.#query.open.includes(top)) return;
    this.#query = { ...this.#query, open: [...this.#query.open, top].slice(-mostOpen) };
    this.#queries += 1;
    this.#begin(Math.max(0, Math.floor(this.table.top) - this.table.page), this.table.top);
    await this.#loaded();
  }

  /** Finds where the chosen record went in another list. */
  async #find(record: number): Promise<void> {
    const place = await this.#try(() => locate(this.#client, this.source, record));
    if (this.chosen !== record) return;
    this.table.active = place?.exact === true ? place.position : undefined;
    this.table.render();
  }

  #open(record: number, told: boolean): void {
    this.chosen = record;
    this.#events.opened(record, told);
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#events.failed(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}

/** What arrow keys do with the tree of a grouped list; undefined where they do nothing. */
export function treeStep(row: Row, key: string): 'toggle' | 'into' | 'parent' | undefined {
  if (key === 'ArrowRight' && row.group !== undefined && row.group.rows > 0)
    return row.group.open ? 'into' : 'toggle';
  if (key !== 'ArrowLeft') return undefined;
  if (row.group?.open === true) return 'toggle';
  return isMember(row) ? 'parent' : undefined;
}
