import { attributes, element } from './dom.ts';

/** Says to a screen reader what happened in a panel. Nothing of it is seen. */
export interface Announcer {
  readonly element: HTMLElement;
  /** Whether it says anything. */
  on: boolean;
  /** Politely, after what is being said; of several texts in a short time, the newest. */
  say(text: string): void;
  /** Even if it is off: the answer to turning it off. */
  insist(text: string): void;
}

/** Shortest time between two texts in ms: a screen reader that is fed faster reads none to its end. */
const pauseMs = 700;

export function announcer(): Announcer {
  const region = element('div', 'unseen');
  attributes(region, { role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true' });
  let on = true;
  let newest: string | undefined;
  /** What was insisted on goes before, and nothing newer takes its place. */
  let urgent: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function next(): void {
    timer = undefined;
    const text = urgent ?? newest;
    if (text === undefined) return;
    if (urgent === undefined) newest = undefined;
    urgent = undefined;
    // The same text again is no change to a live region; a space at its end is, and nobody hears it.
    region.textContent = text === region.textContent ? `${text}\u00a0` : text;
    timer = setTimeout(next, pauseMs);
  }

  function soon(): void {
    if (timer === undefined) next();
  }

  return {
    element: region,
    get on() {
      return on;
    },
    set on(value) {
      on = value;
      if (!on) newest = undefined;
    },
    say: (text) => {
      if (!on || text === '') return;
      newest = text;
      soon();
    },
    insist: (text) => {
      urgent = text;
      soon();
    },
  };
}
