import { announcer } from '../announcer.ts';
import { element, isTyping } from '../dom.ts';
import { helpSheet } from '../help.ts';
import { entryOf, keyOf } from '../keys.ts';
import { insteadNotice } from '../notice.ts';
import { split } from '../split.ts';
import { t } from '../text.ts';
import { Differences } from './differences.ts';
import { isOwn, timelineKeys } from './keys.ts';
import type { TimelineAction } from './keys.ts';
import type { Picture } from './picture/drawn.ts';
import type { Aspect, TimelineModel } from './model/model.ts';
import { Notes } from './notes.ts';
import { tabbedPanes } from './panes.ts';
import { spanOf } from './model/range.ts';
import { searchBar } from './search.ts';
import { Speaker } from './speaker.ts';
import { Statistics } from './statistics.ts';
import { Status } from './status.ts';
import { strip } from './strip.ts';
import { SliceTable } from './table.ts';
import { toolbar } from './toolbar.ts';
import { selectionText } from './words.ts';

/** From this width of the panel on, the panes are at its right side, in CSS pixels. */
const besideFrom = 860;

/** Builds everything around the picture: the panel's one element is `root`. */
export function surround(root: HTMLElement, model: TimelineModel, picture: Picture): void {
  const { kept } = model;
  const speaker = new Speaker(model, announcer());
  const notice = insteadNotice((message) => model.client.post(message));
  const status = new Status(model, picture);
  const search = searchBar(model, () => picture.focus());
  const statistics = new Statistics(model, (text) => speaker.say(text));
  const notes = new Notes(model);
  const table = new SliceTable(model, picture);
  const differences = new Differences(model, () => panes.open('differences', true));
  const help = helpSheet(t('Keys of the timeline'), timelineKeys, [
    { gesture: t('Wheel'), text: t('Zoom at the pointer') },
    { gesture: t('Shift+wheel'), text: t('Move') },
    { gesture: t('Alt+wheel'), text: t('Scroll the lanes') },
    { gesture: t('Drag'), text: t('Move') },
    { gesture: t('Shift+drag'), text: t('Mark a stretch; in the ruler a drag does') },
    { gesture: t('Click'), text: t('Choose') },
    { gesture: t('Double click'), text: t('Zoom to it') },
  ]);
  const bottom = strip(() => model.open());
  bottom.element.id = 'timeline-selection';
  const bar = toolbar(model, picture, search.element, run);

  const frame = element('div', 'frame');
  frame.append(picture.element, status.overlay, status.hint);
  const panes = tabbedPanes(
    t('Statistics, notes and table'),
    [
      {
        name: 'statistics',
        label: t('Statistics'),
        element: statistics.element,
        show: (on) => statistics.show(on),
      },
      { name: 'notes', label: t('Notes'), element: notes.element, show: (on) => notes.show(on) },
      {
        name: 'table',
        label: t('Table'),
        element: table.element,
        show: (on) => table.show(on),
        focus: () => table.focus(),
      },
      { name: 'differences', label: t('Differences'), element: differences.list },
    ],
    (name) => {
      parts.open(name !== undefined);
      for (const toggle of ['statistics', 'notes', 'table'] as const) bar.set(toggle, toggle === name);
      model.keep({ pane: name });
    },
  );
  const parts = split(frame, panes.element, {
    label: t('Size of the panes'),
    smallest: { width: 240, height: 130 },
    besideFrom,
    size: typeof kept['paneSize'] === 'number' ? kept['paneSize'] : 430,
    moved: (size) => model.keep({ paneSize: size }),
  });
  root.append(
    notice.element,
    bar.element,
    differences.bar,
    ...status.bars,
    parts.element,
    bottom.element,
    help.element,
    speaker.element,
  );
  speaker.describe(picture.element);
  panes.enable('differences', false);
  const pane = kept['pane'];
  if (pane === 'statistics' || pane === 'notes' || pane === 'table') panes.open(pane, false);
  bar.set('announce', speaker.on);

  // Keys and commands.
  let anchor: number | undefined;
  const own: Partial<Record<TimelineAction, () => void>> = {
    scrollUp: () => picture.scroll(-1),
    scrollDown: () => picture.scroll(1),
    laneUp: () => model.stepLane(-1),
    laneDown: () => model.stepLane(1),
    open: () => model.open(),
    clear,
    extendLeft: () => extend(-1),
    extendRight: () => extend(1),
    markSelection: () => {
      const { selection } = model;
      if (selection === undefined) return;
      const from = selection.slice?.from ?? selection.time;
      const to = selection.slice?.to ?? from + (selection.detail?.durationMs ?? 0);
      if (to > from) model.selectRange({ from, to });
    },
    statistics: () => panes.toggle('statistics'),
    listNotes: () => panes.toggle('notes'),
    showTable: () => panes.toggle('table'),
    search: () => search.focus(),
    focusFilter: () => search.focus(),
    addNote: () => {
      panes.open('notes', true);
      notes.add();
    },
    showKeys: () => help.open(),
    toggleAnnouncements: () => {
      speaker.toggle();
      bar.set('announce', speaker.on);
    },
    exportPng: () => void savePicture('png'),
    exportSvg: () => void savePicture('svg'),
    nextDifference: () => differences.step(1),
    previousDifference: () => differences.step(-1),
  };

  function run(action: TimelineAction): void {
    const work = own[action];
    if (work !== undefined) work();
    else if (!isOwn(action)) model.act(action);
    speaker.did(action);
  }

  model.onAction((action) => own[action]?.());

  /** Hands the picture to the editor, which asks where to. */
  async function savePicture(format: 'png' | 'svg'): Promise<void> {
    try {
      model.client.post({ type: 'picture', format, data: await picture.image(format) });
    } catch (error) {
      bottom.say(error instanceof Error ? error.message : String(error));
    }
  }

  /** What is nearest to the user goes first: the choice, then the mark. */
  function clear(): void {
    if (model.selection !== undefined) model.clearSelection();
    else if (model.range !== undefined) model.selectRange(undefined);
  }

  /** Moves the end of the marked stretch; the other end stays where it began. */
  function extend(by: 1 | -1): void {
    const { range, target, selection } = model;
    if (target === undefined) return;
    if (range === undefined || anchor === undefined || (anchor !== range.from && anchor !== range.to))
      anchor = range?.from ?? selection?.time ?? (target.from + target.to) / 2;
    const head = range === undefined ? anchor : anchor === range.from ? range.to : range.from;
    const next = Math.max(0, Math.min(model.duration, head + by * spanOf(target) * 0.02));
    model.selectRange({ from: Math.min(anchor, next), to: Math.max(anchor, next) });
  }

  root.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || !(event.target instanceof Element)) return;
    const entry = entryOf(timelineKeys, event);
    if (entry === undefined) return;
    const isWord = !/^(Mod\+|F\d|Shift\+F\d)/.test(keyOf(event));
    if (isWord && isTyping(event)) return;
    const isButton = event.target.closest('button, vscode-button, [role="separator"]') !== null;
    if (entry.local === true && (isButton || !picture.element.contains(event.target))) return;
    event.preventDefault();
    run(entry.action);
  });

  // A stretch that is marked with the mouse opens its statistics once the button is up, so that nothing
  // moves below the pointer.
  let pressed = false;
  let marked = false;
  root.addEventListener('pointerdown', () => {
    pressed = true;
  });
  for (const name of ['pointerup', 'pointercancel']) {
    root.addEventListener(name, () => {
      pressed = false;
      showMarked();
    });
  }
  function showMarked(): void {
    if (!marked || pressed) return;
    marked = false;
    if (model.range !== undefined && panes.current === undefined) panes.open('statistics', false);
  }

  let hadRange = false;
  const onChange = (changed: ReadonlySet<Aspect>): void => {
    if (changed.has('recording')) {
      notice.show(model.state?.instead);
      bottom.follow(model.state?.live === true);
    }
    if (changed.has('selection') || changed.has('mode') || changed.has('recording')) {
      const { selection, clock, startedAt } = model;
      bottom.show(
        // The time of what another panel chose comes with its detail.
        selection === undefined || Number.isNaN(selection.time)
          ? undefined
          : selectionText(selection, clock, startedAt),
        selection?.other?.isSame === false,
      );
    }
    if (changed.has('range')) {
      marked ||= model.range !== undefined && !hadRange;
      hadRange = model.range !== undefined;
      showMarked();
    }
    if (changed.has('comparison')) panes.enable('differences', model.comparison !== undefined);
    if (changed.has('settings')) bar.set('announce', speaker.on);
  };
  model.onChange(onChange);
  onChange(new Set<Aspect>(['recording', 'comparison']));
}
