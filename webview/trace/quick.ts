import { element } from '../dom.ts';
import { rowKinds } from '../kinds.ts';
import type { PanelPlugin, RowKind } from '../protocol.ts';
import { t } from '../text.ts';
import { choice } from '../ui.ts';
import { shortText } from './cells.ts';
import { onlyPlugin, shownKinds, withField, withKinds } from './filter-text.ts';

export interface QuickChoices {
  readonly elements: readonly HTMLElement[];
  /** Shows what the filter's text says. */
  show(text: string): void;
  plugins(plugins: readonly PanelPlugin[]): void;
}

/** Kinds to switch on and off, and plugins to choose from: each edits the filter's text. */
export function quickChoices(current: () => string, change: (text: string) => void): QuickChoices {
  let names: readonly string[] = [];
  const chips = element('div', 'chips');
  chips.setAttribute('role', 'group');
  chips.setAttribute('aria-label', t('Filter by kind'));
  const chipOf = new Map<RowKind, HTMLButtonElement>();
  for (const { kind, many } of rowKinds) {
    const chip = element('button', 'chip', many);
    chip.type = 'button';
    chip.dataset['kind'] = kind;
    chip.title = t('{0}: click to show or hide, Alt+click for these alone', many);
    chip.addEventListener('click', (event) => {
      const shown = shownKinds(current());
      const all = rowKinds.map((known) => known.kind);
      const alone = shown.length === 1 && shown[0] === kind;
      if (event.altKey) change(withKinds(current(), alone ? all : [kind]));
      else if (shown.includes(kind))
        change(
          withKinds(
            current(),
            shown.filter((one) => one !== kind),
          ),
        );
      else
        change(
          withKinds(
            current(),
            all.filter((one) => one === kind || shown.includes(one)),
          ),
        );
    });
    chipOf.set(kind, chip);
    chips.append(chip);
  }
  const plugin = choice({
    label: t('Filter by plugin'),
    change: (value) => change(withField(current(), 'plugin', value === '' ? [] : [value])),
  });
  plugin.element.classList.add('filter-plugin');

  function show(text: string): void {
    const shown = shownKinds(text);
    for (const [kind, chip] of chipOf) chip.setAttribute('aria-pressed', String(shown.includes(kind)));
    const chosen = onlyPlugin(text);
    const listed = chosen === '' || names.includes(chosen) ? names : [...names, chosen];
    plugin.element.hidden = listed.length < 2 && chosen === '';
    const options = listed.map((name) => ({ value: name, label: shortText(name) }));
    plugin.options([{ value: '', label: t('All plugins') }, ...options], chosen);
  }
  show(current());

  return {
    elements: [chips, plugin.element],
    show,
    plugins: (plugins) => {
      names = plugins.map(({ name }) => name);
      show(current());
    },
  };
}
