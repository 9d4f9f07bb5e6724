import { visible } from '../../extension/recording/visible.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import { menu, tick } from '../menu.ts';
import type { ResultFilter, ResultFormat } from '../protocol.ts';
import { t } from '../text.ts';
import { button, choice, textInput, toggleButton } from '../ui.ts';
import type { ShownColumn } from './columns.ts';

/** What the user typed. */
export interface Typed {
  readonly filter: string;
  readonly find: string;
  readonly isRegex: boolean;
  readonly matchCase: boolean;
}

export interface ToolbarEvents {
  typed(typed: Typed): void;
  find(backwards: boolean): void;
  plugin(name: string): void;
  setVisible(column: ShownColumn, isVisible: boolean): void;
  save(format: ResultFormat): void;
  follow(on: boolean): void;
  leave(): void;
}

const formats: readonly { readonly format: ResultFormat; readonly label: string }[] = [
  { format: 'text', label: t('Text…') },
  { format: 'csv', label: t('CSV…') },
  { format: 'jsonl', label: t('JSON Lines…') },
];

/** Milliseconds after a key that the filter is applied. */
const typingMs = 150;

export class Toolbar {
  readonly element = element('div', 'toolbar');
  readonly status = element('div', 'count');
  typed: Typed;
  columns: readonly ShownColumn[] = [];
  readonly #filter;
  readonly #find;
  readonly #plugins;
  readonly #follow;
  readonly #regex;
  readonly #case;

  constructor(typed: Typed, events: ToolbarEvents) {
    this.typed = typed;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const change = (part: Partial<Typed>, ms = 0): void => {
      this.typed = { ...this.typed, ...part };
      clearTimeout(timer);
      timer = setTimeout(() => events.typed(this.typed), ms);
    };
    this.#plugins = choice({ label: t('Plugin'), change: (name) => events.plugin(name) });
    this.#plugins.element.classList.add('which');
    this.#filter = textInput({
      label: t('Filter rows'),
      placeholder: t('Filter (/)'),
      icon: icon('table'),
      change: (filter) => change({ filter }, typingMs),
    });
    this.#find = textInput({
      label: t('Find in rows'),
      placeholder: t('Find (Ctrl+F)'),
      icon: icon('search'),
      change: (find) => change({ find }, typingMs),
    });
    this.#filter.element.classList.add('text');
    this.#find.element.classList.add('text');
    this.#filter.value = typed.filter;
    this.#find.value = typed.find;
    this.#filter.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault();
      events.leave();
    });
    this.#find.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') events.leave();
      else if (event.key === 'Enter') {
        this.typed = { ...this.typed, find: this.#find.value };
        events.find(event.shiftKey);
      } else return;
      event.preventDefault();
    });
    this.#regex = toggleButton({
      label: '.*',
      appearance: 'icon',
      key: t('regular expression, for filter and find'),
      change: (isRegex) => {
        this.#regex.set(isRegex);
        change({ isRegex });
      },
    });
    this.#case = toggleButton({
      label: 'Aa',
      appearance: 'icon',
      key: t('match case, in filter and find'),
      change: (matchCase) => {
        this.#case.set(matchCase);
        change({ matchCase });
      },
    });
    this.#regex.element.setAttribute('aria-label', t('Regular expression'));
    this.#case.element.setAttribute('aria-label', t('Match case'));
    this.#regex.set(typed.isRegex);
    this.#case.set(typed.matchCase);
    const previous = button({
      label: t('Find previous'),
      key: 'Shift+F3',
      icon: icon('previous'),
      click: () => events.find(true),
    });
    const next = button({
      label: t('Find next'),
      key: 'F3',
      icon: icon('next'),
      click: () => events.find(false),
    });
    const columns = menu(t('Columns'), () =>
      this.columns.map((column) =>
        tick(visible(column.caption), column.isVisible, (on) => events.setVisible(column, on)),
      ),
    );
    const save = menu(t('Export'), (close) =>
      formats.map(({ format, label }) =>
        button({
          label,
          click: () => {
            close();
            events.save(format);
          },
        }),
      ),
    );
    this.#follow = toggleButton({
      label: t('Follow the newest'),
      key: 'F',
      icon: icon('follow'),
      change: (on) => events.follow(on),
    });
    this.#follow.element.classList.add('follow');
    this.status.setAttribute('role', 'status');
    this.element.append(
      this.#plugins.element,
      this.#filter.element,
      this.#find.element,
      previous,
      next,
      this.#regex.element,
      this.#case.element,
      columns.element,
      save.element,
      this.status,
      this.#follow.element,
    );
  }

  /** What the rows have to have; undefined for all of them. */
  get filter(): ResultFilter | undefined {
    return this.#asFilter(this.typed.filter);
  }

  get find(): ResultFilter | undefined {
    return this.#asFilter(this.typed.find);
  }

  #asFilter(text: string): ResultFilter | undefined {
    if (text === '') return undefined;
    const { isRegex, matchCase } = this.typed;
    return { text, ...(isRegex ? { isRegex } : {}), ...(matchCase ? { matchCase } : {}) };
  }

  clearFilter(): void {
    this.#filter.value = '';
    this.typed = { ...this.typed, filter: '' };
  }

  plugins(names: readonly string[], chosen: string | undefined): void {
    this.#plugins.element.hidden = names.length < 2;
    this.#plugins.options(
      names.map((name) => ({ value: name, label: visible(name) })),
      chosen ?? names.at(-1) ?? '',
    );
  }

  follows(on: boolean): void {
    this.#follow.set(on);
  }

  say(text: string, isProblem = false): void {
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.title = isProblem ? text : '';
    this.status.classList.toggle('problem', isProblem);
  }

  focusFilter(): void {
    this.#filter.element.focus();
  }

  focusFind(): void {
    this.#find.element.focus();
  }
}
