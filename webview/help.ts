import { attributes, element } from './dom.ts';
import { keyParts } from './keys.ts';
import type { KeyEntry } from './keys.ts';
import { icon } from './icons.ts';
import { t } from './text.ts';
import { button } from './ui.ts';

export interface HelpSheet {
  readonly element: HTMLElement;
  open(): void;
}

/** What is done with a mouse, for the end of the sheet. */
export interface MouseHint {
  readonly gesture: string;
  readonly text: string;
}

/** Caps of an action that the sheet shows at most. */
const mostKeys = 3;

let sheets = 0;

/** A dialog with all keys of a panel, by group, in the table's order. Escape closes it. */
export function helpSheet(
  title: string,
  table: readonly KeyEntry[],
  mouse: readonly MouseHint[] = [],
): HelpSheet {
  const sheet = element('dialog', 'help');
  const heading = element('h2', '', title);
  heading.id = `help-${(sheets += 1)}`;
  attributes(sheet, { 'aria-labelledby': heading.id });
  const content = element('div', 'help-groups');
  // What scrolls can be reached by keyboard.
  attributes(content, { tabindex: '0', role: 'group', 'aria-labelledby': heading.id });
  const close = button({ label: t('Close'), icon: icon('close'), click: () => sheet.close() });
  const head = element('div', 'help-head');
  head.append(heading, close);
  sheet.append(head, content);

  sheet.addEventListener('keydown', (event) => {
    // The panel's own keys are off meanwhile.
    event.stopPropagation();
    if (event.key === '?') sheet.close();
    if (event.key !== 'Tab') return;
    // Tab would go on to the editor around the page.
    event.preventDefault();
    (document.activeElement === content ? close : content).focus();
  });
  sheet.addEventListener('click', (event) => {
    if (event.target === sheet) sheet.close();
  });

  return {
    element: sheet,
    open: () => {
      if (sheet.open) return;
      const columns = element('div', 'help-columns');
      columns.append(...keyGroups(table), ...mouseGroup(mouse));
      content.replaceChildren(columns);
      sheet.showModal();
      content.focus();
    },
  };
}

function keyGroups(table: readonly KeyEntry[]): HTMLElement[] {
  const isMac = navigator.platform.startsWith('Mac');
  return [...Map.groupBy(table, ({ group }) => group)].map(([title, entries]) => {
    const byAction = Map.groupBy(entries, ({ action }) => action);
    return group(
      title,
      [...byAction.values()].flatMap((same) => {
        const [first] = same;
        if (first === undefined) return [];
        const keys = same.flatMap((entry) => entry.keys).slice(0, mostKeys);
        return [
          row(
            keys.map((key) => keyCaps(keyParts(key, isMac))),
            first.text,
          ),
        ];
      }),
    );
  });
}

function mouseGroup(hints: readonly MouseHint[]): HTMLElement[] {
  if (hints.length === 0) return [];
  return [
    group(
      t('With the mouse'),
      hints.map(({ gesture, text }) => row([element('span', 'gesture', gesture)], text)),
    ),
  ];
}

function group(title: string, rows: readonly HTMLElement[]): HTMLElement {
  const outer = element('section', 'help-group');
  const list = element('dl');
  list.append(...rows);
  outer.append(element('h3', '', title), list);
  return outer;
}

function row(keys: readonly HTMLElement[], text: string): HTMLElement {
  const line = element('div', 'help-row');
  const caps = element('dt');
  caps.append(...keys.flatMap((key, at) => (at === 0 ? [key] : [` ${t('or')} `, key])));
  line.append(caps, element('dd', '', text));
  return line;
}

function keyCaps(parts: readonly string[]): HTMLElement {
  const outer = element('span', 'caps');
  outer.append(...parts.map((part) => element('kbd', '', part)));
  return outer;
}
