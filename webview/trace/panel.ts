import { announcer } from '../announcer.ts';
import type { Connection, PanelState } from '../client.ts';
import { element, isTyping } from '../dom.ts';
import { completions } from '../filter/language.ts';
import { formatCount } from '../format.ts';
import { helpSheet } from '../help.ts';
import { entryOf } from '../keys.ts';
import { insteadNotice } from '../notice.ts';
import type { CopyFormat, PanelAction, Row } from '../protocol.ts';
import { split } from '../split.ts';
import { t } from '../text.ts';
import { rowEntries } from './actions.ts';
import type { RowDeeds } from './actions.ts';
import { cellText } from './cells.ts';
import { columnEntries, columnHint } from './columns-menu.ts';
import { allColumns, placeColumn, resizeColumn, restoredColumns, shownColumns } from './columns.ts';
import type { ColumnChoice, ColumnId } from './columns.ts';
import { traceCommands } from './commands.ts';
import { comparing } from './comparing.ts';
import { detailPane } from './detail.ts';
import { emptyText, emptyView } from './empty.ts';
import { withField } from './filter-text.ts';
import { traceKeys } from './keys.ts';
import { longestEntries, longestFound } from './longest.ts';
import type { LongestFound } from './longest.ts';
import type { TraceAction } from './keys.ts';
import { mostOpen, RowList } from './list.ts';
import { popup } from './popup.ts';
import { recordedView } from './recorded.ts';
import { replayNotice } from './replays.ts';
import { toolbar } from './toolbar.ts';

/** What a page that has more than the trace does for it. */
export interface TraceOptions {
  /** Shows the timeline, where it is a part of the same page. */
  readonly showTimeline?: () => void;
}

/** Commands of the editor that are the trace's; the others are the timeline's, which may be on the same page. */
const ownActions = [
  'focusFilter',
  'chooseColumns',
  'groupByEvent',
  'markForDiff',
  'diffWithMarked',
] as const satisfies readonly (PanelAction & TraceAction)[];

/** Builds the trace panel. */
export function tracePanel(
  root: HTMLElement,
  connection: Connection,
  { showTimeline }: TraceOptions = {},
): { focus(): void } {
  const client = connection.client('trace', {
    state: onState,
    reveal: (record) => void list.reveal(record),
    recording: ({ canRun: now }) => {
      canRun = now;
    },
    settings: ({ filters, announce }) => {
      bar.kept(filters);
      spoken.on = announce;
    },
    do: (action) => {
      const own = ownActions.find((one) => one === action);
      if (own !== undefined) commands[own]();
    },
  });
  const restored = client.restore();
  const keys = traceKeys();
  let columns = restoredColumns(restored['columns']);
  let state: PanelState | undefined;
  let canRun = true;
  /** What the list said last, so that nothing is said twice. */
  let told = '';

  const menus = popup();
  const spoken = announcer();
  const names = completions(client);
  const list = new RowList(
    client,
    {
      query: {
        filter: typeof restored['filter'] === 'string' ? restored['filter'] : '',
        grouped: restored['grouped'] === true,
        open: [],
      },
      follow: restored['follow'] !== false,
      chosenBefore: restored['chosen'],
      columns,
    },
    {
      changed: onRows,
      opened,
      closed: () => {
        save();
        layoutPanes();
      },
      followed: (on) => {
        bar.followed(on);
        save();
      },
      picked: (records) => {
        compared.show(records);
        const [only] = records;
        if (records.length === 1 && only !== undefined)
          say(t('Record {0} is marked. Mark another one to compare them.', only));
      },
      rowMenu: openRowMenu,
      failed: fail,
      resize: (id, width) =>
        setColumns(Number.isNaN(width) ? usualWidth(id) : resizeColumn(columns, id, width)),
      move: (id, before) => setColumns(placeColumn(columns, id, columns.order.indexOf(before))),
      menu: openColumns,
      longest: (x, y) => void openLongest(x, y),
    },
  );
  const { source, table } = list;

  const deeds: RowDeeds = {
    get canSend() {
      return state?.canSend ?? false;
    },
    get canRun() {
      return canRun;
    },
    get marked() {
      return table.picked.length === 1 ? table.picked[0] : undefined;
    },
    post: (message) => client.post(message),
    copyText: (row) => copyText(row),
    copy: (record, format) => void copyValue(record, undefined, format),
    filterBy: (field, value) => setFilter(withField(list.query.filter, field, [value])),
    showOnTimeline: (record) => {
      client.post({ type: 'select', record });
      if (showTimeline === undefined) client.post({ type: 'command', command: 'openTimeline' });
      else showTimeline();
    },
    mark: (record) => list.pick(record),
    compareWithMarked: (record) => list.setPicked([...table.picked.slice(0, 1), record]),
    toggleGroup: (row) => list.toggle(row),
    toParent: (row) => void list.toParent(row),
  };

  const detail = detailPane({
    client,
    popup: menus,
    deeds,
    copyValue: (record, path, format) => void copyValue(record, path, format),
    close: closeDetail,
  });
  const compared = comparing(client, {
    pick: (records) => list.setPicked(records),
    reveal: goTo,
    changed: (on) => {
      layoutPanes();
      if (on) say(t('Two records are compared.'));
      else if (compared.pane.element.contains(document.activeElement)) table.element.focus();
    },
  });
  const side = element('div', 'side-panes');
  side.append(detail.element, compared.pane.element);

  const bar = toolbar({
    filter: list.query.filter,
    current: () => list.query.filter,
    complete: names.complete,
    setFilter,
    step: (by) => {
      if (list.chosen === undefined || table.active === undefined)
        list.move(by === 1 ? 0 : source.matching - 1);
      else list.move(table.active + by);
    },
    leave: () => table.element.focus(),
    keep: (filters) => client.post({ type: 'keepFilters', filters }),
    export: (message) => client.post(message),
    run: (action) => void commands[action](),
    setFollow: (on) => (on ? list.toEnd() : list.setFollow(false)),
    setGrouped,
  });
  const { count, filter } = bar;
  const help = helpSheet(t('Keys of the trace'), keys, [
    { gesture: t('Ctrl+click'), text: t('Choose two rows to compare') },
    { gesture: t('Right-click'), text: t('What can be done with a row, a value or the columns') },
    { gesture: t('Drag a title'), text: t('Move a column; its edge resizes it') },
    { gesture: t('Alt+click on a kind'), text: t('Show this kind alone') },
  ]);
  const recorded = recordedView();
  count.element.after(recorded.size);
  const empty = emptyView((action) => {
    if (action === 'clearFilter') setFilter('');
    else client.post({ type: 'command', command: action });
  });
  const waiting = element('div', 'empty opening', t('Reading the recording…'));
  list.element.append(waiting, empty.element);
  const panes = split(list.element, side, {
    label: t('Size of the detail pane'),
    smallest: { width: 180, height: 110 },
    besideFrom: 720,
    size: typeof restored['detailSize'] === 'number' ? restored['detailSize'] : 380,
    moved: save,
  });
  const notice = insteadNotice((message) => client.post(message));
  const replays = replayNotice((plugin) => client.post({ type: 'compareReplay', plugin }));
  root.append(
    notice.element,
    recorded.problem,
    replays.element,
    bar.element,
    panes.element,
    menus.element,
    help.element,
    spoken.element,
  );
  bar.followed(list.follow);
  bar.grouped(list.query.grouped);
  layoutPanes();

  function save(): void {
    const { filter: text, grouped } = list.query;
    const { follow, chosen } = list;
    client.save({ filter: text, grouped, follow, columns, chosen, detailSize: panes.size });
  }

  function say(text: string): void {
    spoken.say(text);
  }

  /** Says what went wrong, to everybody. */
  function fail(text: string): void {
    count.fail(text);
    spoken.say(text);
  }

  function onState(next: PanelState): void {
    const other = state?.recording !== next.recording;
    state = next;
    bar.plugins(next.plugins);
    notice.show(next.instead);
    recorded.show(next.disk);
    replays.show(next.replays ?? []);
    bar.canFollow(next.kind === 'live');
    if (other) {
      names.forget();
      void askClock(next.recording);
    }
    list.state(next);
  }

  /** When the recording began, for times of day. */
  async function askClock(recording: string): Promise<void> {
    try {
      const window = await client.ask('lanes', { query: { buckets: 1, lanes: [] } }, 'clock');
      if (window === undefined || state?.recording !== recording) return;
      // Of a trace without real dates nobody knows when it was.
      table.startedAt = window.startedAt > 0 ? window.startedAt : undefined;
      table.render();
      if (detail.shown !== undefined && detail.shown.record === list.chosen)
        detail.show(detail.shown, table.startedAt);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  function onRows(): void {
    const { matching, total, loaded, complete, problem } = source;
    count.show(source);
    filter.problem(problem);
    const text = emptyText(state, { matching, total, loaded, complete });
    table.element.classList.toggle('none', text !== undefined);
    empty.show(text);
    waiting.hidden = loaded || text !== undefined || state?.count === 0;
    const said = `${list.query.filter}\n${list.query.grouped}`;
    // Growth is not said, only what an answer to another filter is.
    if (!loaded || !complete || said === told) return;
    const first = told === '';
    told = said;
    if (!first) say(matching === total ? t('All records') : t('{0} rows', formatCount(matching)));
  }

  function opened(record: number): void {
    save();
    // Who looks at rows while two are compared goes on comparing.
    layoutPanes();
    const slow = setTimeout(() => detail.wait(), 150);
    client.ask('detail', { record }).then(
      (answer) => {
        clearTimeout(slow);
        if (answer !== undefined && list.chosen === record) detail.show(answer, table.startedAt);
      },
      (error: unknown) => {
        clearTimeout(slow);
        if (list.chosen === record) detail.fail(error instanceof Error ? error.message : String(error));
      },
    );
  }

  function layoutPanes(): void {
    const { isOn } = compared;
    panes.open(isOn || list.chosen !== undefined);
    compared.pane.element.hidden = !isOn;
    detail.element.hidden = isOn || list.chosen === undefined;
  }

  function closeDetail(): void {
    const had = detail.element.contains(document.activeElement);
    list.clear();
    if (had) table.element.focus();
  }

  function setFilter(text: string): void {
    void list.ask({ filter: text });
    bar.show(text);
    save();
  }

  function setGrouped(on: boolean): void {
    bar.grouped(on);
    void list.ask({ grouped: on, open: [] });
    save();
  }

  function setColumns(choice: ColumnChoice): void {
    columns = choice;
    table.columns = choice;
    save();
  }

  function usualWidth(id: ColumnId): ColumnChoice {
    const { [id]: _, ...widths } = columns.widths;
    return { ...columns, widths };
  }

  function openColumns(x?: number, y?: number): void {
    const box = bar.columns.getBoundingClientRect();
    const widthOf = (id: ColumnId): number =>
      table.element.querySelector(`.header > .${id}`)?.getBoundingClientRect().width ??
      allColumns().find((column) => column.id === id)?.width ??
      0;
    menus.open({
      label: t('Columns'),
      x: x ?? box.left,
      y: y ?? box.bottom + 2,
      back: x === undefined ? bar.columns : table.element,
      hint: columnHint(),
      entries: () => columnEntries(columns, setColumns, widthOf),
    });
  }

  /** What took long in the whole recording, whatever is filtered. */
  async function openLongest(x?: number, y?: number): Promise<void> {
    // The button moves while words beside it change.
    const place = (): { readonly x: number; readonly y: number } => {
      const box = bar.longest.getBoundingClientRect();
      return { x: x ?? box.left, y: y ?? box.bottom + 2 };
    };
    let found: LongestFound = { read: 0, functions: [] };
    const menu = menus.open({
      label: t('What took long'),
      ...place(),
      back: x === undefined ? bar.longest : table.element,
      entries: () => longestEntries(found, list.query.filter, { goTo, setFilter }),
    });
    try {
      for await (const next of longestFound(client)) {
        if (!menu.isOpen) return;
        found = next;
        menu.redraw(place());
      }
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  function goTo(record: number): void {
    void list.reveal(record);
    client.post({ type: 'select', record });
  }

  function openRowMenu(row: Row, x: number, y: number): void {
    const { shown } = detail;
    const place = shown?.record === row.record ? shown.source : undefined;
    menus.open({
      label: t('Actions'),
      x,
      y,
      back: table.element,
      entries: () => rowEntries(row, deeds, place),
    });
  }

  /** Opens every event of a list that has not too many, or closes all. */
  async function expandAll(): Promise<void> {
    if (!list.query.grouped) return;
    if (list.query.open.length > 0) {
      list.setOpen([]);
      return;
    }
    const tooMany = t('More than {0} events: filter first, then expand.', formatCount(mostOpen));
    if (source.matching > mostOpen) {
      fail(tooMany);
      return;
    }
    const query = { filter: list.query.filter, first: 0, count: mostOpen, grouped: { open: [] } };
    try {
      const answer = await client.ask('rows', { query }, 'expand');
      const events = (answer?.rows ?? []).filter(({ group }) => group !== undefined && group.rows > 0);
      list.setOpen(events.map(({ record }) => record));
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  async function toError(by: 1 | -1): Promise<void> {
    const step = await list.toError(by);
    if (step === 'round') say(by === 1 ? t('From the beginning again') : t('From the end again'));
    if (step === 'none') fail(list.query.filter === '' ? t('No errors') : t('No errors among these rows'));
  }

  function copyText(row: Row): void {
    const cells = shownColumns(columns, false).map(({ id }) => cellText(id, row, undefined, table.startedAt));
    client.post({ type: 'copyText', text: cells.join('\t') });
    say(t('Copied'));
  }

  async function copyValue(record: number, path: string | undefined, format: CopyFormat): Promise<void> {
    try {
      const answer = await client.ask('copy', { record, format, ...(path === undefined ? {} : { path }) });
      if (answer === undefined) return;
      client.post({ type: 'copyText', text: answer.text });
      say(t('Copied'));
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  const commands = traceCommands(list, {
    isComparing: () => compared.isOn,
    focusFilter: () => filter.focus(),
    focusDetail: () => (compared.isOn ? compared.pane : detail).focus(),
    closeDetail,
    rowMenu: openRowMenu,
    copyText,
    showOnTimeline: (record) => deeds.showOnTimeline(record),
    toError: (by) => void toError(by),
    expandAll: () => void expandAll(),
    setGrouped,
    chooseColumns: () => openColumns(),
    showLongest: () => void openLongest(),
    toggleAnnouncements: () => {
      spoken.on = !spoken.on;
      spoken.insist(spoken.on ? t('Announcements are on') : t('Announcements are off'));
    },
    showKeys: () => help.open(),
    say,
  });

  root.addEventListener('keydown', onKey);
  // Where nothing has the focus, keys are the trace's.
  document.addEventListener('keydown', (event) => {
    if (event.target === document.body) onKey(event);
  });

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || isTyping(event)) return;
    const onTable = document.activeElement === table.element;
    const entry = entryOf(keys, event);
    if (entry === undefined || (entry.local === true && !onTable)) return;
    if (!commands[entry.action]()) return;
    event.preventDefault();
    event.stopPropagation();
  }

  side.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    table.element.focus();
  });

  return { focus: () => table.element.focus() };
}
