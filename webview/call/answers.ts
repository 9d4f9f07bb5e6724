/** The calls that were made from the page, and what came of them; newest first. */
import { element } from '../dom.ts';
import type { ToCallForm } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';

type Answer = Extract<ToCallForm, { type: 'answer' }>;

/** Calls that stay on the page. */
const KEPT = 50;

export class Answers {
  readonly element = element('ol', 'answers');
  readonly #openTrace: (record: number) => void;
  readonly #waiting = new Map<number, HTMLElement>();

  constructor(openTrace: (record: number) => void) {
    this.#openTrace = openTrace;
    this.element.setAttribute('aria-label', t('Calls'));
    this.element.setAttribute('aria-live', 'polite');
  }

  /** A call that was sent: `area.measure({width: 1, height: 2})`. */
  add(id: number, call: string): void {
    const row = element('li', 'waiting');
    row.append(element('code', 'asked', call), element('code', 'answer', '…'));
    this.#waiting.set(id, row);
    this.element.prepend(row);
    while (this.element.children.length > KEPT) this.element.lastElementChild?.remove();
  }

  show({ id, ok, text, record, durationMs }: Answer): void {
    const row = this.#waiting.get(id);
    if (row === undefined) return;
    this.#waiting.delete(id);
    row.className = ok ? 'ok' : 'failed';
    row.lastElementChild?.remove();
    const answer =
      ok && text === '' ? element('span', 'answer', t('returned')) : element('code', 'answer', text);
    row.append(
      answer,
      element('span', 'time', durationMs === undefined ? '' : `${durationMs.toFixed(2)} ms`),
    );
    if (record !== undefined) {
      const show = button({ label: t('Trace'), click: () => this.#openTrace(record) });
      show.setAttribute('aria-label', t('Show the call in the trace'));
      row.append(show);
    }
    // What is long scrolls, with the keyboard, too.
    if (answer.scrollHeight > answer.clientHeight) answer.tabIndex = 0;
  }
}
