import { attributes, element, perFrame } from '../dom.ts';
import { t } from '../text.ts';
import { contentHeight, isMapped, lastTopRow, rowHeight, scrollTopOf, topRowOf } from '../trace/viewport.ts';
import type { ShownColumn } from './columns.ts';
import { Header } from './header.ts';
import { RowView } from './row.ts';
import type { Source } from './source.ts';

/** Rows drawn above and below the visible ones, so that a compositor scroll shows no gap. */
const overscan = 12;

export interface GridEvents {
  /** The user chose the row at this position. */
  choose(position: number): void;
  /** The user scrolled; `atEnd` tells whether the last row is in view now. */
  scrolled(atEnd: boolean): void;
  resized(): void;
  setWidth(column: ShownColumn, width: number): void;
}

/** A grid of rows of one height that draws only what is in view, however many there are. */
export class Grid {
  readonly element = element('div', 'grid');
  /** Position of the chosen row in the filtered list. */
  active: number | undefined;
  readonly render: () => void;
  readonly #source: Source;
  readonly #events: GridEvents;
  readonly #header: Header;
  readonly #space = element('div', 'space');
  readonly #layer = element('div', 'layer');
  readonly #pool: RowView[] = [];
  #columns: readonly ShownColumn[] = [];
  /** The scroll position that we set ourselves; any other is the user's. */
  #expected = 0;
  #top = 0;

  constructor(source: Source, events: GridEvents) {
    this.#source = source;
    this.#events = events;
    this.#header = new Header((column, width) => events.setWidth(column, width));
    this.render = perFrame(() => this.#draw());
    attributes(this.element, { role: 'grid', tabindex: '0', 'aria-label': t('Rows') });
    this.#layer.setAttribute('role', 'rowgroup');
    this.#space.append(this.#layer);
    this.element.append(this.#header.element, this.#space);
    this.element.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    this.element.addEventListener('wheel', (event) => this.#onWheel(event), { passive: false });
    this.element.addEventListener('mousedown', (event) => {
      const row = this.#pool.find(
        (view) => event.target instanceof Node && view.element.contains(event.target),
      );
      if (row?.position !== undefined && event.button === 0) events.choose(row.position);
    });
    new ResizeObserver(() => {
      events.resized();
      this.render();
    }).observe(this.element);
  }

  /** Whole rows that fit below the header; at least one. */
  get page(): number {
    return Math.max(1, Math.floor(this.#viewport / rowHeight));
  }

  /** The row at the top. */
  get first(): number {
    return Math.floor(this.#top);
  }

  get atEnd(): boolean {
    return this.#top >= lastTopRow(this.#source.matching, this.#viewport) - 0.5;
  }

  /** The columns to show, of which those that are not visible are left out. */
  setColumns(columns: readonly ShownColumn[]): void {
    const shown = columns.filter(({ isVisible }) => isVisible);
    if (JSON.stringify(shown) === JSON.stringify(this.#columns)) return;
    this.#columns = shown;
    this.#header.show(shown);
    const widths = shown.map(({ width }, at) =>
      at === shown.length - 1 ? `minmax(${width}px, 1fr)` : `${width}px`,
    );
    this.element.style.setProperty('--columns', widths.join(' '));
    const all = shown.reduce((sum, { width }) => sum + width, 0);
    this.element.style.setProperty('--width', `${all}px`);
    this.element.setAttribute('aria-colcount', String(shown.length + 2));
    this.render();
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
    this.scrollToRow(this.#source.matching);
  }

  /** Scrolls as little as shows the row wholly, or centres it where it is far away. */
  show(position: number): void {
    const seen = this.#viewport / rowHeight;
    if (position >= this.#top && position + 1 <= this.#top + seen) {
      this.render();
      return;
    }
    const far = position < this.#top - seen || position > this.#top + 2 * seen;
    if (far) this.scrollToRow(position - seen / 2);
    else this.scrollToRow(position < this.#top ? position : position + 1 - seen);
  }

  get #viewport(): number {
    return Math.max(0, this.element.clientHeight - rowHeight);
  }

  #onScroll(): void {
    const { scrollTop } = this.element;
    if (Math.abs(scrollTop - this.#expected) < 1) return;
    this.#expected = scrollTop;
    this.#top = topRowOf(scrollTop, this.#source.matching, this.#viewport);
    this.#events.scrolled(this.atEnd);
    this.render();
  }

  /** On a mapped list a pixel of the scroller is more than one of the rows: the wheel moves by rows. */
  #onWheel(event: WheelEvent): void {
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!isMapped(this.#source.matching) || event.ctrlKey || isSideways) return;
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * rowHeight : event.deltaY;
    this.scrollToRow(this.#top + pixels / rowHeight);
    this.#events.scrolled(this.atEnd);
  }

  #draw(): void {
    const { matching } = this.#source;
    const visible = Math.ceil(this.#viewport / rowHeight) + 1;
    this.#top = Math.min(this.#top, lastTopRow(matching, this.#viewport));
    this.#space.style.height = `${contentHeight(matching)}px`;
    const offset = scrollTopOf(this.#top, matching, this.#viewport);
    if (Math.abs(this.element.scrollTop - offset) >= 1) {
      this.element.scrollTop = offset;
      this.#expected = this.element.scrollTop;
    }
    const first = Math.max(0, Math.floor(this.#top) - overscan);
    const end = Math.min(matching, Math.floor(this.#top) + visible + overscan);
    this.#source.want(Math.floor(this.#top), visible);
    while (this.#pool.length < visible + 2 * overscan) {
      const view = new RowView(this.#pool.length);
      this.#pool.push(view);
      this.#layer.append(view.element);
    }
    this.#layer.style.transform = `translateY(${offset - (this.#top - first) * rowHeight}px)`;
    const size = this.#pool.length;
    for (const [slot, view] of this.#pool.entries()) {
      const position = first + ((((slot - first) % size) + size) % size);
      if (position >= end) view.hide();
      else {
        const row = this.#source.row(position);
        view.show(position, first, row, this.#columns, position === this.active);
      }
    }
    const active = this.#pool.find((view) => view.position === this.active && this.active !== undefined);
    attributes(this.element, {
      'aria-rowcount': String(matching + 1),
      'aria-activedescendant': active?.element.id,
    });
  }
}
