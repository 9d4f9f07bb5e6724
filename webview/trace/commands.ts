import type { Row } from '../protocol.ts';
import { t } from '../text.ts';
import type { TraceAction } from './keys.ts';
import { treeStep } from './list.ts';
import type { RowList } from './list.ts';

/** What the panel does itself, beside what its list can do. */
export interface PanelDeeds {
  /** Two records are compared. */
  isComparing(): boolean;
  focusFilter(): void;
  focusDetail(): void;
  closeDetail(): void;
  rowMenu(row: Row, x: number, y: number): void;
  copyText(row: Row): void;
  showOnTimeline(record: number): void;
  toError(by: 1 | -1): void;
  expandAll(): void;
  setGrouped(on: boolean): void;
  chooseColumns(): void;
  showLongest(): void;
  toggleAnnouncements(): void;
  showKeys(): void;
  say(text: string): void;
}

/** What each key, button and command of the editor does; false where it has nothing to do. */
export function traceCommands(
  list: RowList,
  deeds: PanelDeeds,
): Readonly<Record<TraceAction, () => boolean>> {
  const { source, table } = list;
  const done =
    (work: () => void): (() => boolean) =>
    () => {
      work();
      return true;
    };
  /** To a position that is counted from the chosen row, or from the newest where there is none. */
  const move = (to: (at: number | undefined, last: number) => number): (() => boolean) =>
    done(() => list.move(to(table.active, source.matching - 1)));
  const withChosen = (work: (record: number) => void): (() => boolean) => {
    return () => {
      if (list.chosen === undefined) return false;
      work(list.chosen);
      return true;
    };
  };

  function close(): boolean {
    if (deeds.isComparing() || table.picked.length > 0) list.setPicked([]);
    else if (list.chosen !== undefined) deeds.closeDetail();
    else return false;
    return true;
  }

  function rowMenu(): boolean {
    const { active } = table;
    const row = list.activeRow;
    if (active === undefined || row === undefined) return false;
    const { x, y } = table.anchor(active);
    deeds.rowMenu(row, x, y);
    return true;
  }

  function treeKey(key: 'ArrowLeft' | 'ArrowRight'): boolean {
    const row = list.activeRow;
    const step = row === undefined ? undefined : treeStep(row, key);
    if (row === undefined || step === undefined) return false;
    if (step === 'toggle') list.toggle(row);
    else if (step === 'into') list.move((table.active ?? 0) + 1);
    else void list.toParent(row);
    return true;
  }

  function copyRow(): boolean {
    const row = list.activeRow;
    // What is marked as text is copied as that.
    if (row === undefined || getSelection()?.isCollapsed === false) return false;
    deeds.copyText(row);
    return true;
  }

  /** Marks the chosen row, or compares it with the marked one. */
  function mark(record: number): void {
    const [first] = table.picked;
    if (first === undefined || first === record) list.pick(record);
    else list.setPicked([first, record]);
  }

  function diffWithMarked(): void {
    const { chosen } = list;
    const [first] = table.picked;
    if (chosen !== undefined && first !== undefined && first !== chosen) list.setPicked([first, chosen]);
    else deeds.say(t('Mark a row first, then choose another one.'));
  }

  return {
    down: move((at, last) => (at === undefined ? last : at + 1)),
    up: move((at, last) => (at === undefined ? last : at - 1)),
    pageDown: move((at, last) => (at ?? last) + table.page),
    pageUp: move((at, last) => (at ?? last) - table.page),
    first: move(() => 0),
    last: done(() => {
      list.setFollow(true);
      list.move(source.matching - 1);
    }),
    follow: done(() => {
      if (list.follow) list.setFollow(false);
      else list.toEnd();
    }),
    focusFilter: done(() => deeds.focusFilter()),
    nextError: done(() => deeds.toError(1)),
    previousError: done(() => deeds.toError(-1)),
    open: withChosen(() => deeds.focusDetail()),
    close,
    rowMenu,
    expand: () => treeKey('ArrowRight'),
    collapse: () => treeKey('ArrowLeft'),
    expandAll: done(() => deeds.expandAll()),
    openTimeline: withChosen((record) => deeds.showOnTimeline(record)),
    pick: withChosen((record) => list.pick(record)),
    markForDiff: withChosen(mark),
    diffWithMarked: done(diffWithMarked),
    copyRow,
    groupByEvent: done(() => deeds.setGrouped(!list.query.grouped)),
    chooseColumns: done(() => deeds.chooseColumns()),
    longest: done(() => deeds.showLongest()),
    toggleAnnouncements: done(() => deeds.toggleAnnouncements()),
    showKeys: done(() => deeds.showKeys()),
  };
}
