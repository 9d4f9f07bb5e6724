import type { KeyEntry } from '../keys.ts';
import type { PanelAction } from '../protocol.ts';
import { t } from '../text.ts';

/** What the keys do beside the actions that the editor has commands for. */
const ownActions = [
  'laneUp',
  'laneDown',
  'scrollUp',
  'scrollDown',
  'open',
  'clear',
  'extendLeft',
  'extendRight',
  'markSelection',
  'statistics',
  'listNotes',
  'nextDifference',
  'previousDifference',
] as const;
type OwnAction = (typeof ownActions)[number];

export type TimelineAction = PanelAction | OwnAction;

/** Whether it is an action that only the keys have. */
export function isOwn(action: TimelineAction): action is OwnAction {
  return ownActions.some((own) => own === action);
}

const look = t('Look around');
const find = t('Find and choose');
const mark = t('Mark');
const show = t('Show');

/**
 * All keys of the timeline. `around.ts` listens for them on the whole panel, also when the picture has the
 * focus: `local` ones count only there.
 */
export const timelineKeys: readonly KeyEntry<TimelineAction>[] = [
  { action: 'zoomIn', keys: ['w', '+', '='], group: look, text: t('Zoom in') },
  { action: 'zoomOut', keys: ['s', '-', '_'], group: look, text: t('Zoom out') },
  { action: 'panLeft', keys: ['a'], group: look, text: t('Move to the left') },
  { action: 'panRight', keys: ['d'], group: look, text: t('Move to the right') },
  { action: 'panLeft', keys: ['ArrowLeft'], group: look, text: t('Move to the left'), local: true },
  { action: 'panRight', keys: ['ArrowRight'], group: look, text: t('Move to the right'), local: true },
  { action: 'fit', keys: ['0'], group: look, text: t('Show everything') },
  { action: 'fit', keys: ['Home'], group: look, text: t('Show everything'), local: true },
  {
    action: 'zoomToSelection',
    keys: ['z'],
    group: look,
    text: t('Zoom to the marked stretch, or to what is chosen'),
  },
  { action: 'follow', keys: ['f'], group: look, text: t('Follow what happens now') },
  { action: 'follow', keys: ['End'], group: look, text: t('Follow what happens now'), local: true },
  { action: 'pause', keys: ['p'], group: look, text: t('Pause the picture, or go on') },
  { action: 'pause', keys: ['Space'], group: look, text: t('Pause the picture, or go on'), local: true },
  { action: 'laneUp', keys: ['ArrowUp'], group: look, text: t('To the lane above'), local: true },
  { action: 'laneDown', keys: ['ArrowDown'], group: look, text: t('To the lane below'), local: true },
  {
    action: 'toggleGroup',
    keys: ['c'],
    group: look,
    text: t("Hide the lanes of the chosen lane's plugin, or show them"),
  },
  { action: 'scrollUp', keys: ['PageUp'], group: look, text: t('Scroll the lanes up'), local: true },
  { action: 'scrollDown', keys: ['PageDown'], group: look, text: t('Scroll the lanes down'), local: true },

  { action: 'search', keys: ['/', 'Mod+f'], group: find, text: t('Search') },
  { action: 'nextMatch', keys: ['n', 'F3'], group: find, text: t('Next match') },
  { action: 'previousMatch', keys: ['Shift+n', 'Shift+F3'], group: find, text: t('Previous match') },
  { action: 'nextSlice', keys: [']'], group: find, text: t('Next in the lane') },
  { action: 'previousSlice', keys: ['['], group: find, text: t('Previous in the lane') },
  { action: 'nextError', keys: ['e'], group: find, text: t('Next error') },
  { action: 'previousError', keys: ['Shift+e'], group: find, text: t('Previous error') },
  { action: 'compareLast', keys: ['x'], group: find, text: t('Compare with the run before') },
  { action: 'nextDifference', keys: ['.'], group: find, text: t('Next difference of a comparison') },
  { action: 'previousDifference', keys: [','], group: find, text: t('Previous difference of a comparison') },
  { action: 'open', keys: ['Enter'], group: find, text: t('Open what is chosen in the trace'), local: true },
  { action: 'clear', keys: ['Escape'], group: find, text: t('Choose nothing'), local: true },

  { action: 'markSelection', keys: ['r'], group: mark, text: t('Mark the stretch of what is chosen') },
  {
    action: 'extendLeft',
    keys: ['Shift+ArrowLeft'],
    group: mark,
    text: t('Move the end of the marked stretch to the left'),
    local: true,
  },
  {
    action: 'extendRight',
    keys: ['Shift+ArrowRight'],
    group: mark,
    text: t('Move the end of the marked stretch to the right'),
    local: true,
  },
  { action: 'addNote', keys: ['m'], group: mark, text: t('Note at the cursor, or for the marked stretch') },

  { action: 'statistics', keys: ['i'], group: show, text: t('Statistics of the marked stretch') },
  { action: 'showTable', keys: ['t'], group: show, text: t('What is in view, as a table') },
  { action: 'listNotes', keys: ['Shift+m'], group: show, text: t('Notes') },
  {
    action: 'toggleAnnouncements',
    keys: ['Shift+a'],
    group: show,
    text: t('Say aloud what happens, or not'),
  },
  { action: 'showKeys', keys: ['?'], group: show, text: t('These keys') },
];
