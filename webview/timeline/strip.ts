import { attributes, element } from '../dom.ts';
import { formatCount, formatDuration, formatTime } from '../format.ts';
import { laneKinds } from '../kinds.ts';
import type { Slice } from '../protocol.ts';
import { button } from '../ui.ts';
import type { LaneTrack } from './layout.ts';

/** What a slice is, in words; a bucket of many tells how many. */
export function sliceText(
  slice: Slice,
  track: LaneTrack,
): { readonly title: string; readonly facts: readonly string[] } {
  const kind = laneKinds.find((known) => known.kind === track.kind)?.one ?? track.kind;
  const length = slice.to - slice.from;
  const many = slice.count > 1;
  return {
    title: slice.name,
    facts: [
      many ? `${formatCount(slice.count)} records` : kind,
      track.plugin,
      `at ${formatTime(slice.from)} s`,
      ...(length > 0 ? [`${many ? 'over ' : ''}${formatDuration(length)}`] : []),
      ...(slice.error ? ['failed'] : []),
    ],
  };
}

export interface Strip {
  readonly element: HTMLElement;
  show(
    text: { readonly title: string; readonly facts: readonly string[] } | undefined,
    failed: boolean,
  ): void;
  say(message: string): void;
  /** Whether there is something to follow. */
  follow(possible: boolean): void;
}

const hints = [
  'W S zoom',
  'A D pan',
  '[ ] previous and next',
  '↑ ↓ lane',
  '0 everything',
  'F follow',
  'Enter opens the record',
];

function hint(follow: boolean): string {
  return hints.filter((text) => follow || !text.endsWith('follow')).join(' · ');
}

/** The line below the lanes: what is selected, for eyes and for screen readers. */
export function strip(open: () => void): Strip {
  const view = element('div', 'strip');
  const text = element('div', 'strip-text');
  attributes(text, { role: 'status', 'aria-live': 'polite' });
  const show = button({ label: 'Show in Trace', key: 'Enter', appearance: 'secondary', click: open });
  show.hidden = true;
  const keys = element('div', 'hint', hint(true));
  view.append(text, keys, show);
  return {
    element: view,
    show: (said, failed) => {
      show.hidden = said === undefined;
      keys.hidden = said !== undefined;
      text.classList.toggle('failed', failed);
      text.replaceChildren();
      if (said === undefined) return;
      text.append(element('strong', '', said.title), ...said.facts.map((fact) => element('span', '', fact)));
    },
    say: (message) => {
      text.classList.add('failed');
      text.textContent = message;
    },
    follow: (possible) => {
      keys.textContent = hint(possible);
    },
  };
}
