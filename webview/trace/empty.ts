import type { PanelState } from '../client.ts';
import { element } from '../dom.ts';
import { button } from '../ui.ts';

export type EmptyAction = 'newPlugin' | 'sendEvent' | 'clearFilter';

interface EmptyText {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly label: string; readonly does: EmptyAction };
}

/** What to say where there is no row, and what to do about it; undefined where there are rows. */
export function emptyText(
  state: PanelState | undefined,
  matching: number,
  total: number,
  loaded: boolean,
): EmptyText | undefined {
  if (state === undefined || (!loaded && state.count > 0)) return undefined;
  if (matching > 0) return undefined;
  if (total > 0) {
    return {
      title: 'No record matches the filter',
      text: 'All of the words must occur in a row, and its kind and plugin must be switched on.',
      action: { label: 'Clear Filter', does: 'clearFilter' },
    };
  }
  if (state.kind !== 'live') {
    return {
      title: 'There is no record in it',
      text:
        state.kind === 'file'
          ? 'The recording ended before anything crossed the boundary of a plugin.'
          : 'Events, calls, effects and logs show here as they are replayed.',
    };
  }
  if (state.plugins.length === 0) {
    return {
      title: 'No plugin is running',
      text: 'Create a plugin, or open a folder that has one. Everything that crosses its boundary shows here.',
      action: { label: 'New Plugin…', does: 'newPlugin' },
    };
  }
  return {
    title: 'Nothing has happened yet',
    text: 'Events, calls, effects and logs show here as soon as the plugin gets its first event.',
    ...(state.canSend ? { action: { label: 'Send Event…', does: 'sendEvent' } } : {}),
  };
}

export interface EmptyView {
  readonly element: HTMLElement;
  show(text: EmptyText | undefined): void;
}

export function emptyView(act: (action: EmptyAction) => void): EmptyView {
  const view = element('div', 'empty');
  view.setAttribute('role', 'status');
  view.hidden = true;
  let shown = '';
  return {
    element: view,
    show: (text) => {
      const key = JSON.stringify(text ?? null);
      if (key === shown) return;
      shown = key;
      view.hidden = text === undefined;
      view.replaceChildren();
      if (text === undefined) return;
      view.append(element('h2', '', text.title), element('p', '', text.text));
      const { action } = text;
      if (action === undefined) return;
      view.append(button({ label: action.label, appearance: 'primary', click: () => act(action.does) }));
    },
  };
}
