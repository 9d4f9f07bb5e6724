import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import type { Comparison, EventDifference } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { differenceTime, neighbourDifference } from './difference-list.ts';
import type { TimelineModel } from './model/model.ts';
import { timeText } from './words.ts';

const kinds: Readonly<Record<EventDifference['kind'], string>> = {
  outputs: t('other outputs'),
  duration: t('other duration'),
  missing: t('only in one'),
};

/** What the comparison with another run says: a bar above the picture, and the list of what differs. */
export class Differences {
  /** The bar; hidden where nothing is compared. */
  readonly bar = element('div', 'notice comparison');
  readonly list = element('div', 'differences');
  readonly #model: TimelineModel;
  readonly #text = element('span', 'notice-text');
  readonly #steps: readonly HTMLElement[];
  #shown: Comparison | undefined;
  #at = -1;

  constructor(model: TimelineModel, showList: () => void) {
    this.#model = model;
    this.bar.hidden = true;
    attributes(this.bar, { role: 'group', 'aria-label': t('Comparison') });
    this.#steps = [
      button({
        label: t('Previous difference'),
        key: ',',
        icon: icon('previous'),
        click: () => this.step(-1),
      }),
      button({ label: t('Next difference'), key: '.', icon: icon('next'), click: () => this.step(1) }),
      button({ label: t('List'), click: showList }),
    ];
    this.bar.append(
      icon('compare'),
      this.#text,
      ...this.#steps,
      button({
        label: t('End the comparison'),
        icon: icon('close'),
        click: () => model.client.post({ type: 'compareWith', other: 'none' }),
      }),
    );
    model.onChange((changed) => {
      if (changed.has('comparison') || changed.has('recording') || changed.has('mode')) this.#draw();
    });
    this.#draw();
  }

  /** To the next or previous difference from what is chosen, or from the edge of the view. */
  step(by: 1 | -1): void {
    const comparison = this.#shown;
    if (comparison === undefined) return;
    const { selection, target } = this.#model;
    const times = comparison.differences.map((difference) => differenceTime(difference, comparison));
    const known = comparison.differences[this.#at];
    const isThere = known !== undefined && (known.here === undefined || known.here === selection?.record);
    const edge = by > 0 ? target?.from : target?.to;
    const found = isThere ? this.#at + by : neighbourDifference(times, selection?.time ?? edge ?? 0, by);
    // Around the end to the other one, as the search does.
    const next = times[found] === undefined ? (by > 0 ? 0 : times.length - 1) : found;
    if (comparison.differences[next] !== undefined) this.#go(next);
  }

  #go(index: number): void {
    const comparison = this.#shown;
    const difference = comparison?.differences[index];
    if (comparison === undefined || difference === undefined) return;
    this.#at = index;
    this.#mark();
    if (difference.here !== undefined) {
      this.#model.select(difference.here);
      return;
    }
    const { target } = this.#model;
    const time = differenceTime(difference, comparison);
    const half = target === undefined ? 500 : (target.to - target.from) / 2;
    this.#model.zoomTo({ from: time - half, to: time + half }, true);
  }

  #draw(): void {
    const compared = this.#model.comparison;
    if (compared?.comparison !== this.#shown) this.#at = -1;
    this.#shown = compared?.comparison;
    this.bar.hidden = compared === undefined;
    this.list.replaceChildren();
    if (compared === undefined) return;
    const { comparison, title } = compared;
    const { differing, events, plugin } = comparison;
    const what = title === '' ? t('another run') : visible(title);
    this.#text.textContent =
      differing === 0
        ? t('{0} compared with {1}: all {2} events are alike.', visible(plugin), what, formatCount(events))
        : t(
            '{0} compared with {1}: {2} of {3} events differ.',
            visible(plugin),
            what,
            formatCount(differing),
            formatCount(events),
          );
    for (const step of this.#steps) step.hidden = comparison.differences.length === 0;
    const items = element('ol');
    items.setAttribute('aria-label', t('Differences'));
    items.append(...comparison.differences.map((difference, at) => this.#row(difference, comparison, at)));
    const { more } = comparison;
    this.list.append(
      this.#lives(comparison),
      items,
      ...(more > 0
        ? [element('p', 'none', t('{0} more differ and are not listed.', formatCount(more)))]
        : []),
    );
    this.#mark();
  }

  #lives({ here, other }: Comparison): HTMLElement {
    const list = element('dl', 'figures');
    for (const [name, life] of [
      [t('Here'), here],
      [t('There'), other],
    ] as const) {
      const fact = element('div');
      const events = life.events === 1 ? t('1 event') : t('{0} events', formatCount(life.events));
      fact.append(
        element('dt', '', name),
        element('dd', '', t('life {0}, {1}, build {2}', life.life, events, life.artifact)),
      );
      list.append(fact);
    }
    return list;
  }

  #row(difference: EventDifference, comparison: Comparison, at: number): HTMLElement {
    const { clock, startedAt } = this.#model;
    const row = element('li');
    const go = element('button', 'note-go');
    go.type = 'button';
    go.dataset['difference'] = String(at);
    const time = timeText(differenceTime(difference, comparison), clock, startedAt);
    go.append(
      element('span', 'note-time', t('Event {0}, {1}', formatCount(difference.event), time)),
      ' ',
      element('span', `difference-kind ${difference.kind}`, kinds[difference.kind]),
      ' ',
      element('span', 'note-text', visible(difference.text)),
    );
    go.addEventListener('click', () => this.#go(at));
    row.append(go);
    return row;
  }

  #mark(): void {
    for (const go of this.list.querySelectorAll<HTMLElement>('[data-difference]')) {
      const isIt = go.dataset['difference'] === String(this.#at);
      attributes(go, { 'aria-current': isIt ? 'true' : undefined });
      if (isIt) go.scrollIntoView({ block: 'nearest' });
    }
  }
}
