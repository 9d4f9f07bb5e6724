import { attributes, element } from '../dom.ts';
import type { ResultWindow, RowsPlugin } from '../protocol.ts';
import { t } from '../text.ts';
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
  if (plugins === undefined) return { title: t('Loading…'), text: t('Asking for the rows.') };
  if (window !== undefined && window.total > 0 && isFiltered) {
    return window.isComplete
      ? {
          title: t('No row matches the filter'),
          text: t('Rows that do not match are hidden.'),
          action: { label: t('Clear Filter'), action: 'clearFilter' },
        }
      : { title: t('Looking…'), text: t('Rows that match show up here.') };
  }
  const [plugin] = plugins;
  if (plugin === undefined) {
    return {
      title: t('No parser runs'),
      text: t('A Chipmunk parser makes rows of the bytes that it is given. Start one, or make a new plugin.'),
      action: { label: t('New Plugin…'), action: 'newPlugin' },
    };
  }
  if (plugin.run === undefined) {
    return {
      title: t('No rows yet'),
      text: t('{0}: {1}. Give it a file, a capture or a stream.', plugin.name, plugin.state),
      action: { label: t('Start Input…'), action: 'startInput' },
    };
  }
  return plugin.run.state === 'running'
    ? { title: t('No rows yet'), text: t('The parser reads; rows show up here.') }
    : {
        title: t('The parser made no rows'),
        text: t('Look at the notes of the run, and at its calls in the trace.'),
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
