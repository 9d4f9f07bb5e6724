import { attributes, element } from '../dom.ts';
import type { ResultWindow, RowsPlugin } from '../protocol.ts';
import { button } from '../ui.ts';

export type EmptyAction = 'clearFilter' | 'newPlugin' | 'startPlugin' | 'startInput';

interface EmptyText {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly label: string; readonly action: EmptyAction };
}

/** What stands there instead of rows; undefined where there are some. */
export function emptyText(
  plugins: readonly RowsPlugin[] | undefined,
  window: ResultWindow | undefined,
  isFiltered: boolean,
): EmptyText | undefined {
  if (window !== undefined && window.matching > 0) return undefined;
  if (plugins === undefined) return { title: 'Loading…', text: 'Asking for the rows.' };
  if (window !== undefined && window.total > 0 && isFiltered) {
    return window.isComplete
      ? {
          title: 'No row matches the filter',
          text: 'Rows that do not match are hidden.',
          action: { label: 'Clear Filter', action: 'clearFilter' },
        }
      : { title: 'Looking…', text: 'Rows that match show up here.' };
  }
  const [plugin] = plugins;
  if (plugin === undefined) {
    return {
      title: 'No parser runs',
      text: 'A Chipmunk parser makes rows of the bytes that it is given. Start one, or make a new plugin.',
      action: { label: 'New Plugin…', action: 'newPlugin' },
    };
  }
  if (plugin.run === undefined) {
    return {
      title: 'No rows yet',
      text: `${plugin.name}: ${plugin.state}. Give it a file, a capture or a stream.`,
      action: { label: 'Start Input…', action: 'startInput' },
    };
  }
  return plugin.run.state === 'running'
    ? { title: 'No rows yet', text: 'The parser reads; rows show up here.' }
    : {
        title: 'The parser made no rows',
        text: 'Look at the notes of the run, and at its calls in the trace.',
      };
}

export class Empty {
  readonly element = element('div', 'empty');
  readonly #act: (action: EmptyAction) => void;
  #shown = '';

  constructor(act: (action: EmptyAction) => void) {
    this.#act = act;
    attributes(this.element, { role: 'status' });
    this.element.hidden = true;
  }

  show(text: EmptyText | undefined): void {
    this.element.hidden = text === undefined;
    const shown = JSON.stringify(text);
    if (text === undefined || shown === this.#shown) return;
    this.#shown = shown;
    const { action } = text;
    this.element.replaceChildren(
      element('h2', '', text.title),
      element('p', '', text.text),
      ...(action === undefined
        ? []
        : [button({ label: action.label, appearance: 'primary', click: () => this.#act(action.action) })]),
    );
  }
}
