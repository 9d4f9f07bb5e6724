/** The list of events: chosen one by one or as a stretch, with mouse and keyboard; the newest ones stay in view. */
import { attributes, element } from '../dom.ts';
import type { ConsoleFilter, ConsoleRow } from '../protocol.ts';
import { t } from '../text.ts';
import { isShown } from './filter.ts';
import { rowElement, spoken } from './row.ts';

/** Events on the page; the editor keeps more. */
const KEPT = 2000;
/** New events that are read out one by one. */
const SPOKEN = 3;
/** Rows of a page up or down. */
const PAGE = 10;
/** How near to its end, in CSS pixels, a list counts as scrolled to the end. */
const NEAR = 4;

export interface TranscriptEvents {
  /** The user went to this event. */
  choose(number: number): void;
  /** Another number of events is shown or chosen. */
  changed(): void;
}

interface Listed {
  readonly row: ConsoleRow;
  readonly element: HTMLElement;
}

/** Numbers of the first and the last event. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export class Transcript {
  readonly element = element('div', 'transcript');
  readonly list = element('ol', 'events');
  readonly #news = element('div', 'spoken');
  readonly #events: TranscriptEvents;
  #listed: Listed[] = [];
  #filter: ConsoleFilter = { stream: '', eventType: '' };
  /** Where a stretch begins, and where the user is. */
  #anchor: number | undefined;
  #active: number | undefined;
  /** The newest event is in view, and stays so. */
  #follows = true;
  /** The one where the user is was shown, and nobody scrolled since. */
  #keepsActive = false;

  constructor(events: TranscriptEvents) {
    this.#events = events;
    attributes(this.list, {
      role: 'listbox',
      tabindex: '0',
      'aria-label': t('Transcript'),
      'aria-multiselectable': 'true',
    });
    attributes(this.#news, { role: 'log', 'aria-label': t('New events') });
    this.element.append(this.list, this.#news);
    this.list.addEventListener('scroll', () => (this.#follows = this.#isAtEnd()), { passive: true });
    for (const kind of ['wheel', 'pointerdown'])
      this.list.addEventListener(kind, () => (this.#keepsActive = false), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(this.list);
    this.list.addEventListener('mousedown', (event) => this.#clicked(event));
    this.list.addEventListener('keydown', (event) => this.#pressed(event));
  }

  get active(): number | undefined {
    return this.#active;
  }

  /** The stretch that is chosen; everything where that is one event or none. */
  get stretch(): Stretch | undefined {
    const [first, last] = [this.#listed.at(0), this.#listed.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const whole = { from: first.row.number, to: last.row.number };
    if (this.#anchor === undefined || this.#active === undefined || this.#anchor === this.#active)
      return whole;
    return { from: Math.min(this.#anchor, this.#active), to: Math.max(this.#anchor, this.#active) };
  }

  /** How many events are chosen, of how many that are shown. */
  get counts(): { readonly chosen: number; readonly shown: number } {
    const shown = this.#shown();
    return { chosen: shown.filter(({ row }) => this.#isChosen(row.number)).length, shown: shown.length };
  }

  /** Every type that is listed. */
  get types(): readonly string[] {
    return [...new Set(this.#listed.map(({ row }) => row.eventType))].sort();
  }

  add(rows: readonly ConsoleRow[], missed: number, fresh: boolean): void {
    const follows = this.#follows;
    if (fresh) {
      this.#listed = [];
      this.list.replaceChildren();
      if (!rows.some(({ number }) => number === this.#active)) this.#anchor = this.#active = undefined;
    }
    const made = rows.map((row): Listed => ({ row, element: rowElement(row) }));
    if (missed > 0) this.list.append(gap(missed));
    this.list.append(...made.map((one) => one.element));
    this.#listed.push(...made);
    const gone = this.#listed.splice(0, Math.max(0, this.#listed.length - KEPT)).at(-1);
    // Gaps go with the events behind them.
    while (gone !== undefined && this.list.contains(gone.element)) this.list.firstElementChild?.remove();
    for (const one of made) this.#show(one);
    if (!fresh) this.#say(rows, missed);
    if (follows) this.list.scrollTop = this.list.scrollHeight;
    this.#events.changed();
  }

  filter(filter: ConsoleFilter): void {
    this.#filter = filter;
    for (const one of this.#listed) this.#show(one);
    this.#events.changed();
  }

  /** Goes to the newest event and stays there: who says something wants to hear the answer. */
  follow(): void {
    this.#keepsActive = false;
    this.#follows = true;
    this.list.scrollTop = this.list.scrollHeight;
  }

  /** Goes to an event; false where it is not listed. */
  go(number: number): boolean {
    const found = this.#listed.find(({ row }) => row.number === number);
    if (found === undefined) return false;
    this.#move(number, false);
    return true;
  }

  #shown(): readonly Listed[] {
    return this.#listed.filter(({ row }) => isShown(row, this.#filter));
  }

  #show({ row, element: made }: Listed): void {
    made.hidden = !isShown(row, this.#filter);
    attributes(made, { 'aria-selected': String(this.#isChosen(row.number)) });
    made.classList.toggle('active', row.number === this.#active);
  }

  #isChosen(number: number): boolean {
    if (this.#active === undefined || this.#anchor === undefined) return false;
    return number >= Math.min(this.#anchor, this.#active) && number <= Math.max(this.#anchor, this.#active);
  }

  #resized(): void {
    if (this.#keepsActive) this.#element(this.#active)?.scrollIntoView({ block: 'nearest' });
    else if (this.#follows) this.list.scrollTop = this.list.scrollHeight;
  }

  #element(number: number | undefined): HTMLElement | undefined {
    return this.#listed.find(({ row }) => row.number === number)?.element;
  }

  #isAtEnd(): boolean {
    return this.list.scrollTop + this.list.clientHeight >= this.list.scrollHeight - NEAR;
  }

  #say(rows: readonly ConsoleRow[], missed: number): void {
    const shown = rows.filter((row) => isShown(row, this.#filter));
    if (shown.length === 0) return;
    const texts =
      shown.length + missed <= SPOKEN ? shown.map(spoken) : [t('{0} new events', shown.length + missed)];
    this.#news.replaceChildren(...texts.map((text) => element('p', '', text)));
  }

  #clicked(event: MouseEvent): void {
    const found = this.#listed.find(
      ({ element: made }) => event.target instanceof Node && made.contains(event.target),
    );
    if (found === undefined || event.button !== 0) return;
    // A stretch of events is chosen here, not one of text.
    if (event.shiftKey) event.preventDefault();
    this.list.focus();
    this.#move(found.row.number, event.shiftKey);
  }

  #pressed(event: KeyboardEvent): void {
    const shown = this.#shown();
    const at = shown.findIndex(({ row }) => row.number === this.#active);
    if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      const [first, last] = [shown.at(0), shown.at(-1)];
      if (first === undefined || last === undefined) return;
      this.#anchor = first.row.number;
      this.#move(last.row.number, true);
      event.preventDefault();
      return;
    }
    const to = targetOf(event.key, at, shown.length);
    const target = to === undefined ? undefined : shown[to];
    if (target === undefined) return;
    this.#move(target.row.number, event.shiftKey);
    event.preventDefault();
  }

  #move(number: number, extend: boolean): void {
    this.#active = number;
    if (!extend || this.#anchor === undefined) this.#anchor = number;
    for (const one of this.#listed) this.#show(one);
    const made = this.#element(number);
    this.#keepsActive = true;
    made?.scrollIntoView({ block: 'nearest' });
    attributes(this.list, { 'aria-activedescendant': made?.id });
    this.#events.choose(number);
    this.#events.changed();
  }
}

function targetOf(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case 'ArrowDown':
      return Math.min(last, at + 1);
    case 'ArrowUp':
      return at < 0 ? last : Math.max(0, at - 1);
    case 'PageDown':
      return Math.min(last, at + PAGE);
    case 'PageUp':
      return Math.max(0, (at < 0 ? last : at) - PAGE);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

function gap(missed: number): HTMLElement {
  const made = element('li', 'gap', t('… {0} more events, too many to list', missed));
  made.setAttribute('role', 'presentation');
  return made;
}
