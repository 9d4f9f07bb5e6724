import { attributes, element } from '../dom.ts';
import { formatCount, formatDuration } from '../format.ts';
import { icon } from '../icons.ts';
import type { IconName } from '../icons.ts';
import { keyFor } from '../keys.ts';
import { item, menu, radios, tick } from '../menu.ts';
import type { ExportFormat, LaneGrouping } from '../protocol.ts';
import { t } from '../text.ts';
import { button, toggleButton } from '../ui.ts';
import type { ToggleButton } from '../ui.ts';
import { timelineKeys } from './keys.ts';
import type { TimelineAction } from './keys.ts';
import type { Picture } from './drawn.ts';
import type { Clock, TimelineModel } from './model.ts';
import { spanOf } from './range.ts';
import type { Range } from './range.ts';
import { shownRange } from './words.ts';

/** Formats in the order of the menu. */
const formats: readonly { readonly format: ExportFormat; readonly label: string }[] = [
  { format: 'perfetto', label: t('Perfetto…') },
  { format: 'chrome', label: t('Chrome trace (JSON)…') },
  { format: 'otlp-json', label: t('OpenTelemetry (OTLP, JSON)…') },
  { format: 'otlp-protobuf', label: t('OpenTelemetry (OTLP, protobuf)…') },
  { format: 'jsonl', label: t('JSON Lines…') },
  { format: 'csv', label: t('CSV…') },
  { format: 'speedscope', label: t('speedscope…') },
];

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

type Part = 'all' | 'range' | 'view';

/** What an export is of, as its message says it. */
function exportedPart(
  part: Part,
  model: Pick<TimelineModel, 'range' | 'target' | 'duration'>,
): Partial<Range> {
  if (part === 'all') return {};
  return (part === 'range' ? model.range : shownRange(model)) ?? {};
}

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
      exportMenu(model, run),
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

function exportMenu(model: TimelineModel, run: (action: TimelineAction) => void): HTMLElement {
  return menu(
    t('Export'),
    (close) => {
      let part: Part = model.range === undefined ? 'all' : 'range';
      let found = false;
      const { filter } = model.search;
      const parts: readonly { readonly value: Part; readonly label: string }[] = [
        { value: 'all', label: t('All of it') },
        ...(model.range === undefined ? [] : [{ value: 'range' as const, label: t('The marked stretch') }]),
        { value: 'view', label: t('What is in view') },
      ];
      const isSearching = filter.trim() !== '';
      return [
        radios(t('What'), parts, part, (value) => {
          part = value;
        }),
        ...(isSearching
          ? [
              tick(t('Only what the search finds'), found, (on) => {
                found = on;
              }),
            ]
          : []),
        ...formats.map(({ format, label }) =>
          item(label, () => {
            close();
            const of = exportedPart(part, model);
            model.client.post({ type: 'export', format, ...of, ...(found ? { filter } : {}) });
          }),
        ),
        ...(['png', 'svg'] as const).map((format) =>
          item(t('Picture of the view ({0})…', format.toUpperCase()), () => {
            close();
            run(format === 'png' ? 'exportPng' : 'exportSvg');
          }),
        ),
      ];
    },
    icon('export'),
  ).element;
}
