import { element } from '../dom.ts';
import { formatBytes } from '../format.ts';
import type { LaneWindow } from '../protocol.ts';
import { laneKey } from './layout.ts';
import type { Track } from './layout.ts';
import { memoryAt } from './memory.ts';

/** Names of plugins and lanes, beside the picture. */
export interface Gutter {
  readonly element: HTMLElement;
  show(tracks: readonly Track[], activeLane: string | undefined): void;
  /** Shows each plugin's memory at this time. */
  memory(window: LaneWindow | undefined, time: number): void;
}

export function gutter(): Gutter {
  const view = element('div', 'gutter');
  let shown = '';
  let values = new Map<string, HTMLElement>();
  return {
    element: view,
    show: (tracks, activeLane) => {
      const key = JSON.stringify([tracks, activeLane]);
      if (key === shown) return;
      shown = key;
      values = new Map();
      view.replaceChildren(
        ...tracks.map((track) => {
          const row = element('div', `track ${track.type}`);
          row.style.height = `${track.height}px`;
          const name = element('span', 'label');
          const note = element('span', 'note');
          row.append(name, note);
          if (track.type === 'plugin') {
            name.textContent = track.plugin;
            note.textContent = track.state;
          } else if (track.type === 'lane') {
            row.dataset['lane'] = track.kind;
            row.classList.toggle('active', laneKey(track.plugin, track.kind) === activeLane);
            name.textContent = track.label;
          } else {
            name.textContent = 'Memory';
            values.set(track.plugin, note);
          }
          return row;
        }),
      );
    },
    memory: (window, time) => {
      for (const [plugin, value] of values) {
        const bytes = memoryAt(
          window?.memory.find((counter) => counter.plugin === plugin),
          time,
        );
        const text = bytes === undefined ? '' : formatBytes(bytes);
        if (value.textContent !== text) value.textContent = text;
      }
    },
  };
}
