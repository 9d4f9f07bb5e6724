import { attributes, element, perFrame } from '../dom.ts';
import { RowView, columns } from './row.ts';
import type { RowSource } from './rows.ts';
import { contentHeight, isMapped, lastTopRow, rowHeight, scrollTopOf, topRowOf } from './viewport.ts';

/** Rows drawn above and below the visible ones, so that a compositor scroll shows no gap. */
const overscan = 12;

export interface TableEvents {
  /** The user chose the row at this position. */
  choose(position: number): void;
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
  readonly #source: RowSource;
  readonly #events: TableEvents;
  readonly #space = element('div', 'space');
  readonly #layer = element('div', 'layer');
  readonly #pool: RowView[] = [];
  readonly render: () => void;
  /** The scroll position that we set ourselves; any other is the user's. */
  #expected = 0;
  #top = 0;
  /** The active row was shown and the user has not scrolled since: a resize keeps it in view. */
  #keepActive = false;

  constructor(source: RowSource, events: TableEvents) {
    this.#source = source;
    this.#events = events;
    this.render = perFrame(() => this.#draw());
    attributes(this.element, {
      role: 'grid',
      tabindex: '0',
      'aria-label': 'Records',
      'aria-colcount': String(columns.length),
      'aria-multiselectable': 'false',
    });
    const header = element('div', 'row header');
    attributes(header, { role: 'row', 'aria-rowindex': '1' });
    for (const column of columns) {
      const cell = element('div', `cell ${column.id}`, column.title);
      cell.setAttribute('role', 'columnheader');
      header.append(cell);
    }
    this.#layer.setAttribute('role', 'rowgroup');
    this.#space.append(this.#layer);
    this.element.append(header, this.#space);
    this.element.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.element.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    this.element.addEventListener('mousedown', (event) => {
      const row = this.#pool.find(
        (view) => event.target instanceof Node && view.element.contains(event.target),
      );
      if (row?.position !== undefined && event.button === 0) events.choose(row.position);
    });
    new ResizeObserver(() => {
      if (this.#keepActive && this.active !== undefined) this.show(this.active);
      events.resized();
      this.render();
    }).observe(this.element);
  }

  /** Whole rows that fit below the header; at least one. */
  get page(): number {
    return Math.max(1, Math.floor(this.#viewport / rowHeight));
  }

  get atEnd(): boolean {
    return this.#top >= lastTopRow(this.#source.matching, this.#viewport) - 0.5;
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

  /** Scrolls as little as shows the row wholly, or centres it where it is far away. */
  show(position: number): void {
    this.#keepActive = position === this.active;
    const visible = this.#viewport / rowHeight;
    if (position >= this.#top && position + 1 <= this.#top + visible) {
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

  #onScroll(): void {
    const { scrollTop } = this.element;
    if (Math.abs(scrollTop - this.#expected) < 1) return;
    this.#expected = scrollTop;
    this.#keepActive = false;
    this.#top = topRowOf(scrollTop, this.#source.matching, this.#viewport);
    this.#events.scrolled(this.atEnd);
    this.render();
  }

  /** On a mapped list a pixel of the scroller is more than one of the rows: the wheel moves by rows. */
  #onWheel(event: WheelEvent): void {
    if (!isMapped(this.#source.matching) || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.#keepActive = false;
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight : event.deltaY;
    this.scrollToRow(this.#top + pixels / rowHeight);
    this.#events.scrolled(this.atEnd);
  }

  #draw(): void {
    const { matching } = this.#source;
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
    while (this.#pool.length < needed) {
      const view = new RowView(this.#pool.length);
      this.#pool.push(view);
      this.#layer.append(view.element);
    }
    const shift = offset - (this.#top - first) * rowHeight;
    this.#layer.style.transform = `translateY(${shift}px)`;
    const size = this.#pool.length;
    for (const [slot, view] of this.#pool.entries()) {
      const position = first + ((((slot - first) % size) + size) % size);
      if (position >= end) view.hide();
      else view.show(position, first, this.#source.row(position), position === this.active);
    }
    const active = this.#pool.find((view) => view.position === this.active && this.active !== undefined);
    attributes(this.element, {
      'aria-rowcount': String(matching + 1),
      'aria-activedescendant': active?.element.id,
    });
  }
}
