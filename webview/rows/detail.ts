import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { formatBytes, formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import type { ResultBytes, ResultDetail } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import type { ShownColumn } from './columns.ts';
import { hexLines } from './hex.ts';

export interface DetailEvents {
  close(): void;
  saveAttachment(row: number, name: string): void;
  openTrace(record: number): void;
}

/** The chosen row: its cells as they are, its bytes, its file. */
export class Detail {
  readonly element = element('section', 'detail');
  readonly #events: DetailEvents;
  readonly #title = element('h2', 'title');
  readonly #body = element('div', 'detail-body');

  constructor(events: DetailEvents) {
    this.#events = events;
    attributes(this.element, { 'aria-label': t('Chosen row') });
    attributes(this.#body, { tabindex: '0', role: 'region', 'aria-label': t('Cells and bytes') });
    const head = element('div', 'detail-head');
    const close = button({
      label: t('Close the detail'),
      icon: icon('close'),
      key: 'Escape',
      click: () => events.close(),
    });
    head.append(this.#title, close);
    this.element.append(head, this.#body);
  }

  focus(): void {
    this.#body.focus();
  }

  loading(row: number): void {
    this.#title.textContent = t('Row {0}', formatCount(row + 1));
  }

  fail(message: string): void {
    this.#body.replaceChildren(element('p', 'problem', message));
  }

  show({ row, bytes }: ResultDetail, columns: readonly ShownColumn[]): void {
    this.loading(row.row);
    const parts: HTMLElement[] = [];
    if (row.note !== undefined) parts.push(this.#note(row.note));
    const list = element('dl', 'cells');
    for (const [at, text] of row.cells.entries()) {
      const caption =
        row.kind === 'message' ? (columns[at]?.caption ?? t('Cell {0}', at + 1)) : titles[row.kind];
      list.append(element('dt', '', visible(caption)), lines(text));
    }
    parts.push(list);
    if (row.isCut === true)
      parts.push(element('p', 'more', t('Long cells are cut off here; an export has all of them.')));
    const { attachment } = row;
    if (attachment !== undefined) {
      const file = element('div', 'file');
      file.append(
        icon('file'),
        element('span', '', `${visible(attachment.name)}, ${formatBytes(attachment.size)}`),
        button({
          label: t('Save File…'),
          appearance: 'secondary',
          click: () => this.#events.saveAttachment(row.row, attachment.name),
        }),
      );
      parts.push(file);
    }
    parts.push(...bytesView(bytes));
    const trace = button({
      label: t('Show Call in Trace'),
      appearance: 'secondary',
      click: () => this.#events.openTrace(row.record),
    });
    parts.push(trace);
    // What an earlier recording has is not in the trace.
    trace.hidden = row.record < 0;
    this.#body.replaceChildren(...parts);
    this.#body.scrollTop = 0;
  }

  #note(text: string): HTMLElement {
    const note = element('p', 'row-note');
    note.append(icon('warning'), element('span', '', visible(text)));
    return note;
  }
}

const titles = { error: t('Error'), attachment: t('File') } as const;

/** A cell on as many lines as it has, every other control character as a sign. */
function lines(text: string): HTMLElement {
  const shown = element('dd');
  for (const [at, line] of text.split('\n').entries()) {
    if (at > 0) shown.append(element('span', 'newline', '␊'), element('br'));
    shown.append(visible(line));
  }
  return shown;
}

function bytesView({ offset, bytes, length, missing }: ResultBytes): HTMLElement[] {
  const title = element(
    'h3',
    '',
    length === 0
      ? t('No bytes, at offset {0}', formatCount(offset))
      : length === 1
        ? t('1 byte at offset {0}', formatCount(offset))
        : t('{0} bytes at offset {1}', formatCount(length), formatCount(offset)),
  );
  const parts: HTMLElement[] = [title];
  if (missing !== undefined) parts.push(element('p', 'problem', visible(missing)));
  if (bytes.length > 0) {
    const hex = element('pre', 'hex', hexLines(bytes, offset));
    attributes(hex, { tabindex: '0', role: 'region', 'aria-label': t('Bytes in hex') });
    parts.push(hex);
  }
  if (bytes.length < length && missing === undefined)
    parts.push(element('p', 'more', t('The first {0} are shown.', formatBytes(bytes.length))));
  return parts;
}
