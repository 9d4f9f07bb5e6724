import { element, isTyping } from '../dom.ts';
import { formatCount } from '../format.ts';
import { split } from '../split.ts';
import type { ResultFind } from '../protocol.ts';
import { t } from '../text.ts';
import type { RowsClient, RowsState } from './client.ts';
import { Columns, type ShownColumn } from './columns.ts';
import { Detail } from './detail.ts';
import { Empty, emptyText } from './empty.ts';
import { Grid } from './grid.ts';
import { Progress } from './progress.ts';
import { Source } from './source.ts';
import { Toolbar } from './toolbar.ts';

/** Builds the table of rows. */
export function rowsPanel(root: HTMLElement, client: RowsClient): void {
  const kept = client.restore();
  const keptText = (name: string): string => {
    const value = kept[name];
    return typeof value === 'string' ? value : '';
  };
  let state: RowsState | undefined;
  let plugin = typeof kept['plugin'] === 'string' ? kept['plugin'] : undefined;
  let follow = kept['follow'] === true;
  let run: number | undefined;
  let cells = 1;
  let shown: readonly ShownColumn[] = [];
  /** Number of the chosen row, and a chosen position whose row has still to come. */
  let chosen: number | undefined;
  let awaited: number | undefined;
  let problem: string | undefined;
  /** What was last found, or not; until something else is typed. */
  let found: string | undefined;

  const columns = new Columns(kept['columns'], () => {
    save();
    onRows();
  });
  const source = new Source(client, onRows, (message) => {
    problem = message;
    onRows();
  });
  const grid = new Grid(source, {
    choose,
    scrolled: (atEnd) => {
      if (!atEnd) setFollow(false);
    },
    resized: () => {
      if (follow) grid.scrollToEnd();
    },
    setWidth: (column, width) => columns.setWidth(column, width),
  });
  const toolbar = new Toolbar(
    {
      filter: keptText('filter'),
      find: keptText('find'),
      isRegex: kept['isRegex'] === true,
      matchCase: kept['matchCase'] === true,
    },
    {
      typed: () => {
        found = undefined;
        save();
        if (JSON.stringify(toolbar.filter) === JSON.stringify(source.filter)) onRows();
        else reset();
      },
      find: (backwards) => void find(backwards),
      plugin: (name) => {
        plugin = name;
        save();
        reset();
        progress.show(state?.plugins.find((one) => one.name === plugin)?.run);
      },
      setVisible: (column, isVisible) => columns.setVisible(column, isVisible),
      save: (format) =>
        client.post({
          type: 'export',
          format,
          ...(plugin === undefined ? {} : { plugin }),
          ...(toolbar.filter === undefined ? {} : { filter: toolbar.filter }),
        }),
      follow: setFollow,
      leave: () => grid.element.focus(),
    },
  );
  const progress = new Progress();
  const detail = new Detail({
    close: closeDetail,
    saveAttachment: (row, name) =>
      client.post({ type: 'saveAttachment', row, name, ...(plugin === undefined ? {} : { plugin }) }),
    openTrace: (record) => {
      client.post({ type: 'select', record });
      client.post({ type: 'command', command: 'openTrace' });
    },
  });
  const empty = new Empty((action) => {
    if (action === 'clearFilter') {
      toolbar.clearFilter();
      save();
      reset();
    } else client.post({ type: 'command', command: action });
  });
  const list = element('div', 'list');
  list.append(grid.element, empty.element);
  const panes = split(list, detail.element, {
    label: t('Size of the detail pane'),
    smallest: { width: 180, height: 110 },
    besideFrom: 720,
    size: typeof kept['detailSize'] === 'number' ? kept['detailSize'] : 420,
    moved: save,
  });
  root.append(toolbar.element, progress.element, panes.element);
  toolbar.follows(follow);

  function save(): void {
    client.save({
      ...toolbar.typed,
      ...(plugin === undefined ? {} : { plugin }),
      follow,
      columns: columns.kept,
      detailSize: panes.size,
    });
  }

  function reset(): void {
    problem = undefined;
    grid.active = undefined;
    source.reset(plugin, toolbar.filter);
    onRows();
  }

  function onState(next: RowsState): void {
    const other = state?.recording !== next.recording;
    const more = state?.count !== next.count;
    state = next;
    const names = next.plugins.map(({ name }) => name);
    if (plugin !== undefined && !names.includes(plugin) && names.length > 0) plugin = undefined;
    toolbar.plugins(names, plugin);
    const shownPlugin = next.plugins.find(({ name }) => name === plugin) ?? next.plugins.at(-1);
    progress.show(shownPlugin?.run);
    if (other) {
      closeDetail();
      source.last = undefined;
      reset();
    } else if (more || source.last?.isComplete !== true) {
      // What is in view, and how many there are: a row that came fills the view.
      const top = follow ? Math.max(0, source.matching - grid.page) : grid.first;
      source.ask(top, grid.page * 2 + 50);
    }
    onRows();
  }

  function onRows(): void {
    const { last } = source;
    if (last !== undefined) {
      problem = source.loaded ? undefined : problem;
      if (run !== last.run) {
        if (run !== undefined) {
          closeDetail();
          grid.scrollToRow(0);
        }
        run = last.run;
        cells = 1;
      }
      for (const row of last.rows)
        if (row.kind === 'message' && row.cells.length > cells) cells = Math.min(row.cells.length, 200);
      const now = columns.of(last, cells);
      if (JSON.stringify(now) !== JSON.stringify(shown)) {
        shown = now;
        toolbar.columns = now;
      }
      grid.setColumns(shown);
    }
    if (follow) grid.scrollToEnd();
    else grid.render();
    const text = emptyText(state?.plugins, last, toolbar.filter !== undefined);
    grid.element.classList.toggle('none', text !== undefined);
    empty.show(text);
    toolbar.say(problem ?? found ?? countText(), problem !== undefined);
    if (awaited !== undefined && source.row(awaited) !== undefined) choose(awaited);
  }

  function countText(): string {
    const { last, loaded } = source;
    if (last === undefined) return '';
    const { total, matching, isComplete } = last;
    const ending = isComplete && loaded ? '' : ' …';
    return toolbar.filter === undefined
      ? `${total === 1 ? t('1 row') : t('{0} rows', formatCount(total))}${ending}`
      : `${t('{0} of {1}', formatCount(matching), formatCount(total))}${ending}`;
  }

  function setFollow(on: boolean): void {
    if (follow === on) return;
    follow = on;
    toolbar.follows(on);
    if (on) grid.scrollToEnd();
    save();
  }

  function choose(position: number): void {
    grid.active = position;
    grid.show(position);
    const row = source.row(position);
    awaited = row === undefined ? position : undefined;
    if (row === undefined) return;
    chosen = row.row;
    panes.open(true);
    detail.loading(row.row);
    if (row.record >= 0) client.post({ type: 'select', record: row.record });
    client.ask('detail', { row: row.row }, plugin).then(
      (answer) => {
        if (answer !== undefined && chosen === answer.row.row) detail.show(answer, shown);
      },
      (error: unknown) => {
        if (chosen === row.row) detail.fail(error instanceof Error ? error.message : String(error));
      },
    );
  }

  function closeDetail(): void {
    chosen = undefined;
    awaited = undefined;
    grid.active = undefined;
    panes.open(false);
    grid.render();
    if (detail.element.contains(document.activeElement)) grid.element.focus();
  }

  /** Finds the next row that has what is looked for, from the other end where there is none. */
  async function find(backwards: boolean): Promise<void> {
    const wanted = toolbar.find;
    if (wanted === undefined) {
      toolbar.focusFind();
      return;
    }
    save();
    found = t('Looking…');
    onRows();
    const { filter, matching } = source;
    const question = (from: number): ResultFind => ({
      find: wanted,
      from,
      ...(backwards ? { backwards } : {}),
      ...(filter === undefined ? {} : { filter }),
    });
    const start = grid.active ?? (backwards ? matching : -1);
    const from = start + (backwards ? -1 : 1);
    try {
      const first =
        from < 0 || from >= matching ? {} : await client.ask('find', { find: question(from) }, plugin);
      if (first === undefined || first.isCancelled === true) return;
      const answer =
        first.position === undefined
          ? await client.ask('find', { find: question(backwards ? Math.max(0, matching - 1) : 0) }, plugin)
          : first;
      if (answer === undefined || answer.isCancelled === true) return;
      found =
        answer.position === undefined
          ? t('Not found')
          : first.position === undefined
            ? t('Found past the end')
            : undefined;
      if (answer.position !== undefined) {
        setFollow(false);
        choose(answer.position);
      }
    } catch (error) {
      found = error instanceof Error ? error.message : String(error);
    }
    onRows();
  }

  /** Moves the choice by rows; past either end it stays there. */
  function move(to: number): void {
    const last = source.matching - 1;
    if (last < 0) return;
    const position = Math.max(0, Math.min(to, last));
    if (position < last) setFollow(false);
    choose(position);
  }

  grid.element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== grid.element) return;
    const at = grid.active ?? grid.first - 1;
    if (event.key === 'ArrowDown') move(at + 1);
    else if (event.key === 'ArrowUp') move(at - 1);
    else if (event.key === 'PageDown') move(at + grid.page);
    else if (event.key === 'PageUp') move(at - grid.page);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(source.matching - 1);
    else if (event.key === 'ArrowLeft') grid.element.scrollLeft -= 40;
    else if (event.key === 'ArrowRight') grid.element.scrollLeft += 40;
    else if (event.key === 'Enter' && chosen !== undefined) detail.focus();
    else if (event.key === 'Escape' && chosen !== undefined) closeDetail();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  detail.element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    grid.element.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.altKey) return;
    if (event.key === 'F3') void find(event.shiftKey);
    else if (event.key === 'f' && (event.ctrlKey || event.metaKey)) toolbar.focusFind();
    else if (event.ctrlKey || event.metaKey || isTyping(event)) return;
    else if (event.key === '/') toolbar.focusFilter();
    else if (event.key === 'f') setFollow(!follow);
    else return;
    event.preventDefault();
  });

  onRows();
  client.listen(onState);
}
