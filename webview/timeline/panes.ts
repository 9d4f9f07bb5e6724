import { attributes, element } from '../dom.ts';
import { icon } from '../icons.ts';
import { t } from '../text.ts';
import { button } from '../ui.ts';

export interface Pane {
  readonly name: string;
  readonly label: string;
  readonly element: HTMLElement;
  /** Told when it comes into view or leaves it. */
  readonly show?: (on: boolean) => void;
  /** Where the focus goes when a key opened it; its tab where absent. */
  readonly focus?: () => void;
}

export interface Panes {
  readonly element: HTMLElement;
  /** Name of the pane in view; undefined where they are closed. */
  readonly current: string | undefined;
  open(name: string, focus: boolean): void;
  close(): void;
  /** Closes the pane of this name where it is in view, otherwise opens it with the focus. */
  toggle(name: string): void;
  /** Whether there is anything in this pane: its tab is hidden otherwise. */
  enable(name: string, on: boolean): void;
}

/** Several panes in one place, of which a tab list shows one. `changed` is told of the one in view. */
export function tabbedPanes(
  label: string,
  panes: readonly Pane[],
  changed: (name: string | undefined) => void,
): Panes {
  const outer = element('section', 'panes');
  outer.setAttribute('aria-label', label);
  const bar = element('div', 'pane-bar');
  const tabs = element('div', 'pane-tabs');
  attributes(tabs, { role: 'tablist', 'aria-label': label });
  const parts = panes.map((pane) => {
    const tab = element('button', 'pane-tab', pane.label);
    tab.type = 'button';
    tab.id = `tab-${pane.name}`;
    const body = element('div', 'pane');
    body.id = `pane-${pane.name}`;
    body.hidden = true;
    attributes(tab, { role: 'tab', 'aria-controls': body.id });
    attributes(body, { role: 'tabpanel', 'aria-labelledby': tab.id });
    body.append(pane.element);
    tab.addEventListener('click', () => open(pane.name, false));
    return { pane, tab, body };
  });
  tabs.append(...parts.map(({ tab }) => tab));
  const shut = button({ label: t('Close'), icon: icon('close'), click: close });
  bar.append(tabs, shut);
  outer.append(bar, ...parts.map(({ body }) => body));
  let current: string | undefined;
  /** What had the focus before a pane took it. */
  let before: Element | null = null;

  tabs.addEventListener('keydown', (event) => {
    const shown = parts.filter(({ tab }) => !tab.hidden);
    const at = shown.findIndex(({ tab }) => tab === document.activeElement);
    const to: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: shown.length - 1,
    };
    const next = to[event.key];
    if (next === undefined || at === -1) return;
    event.preventDefault();
    event.stopPropagation();
    const part = shown[(next + shown.length) % shown.length];
    if (part === undefined) return;
    open(part.pane.name, false);
    part.tab.focus();
  });
  outer.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });

  function set(name: string | undefined): void {
    if (name === current) return;
    current = name;
    for (const { pane, tab, body } of parts) {
      const isIt = pane.name === name;
      attributes(tab, { 'aria-selected': String(isIt), tabindex: isIt ? '0' : '-1' });
      if (body.hidden === !isIt) continue;
      body.hidden = !isIt;
      pane.show?.(isIt);
    }
    changed(name);
  }

  function open(name: string, focus: boolean): void {
    if (focus && !outer.contains(document.activeElement)) before = document.activeElement;
    set(name);
    if (!focus) return;
    const part = parts.find(({ pane }) => pane.name === name);
    if (part?.pane.focus === undefined) part?.tab.focus();
    else part.pane.focus();
  }

  function close(): void {
    const hadFocus = outer.contains(document.activeElement);
    set(undefined);
    if (hadFocus && before instanceof HTMLElement) before.focus();
  }

  return {
    element: outer,
    get current() {
      return current;
    },
    open,
    close,
    toggle: (name) => (current === name ? close() : open(name, true)),
    enable: (name, on) => {
      const part = parts.find(({ pane }) => pane.name === name);
      if (part === undefined || part.tab.hidden === !on) return;
      part.tab.hidden = !on;
      if (!on && current === name) close();
    },
  };
}
