import { attributes, element } from '../dom.ts';
import { t } from '../text.ts';
import type { Column, ColumnId } from './columns.ts';

export interface HeaderEvents {
  resize(id: ColumnId, width: number): void;
  /** A title was dropped on another one. */
  move(id: ColumnId, before: ColumnId): void;
  /** Asks for the menu of columns at this place. */
  menu(x: number, y: number): void;
  /** Asks for the menu of what took long at this place. */
  longest(x: number, y: number): void;
}

/**
 * The titles: their edges resize, dragging one moves the column, a right click opens the menu of columns; a click
 * on that of durations lists what took long.
 */
export class Header {
  readonly element = element('div', 'row header');
  readonly #events: HeaderEvents;
  #shown = '';

  constructor(events: HeaderEvents) {
    this.#events = events;
    attributes(this.element, { role: 'row', 'aria-rowindex': '1' });
    this.element.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      event.stopPropagation();
      events.menu(event.clientX, event.clientY);
    });
  }

  show(columns: readonly Column[]): void {
    const key = columns.map(({ id }) => id).join();
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.replaceChildren(...columns.map((column, at) => this.#cell(column, at)));
  }

  #cell({ id, title, about }: Column, at: number): HTMLElement {
    const cell = element('div', `cell ${id}`);
    attributes(cell, { role: 'columnheader', 'aria-colindex': String(at + 1), draggable: 'true' });
    cell.title = about === '' ? title : about;
    const edge = element('span', 'edge');
    edge.title = t('Drag to resize, double-click for the usual width');
    edge.setAttribute('aria-hidden', 'true');
    cell.append(element('span', 'caption', title), edge);
    if (id === 'duration') {
      cell.addEventListener('click', (event) => {
        if (event.target === edge) return;
        const box = cell.getBoundingClientRect();
        this.#events.longest(box.left, box.bottom);
      });
    }
    this.#drag(cell, id);
    this.#resize(edge, cell, id);
    return cell;
  }

  #drag(cell: HTMLElement, id: ColumnId): void {
    const type = 'text/x-hotplug-column';
    cell.addEventListener('dragstart', (event) => event.dataTransfer?.setData(type, id));
    cell.addEventListener('dragover', (event) => {
      if (event.dataTransfer?.types.includes(type) !== true) return;
      event.preventDefault();
      cell.classList.add('over');
    });
    cell.addEventListener('dragleave', () => cell.classList.remove('over'));
    cell.addEventListener('drop', (event) => {
      cell.classList.remove('over');
      const from = event.dataTransfer?.getData(type) ?? '';
      if (from === '' || from === id) return;
      event.preventDefault();
      this.#events.move(from as ColumnId, id);
    });
  }

  #resize(edge: HTMLElement, cell: HTMLElement, id: ColumnId): void {
    let from = { x: 0, width: 0 };
    edge.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      // Not a drag of the title.
      event.preventDefault();
      event.stopPropagation();
      from = { x: event.clientX, width: cell.getBoundingClientRect().width };
      edge.setPointerCapture(event.pointerId);
    });
    edge.addEventListener('pointermove', (event) => {
      if (!edge.hasPointerCapture(event.pointerId)) return;
      const by = event.clientX - from.x;
      this.#events.resize(id, from.width + (getComputedStyle(edge).direction === 'rtl' ? -by : by));
    });
    edge.addEventListener('dblclick', () => this.#events.resize(id, Number.NaN));
  }
}
