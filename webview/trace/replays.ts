import { visibleLines } from '../../extension/recording/visible.ts';
import { element } from '../dom.ts';
import { icon } from '../icons.ts';
import type { PanelReplay } from '../protocol.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';
import { shortText } from './cells.ts';

export interface ReplayNotice {
  readonly element: HTMLElement;
  show(replays: readonly PanelReplay[]): void;
}

const icons = { running: 'replay', same: 'check', different: 'differs', failed: 'warning' } as const;

/** What came of replaying the last run of each plugin against its new build, a line each. */
export function replayNotice(compare: (plugin: string) => void): ReplayNotice {
  const view = element('div', 'replays');
  // It is there before it says anything, so that what it says is spoken.
  view.setAttribute('role', 'status');
  /** Replays whose line was closed, by plugin. */
  const closed = new Map<string, string>();
  let shown = '';
  let last: readonly PanelReplay[] = [];

  function show(replays: readonly PanelReplay[]): void {
    last = replays;
    const open = replays.filter(({ plugin, id }) => closed.get(plugin) !== id);
    const key = JSON.stringify(open);
    if (key === shown) return;
    shown = key;
    view.replaceChildren(...open.map(line));
  }

  function line({ plugin, id, kind, text, details }: PanelReplay): HTMLElement {
    const made = element('div', `notice replay ${kind}`);
    made.title = details.map(visibleLines).join('\n');
    const said = element('span', 'notice-text');
    said.append(element('strong', '', t('Replay of {0}: {1}', shortText(plugin), text)));
    const [first] = details;
    if (first !== undefined && kind !== 'same') said.append(` ${visibleLines(first)}`);
    made.append(icon(icons[kind]), said);
    if (kind === 'different')
      made.append(
        button({ label: t('Show Differences'), appearance: 'secondary', click: () => compare(plugin) }),
      );
    const close = button({
      label: t('Close the replay of {0}', plugin),
      icon: icon('close'),
      click: () => {
        closed.set(plugin, id);
        show(last);
      },
    });
    close.classList.add('notice-close');
    made.append(close);
    return made;
  }

  return { element: view, show };
}
