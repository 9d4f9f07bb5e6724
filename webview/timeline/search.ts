import { attributes, element } from '../dom.ts';
import { filterInput } from '../filter/input.ts';
import { keptFilters } from '../filter/kept.ts';
import { completions, problemOf } from '../filter/language.ts';
import { icon } from '../icons.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import type { TimelineModel } from './model/model.ts';
import { positionText } from './position.ts';

export interface SearchBar {
  readonly element: HTMLElement;
  focus(): void;
}

/** Searches the recording: marks the matches and goes from one to the next. */
export function searchBar(model: TimelineModel, leave: () => void): SearchBar {
  const outer = element('div', 'search');
  attributes(outer, { role: 'search', 'aria-label': t('Search the recording') });
  const language = completions(model.client);
  const filter = filterInput({
    label: t('Search the recording'),
    placeholder: t('Search (/)'),
    value: model.search.filter,
    complete: language.complete,
    change: (text) => model.setFilter(text),
    submit: (backwards) => void model.stepMatch(backwards ? -1 : 1),
    leave,
  });
  const position = element('span', 'search-position');
  const previous = button({
    label: t('Previous match'),
    key: 'Shift+N',
    icon: icon('previous'),
    disabled: true,
    click: () => void model.stepMatch(-1),
  });
  const next = button({
    label: t('Next match'),
    key: 'N',
    icon: icon('next'),
    disabled: true,
    click: () => void model.stepMatch(1),
  });
  const kept = keptFilters({
    current: () => filter.value,
    use: (text) => {
      filter.value = text;
      model.setFilter(text);
      filter.focus();
    },
    keep: (filters) => model.client.post({ type: 'keepFilters', filters }),
  });
  outer.append(filter.element, position, previous, next, kept.element);

  function show(): void {
    const { search } = model;
    if (filter.value !== search.filter && !outer.contains(document.activeElement))
      filter.value = search.filter;
    filter.problem(search.problem ?? problemOf(search.filter));
    const text = positionText(search);
    if (position.textContent !== text) position.textContent = text;
    position.classList.toggle('none', search.complete && search.matching === 0);
    for (const control of [previous, next]) control.toggleAttribute('disabled', search.matching === 0);
  }

  let recording = model.state?.recording;
  model.onChange((changed) => {
    if (changed.has('recording') && model.state?.recording !== recording) {
      recording = model.state?.recording;
      language.forget();
    }
    if (changed.has('settings') && model.settings !== undefined) kept.show(model.settings.filters);
    if (changed.has('search') || changed.has('recording')) show();
  });
  if (model.settings !== undefined) kept.show(model.settings.filters);
  show();
  return { element: outer, focus: () => filter.focus() };
}
