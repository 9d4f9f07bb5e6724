import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { formatBytes, formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import type { ResultRow } from '../protocol.ts';
import { t } from '../text.ts';
import { rowHeight } from '../trace/viewport.ts';
import type { ShownColumn } from './columns.ts';

/** Characters of a cell that are drawn: more than a screen is wide. */
const drawn = 1000;

/** One drawn row; it shows one position after another. */
export class RowView {
  readonly element = element('div', 'row');
  position: number | undefined;
  #row: ResultRow | undefined;
  #columns: readonly ShownColumn[] | undefined;
  readonly #number = element('div', 'cell number');
  readonly #marks = element('div', 'cell marks');
  readonly #cells: HTMLElement[] = [];

  constructor(slot: number) {
    this.element.id = `row-${slot}`;
    this.element.setAttribute('role', 'row');
    attributes(this.#number, { role: 'rowheader', 'aria-colindex': '1' });
    attributes(this.#marks, { role: 'gridcell', 'aria-colindex': '2' });
    this.element.append(this.#number, this.#marks);
  }

  hide(): void {
    if (this.position === undefined && this.element.hidden) return;
    this.position = undefined;
    this.element.hidden = true;
    attributes(this.element, { 'aria-selected': 'false' });
  }

  /** `first` is the position that the layer starts at; a row that is not known yet is drawn empty. */
  show(
    position: number,
    first: number,
    row: ResultRow | undefined,
    columns: readonly ShownColumn[],
    active: boolean,
  ): void {
    this.position = position;
    this.element.hidden = false;
    this.element.style.transform = `translateY(${(position - first) * rowHeight}px)`;
    attributes(this.element, { 'aria-rowindex': String(position + 2), 'aria-selected': String(active) });
    if (this.#columns === columns && this.#row === row) return;
    this.#columns = columns;
    this.#row = row;
    const { classList } = this.element;
    classList.toggle('unknown', row === undefined);
    classList.toggle('wide', row !== undefined && row.kind !== 'message');
    classList.toggle('failed', row?.kind === 'error');
    this.#number.textContent = row === undefined ? '' : formatCount(row.row + 1);
    this.#mark(row);
    const isWide = row !== undefined && row.kind !== 'message';
    const wanted = isWide ? 1 : columns.length;
    while (this.#cells.length < wanted) {
      const cell = element('div', 'cell');
      cell.setAttribute('role', 'gridcell');
      this.#cells.push(cell);
      this.element.append(cell);
    }
    for (const [at, cell] of this.#cells.entries()) {
      cell.hidden = at >= wanted;
      if (cell.hidden) continue;
      const text = row?.cells[isWide ? 0 : (columns[at]?.cell ?? at)] ?? '';
      cell.textContent = visible(text.slice(0, drawn));
      attributes(cell, {
        'aria-colindex': String(at + 3),
        'aria-colspan': isWide ? String(Math.max(1, columns.length)) : undefined,
      });
    }
  }

  /** What is odd about it, and that a file came with it: signs with words. */
  #mark(row: ResultRow | undefined): void {
    this.#marks.replaceChildren();
    if (row === undefined) return;
    if (row.kind === 'error') this.#sign('error', t('Error'));
    if (row.note !== undefined) this.#sign('warning', visible(row.note));
    if (row.attachment !== undefined)
      this.#sign('file', t('File {0}, {1}', visible(row.attachment.name), formatBytes(row.attachment.size)));
  }

  #sign(name: 'error' | 'warning' | 'file', words: string): void {
    const sign = element('span', `sign ${name}`);
    attributes(sign, { role: 'img', 'aria-label': words, title: words });
    sign.append(icon(name));
    this.#marks.append(sign);
  }
}
