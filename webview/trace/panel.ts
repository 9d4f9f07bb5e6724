import type { Connection, PanelState } from '../client.ts';
import { element, isTyping } from '../dom.ts';
import { formatCount } from '../format.ts';
import { icon } from '../icons.ts';
import { insteadNotice } from '../notice.ts';
import { split } from '../split.ts';
import { toggleButton } from '../ui.ts';
import { detailPane } from './detail.ts';
import { emptyText, emptyView } from './empty.ts';
import { everything, filterBar, restoredFilter, rowFilter } from './filter.ts';
import { recordedView } from './recorded.ts';
import { replayNotice } from './replays.ts';
import { RowSource } from './rows.ts';
import { Table } from './table.ts';

/** Builds the trace panel. */
export function tracePanel(root: HTMLElement, connection: Connection): { focus(): void } {
  const client = connection.client('trace', { state: onState, reveal: (record) => void reveal(record) });
  const kept = client.restore();
  let filter = restoredFilter(kept);
  let follow = kept['follow'] !== false;
  let state: PanelState | undefined;
  /** The chosen record; its position may not be known yet. */
  let chosen: number | undefined;
  /** The record that was chosen when the panel last showed this recording. */
  let chosenBefore = kept['chosen'];
  const chosenIn = new Map<string, number>();
  /** A record to show as soon as there are rows. */
  let wanted: number | undefined;
  /** Another recording is shown, whose rows have still to come. */
  let fresh = false;
  /** A chosen position whose row has still to come. */
  let awaited: number | undefined;

  const source = new RowSource(client, onRows, (message) => say(message));
  const table = new Table(source, {
    choose: (position) => choose(position),
    scrolled: (atEnd) => setFollow(atEnd),
    resized: () => {
      if (following()) table.scrollToEnd();
    },
  });
  const detail = detailPane((message) => client.post(message), closeDetail);
  const bar = filterBar(
    filter,
    (next) => {
      filter = next;
      applyFilter();
      save();
    },
    () => table.element.focus(),
  );
  const followButton = toggleButton({
    label: 'Follow the newest',
    key: 'F',
    icon: icon('follow'),
    change: (on) => {
      setFollow(on);
      if (on) source.wantEnd(table.page);
    },
  });
  followButton.element.classList.add('follow');
  const count = element('div', 'count');
  count.setAttribute('role', 'status');
  const recorded = recordedView();
  const toolbar = element('div', 'toolbar');
  toolbar.append(...bar.elements, count, recorded.size, followButton.element);
  const empty = emptyView((action) => {
    if (action === 'clearFilter') bar.set(everything);
    else client.post({ type: 'command', command: action });
  });
  const list = element('div', 'list');
  list.append(table.element, empty.element);
  const panes = split(list, detail.element, {
    label: 'Size of the detail pane',
    smallest: 180,
    besideFrom: 720,
    size: typeof kept['detailSize'] === 'number' ? kept['detailSize'] : 380,
    moved: save,
  });
  const notice = insteadNotice((message) => client.post(message));
  const replays = replayNotice((plugin) => client.post({ type: 'compareReplay', plugin }));
  root.append(notice.element, recorded.problem, replays.element, toolbar, panes.element);
  followButton.set(follow);

  function save(): void {
    client.save({ ...filter, follow, detailSize: panes.size, chosen });
  }

  function say(message: string): void {
    count.textContent = message;
    count.classList.add('problem');
  }

  /** Only the live recording is followed; the wish to stays while another one is shown. */
  function following(): boolean {
    return follow && isLive();
  }

  function isLive(): boolean {
    return (state?.kind ?? 'live') === 'live';
  }

  function setFollow(on: boolean): void {
    if (follow === on || !isLive()) return;
    follow = on;
    followButton.set(on);
    save();
  }

  function onState(next: PanelState): void {
    const more = next.count !== state?.count;
    const other = state !== undefined && (state.recording !== next.recording || next.count < state.count);
    const first = state === undefined;
    if (other && state !== undefined) {
      if (chosen !== undefined) chosenIn.set(state.recording, chosen);
      chosenBefore = chosenIn.get(next.recording);
    }
    state = next;
    bar.plugins(next.plugins);
    notice.show(next.instead);
    recorded.show(next.disk);
    replays.show(next.replays ?? []);
    followButton.element.hidden = !isLive();
    if (other) {
      closeDetail();
      fresh = true;
    }
    if (first || other) applyFilter();
    else if (more) {
      if (following()) source.wantEnd(table.page);
      else source.wantLength();
    }
    onRows();
  }

  function applyFilter(): void {
    const page = Math.max(table.page, 50);
    source.setFilter(rowFilter(filter), following() ? 'end' : 0, page * 2);
    table.active = undefined;
    if (chosen !== undefined) void find(chosen);
  }

  function onRows(): void {
    const { matching, total, loaded } = source;
    if (following()) table.scrollToEnd();
    else if (fresh && loaded) table.scrollToRow(0);
    else table.render();
    if (loaded) fresh = false;
    count.classList.remove('problem');
    count.textContent =
      matching === total
        ? `${formatCount(total)} records`
        : `${formatCount(matching)} of ${formatCount(total)}`;
    count.hidden = !loaded;
    const text = emptyText(state, matching, total, loaded);
    table.element.classList.toggle('none', text !== undefined);
    empty.show(text);
    if (loaded && wanted !== undefined) void reveal(wanted);
    if (awaited !== undefined && source.row(awaited) !== undefined) choose(awaited);
  }

  /** Finds where the chosen record went under another filter. */
  async function find(record: number): Promise<void> {
    const position = await locate(record);
    if (position === undefined || chosen !== record) return;
    table.active = source.row(position)?.record === record ? position : undefined;
    if (!following()) table.show(position);
    table.render();
  }

  async function locate(record: number): Promise<number | undefined> {
    try {
      return await source.locate(record);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  async function reveal(record: number): Promise<void> {
    if (!source.loaded) {
      wanted = record;
      return;
    }
    wanted = undefined;
    // The editor repeats the choice to a panel that is shown again; that is no reason to stop following.
    const again = following() && (record === chosen || record === chosenBefore);
    if (!again) setFollow(false);
    open(record);
    const position = await locate(record);
    if (chosen !== record) return;
    if (position === undefined) {
      // The editor can know of a record before its row is here.
      if (record >= source.total) wanted = record;
      return;
    }
    const found = source.row(position)?.record;
    table.active = found === undefined || found === record ? position : undefined;
    if (again) table.render();
    else table.show(position);
  }

  function choose(position: number): void {
    table.active = position;
    table.show(position);
    const row = source.row(position);
    awaited = row === undefined ? position : undefined;
    if (row === undefined) return;
    open(row.record);
    client.post({ type: 'select', record: row.record });
  }

  function open(record: number): void {
    chosen = record;
    save();
    panes.open(true);
    client.detail(record).then(
      (answer) => {
        if (answer !== undefined && chosen === record) detail.show(answer, state?.canSend ?? false);
      },
      (error: unknown) => {
        if (chosen === record) detail.fail(error instanceof Error ? error.message : String(error));
      },
    );
  }

  function closeDetail(): void {
    chosen = undefined;
    awaited = undefined;
    table.active = undefined;
    panes.open(false);
    table.render();
    if (detail.element.contains(document.activeElement)) table.element.focus();
  }

  /** Moves the choice by rows; past either end it stays there. */
  function move(to: number): void {
    const last = source.matching - 1;
    if (last < 0) return;
    const position = Math.max(0, Math.min(to, last));
    if (position < last) setFollow(false);
    choose(position);
  }

  table.element.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = table.active;
    const { page } = table;
    if (event.key === 'ArrowDown') move(at === undefined ? source.matching - 1 : at + 1);
    else if (event.key === 'ArrowUp') move(at === undefined ? source.matching - 1 : at - 1);
    else if (event.key === 'PageDown') move((at ?? source.matching - 1) + page);
    else if (event.key === 'PageUp') move((at ?? source.matching - 1) - page);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') {
      setFollow(true);
      move(source.matching - 1);
    } else if (event.key === 'Enter' && chosen !== undefined) detail.focus();
    else if (event.key === 'Escape' && chosen !== undefined) closeDetail();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  detail.element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    table.element.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (event.key === '/') bar.focus();
    else if (event.key === 'f') {
      setFollow(!follow);
      if (following()) source.wantEnd(table.page);
    } else return;
    event.preventDefault();
  });

  return { focus: () => table.element.focus() };
}
