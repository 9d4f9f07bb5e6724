import { attributes, element } from './dom.ts';
import { button } from './ui.ts';

export interface Menu {
  readonly element: HTMLElement;
  open(): void;
  close(): void;
}

/** Height that a pane has at least, in CSS pixels, however little room is below its button. */
const least = 120;

let menus = 0;

/**
 * A button that opens a small pane below itself; Escape and a click elsewhere close it. `fill` gives what is
 * in it. With an icon the label is the button's name and tooltip.
 */
export function menu(
  label: string,
  fill: (close: () => void) => readonly HTMLElement[],
  icon?: SVGElement,
): Menu {
  const outer = element('div', 'menu');
  const pane = element('div', 'menu-pane');
  pane.id = `menu-${(menus += 1)}`;
  pane.hidden = true;
  attributes(pane, { role: 'group', 'aria-label': label });
  const opener = button({
    label,
    ...(icon === undefined ? {} : { icon }),
    click: () => (pane.hidden ? open() : close()),
  });
  attributes(opener, { 'aria-expanded': 'false', 'aria-controls': pane.id });

  function open(): void {
    pane.replaceChildren(...fill(close));
    pane.classList.remove('from-end');
    pane.hidden = false;
    const box = pane.getBoundingClientRect();
    pane.style.maxHeight = `${Math.max(least, window.innerHeight - box.top - 8)}px`;
    pane.classList.toggle('from-end', box.right > window.innerWidth - 4);
    opener.setAttribute('aria-expanded', 'true');
    pane.querySelector<HTMLElement>('input, button, vscode-button')?.focus();
  }

  function close(): void {
    if (pane.hidden) return;
    const hadFocus = pane.contains(document.activeElement);
    pane.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    if (hadFocus) opener.focus();
  }

  outer.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || pane.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  });
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Node && !outer.contains(event.target)) close();
  });
  outer.append(opener, pane);
  return { element: outer, open, close };
}

/** A box to tick, with its words. */
export function tick(label: string, on: boolean, change: (on: boolean) => void): HTMLElement {
  const made = element('label', 'tick');
  const box = element('input');
  box.type = 'checkbox';
  box.checked = on;
  box.addEventListener('change', () => change(box.checked));
  made.append(box, element('span', '', label));
  return made;
}

/** Words of which one is chosen, below a heading. */
export function radios<T extends string>(
  heading: string,
  options: readonly { readonly value: T; readonly label: string }[],
  chosen: T,
  change: (value: T) => void,
): HTMLElement {
  const group = element('fieldset', 'radios');
  const name = `radios-${(menus += 1)}`;
  group.append(element('legend', '', heading));
  for (const { value, label } of options) {
    const line = element('label', 'tick');
    const box = element('input');
    box.type = 'radio';
    box.name = name;
    box.checked = value === chosen;
    box.addEventListener('change', () => change(value));
    line.append(box, element('span', '', label));
    group.append(line);
  }
  return group;
}

/** Something to do, as a line of a menu. */
export function item(label: string, work: () => void): HTMLElement {
  const made = element('button', 'menu-item', label);
  made.type = 'button';
  made.addEventListener('click', work);
  return made;
}
