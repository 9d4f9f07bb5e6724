import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { t } from '../text.ts';
import type { ShownColumn } from './columns.ts';

const step = 16;

/** The captions, with an edge on each that mouse and keyboard move. */
export class Header {
  readonly element = element('div', 'row header');
  readonly #setWidth: (column: ShownColumn, width: number) => void;
  #columns: readonly ShownColumn[] = [];
  #edges: readonly HTMLElement[] = [];

  constructor(setWidth: (column: ShownColumn, width: number) => void) {
    this.#setWidth = setWidth;
    attributes(this.element, { role: 'row', 'aria-rowindex': '1' });
  }

  show(columns: readonly ShownColumn[]): void {
    const before = this.#columns;
    this.#columns = columns;
    // Who moves an edge keeps it in the hand.
    if (namesOf(before) === namesOf(columns)) this.#measure();
    else this.#draw(columns);
  }

  #draw(columns: readonly ShownColumn[]): void {
    const edges: HTMLElement[] = [];
    const captions = columns.map((column, at) => {
      const cell = this.#caption(visible(column.caption), at + 3);
      if (column.tooltip !== '') cell.title = visible(column.tooltip);
      const edge = this.#edge(at);
      edges.push(edge);
      cell.append(edge);
      return cell;
    });
    const number = this.#caption('#', 1);
    number.classList.add('number');
    number.title = t('Number of the row');
    const marks = this.#caption('', 2);
    marks.setAttribute('aria-label', t('Marks'));
    this.element.replaceChildren(number, marks, ...captions);
    this.#edges = edges;
    this.#measure();
  }

  #measure(): void {
    for (const [at, edge] of this.#edges.entries()) {
      const column = this.#columns[at];
      if (column === undefined) continue;
      attributes(edge, {
        'aria-valuenow': String(column.width),
        'aria-valuemin': String(column.least),
        'aria-valuemax': String(column.most),
      });
    }
  }

  #caption(text: string, index: number): HTMLElement {
    const cell = element('div', 'cell');
    attributes(cell, { role: 'columnheader', 'aria-colindex': String(index) });
    cell.append(element('span', 'caption', text));
    return cell;
  }

  #edge(at: number): HTMLElement {
    const edge = element('div', 'edge');
    attributes(edge, {
      role: 'separator',
      tabindex: '0',
      'data-cell': String(this.#columns[at]?.cell),
      'aria-orientation': 'vertical',
      'aria-label': t('Width of {0}', visible(this.#columns[at]?.caption ?? '')),
    });
    const set = (widthOf: (column: ShownColumn) => number): void => {
      const column = this.#columns[at];
      if (column === undefined) return;
      this.#setWidth(column, Math.min(Math.max(widthOf(column), column.least), column.most));
    };
    let from = { x: 0, width: 0 };
    edge.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.stopPropagation();
      from = { x: event.clientX, width: this.#columns[at]?.width ?? 0 };
      edge.setPointerCapture(event.pointerId);
    });
    edge.addEventListener('pointermove', (event) => {
      if (edge.hasPointerCapture(event.pointerId)) set(() => from.width + event.clientX - from.x);
    });
    edge.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowLeft') set(({ width }) => width - step);
      else if (event.key === 'ArrowRight') set(({ width }) => width + step);
      else if (event.key === 'Home') set(({ least }) => least);
      else if (event.key === 'End') set(({ most }) => most);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return edge;
  }
}

function namesOf(columns: readonly ShownColumn[]): string {
  return JSON.stringify(columns.map(({ cell, caption, tooltip }) => [cell, caption, tooltip]));
}
