import { element } from '../dom.ts';
import { exportMenu } from '../export-menu.ts';
import type { ExportMenuOptions } from '../export-menu.ts';
import { filterInput } from '../filter/input.ts';
import type { FilterInput, FilterInputOptions } from '../filter/input.ts';
import { keptFilters } from '../filter/kept.ts';
import { icon } from '../icons.ts';
import { keyFor } from '../keys.ts';
import type { KeptFilter, PanelPlugin } from '../protocol.ts';
import { t } from '../text.ts';
import { button, toggleButton } from '../ui.ts';
import { countView } from './count.ts';
import type { CountView } from './count.ts';
import { traceKeys } from './keys.ts';
import type { TraceAction } from './keys.ts';
import { quickChoices } from './quick.ts';

export interface ToolbarOptions {
  /** The filter at first. */
  readonly filter: string;
  readonly current: () => string;
  readonly complete: FilterInputOptions['complete'];
  readonly setFilter: (text: string) => void;
  /** To the next row from within the filter. */
  readonly step: (by: 1 | -1) => void;
  readonly leave: () => void;
  readonly keep: (filters: readonly KeptFilter[]) => void;
  readonly export: ExportMenuOptions['post'];
  readonly run: (action: TraceAction) => void;
  readonly setFollow: (on: boolean) => void;
  readonly setGrouped: (on: boolean) => void;
}

export interface Toolbar {
  readonly element: HTMLElement;
  readonly filter: FilterInput;
  readonly count: CountView;
  /** The buttons that list the columns, and what took long. */
  readonly columns: HTMLElement;
  readonly longest: HTMLElement;
  /** Shows the filter's text, and what of it the quick choices can say. */
  show(filter: string): void;
  kept(filters: readonly KeptFilter[]): void;
  plugins(plugins: readonly PanelPlugin[]): void;
  followed(on: boolean): void;
  canFollow(can: boolean): void;
  grouped(on: boolean): void;
}

/** Filter, quick choices, the number of rows, and what the list does. */
export function toolbar(options: ToolbarOptions): Toolbar {
  const { current, setFilter, run } = options;
  const keys = traceKeys();
  const key = (action: TraceAction): { readonly key?: string } => {
    const found = keyFor(keys, action);
    return found === undefined ? {} : { key: found };
  };
  const filter = filterInput({
    label: t('Filter'),
    placeholder: t('Filter: words, kind:call, duration:>2ms … (/)'),
    value: options.filter,
    complete: options.complete,
    change: setFilter,
    submit: (backwards) => options.step(backwards ? -1 : 1),
    leave: options.leave,
  });
  filter.element.classList.add('filter-text');
  const quick = quickChoices(current, setFilter);
  const kept = keptFilters({ current, use: setFilter, keep: options.keep });
  const count = countView();
  const expand = button({ label: t('Expand All'), ...key('expandAll'), click: () => run('expandAll') });
  const errors = element('div', 'error-steps');
  const mark = icon('error');
  mark.classList.add('error-mark');
  errors.append(
    button({
      label: t('Previous error'),
      ...key('previousError'),
      icon: icon('previous'),
      click: () => run('previousError'),
    }),
    mark,
    button({
      label: t('Next error'),
      ...key('nextError'),
      icon: icon('next'),
      click: () => run('nextError'),
    }),
  );
  const longest = button({
    label: t('What took long'),
    ...key('longest'),
    icon: icon('clock'),
    click: () => run('longest'),
  });
  longest.setAttribute('aria-haspopup', 'menu');
  const group = toggleButton({
    label: t('Group by event'),
    ...key('groupByEvent'),
    icon: icon('group'),
    change: options.setGrouped,
  });
  const columns = button({
    label: t('Columns'),
    ...key('chooseColumns'),
    icon: icon('columns'),
    click: () => run('chooseColumns'),
  });
  columns.setAttribute('aria-haspopup', 'menu');
  const follow = toggleButton({
    label: t('Follow the newest'),
    ...key('follow'),
    icon: icon('follow'),
    change: options.setFollow,
  });
  follow.element.classList.add('follow');
  const help = button({
    label: t('Keys'),
    ...key('showKeys'),
    icon: icon('keys'),
    click: () => run('showKeys'),
  });
  const buttons = element('div', 'group');
  buttons.append(
    longest,
    group.element,
    columns,
    exportMenu({ post: options.export, filter: current, filterLabel: t('Only the rows of the filter') }),
    help,
    follow.element,
  );
  const bar = element('div', 'toolbar');
  bar.append(filter.element, kept.element, ...quick.elements, count.element, expand, errors, buttons);
  return {
    element: bar,
    filter,
    count,
    columns,
    longest,
    show: (text) => {
      filter.value = text;
      quick.show(text);
    },
    kept: (filters) => kept.show(filters),
    plugins: (plugins) => quick.plugins(plugins),
    followed: (on) => follow.set(on),
    canFollow: (can) => {
      follow.element.hidden = !can;
    },
    grouped: (on) => {
      group.set(on);
      expand.hidden = !on;
    },
  };
}
