import { attributes, element } from '../dom.ts';
import { icon } from '../icons.ts';

export interface MenuItem {
  readonly label: string;
  /** The key that does the same. */
  readonly key?: string;
  /** Of what is on or off. */
  readonly checked?: boolean;
  readonly disabled?: boolean;
  /** The menu stays open and is drawn anew. */
  readonly stays?: boolean;
  readonly run: () => void;
  /** Keys that do something else with the item; true where it was one of them. */
  readonly keydown?: (event: KeyboardEvent) => boolean;
}

/** Items, with `line` between groups of them. */
export type MenuEntries = readonly (MenuItem | 'line')[];

export interface PopupOptions {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Is asked again whenever an item that stays was chosen. */
  readonly entries: () => MenuEntries;
  /** Stands below the items. */
  readonly hint?: string;
  /** Where the focus goes back to. */
  readonly back: HTMLElement;
}

export interface Popup {
  readonly element: HTMLElement;
  open(options: PopupOptions): OpenPopup;
}

/** A menu from when it was opened on. */
export interface OpenPopup {
  /** Nothing was chosen yet, and nothing else was clicked. */
  readonly isOpen: boolean;
  /** Asks for the entries again and draws them, here if the place is another one by now; the item that has the focus keeps it. */
  redraw(at: { readonly x: number; readonly y: number }): void;
}

/** A menu at a place of the page: arrow keys, Enter and Space, Escape; one at a time. */
export function popup(): Popup {
  const menu = element('div', 'popup');
  menu.setAttribute('role', 'menu');
  menu.hidden = true;
  let shown: PopupOptions | undefined;

  function items(): HTMLElement[] {
    return [...menu.querySelectorAll<HTMLElement>('.popup-item:not([aria-disabled="true"])')];
  }

  function close(): void {
    if (shown === undefined) return;
    const { back } = shown;
    const hadFocus = menu.contains(document.activeElement);
    shown = undefined;
    menu.hidden = true;
    menu.replaceChildren();
    if (hadFocus) back.focus();
  }

  function draw(focused: number): void {
    if (shown === undefined) return;
    const { entries, hint } = shown;
    menu.replaceChildren(
      ...entries().map((entry) => (entry === 'line' ? separator() : item(entry))),
      ...(hint === undefined ? [] : [element('div', 'popup-hint', hint)]),
    );
    const all = items();
    all[Math.max(0, Math.min(focused, all.length - 1))]?.focus();
  }

  function item(entry: MenuItem): HTMLElement {
    const made = element('div', 'popup-item');
    attributes(made, {
      role: entry.checked === undefined ? 'menuitem' : 'menuitemcheckbox',
      tabindex: '-1',
      'aria-checked': entry.checked === undefined ? undefined : String(entry.checked),
      'aria-disabled': entry.disabled === true ? 'true' : undefined,
    });
    const check = element('span', 'popup-check');
    if (entry.checked === true) check.append(icon('check'));
    made.append(check, element('span', 'popup-label', entry.label));
    if (entry.key !== undefined) {
      const key = element('kbd', 'popup-key', entry.key);
      key.setAttribute('aria-hidden', 'true');
      made.setAttribute('aria-keyshortcuts', entry.key);
      made.append(key);
    }
    made.addEventListener('click', () => choose(entry));
    made.addEventListener('pointermove', () => {
      if (entry.disabled !== true && document.activeElement !== made) made.focus();
    });
    made.addEventListener('keydown', (event) => {
      if (entry.keydown?.(event) === true) draw(focusedAfter(made));
      else if (event.key === 'Enter' || event.key === ' ') choose(entry);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return made;
  }

  /** An item that moved keeps the focus by its label. */
  function focusedAfter(before: Element | null): number {
    const label = before?.querySelector('.popup-label')?.textContent;
    const next = (shown?.entries() ?? []).filter((entry) => entry !== 'line' && entry.disabled !== true);
    return next.findIndex((entry) => entry !== 'line' && entry.label === label);
  }

  function choose(entry: MenuItem): void {
    if (entry.disabled === true) return;
    if (entry.stays === true) {
      const at = items().findIndex((one) => one === document.activeElement);
      entry.run();
      draw(at);
    } else {
      close();
      entry.run();
    }
  }

  /** At the place that was asked for, or as near to it as all of the menu is on the page. */
  function place({ x, y }: { readonly x: number; readonly y: number }): void {
    menu.style.left = menu.style.top = '0px';
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(4, Math.min(x, window.innerWidth - width - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(y, window.innerHeight - height - 4))}px`;
  }

  menu.addEventListener('keydown', (event) => {
    const all = items();
    const at = all.findIndex((one) => one === document.activeElement);
    if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all.at(-1)?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (/^\S$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLowerCase();
      const turned = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      const named = (one: HTMLElement): string => one.querySelector('.popup-label')?.textContent ?? '';
      turned.find((one) => named(one).toLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener('contextmenu', (event) => event.preventDefault());
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) close();
  });
  window.addEventListener('blur', close);

  return {
    element: menu,
    open: (options) => {
      shown = options;
      menu.hidden = false;
      menu.setAttribute('aria-label', options.label);
      draw(0);
      place(options);
      return {
        get isOpen() {
          return shown === options;
        },
        redraw: (at) => {
          if (shown !== options) return;
          draw(focusedAfter(document.activeElement));
          place(at);
        },
      };
    },
  };
}

function separator(): HTMLElement {
  const made = element('div', 'popup-line');
  made.setAttribute('role', 'separator');
  return made;
}
