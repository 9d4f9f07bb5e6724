import { element } from '../dom.ts';
import { keyFor } from '../keys.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { timelineKeys } from './keys.ts';
import type { TimelineAction } from './keys.ts';
import type { Said } from './words.ts';

export interface Strip {
  readonly element: HTMLElement;
  /** What is selected, which may be a record of another recording; hints where nothing is. */
  show(said: Said | undefined, isElsewhere?: boolean): void;
  /** What went wrong. */
  say(message: string): void;
  /** Whether there is something to follow. */
  follow(possible: boolean): void;
}

const hints: readonly { readonly keys: readonly TimelineAction[]; readonly text: string }[] = [
  { keys: ['zoomIn', 'zoomOut'], text: t('zoom') },
  { keys: ['panLeft', 'panRight'], text: t('move') },
  { keys: ['previousSlice', 'nextSlice'], text: t('previous and next') },
  { keys: ['nextError'], text: t('next error') },
  { keys: ['fit'], text: t('everything') },
  { keys: ['follow'], text: t('follow') },
  { keys: ['showKeys'], text: t('all keys') },
];

function hint(follow: boolean): string {
  return hints
    .filter(({ keys }) => follow || !keys.includes('follow'))
    .map(({ keys, text }) => `${keys.map((action) => keyFor(timelineKeys, action) ?? '').join(' ')} ${text}`)
    .join(' · ');
}

/** The line below the lanes: what is selected. Screen readers are told by the announcer. */
export function strip(open: () => void): Strip {
  const view = element('div', 'strip');
  const text = element('div', 'strip-text');
  const show = button({ label: t('Show in Trace'), key: 'Enter', appearance: 'secondary', click: open });
  const elsewhere = button({
    label: t('Open Its Recording'),
    key: 'Enter',
    appearance: 'secondary',
    click: open,
  });
  show.hidden = elsewhere.hidden = true;
  const keys = element('div', 'hint', hint(true));
  view.append(text, keys, show, elsewhere);
  return {
    element: view,
    show: (said, isElsewhere = false) => {
      show.hidden = said === undefined || isElsewhere;
      elsewhere.hidden = said === undefined || !isElsewhere;
      keys.hidden = said !== undefined;
      text.classList.toggle('failed', said?.failed === true);
      text.replaceChildren();
      if (said === undefined) return;
      text.append(element('strong', '', said.title), ...said.facts.map((fact) => element('span', '', fact)));
    },
    say: (message) => {
      text.classList.add('failed');
      text.textContent = message;
      keys.hidden = true;
    },
    follow: (possible) => {
      keys.textContent = hint(possible);
    },
  };
}
