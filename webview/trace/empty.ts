import type { PanelState } from '../client.ts';
import { element } from '../dom.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';

export type EmptyAction = 'newPlugin' | 'sendEvent' | 'clearFilter';

interface EmptyText {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly label: string; readonly does: EmptyAction };
}

/** What is known of the list. */
export interface Listed {
  readonly matching: number;
  readonly total: number;
  readonly loaded: boolean;
  readonly complete: boolean;
}

/** What to say where there is no row, and what to do about it; undefined where there are rows, or may be. */
export function emptyText(state: PanelState | undefined, listed: Listed): EmptyText | undefined {
  const { matching, total, loaded, complete } = listed;
  if (state === undefined || (!loaded && state.count > 0)) return undefined;
  if (matching > 0 || !complete) return undefined;
  if (total > 0) {
    return {
      title: t('No record matches the filter'),
      text: t(
        'A row is shown where all that the filter says is true of it: its words, kinds, plugin and amounts.',
      ),
      action: { label: t('Clear Filter'), does: 'clearFilter' },
    };
  }
  if (state.kind !== 'live') {
    return {
      title: t('There is no record in it'),
      text:
        state.kind === 'file'
          ? t('The recording ended before anything crossed the boundary of a plugin.')
          : t('Events, calls, effects and logs show here as they are replayed.'),
    };
  }
  if (state.plugins.length === 0) {
    return {
      title: t('No plugin is running'),
      text: t(
        'Create a plugin, or open a folder that has one. Everything that crosses its boundary shows here.',
      ),
      action: { label: t('New Plugin…'), does: 'newPlugin' },
    };
  }
  return {
    title: t('Nothing has happened yet'),
    text: t('Events, calls, effects and logs show here as soon as the plugin gets its first event.'),
    ...(state.canSend ? { action: { label: t('Send Event…'), does: 'sendEvent' } } : {}),
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
