import { visible } from '../../extension/recording/visible.ts';
import { attributes, element, perFrame } from '../dom.ts';
import { formatCount, formatDuration } from '../format.ts';
import { t } from '../text.ts';
import type { Picture } from './picture/drawn.ts';
import type { Aspect, SliceRef, TimelineModel } from './model/model.ts';
import { failed } from './model/slices.ts';
import { otherLifeOf } from './model/mirror.ts';
import { laneText, otherText, rangeText, shownRange, stateText } from './words.ts';

/** Entries that the table has at most; the picture gives them from its top. */
const most = 20_000;
/** Height of a row in CSS pixels; the style sheet has the same. */
const rowHeight = 22;
/** Rows that are drawn above and below the visible ones. */
const overscan = 8;

/** Changes after which other slices are in view. */
const told: readonly Aspect[] = ['recording', 'data', 'view', 'mode'];

let tables = 0;

const columns = [
  { name: t('Begins'), of: 'time' },
  { name: t('Lane'), of: 'lane' },
  { name: t('Name'), of: 'name' },
  { name: t('Duration'), of: 'duration' },
  { name: t('Records'), of: 'count' },
  { name: t('State'), of: 'state' },
] as const;

/**
 * What the picture shows, as a grid of text in the order of time: for those who read rather than look. It
 * draws only the rows in view. Choosing a row chooses its record, as a click in the picture does.
 */
export class SliceTable {
  readonly element = element('div', 'slice-table');
  readonly #model: TimelineModel;
  readonly #picture: Picture;
  readonly #grid = element('div', 'slice-grid');
  readonly #space = element('div', 'slice-space');
  readonly #note = element('div', 'slice-note');
  readonly #id = `slices-${(tables += 1)}`;
  #slices: readonly SliceRef[] = [];
  #active = -1;
  #shown = false;
  /** Rows changed since they were read. */
  #stale = true;
  readonly update = perFrame(() => this.#update());

  constructor(model: TimelineModel, picture: Picture) {
    this.#model = model;
    this.#picture = picture;
    const head = element('div', 'slice-row slice-head');
    attributes(head, { role: 'row', 'aria-rowindex': '1' });
    for (const column of columns) {
      const cell = element('span', column.of, column.name);
      cell.setAttribute('role', 'columnheader');
      head.append(cell);
    }
    attributes(this.#grid, {
      role: 'grid',
      tabindex: '0',
      'aria-label': t('What the timeline shows'),
      'aria-colcount': String(columns.length),
      'aria-readonly': 'true',
    });
    this.#space.setAttribute('role', 'rowgroup');
    this.#grid.append(head, this.#space);
    this.element.append(this.#grid, this.#note);
    this.#grid.addEventListener('scroll', this.update, { passive: true });
    this.#grid.addEventListener('keydown', (event) => {
      if (!this.#pressed(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.#space.addEventListener('mousedown', (event) => {
      if (event.button !== 0) return;
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('.slice-row') : null;
      if (row !== null) this.#choose(Number(row.dataset['row']));
    });
    new ResizeObserver(this.update).observe(this.#grid);
    model.onChange((changed) => {
      if (told.some((aspect) => changed.has(aspect))) this.#stale = true;
      if (changed.has('selection')) this.#follow();
      if (this.#shown) this.update();
    });
  }

  show(on: boolean): void {
    this.#shown = on;
    if (on) this.update();
  }

  focus(): void {
    this.#grid.focus();
  }

  #update(): void {
    if (!this.#shown) return;
    if (this.#stale) this.#read();
    const { scrollTop, clientHeight } = this.#grid;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
    const end = Math.min(this.#slices.length, Math.ceil((scrollTop + clientHeight) / rowHeight) + overscan);
    // The active row is always there, so that it can be named as the grid's active descendant.
    const rows = this.#slices.slice(first, end).map((slice, at) => this.#row(slice, first + at));
    const active = this.#slices[this.#active];
    if (active !== undefined && (this.#active < first || this.#active >= end))
      rows.push(this.#row(active, this.#active));
    this.#space.style.height = `${this.#slices.length * rowHeight}px`;
    this.#space.replaceChildren(...rows);
    attributes(this.#grid, {
      'aria-rowcount': String(this.#slices.length + 1),
      'aria-activedescendant': active === undefined ? undefined : `${this.#id}-${this.#active}`,
    });
  }

  #read(): void {
    this.#stale = false;
    this.#slices = this.#picture.inView(most).toSorted((a, b) => a.from - b.from || a.row - b.row);
    this.#follow();
    const { clock, startedAt } = this.#model;
    const range = shownRange(this.#model);
    const stretch = range === undefined ? '' : rangeText(range, clock, startedAt);
    const count = this.#slices.length;
    if (count === 0) this.#note.textContent = t('Nothing happens between {0}.', stretch);
    else if (count < most) this.#note.textContent = t('{0} entries, {1}', formatCount(count), stretch);
    else
      this.#note.textContent = t(
        'The first {0} entries, {1}. Zoom in to see the others.',
        formatCount(count),
        stretch,
      );
  }

  /** Goes to the entry of the selected record, where it is in view. */
  #follow(): void {
    const { selection } = this.#model;
    this.#active =
      selection === undefined
        ? -1
        : this.#slices.findIndex(
            ({ record, lane, row }) =>
              record === (selection.slice?.record ?? selection.record) &&
              (selection.place === undefined ||
                (lane.id === selection.place.lane && row === selection.place.row)),
          );
  }

  #row(slice: SliceRef, at: number): HTMLElement {
    const row = element('div', 'slice-row');
    row.id = `${this.#id}-${at}`;
    row.dataset['row'] = String(at);
    row.style.transform = `translateY(${at * rowHeight}px)`;
    row.classList.toggle('failed', (slice.flags & failed) !== 0);
    attributes(row, {
      role: 'row',
      'aria-rowindex': String(at + 2),
      'aria-selected': String(at === this.#active),
    });
    const { clock, startedAt } = this.#model;
    const length = slice.to - slice.from;
    const texts: Readonly<Record<(typeof columns)[number]['of'], string>> = {
      time: otherText(slice.from, otherLifeOf(slice.lane), clock, startedAt),
      lane: laneText(slice.lane),
      name: visible(slice.name),
      duration: length > 0 ? formatDuration(length) : '',
      count: formatCount(slice.count),
      state: stateText(slice.flags),
    };
    for (const { of } of columns) {
      const cell = element('span', of, texts[of]);
      cell.setAttribute('role', 'gridcell');
      row.append(cell);
    }
    return row;
  }

  /** Whether the key was one of the grid's. */
  #pressed(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
    const page = Math.max(1, Math.floor(this.#grid.clientHeight / rowHeight) - 2);
    const last = this.#slices.length - 1;
    const from = this.#active === -1 ? -1 : this.#active;
    const to: Readonly<Record<string, number>> = {
      ArrowDown: from + 1,
      ArrowUp: from === -1 ? last : from - 1,
      PageDown: from + page,
      PageUp: from - page,
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next !== undefined) this.#choose(next);
    else if (event.key === 'Enter' && this.#active !== -1) this.#model.open();
    else return false;
    return true;
  }

  #choose(at: number): void {
    const next = Math.max(0, Math.min(at, this.#slices.length - 1));
    const slice = this.#slices[next];
    if (slice === undefined) return;
    this.#active = next;
    const top = next * rowHeight;
    const room = this.#grid.clientHeight - rowHeight;
    if (top < this.#grid.scrollTop) this.#grid.scrollTop = top;
    else if (top + rowHeight > this.#grid.scrollTop + room) this.#grid.scrollTop = top + rowHeight - room;
    this.#model.select(slice.record, slice);
    this.update();
  }
}
