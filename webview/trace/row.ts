import { attributes, element } from '../dom.ts';
import { formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import { labelOf } from '../kinds.ts';
import type { Row } from '../protocol.ts';
import { t } from '../text.ts';
import { cellText, isMember } from './cells.ts';
import type { ColumnId } from './columns.ts';
import { rowHeight } from './viewport.ts';

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

/** What a row is drawn with beside its own contents. */
export interface RowLook {
  /** The row above, where it is known: the delta counts from it. */
  readonly above: Row | undefined;
  /** Milliseconds since the Unix epoch, once that is known. */
  readonly startedAt: number | undefined;
  readonly grouped: boolean;
  readonly active: boolean;
  /** Which of the two rows to compare it is. */
  readonly picked: 'first' | 'second' | undefined;
}

/** One drawn row; it shows one position after another. */
export class RowView {
  readonly element = element('div', 'row');
  position: number | undefined;
  row: Row | undefined;
  #key = '';
  #cells: readonly { readonly id: ColumnId; readonly element: HTMLElement }[] = [];
  readonly #badge = badge();
  readonly #twisty = element('span', 'twisty');
  readonly #name = element('span', 'text');
  readonly #summary = element('span', 'text');
  readonly #members = element('span', 'members');
  readonly #mark = icon('error');

  constructor(slot: number) {
    this.element.id = `row-${slot}`;
    this.element.setAttribute('role', 'row');
    this.#twisty.append(icon('next'));
    this.#mark.classList.add('mark');
  }

  /** Which columns it has; it is drawn anew with the next {@link RowView.show}. */
  columns(ids: readonly ColumnId[]): void {
    this.#key = '';
    this.#cells = ids.map((id, at) => {
      const cell = element('div', `cell ${id}`);
      attributes(cell, { role: 'gridcell', 'aria-colindex': String(at + 1) });
      if (id === 'kind') cell.append(this.#badge.element);
      if (id === 'name') cell.append(this.#name);
      if (id === 'summary') cell.append(this.#mark, this.#summary, this.#members);
      return { id, element: cell };
    });
    const opens = this.#cells.find(({ id }) => id === 'name') ?? this.#cells[0];
    opens?.element.prepend(this.#twisty);
    this.element.replaceChildren(...this.#cells.map((cell) => cell.element));
  }

  hide(): void {
    if (this.position === undefined && this.element.hidden) return;
    this.position = undefined;
    this.row = undefined;
    this.element.hidden = true;
    this.element.classList.remove('active');
    attributes(this.element, { 'aria-selected': 'false', 'data-picked': undefined });
  }

  /** `first` is the position that the layer starts at; a row that is not known yet is drawn empty. */
  show(position: number, first: number, row: Row | undefined, look: RowLook): void {
    this.position = position;
    this.row = row;
    this.element.hidden = false;
    this.element.style.transform = `translateY(${(position - first) * rowHeight}px)`;
    const group = row?.group;
    attributes(this.element, {
      'aria-rowindex': String(position + 2),
      'aria-selected': String(look.active || look.picked !== undefined),
      'aria-level': !look.grouped || row === undefined ? undefined : isMember(row) ? '2' : '1',
      'aria-expanded': group === undefined ? undefined : String(group.open),
      'data-picked': look.picked,
    });
    const { classList } = this.element;
    classList.toggle('active', look.active);
    classList.toggle('grouped', look.grouped);
    const key = row === undefined ? '' : keyOf(row, look);
    if (this.#key === key && key !== '') return;
    this.#key = key;
    classList.toggle('unknown', row === undefined);
    classList.toggle('inside', row !== undefined && row.event > 0 && row.kind !== 'event');
    classList.toggle('opens', row?.kind === 'event');
    classList.toggle('failed', row?.status === 'error' || group?.error === true);
    for (const cell of this.#cells) this.#draw(cell.id, cell.element, row, look);
    if (row === undefined) return;
    this.#badge.set(row.kind);
    this.#name.textContent = cellText('name', row, undefined);
    this.#summary.textContent = cellText('summary', row, undefined);
    this.#members.textContent = group === undefined ? '' : membersText(group);
    this.#twisty.classList.toggle('none', group === undefined || group.rows === 0);
  }

  #draw(id: ColumnId, cell: HTMLElement, row: Row | undefined, look: RowLook): void {
    if (id === 'kind' || id === 'name' || id === 'summary') return;
    const text = row === undefined ? '' : cellText(id, row, look.above, look.startedAt);
    if (this.#twisty.parentElement === cell) cell.replaceChildren(this.#twisty, text);
    else if (cell.textContent !== text) cell.textContent = text;
  }
}

function membersText({ rows, error }: NonNullable<Row['group']>): string {
  if (rows === 0) return '';
  const count = rows === 1 ? t('1 row') : t('{0} rows', formatCount(rows));
  return error ? t('{0}, failed', count) : count;
}

/** Everything that decides how the row looks, apart from what is set each time. */
function keyOf(row: Row, { above, startedAt, grouped }: RowLook): string {
  const group = row.group === undefined ? '' : `${row.group.rows} ${row.group.error}`;
  return `${row.record} ${row.status} ${row.durationMs ?? ''} ${above?.time ?? ''} ${startedAt ?? ''} ${grouped} ${group} ${row.summary}`;
}
