import { element, perFrame } from '../dom.ts';
import { icon } from '../icons.ts';
import { rowKinds } from '../kinds.ts';
import type { PanelPlugin, RowFilter, RowKind } from '../protocol.ts';
import { choice, textInput } from '../ui.ts';

/** What the filter's controls say; everything is shown where nothing is set. */
export interface FilterState {
  readonly text: string;
  /** Kinds that are switched off. */
  readonly hidden: readonly RowKind[];
  readonly plugin: string;
}

export const everything: FilterState = { text: '', hidden: [], plugin: '' };

export function rowFilter(state: FilterState): RowFilter {
  const text = state.text.trim();
  const shown = rowKinds.map(({ kind }) => kind).filter((kind) => !state.hidden.includes(kind));
  return {
    ...(text === '' ? {} : { text }),
    ...(state.hidden.length === 0 ? {} : { kinds: shown }),
    ...(state.plugin === '' ? {} : { plugins: [state.plugin] }),
  };
}

/** Reads what an earlier panel kept; anything odd is as if it had kept nothing. */
export function restoredFilter(kept: Readonly<Record<string, unknown>>): FilterState {
  const { text, hidden, plugin } = kept;
  return {
    text: typeof text === 'string' ? text : '',
    hidden: Array.isArray(hidden)
      ? rowKinds.map(({ kind }) => kind).filter((kind) => hidden.includes(kind))
      : [],
    plugin: typeof plugin === 'string' ? plugin : '',
  };
}

export interface FilterBar {
  readonly elements: readonly HTMLElement[];
  focus(): void;
  set(state: FilterState): void;
  plugins(plugins: readonly PanelPlugin[]): void;
}

/** The filter's controls; `leave` is called when Escape or the down arrow leaves the text field. */
export function filterBar(
  start: FilterState,
  change: (state: FilterState) => void,
  leave: () => void,
): FilterBar {
  let state = start;
  let names: readonly string[] = [];
  const changed = perFrame(() => change(state));
  const update = (part: Partial<FilterState>): void => {
    state = { ...state, ...part };
    showChips();
    changed();
  };

  const text = textInput({
    label: 'Filter by text',
    placeholder: 'Filter ( / )',
    icon: icon('search'),
    change: (value) => update({ text: value }),
  });
  text.element.classList.add('filter-text');
  text.element.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && text.value !== '') {
      text.value = '';
      update({ text: '' });
    } else if (event.key === 'Escape' || event.key === 'ArrowDown') leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const chips = element('div', 'chips');
  chips.setAttribute('role', 'group');
  chips.setAttribute('aria-label', 'Filter by kind');
  const chipOf = new Map<RowKind, HTMLButtonElement>();
  for (const { kind, many } of rowKinds) {
    const chip = element('button', 'chip', many);
    chip.type = 'button';
    chip.dataset['kind'] = kind;
    chip.title = `${many}: click to show or hide, Alt+click for these alone`;
    chip.addEventListener('click', (event) => {
      const others = rowKinds.map((known) => known.kind).filter((known) => known !== kind);
      const alone = others.every((other) => state.hidden.includes(other)) && !state.hidden.includes(kind);
      if (event.altKey) update({ hidden: alone ? [] : others });
      else if (state.hidden.includes(kind))
        update({ hidden: state.hidden.filter((known) => known !== kind) });
      else update({ hidden: [...state.hidden, kind] });
    });
    chipOf.set(kind, chip);
    chips.append(chip);
  }
  function showChips(): void {
    for (const [kind, chip] of chipOf)
      chip.setAttribute('aria-pressed', String(!state.hidden.includes(kind)));
  }

  const plugin = choice({ label: 'Filter by plugin', change: (value) => update({ plugin: value }) });
  plugin.element.classList.add('filter-plugin');
  function showPlugins(): void {
    const listed = state.plugin === '' || names.includes(state.plugin) ? names : [...names, state.plugin];
    plugin.element.hidden = listed.length < 2 && state.plugin === '';
    plugin.options(
      [{ value: '', label: 'All plugins' }, ...listed.map((name) => ({ value: name, label: name }))],
      state.plugin,
    );
  }

  function show(): void {
    text.value = state.text;
    showChips();
    showPlugins();
  }
  show();
  return {
    elements: [text.element, chips, plugin.element],
    focus: () => text.element.focus(),
    set: (next) => {
      state = next;
      show();
      changed();
    },
    plugins: (plugins) => {
      names = plugins.map(({ name }) => name);
      showPlugins();
    },
  };
}
