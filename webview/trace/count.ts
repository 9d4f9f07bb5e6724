import { element } from '../dom.ts';
import { formatCount } from '../format.ts';
import { t } from '../text.ts';
import type { RowSource } from './rows.ts';

export interface CountView {
  readonly element: HTMLElement;
  show(source: RowSource): void;
  /** Says what went wrong, until the next {@link CountView.show}. */
  fail(message: string): void;
}

/** How many rows there are, and how far a search is. */
export function countView(): CountView {
  const view = element('div', 'count');
  const text = element('span');
  const bar = element('progress', 'searching');
  bar.hidden = true;
  view.append(bar, text);
  return {
    element: view,
    show: (source) => {
      view.classList.remove('problem');
      view.hidden = !source.loaded && source.complete;
      const said = countText(source);
      if (text.textContent !== said) text.textContent = said;
      view.title = said;
      bar.hidden = source.complete;
      if (source.complete) return;
      bar.setAttribute('aria-label', t('Searching'));
      bar.max = Math.max(1, source.total);
      if (source.searched === undefined) bar.removeAttribute('value');
      else bar.value = source.searched;
    },
    fail: (message) => {
      view.hidden = false;
      bar.hidden = true;
      text.textContent = view.title = message;
      view.classList.add('problem');
    },
  };
}

/** `4,000 of 400,000`, or how far the search is. */
function countText({ matching, total, complete, searched, query }: RowSource): string {
  if (!complete && query.filter === '' && searched !== undefined)
    return t('reading… {0} of {1}', formatCount(searched), formatCount(total));
  if (!complete) {
    return searched === undefined
      ? t('searching… {0} found', formatCount(matching))
      : t('searching… {0} of {1}', formatCount(searched), formatCount(total));
  }
  if (query.grouped) return t('{0} rows of {1} records', formatCount(matching), formatCount(total));
  return matching === total
    ? t('{0} records', formatCount(total))
    : t('{0} of {1}', formatCount(matching), formatCount(total));
}
