import { attributes, element } from '../dom.ts';
import { exportMenu } from '../export-menu.ts';
import type { ExportPart } from '../export-menu.ts';
import { formatCount, formatDuration } from '../format.ts';
import { icon } from '../icons.ts';
import type { IconName } from '../icons.ts';
import { keyFor } from '../keys.ts';
import { item, menu, radios } from '../menu.ts';
import type { LaneGrouping } from '../protocol.ts';
import { t } from '../text.ts';
import { button, toggleButton } from '../ui.ts';
import type { ToggleButton } from '../ui.ts';
import { timelineKeys } from './keys.ts';
import type { TimelineAction } from './keys.ts';
import type { Picture } from './picture/drawn.ts';
import type { Clock, TimelineModel } from './model/model.ts';
import { spanOf } from './model/range.ts';
import { shownRange } from './words.ts';

const groupings: readonly { readonly value: LaneGrouping; readonly label: string }[] = [
  { value: 'plugin', label: t('Plugin') },
  { value: 'turn', label: t('Turn') },
  { value: 'correlation', label: t('Correlation') },
];

const clocks: readonly { readonly value: Clock; readonly label: string }[] = [
  { value: 'recording', label: t("Since the recording's start") },
  { value: 'wall', label: t('Time of day') },
];

const compareLabel = t('Compare with the run before');
const noRunBefore = t('no plugin was given events in an earlier run.');

/** Buttons that show whether what they open or do is on. */
export type ToolbarToggle = 'table' | 'statistics' | 'notes' | 'announce';

export interface Toolbar {
  readonly element: HTMLElement;
  set(toggle: ToolbarToggle, on: boolean): void;
}

export function toolbar(
  model: TimelineModel,
  picture: Picture,
  search: HTMLElement,
  run: (action: TimelineAction) => void,
): Toolbar {
  const outer = element('div', 'toolbar');
  attributes(outer, { role: 'toolbar', 'aria-label': t('Timeline') });

  function act(label: string, name: IconName, action: TimelineAction): HTMLElement {
    const key = keyFor(timelineKeys, action);
    return button({
      label,
      icon: icon(name),
      ...(key === undefined ? {} : { key }),
      click: () => run(action),
    });
  }

  function toggle(label: string, name: IconName, action: TimelineAction): ToggleButton {
    const key = keyFor(timelineKeys, action);
    return toggleButton({
      label,
      icon: icon(name),
      ...(key === undefined ? {} : { key }),
      change: () => run(action),
    });
  }

  const length = element('div', 'count length');
  const missed = element('span', 'missed');
  const pause = toggle(t('Pause'), 'pause', 'pause');
  const follow = toggle(t('Follow live'), 'follow', 'follow');
  follow.element.classList.add('follow');
  const toggles: Readonly<Record<ToolbarToggle, ToggleButton>> = {
    table: toggle(t('As a table'), 'table', 'showTable'),
    statistics: toggle(t('Statistics'), 'statistics', 'statistics'),
    notes: toggle(t('Notes'), 'note', 'listNotes'),
    announce: toggle(t('Announce to screen readers'), 'announce', 'toggleAnnouncements'),
  };
  const zoomToSelection = act(t('Zoom to what is marked or chosen'), 'selection', 'zoomToSelection');
  const errors = group(
    act(t('Previous error'), 'previous', 'previousError'),
    icon('error'),
    act(t('Next error'), 'next', 'nextError'),
  );
  errors.classList.add('errors');
  const compareLast = act(compareLabel, 'swap', 'compareLast');
  const compareTitle = compareLast.title;
  const comparison = menu(
    t('Compare'),
    (close) => {
      const compareWith = (other: 'last' | 'choose') => (): void => {
        close();
        model.compareWith(other);
      };
      const last = item(t('With the run before'), compareWith('last'));
      if (model.comparable === undefined) attributes(last, { disabled: '', title: noRunBefore });
      return [last, item(t('With another recording…'), compareWith('choose'))];
    },
    icon('compare'),
  );
  outer.append(
    group(
      act(t('Zoom in'), 'zoomIn', 'zoomIn'),
      act(t('Zoom out'), 'zoomOut', 'zoomOut'),
      act(t('Show everything'), 'fit', 'fit'),
      zoomToSelection,
    ),
    search,
    errors,
    length,
    group(
      toggles.statistics.element,
      toggles.notes.element,
      toggles.table.element,
      viewMenu(model, picture),
      compareLast,
      comparison.element,
      exportMenu({
        post: (message) => model.client.post(message),
        parts: () => exportParts(model),
        first: () => (model.range === undefined ? undefined : 0),
        filter: () => model.search.filter,
        filterLabel: t('Only what the search finds'),
        picture: (format) => run(format === 'png' ? 'exportPng' : 'exportSvg'),
      }),
      toggles.announce.element,
      act(t('Keys'), 'keys', 'showKeys'),
    ),
    group(missed, pause.element, follow.element),
  );

  function show(): void {
    const { state, view, duration, paused } = model;
    const live = state?.live === true;
    pause.element.hidden = !live && !paused;
    follow.element.hidden = !live;
    pause.set(paused);
    follow.set(model.following);
    const text = paused && model.missed > 0 ? t('{0} new', formatCount(model.missed)) : '';
    if (missed.textContent !== text) missed.textContent = text;
    missed.hidden = text === '';
    const shown =
      view === undefined || duration === 0
        ? ''
        : t('{0} of {1}', formatDuration(Math.min(spanOf(view), duration)), formatDuration(duration));
    if (length.textContent !== shown) length.textContent = shown;
    const isAlone = model.comparable === undefined;
    compareLast.toggleAttribute('disabled', isAlone);
    const title = isAlone ? `${compareLabel}: ${noRunBefore}` : compareTitle;
    if (compareLast.title !== title) compareLast.title = title;
    zoomToSelection.toggleAttribute('disabled', model.range === undefined && model.selection === undefined);
  }

  model.onChange((changed) => {
    // The pointer moves often and changes nothing here.
    if (changed.size > 1 || !changed.has('pointer')) show();
  });
  show();
  return { element: outer, set: (name, on) => toggles[name].set(on) };
}

function group(...parts: readonly Element[]): HTMLElement {
  const made = element('div', 'group');
  made.append(...parts);
  return made;
}

function viewMenu(model: TimelineModel, picture: Picture): HTMLElement {
  const types = element('input', 'name-input');
  types.type = 'text';
  types.placeholder = 'vad.*, !*.debug';
  attributes(types, { 'aria-label': t('Types of telemetry that have a lane'), spellcheck: 'false' });
  types.addEventListener('input', () => model.setTypes(types.value));
  const made = menu(
    t('View'),
    () => {
      types.value = model.types;
      const typed = element('label', 'typed');
      typed.append(element('span', 'menu-heading', t('Types of telemetry')), types);
      return [
        radios(t('Lanes by'), groupings, model.grouping, (value) => model.setGrouping(value)),
        // A trace without real dates has no time of the day.
        ...(model.startedAt > 0
          ? [radios(t('Times'), clocks, model.clock, (value) => model.setClock(value))]
          : []),
        typed,
        element('span', 'menu-heading', t('Legend')),
        picture.legend,
      ];
    },
    icon('timeline'),
  );
  made.element.classList.add('view-menu');
  return made.element;
}

/** What the menu can export by itself: the marked stretch, and what is in view. */
function exportParts(model: TimelineModel): readonly ExportPart[] {
  const { range } = model;
  const view = shownRange(model);
  return [
    ...(range === undefined ? [] : [{ label: t('The marked stretch'), ...range }]),
    ...(view === undefined ? [] : [{ label: t('What is in view'), ...view }]),
  ];
}
