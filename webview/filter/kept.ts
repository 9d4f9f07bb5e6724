import { visible } from '../../extension/recording/visible.ts';
import { attributes, element } from '../dom.ts';
import { icon } from '../icons.ts';
import { menu } from '../menu.ts';
import type { KeptFilter } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { renamed, withFilter, withoutFilter } from './keep.ts';

export interface KeptFilters {
  readonly element: HTMLElement;
  /** What the editor keeps: of its `settings` message. */
  show(filters: readonly KeptFilter[]): void;
}

export interface KeptFiltersOptions {
  /** The filter as it is written now. */
  readonly current: () => string;
  readonly use: (filter: string) => void;
  /** Is given all of them: for the `keepFilters` message. */
  readonly keep: (filters: readonly KeptFilter[]) => void;
}

/** A menu of the filters that the user keeps: uses, keeps, renames and forgets them. */
export function keptFilters(options: KeptFiltersOptions): KeptFilters {
  let kept: readonly KeptFilter[] = [];
  /** Name of the one that is being renamed. */
  let renaming: string | undefined;
  const made = menu(
    t('Kept filters'),
    () => {
      renaming = undefined;
      return [list, form];
    },
    icon('star'),
  );
  made.element.classList.add('kept');
  const list = element('div', 'kept-list');
  const form = saveForm((name) => {
    keep(withFilter(kept, { name, filter: options.current() }));
  }, options.current);

  function keep(filters: readonly KeptFilter[]): void {
    kept = filters;
    options.keep(filters);
    fill();
  }

  function fill(): void {
    const rows = kept.map((filter) => (filter.name === renaming ? renameRow(filter) : row(filter)));
    const none = element('p', 'kept-none', t('No filter is kept yet.'));
    list.replaceChildren(...(rows.length === 0 ? [none] : rows));
    list.querySelector<HTMLInputElement>('input')?.focus();
  }

  function row(filter: KeptFilter): HTMLElement {
    const line = element('div', 'kept-row');
    const use = element('button', 'kept-use');
    use.type = 'button';
    use.append(element('strong', '', visible(filter.name)), element('code', '', visible(filter.filter)));
    use.addEventListener('click', () => {
      made.close();
      options.use(filter.filter);
    });
    line.append(
      use,
      button({
        label: t('Rename {0}', visible(filter.name)),
        icon: icon('edit'),
        click: () => {
          renaming = filter.name;
          fill();
        },
      }),
      button({
        label: t('Forget {0}', visible(filter.name)),
        icon: icon('remove'),
        click: () => {
          keep(withoutFilter(kept, filter.name));
          (list.querySelector<HTMLElement>('button') ?? form.querySelector('input'))?.focus();
        },
      }),
    );
    return line;
  }

  function renameRow(filter: KeptFilter): HTMLElement {
    const line = element('div', 'kept-row');
    const name = nameInput(t('Name of the filter'), filter.name);
    let done = false;
    const end = (text: string): void => {
      if (done) return;
      done = true;
      renaming = undefined;
      keep(renamed(kept, filter.name, text));
      list.querySelector<HTMLElement>('button')?.focus();
    };
    name.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      end(event.key === 'Enter' ? name.value : filter.name);
    });
    name.addEventListener('blur', () => end(name.value));
    line.append(name);
    return line;
  }

  fill();
  return {
    element: made.element,
    show: (filters) => {
      kept = filters;
      if (renaming === undefined) fill();
    },
  };
}

function saveForm(save: (name: string) => void, current: () => string): HTMLElement {
  const form = element('div', 'kept-row kept-form');
  const name = nameInput(t('Keep this filter as'), '');
  name.placeholder = t('Keep this filter as…');
  const submit = (): void => {
    // Without a name it is called what it says.
    const text = name.value.trim() === '' ? current().trim() : name.value.trim();
    if (current().trim() === '' || text === '') return;
    name.value = '';
    save(text);
  };
  name.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    submit();
  });
  form.append(name, button({ label: t('Keep'), click: submit }));
  return form;
}

function nameInput(label: string, value: string): HTMLInputElement {
  const made = element('input', 'name-input');
  made.type = 'text';
  made.value = value;
  attributes(made, { 'aria-label': label, spellcheck: 'false', autocomplete: 'off' });
  return made;
}
