/** One event: its JSON, who got it, and why each plugin did or did not. */
import { attributes, element } from '../dom.ts';
import { icon } from '../icons.ts';
import type { ToConsole } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';

export type Detail = Extract<ToConsole, { type: 'detail' }>;

export interface DetailActions {
  readonly sendAgain: (number: number) => void;
  /** Goes to the event from outside. */
  readonly origin: () => void;
  readonly close: () => void;
}

export interface DetailPane {
  readonly element: HTMLElement;
  show(detail: Detail, hasOrigin: boolean): void;
}

export function detailPane({ sendAgain, origin, close }: DetailActions): DetailPane {
  const pane = element('section', 'detail');
  attributes(pane, { 'aria-label': t('Event') });
  const title = element('h2');
  const head = element('div', 'detail-head');
  head.append(title, button({ label: t('Close event'), key: 'Escape', icon: icon('close'), click: close }));
  let shown: Detail | undefined;
  const again = button({
    label: t('Send Again'),
    appearance: 'secondary',
    click: () => {
      if (shown !== undefined) sendAgain(shown.number);
    },
  });
  const toOrigin = button({ label: t('Show Origin'), appearance: 'secondary', click: origin });
  const actions = element('div', 'detail-actions');
  actions.append(again, toOrigin);
  const body = element('div', 'detail-body');
  attributes(body, { tabindex: '0', role: 'group', 'aria-label': t('What is known of the event') });
  pane.append(head, actions, body);
  pane.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  return {
    element: pane,
    show: (detail, hasOrigin) => {
      const same = shown?.number === detail.number;
      shown = detail;
      title.textContent = t('Event #{0}', detail.number);
      toOrigin.hidden = !hasOrigin;
      body.replaceChildren(
        ...part(t('Why it did or did not reach a plugin'), reasons(detail)),
        ...part(t('Deliveries'), [sentences(detail.deliveries, t('None: no plugin hears this stream.'))]),
        ...part(t('Payload'), [code(detail.payload)]),
        ...part(t('Event'), [code(detail.json)]),
      );
      if (!same) body.scrollTop = 0;
    },
  };
}

function part(title: string, content: readonly HTMLElement[]): readonly HTMLElement[] {
  return [element('h3', '', title), ...content];
}

function reasons({ reasons: all, problem }: Detail): readonly HTMLElement[] {
  if (problem !== undefined) return [element('p', 'problem', problem)];
  if (all.length === 0) return [element('p', '', t('No plugin stands on the bus. Start one.'))];
  const list = element('ul', 'reasons');
  for (const { reached, text } of all) {
    const line = element('li', reached ? 'reached' : 'missed');
    line.append(icon(reached ? 'check' : 'close'), element('span', '', text));
    list.append(line);
  }
  return [list];
}

function sentences(all: readonly string[], none: string): HTMLElement {
  if (all.length === 0) return element('p', '', none);
  const list = element('ul');
  list.append(...all.map((text) => element('li', '', text)));
  return list;
}

function code(text: string): HTMLElement {
  return element('pre', '', text);
}
