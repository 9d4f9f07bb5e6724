import type { KeyEntry } from '../keys.ts';
import type { PanelAction } from '../protocol.ts';
import { t } from '../text.ts';

/** What the trace's keys do: actions of the editor's commands too, and some that need no command. */
export type TraceAction =
  | Extract<
      PanelAction,
      | 'follow'
      | 'nextError'
      | 'previousError'
      | 'focusFilter'
      | 'chooseColumns'
      | 'groupByEvent'
      | 'markForDiff'
      | 'diffWithMarked'
      | 'showKeys'
      | 'toggleAnnouncements'
    >
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'expand'
  | 'collapse'
  | 'expandAll'
  | 'open'
  | 'close'
  | 'pick'
  | 'copyRow'
  | 'rowMenu'
  | 'openTimeline'
  | 'longest';

/** All keys of the trace; `local` ones count where the list has the focus. */
export function traceKeys(): readonly KeyEntry<TraceAction>[] {
  const look = t('Look around');
  const find = t('Find and choose');
  const compare = t('Compare and copy');
  const show = t('Show');
  return [
    { action: 'up', keys: ['ArrowUp'], group: look, text: t('To the row above'), local: true },
    { action: 'down', keys: ['ArrowDown'], group: look, text: t('To the row below'), local: true },
    { action: 'pageUp', keys: ['PageUp'], group: look, text: t('A page up'), local: true },
    { action: 'pageDown', keys: ['PageDown'], group: look, text: t('A page down'), local: true },
    { action: 'first', keys: ['Home'], group: look, text: t('To the first row'), local: true },
    { action: 'last', keys: ['End'], group: look, text: t('To the newest row, and follow'), local: true },
    { action: 'follow', keys: ['f'], group: look, text: t('Follow the newest, or not') },
    { action: 'focusFilter', keys: ['/', 'Mod+f'], group: find, text: t('Filter') },
    { action: 'nextError', keys: ['e'], group: find, text: t('Next error') },
    { action: 'previousError', keys: ['Shift+e'], group: find, text: t('Previous error') },
    { action: 'longest', keys: ['l'], group: find, text: t('What took long') },
    { action: 'open', keys: ['Enter'], group: find, text: t('To the detail'), local: true },
    { action: 'close', keys: ['Escape'], group: find, text: t('Close the detail'), local: true },
    {
      action: 'rowMenu',
      keys: ['Shift+F10', 'ContextMenu'],
      group: find,
      text: t('What can be done with the row'),
      local: true,
    },
    { action: 'openTimeline', keys: ['t'], group: find, text: t('Show the row on the timeline') },
    {
      action: 'markForDiff',
      keys: ['d'],
      group: compare,
      text: t('Mark the row, or compare it with the marked one'),
    },
    { action: 'pick', keys: ['Space'], group: compare, text: t('Choose two rows to compare'), local: true },
    { action: 'copyRow', keys: ['Mod+c'], group: compare, text: t('Copy the row'), local: true },
    { action: 'groupByEvent', keys: ['g'], group: show, text: t('Group by event, or not') },
    { action: 'expand', keys: ['ArrowRight'], group: show, text: t('Expand an event'), local: true },
    { action: 'collapse', keys: ['ArrowLeft'], group: show, text: t('Collapse an event'), local: true },
    { action: 'expandAll', keys: ['x'], group: show, text: t('Expand all events, or collapse them') },
    { action: 'chooseColumns', keys: ['c'], group: show, text: t('Choose columns') },
    {
      action: 'toggleAnnouncements',
      keys: ['Shift+a'],
      group: show,
      text: t('Say aloud what happens, or not'),
    },
    { action: 'showKeys', keys: ['?'], group: show, text: t('These keys') },
  ];
}
