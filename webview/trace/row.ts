import { attributes, element } from '../dom.ts';
import { formatDuration, formatTime } from '../format.ts';
import { icon } from '../icons.ts';
import { labelOf } from '../kinds.ts';
import type { Row } from '../protocol.ts';
import { rowHeight } from './viewport.ts';

export const columns: readonly { readonly id: string; readonly title: string }[] = [
  { id: 'time', title: 'Time' },
  { id: 'plugin', title: 'Plugin' },
  { id: 'kind', title: 'Kind' },
  { id: 'name', title: 'Name' },
  { id: 'summary', title: 'Summary' },
  { id: 'duration', title: 'Duration' },
];

/** The kind as a word on its colour. */
export function badge(): { element: HTMLElement; set(kind: Row['kind']): void } {
  const made = element('span', 'badge');
  return {
    element: made,
    set: (kind) => {
      made.dataset['kind'] = kind;
      made.textContent = labelOf(kind);
    },
  };
}

/** One drawn row; it shows one position after another. */
export class RowView {
  readonly element = element('div', 'row');
  position: number | undefined;
  #row: Row | undefined;
  #drawn = false;
  readonly #badge = badge();
  readonly #time = element('div', 'cell time');
  readonly #plugin = element('div', 'cell plugin');
  readonly #kind = element('div', 'cell kind');
  readonly #name = element('div', 'cell name');
  readonly #text = element('span', 'text');
  readonly #summary = element('div', 'cell summary');
  readonly #duration = element('div', 'cell duration');

  constructor(slot: number) {
    this.element.id = `row-${slot}`;
    this.element.setAttribute('role', 'row');
    this.#kind.append(this.#badge.element);
    const mark = icon('error');
    mark.classList.add('mark');
    this.#summary.append(mark, this.#text);
    for (const cell of [this.#time, this.#plugin, this.#kind, this.#name, this.#summary, this.#duration]) {
      cell.setAttribute('role', 'gridcell');
      this.element.append(cell);
    }
  }

  hide(): void {
    if (this.position === undefined && this.element.hidden) return;
    this.position = undefined;
    this.element.hidden = true;
    attributes(this.element, { 'aria-selected': 'false' });
  }

  /** `first` is the position that the layer starts at; a row that is not known yet is drawn empty. */
  show(position: number, first: number, row: Row | undefined, active: boolean): void {
    this.position = position;
    this.element.hidden = false;
    this.element.style.transform = `translateY(${(position - first) * rowHeight}px)`;
    attributes(this.element, { 'aria-rowindex': String(position + 2), 'aria-selected': String(active) });
    if (this.#drawn && this.#row === row) return;
    this.#drawn = true;
    this.#row = row;
    const { classList } = this.element;
    classList.toggle('unknown', row === undefined);
    classList.toggle('inside', row !== undefined && row.event > 0 && row.kind !== 'event');
    classList.toggle('opens', row?.kind === 'event');
    classList.toggle('failed', row?.status === 'error');
    this.#time.textContent = row === undefined ? '' : formatTime(row.time);
    this.#plugin.textContent = row?.plugin ?? '';
    this.#name.textContent = row?.name ?? '';
    this.#text.textContent = row?.summary ?? '';
    this.#duration.textContent = row?.durationMs === undefined ? '' : formatDuration(row.durationMs);
    if (row !== undefined) this.#badge.set(row.kind);
  }
}
