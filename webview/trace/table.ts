import { attributes, element, perFrame } from '../dom.ts';
import { t } from '../text.ts';
import { columnTemplate, leastWidth, shownColumns } from './columns.ts';
import type { ColumnChoice } from './columns.ts';
import { Header } from './header.ts';
import type { HeaderEvents } from './header.ts';
import { RowView } from './row.ts';
import type { RowSource } from './rows.ts';
import { contentHeight, isMapped, lastTopRow, rowHeight, scrollTopOf, topRowOf } from './viewport.ts';

/** Rows drawn above and below the visible ones, so that a compositor scroll shows no gap. */
const overscan = 12;

/** CSS pixels below which the list is narrow. */
const narrowWidth = 640;

/** What a click on a row asks for. */
export interface Click {
  readonly position: number;
  /** With Ctrl or Cmd: to compare. */
  readonly pick: boolean;
  /** On the sign that opens and closes an event. */
  readonly twisty: boolean;
}

export interface TableEvents extends HeaderEvents {
  click(click: Click): void;
  /** Asks for the menu of the row at this position. */
  rowMenu(position: number, x: number, y: number): void;
  /** The user scrolled; `atEnd` tells whether the last row is in view now. */
  scrolled(atEnd: boolean): void;
  /** The table has another height now. */
  resized(): void;
}

/**
 * A grid of rows of one height that draws only what is in view. Rows are reused by position
 * modulo the pool's size, so scrolling by one row rewrites one row.
 */
export class Table {
  readonly element = element('div', 'grid');
  /** Position of the chosen row in the filtered list. */
  active: number | undefined;
  /** Records that are compared, or will be. */
  picked: readonly number[] = [];
  /** Milliseconds since the Unix epoch at which the recording starts, once that is known. */
  startedAt: number | undefined;
  readonly #source: RowSource;
  readonly #events: TableEvents;
  readonly #header: Header;
  readonly #space = element('div', 'space');
  readonly #layer = element('div', 'layer');
  readonly #pool: RowView[] = [];
  readonly render: () => void;
  #choice: ColumnChoice;
  #columns = '';
  /** The scroll position that we set ourselves; any other is the user's. */
  #expected = 0;
  #top = 0;
  /** The active row was shown and the user has not scrolled since: a resize keeps it in view. */
  #keepActive = false;

  constructor(source: RowSource, choice: ColumnChoice, events: TableEvents) {
    this.#source = source;
    this.#choice = choice;
    this.#events = events;
    this.#header = new Header(events);
    this.render = perFrame(() => this.#draw());
    attributes(this.element, { role: 'grid', tabindex: '0', 'aria-label': t('Records') });
    this.#layer.setAttribute('role', 'rowgroup');
    this.#space.append(this.#layer);
    this.element.append(this.#header.element, this.#space);
    this.element.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.element.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    this.element.addEventListener('mousedown', (event) => {
      const position = this.#positionAt(event.target);
      if (position === undefined || event.button !== 0) return;
      const twisty = event.target instanceof Element && event.target.closest('.twisty:not(.none)') !== null;
      events.click({ position, pick: event.ctrlKey || event.metaKey, twisty });
    });
    this.element.addEventListener('contextmenu', (event) => {
      const position = this.#positionAt(event.target);
      if (position === undefined) return;
      event.preventDefault();
      events.rowMenu(position, event.clientX, event.clientY);
    });
    new ResizeObserver(() => {
      this.#layout();
      if (this.#keepActive && this.active !== undefined) this.show(this.active);
      events.resized();
      this.render();
    }).observe(this.element);
  }

  set columns(choice: ColumnChoice) {
    this.#choice = choice;
    this.#layout();
    this.render();
  }

  /** Whole rows that fit below the header; at least one. */
  get page(): number {
    return Math.max(1, Math.floor(this.#viewport / rowHeight));
  }

  get atEnd(): boolean {
    return this.#top >= lastTopRow(this.#source.matching, this.#viewport) - 0.5;
  }

  /** The row at the top, with a fraction. */
  get top(): number {
    return this.#top;
  }

  /** Where a menu of the row at this position opens. */
  anchor(position: number): { readonly x: number; readonly y: number } {
    const box = this.element.getBoundingClientRect();
    const below = rowHeight * (position - this.#top + 2);
    return { x: box.left + 24, y: box.top + Math.max(rowHeight, Math.min(below, box.height)) };
  }

  /** Moves to this row, with a fraction, at the top. */
  scrollToRow(top: number): void {
    const rows = this.#source.matching;
    this.#top = Math.max(0, Math.min(top, lastTopRow(rows, this.#viewport)));
    this.#space.style.height = `${contentHeight(rows)}px`;
    this.element.scrollTop = scrollTopOf(this.#top, rows, this.#viewport);
    this.#expected = this.element.scrollTop;
    this.render();
  }

  scrollToEnd(): void {
    this.#keepActive = false;
    this.scrollToRow(this.#source.matching);
  }

  /** Whether the row is wholly in view. */
  isShown(position: number): boolean {
    return position >= this.#top && position + 1 <= this.#top + this.#viewport / rowHeight;
  }

  /** Scrolls as little as shows the row wholly, or centres it where it is far away. */
  show(position: number): void {
    this.#keepActive = position === this.active;
    const visible = this.#viewport / rowHeight;
    if (this.isShown(position)) {
      this.render();
      return;
    }
    const far = position < this.#top - visible || position > this.#top + 2 * visible;
    if (far) this.scrollToRow(position - visible / 2);
    else this.scrollToRow(position < this.#top ? position : position + 1 - visible);
  }

  get #viewport(): number {
    return Math.max(0, this.element.clientHeight - rowHeight);
  }

  #positionAt(target: EventTarget | null): number | undefined {
    return this.#pool.find((view) => target instanceof Node && view.element.contains(target))?.position;
  }

  #layout(): void {
    const shown = shownColumns(this.#choice, this.element.clientWidth < narrowWidth);
    const ids = shown.map(({ id }) => id);
    const { style } = this.element;
    style.setProperty('--columns', columnTemplate(this.#choice, shown));
    style.setProperty('--least', `${leastWidth(this.#choice, shown)}px`);
    if (this.#columns === ids.join()) return;
    this.#columns = ids.join();
    this.#header.show(shown);
    for (const view of this.#pool) view.columns(ids);
    this.element.setAttribute('aria-colcount', String(ids.length));
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    if (Math.abs(scrollTop - this.#expected) < 1) return;
    // Where there is more height, or less to show, the browser moves back what was beyond the end: nobody scrolled.
    const isByUser = this.#expected <= scrollHeight - clientHeight;
    this.#expected = scrollTop;
    this.#top = topRowOf(scrollTop, this.#source.matching, this.#viewport);
    if (isByUser) {
      this.#keepActive = false;
      this.#events.scrolled(this.atEnd);
    }
    this.render();
  }

  /** On a mapped list a pixel of the scroller is more than one of the rows: the wheel moves by rows. */
  #onWheel(event: WheelEvent): void {
    if (!isMapped(this.#source.matching) || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    this.#keepActive = false;
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight : event.deltaY;
    this.scrollToRow(this.#top + pixels / rowHeight);
    this.#events.scrolled(this.atEnd);
  }

  #draw(): void {
    const { matching, query } = this.#source;
    const visible = Math.ceil(this.#viewport / rowHeight) + 1;
    this.#space.style.height = `${contentHeight(matching)}px`;
    this.#top = Math.min(this.#top, lastTopRow(matching, this.#viewport));
    const offset = scrollTopOf(this.#top, matching, this.#viewport);
    // A mapped list that grew has its rows elsewhere in the same height.
    if (isMapped(matching) && Math.abs(this.element.scrollTop - offset) >= 1) {
      this.element.scrollTop = offset;
      this.#expected = this.element.scrollTop;
    }
    const first = Math.max(0, Math.floor(this.#top) - overscan);
    const end = Math.min(matching, Math.floor(this.#top) + visible + overscan);
    this.#source.want(Math.floor(this.#top), visible);

    const needed = visible + 2 * overscan;
    if (this.#columns === '') this.#layout();
    while (this.#pool.length < needed) {
      const view = new RowView(this.#pool.length);
      view.columns(this.#columns.split(',') as Parameters<RowView['columns']>[0]);
      this.#pool.push(view);
      this.#layer.append(view.element);
    }
    const shift = offset - (this.#top - first) * rowHeight;
    this.#layer.style.transform = `translateY(${shift}px)`;
    const size = this.#pool.length;
    const { grouped } = query;
    const { startedAt, picked } = this;
    for (const [slot, view] of this.#pool.entries()) {
      const position = first + ((((slot - first) % size) + size) % size);
      if (position >= end) {
        view.hide();
        continue;
      }
      const row = this.#source.row(position);
      const above = position === 0 ? undefined : this.#source.row(position - 1);
      const nth = row === undefined ? -1 : picked.indexOf(row.record);
      view.show(position, first, row, {
        above,
        startedAt,
        grouped,
        active: position === this.active,
        picked: nth === -1 ? undefined : nth === 0 ? 'first' : 'second',
      });
    }
    const active = this.#pool.find((view) => view.position === this.active && this.active !== undefined);
    attributes(this.element, {
      role: grouped ? 'treegrid' : 'grid',
      'aria-rowcount': this.#source.complete ? String(matching + 1) : '-1',
      'aria-multiselectable': 'true',
      'aria-activedescendant': active?.element.id,
    });
  }
}
