import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { formatDelta, formatTime } from '../format.ts';
import { icon } from '../icons.ts';
import type { RecordDetail, RecordDifferences } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { allDifferences } from './differences.ts';
import type { Difference } from './differences.ts';
import { shortText } from './cells.ts';
import { badge } from './row.ts';

export interface DifferencePane {
  readonly element: HTMLElement;
  /** `values` is undefined where one of the two has no typed values. */
  show(before: RecordDetail, after: RecordDetail, values: RecordDifferences | undefined): void;
  fail(message: string): void;
  focus(): void;
}

export interface DifferenceEvents {
  swap(): void;
  clear(): void;
  reveal(record: number): void;
}

/** Two records beside each other: what differs, field by field. */
export function differencePane(events: DifferenceEvents): DifferencePane {
  const pane = element('section', 'differences');
  attributes(pane, { tabindex: '-1', 'aria-label': t('Comparison of two records') });
  const head = element('div', 'detail-head');
  head.append(
    icon('compare'),
    element('h2', 'title', t('Comparison')),
    button({ label: t('Swap the two'), icon: icon('swap'), click: () => events.swap() }),
    button({
      label: t('Close the comparison'),
      key: 'Esc',
      icon: icon('close'),
      click: () => events.clear(),
    }),
  );
  const body = element('div', 'detail-body');
  attributes(body, { tabindex: '0', role: 'group', 'aria-label': t('Differences') });
  pane.append(head, body);

  return {
    element: pane,
    show: (before, after, values) => {
      const found = allDifferences(before, after, values);
      const sides = element('div', 'sides');
      sides.append(side(t('Before'), 'first', before), side(t('After'), 'second', after));
      const apart = element(
        'p',
        'apart',
        t('{0} from the first to the second', formatDelta(after.time - before.time)),
      );
      const parts: HTMLElement[] = [sides, apart];
      if (found.length === 0) parts.push(element('p', 'same', t('Nothing else differs.')));
      else parts.push(table(found));
      const more = values?.more ?? 0;
      if (more > 0) parts.push(element('p', 'apart', t('{0} more differ and are not listed.', more)));
      body.replaceChildren(...parts);
      body.scrollTop = 0;
    },
    fail: (message) => body.replaceChildren(element('p', 'detail-summary', message)),
    focus: () => body.focus(),
  };

  function side(label: string, nth: string, row: RecordDetail): HTMLElement {
    const made = element('button', `side ${nth}`);
    made.type = 'button';
    made.title = t('Show this record in the list');
    const kind = badge();
    kind.set(row.kind);
    made.append(
      element('span', 'side-label', label),
      kind.element,
      element('strong', '', shortText(row.name)),
      element('span', 'side-at', `${formatTime(row.time)} s · ${shortText(row.plugin)}`),
    );
    made.addEventListener('click', () => events.reveal(row.record));
    return made;
  }
}

function table(found: readonly Difference[]): HTMLElement {
  const made = element('table', 'difference-table');
  const titles = element('tr');
  for (const title of [t('Field'), t('Before'), t('After')]) {
    const cell = element('th', '', title);
    cell.scope = 'col';
    titles.append(cell);
  }
  const head = element('thead');
  head.append(titles);
  const body = element('tbody');
  body.append(...found.map(line));
  made.append(head, body);
  return made;
}

function line({ path, before, after }: Difference): HTMLElement {
  const row = element('tr');
  const name = element('th', '', shortText(path));
  name.scope = 'row';
  row.append(name, cell(before, 'before'), cell(after, 'after'));
  return row;
}

/** A value, or the word that says that there is none. */
function cell(value: string | undefined, side: 'before' | 'after'): HTMLElement {
  const made = element('td', value === undefined ? 'absent' : side);
  if (value === undefined) made.textContent = t('none');
  else made.append(element('code', '', visible(value.length > 2000 ? `${value.slice(0, 2000)}…` : value)));
  return made;
}
