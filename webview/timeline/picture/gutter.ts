import { attributes, element } from '../../dom.ts';
import { laneLabel } from '../../kinds.ts';
import { t } from '../../text.ts';
import { visible } from '../../../extension/recording/visible.ts';
import { lanePatterns } from './colours.ts';
import type { Track } from '../model/layout.ts';
import { swatch } from './swatch.ts';

/** What the names' buttons do. */
export interface GutterActions {
  collapse(group: string, on: boolean): void;
  choose(lane: number): void;
}

/** Names of groups and lanes, beside the picture: those in view only. */
export interface Gutter {
  readonly element: HTMLElement;
  /** Shows these tracks out of `height` pixels of them. */
  show(tracks: readonly Track[], height: number, lane: number | undefined): void;
  /** Shows what the counters are at a time; `text` is empty where a lane has no value. */
  values(text: (lane: number) => string): void;
}

interface Row {
  readonly element: HTMLElement;
  readonly note: HTMLElement;
  readonly counter: number | undefined;
  key: string;
}

export function gutter(actions: GutterActions): Gutter {
  const view = element('div', 'gutter');
  let rows = new Map<string, Row>();

  function twist(track: { readonly group: string; readonly collapsed: boolean }, of: string): HTMLElement {
    const toggle = element('button', 'twist');
    toggle.type = 'button';
    attributes(toggle, { 'aria-expanded': String(!track.collapsed), 'aria-label': t('Lanes of {0}', of) });
    toggle.addEventListener('click', () => actions.collapse(track.group, !track.collapsed));
    return toggle;
  }

  function make(track: Track): Row {
    const row = element('div', 'track');
    const name = element('span', 'label');
    const note = element('span', 'note');
    let counter: number | undefined;
    switch (track.type) {
      case 'group': {
        row.classList.add('plugin');
        name.textContent = visible(track.group);
        note.textContent = track.note;
        row.append(twist(track, visible(track.group)), name);
        if (track.collapsed && track.errors > 0)
          row.append(element('span', 'failures', String(track.errors)));
        row.append(note);
        break;
      }
      case 'lane': {
        const { lane } = track;
        row.classList.add('lane', lane.kind);
        row.dataset['lane'] = lane.kind;
        name.textContent = visible(laneLabel(lane));
        row.addEventListener('click', () => actions.choose(lane.id));
        row.append(swatch(lanePatterns[lane.kind]), name, note);
        if (lane.kind === 'counter') counter = lane.id;
        break;
      }
      case 'compared':
        row.classList.add('compared', track.side);
        // The column is narrow: what it is compared with comes first, the whole is in the tooltip.
        name.textContent = track.side === 'here' ? comparedLabel(track) : track.title;
        row.title = comparedLabel(track);
        if (track.side === 'other') row.append(twist(track, track.title));
        row.append(name, note);
        break;
    }
    if (row.title === '') row.title = name.textContent;
    return { element: row, note, counter, key: '' };
  }

  return {
    element: view,
    show: (tracks, height, lane) => {
      view.style.height = `${height}px`;
      const shown = new Map<string, Row>();
      for (const track of tracks) {
        const key = keyOf(track);
        const row = rows.get(key) ?? shown.get(key) ?? make(track);
        shown.set(key, row);
        const place = `${track.y} ${track.height}`;
        if (row.key !== place) {
          row.key = place;
          row.element.style.transform = `translateY(${track.y}px)`;
          row.element.style.height = `${track.height}px`;
        }
        row.element.classList.toggle('active', track.type === 'lane' && track.lane.id === lane);
      }
      for (const [key, row] of rows) if (!shown.has(key)) row.element.remove();
      // In the order of the page too, for those who read it with a keyboard; moved only where it differs.
      let next = view.firstElementChild;
      for (const row of shown.values()) {
        if (row.element === next) next = next.nextElementSibling;
        else view.insertBefore(row.element, next);
      }
      rows = shown;
    },
    values: (text) => {
      for (const { counter, note } of rows.values()) {
        if (counter === undefined) continue;
        const value = text(counter);
        if (note.textContent !== value) note.textContent = value;
      }
    },
  };
}

/** Everything that a row's element follows from, except its place. */
function keyOf(track: Track): string {
  switch (track.type) {
    case 'group':
      return `group ${track.collapsed ? track.errors : '-'} ${track.note} ${track.group}`;
    case 'lane':
      return `lane ${track.lane.id} ${track.lane.kind} ${track.lane.group} ${track.lane.name}`;
    case 'compared':
      return track.side === 'here' ? 'compared here' : `compared other ${track.collapsed} ${track.title}`;
  }
}

/** What a strip of a comparison is called. */
export function comparedLabel(track: Extract<Track, { type: 'compared' }>): string {
  return track.side === 'here' ? t('This run') : t('Compared with {0}', track.title);
}
