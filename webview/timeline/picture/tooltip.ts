import { element } from '../../dom.ts';

export interface Tooltip {
  readonly element: HTMLElement;
  /** Shows beside this place, in pixels of the window; it stays within the window. */
  show(title: string, facts: readonly string[], x: number, y: number): void;
  hide(): void;
}

export function tooltip(): Tooltip {
  const view = element('div', 'tooltip');
  view.setAttribute('role', 'tooltip');
  view.hidden = true;
  return {
    element: view,
    show: (title, facts, x, y) => {
      view.replaceChildren(element('strong', '', title), element('span', '', facts.join(' · ')));
      view.hidden = false;
      const { width, height } = view.getBoundingClientRect();
      const left = x + 14 + width > window.innerWidth - 6 ? x - width - 10 : x + 14;
      const top = y + 18 + height > window.innerHeight - 6 ? y - height - 10 : y + 18;
      view.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
    },
    hide: () => {
      view.hidden = true;
    },
  };
}
