import { element } from './dom.ts';
import type { FromPanel } from './protocol.ts';
import { t } from './text.ts';
import { button } from './ui.ts';

export interface Notice {
  readonly element: HTMLElement;
  /** Says what the panel shows instead of the live recording; undefined where it shows that. */
  show(instead: string | undefined): void;
}

/** The bar at the top of a panel that does not show the live recording, with the way back to it. */
export function insteadNotice(post: (message: FromPanel) => void): Notice {
  const view = element('div', 'notice');
  view.setAttribute('role', 'status');
  const text = element('span', 'notice-text');
  const back = button({
    label: t('Back to Live'),
    appearance: 'secondary',
    click: () => post({ type: 'command', command: 'backToLive' }),
  });
  view.append(text, back);
  view.hidden = true;
  return {
    element: view,
    show: (instead) => {
      view.hidden = instead === undefined;
      const said = instead === undefined ? '' : t('This is {0}, not the live recording.', instead);
      if (text.textContent !== said) text.textContent = said;
    },
  };
}
