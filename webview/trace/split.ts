import { attributes, element } from '../dom.ts';

const smallest = 180;
const step = 24;

/** Below this width of the panel the detail goes under the table. */
const sideBySide = 720;

export interface Split {
  readonly element: HTMLElement;
  /** Size of the second pane in CSS pixels: its width, or its height where it is below. */
  size: number;
  open(open: boolean): void;
}

/** Two panes and a separator between them that mouse and keyboard move. */
export function split(
  first: HTMLElement,
  second: HTMLElement,
  start: number,
  moved: (size: number) => void,
): Split {
  let size = start;
  let beside = true;
  const outer = element('div', 'split');
  const bar = element('div', 'separator');
  attributes(bar, { role: 'separator', tabindex: '0', 'aria-label': 'Size of the detail pane' });
  outer.append(first, bar, second);

  function most(): number {
    return Math.max(smallest, (beside ? outer.clientWidth : outer.clientHeight) - smallest);
  }

  function apply(): void {
    const shown = Math.round(Math.max(smallest, Math.min(size, most())));
    outer.style.setProperty('--second', `${shown}px`);
    attributes(bar, {
      'aria-orientation': beside ? 'vertical' : 'horizontal',
      'aria-valuenow': String(shown),
      'aria-valuemin': String(smallest),
      'aria-valuemax': String(most()),
    });
  }

  function move(next: number): void {
    size = Math.max(smallest, Math.min(next, most()));
    apply();
    moved(size);
  }

  bar.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    bar.setPointerCapture(event.pointerId);
    bar.classList.add('moving');
  });
  bar.addEventListener('pointermove', (event) => {
    if (!bar.hasPointerCapture(event.pointerId)) return;
    const box = outer.getBoundingClientRect();
    move(beside ? box.right - event.clientX : box.bottom - event.clientY);
  });
  bar.addEventListener('lostpointercapture', () => bar.classList.remove('moving'));
  bar.addEventListener('keydown', (event) => {
    const [grow, shrink] = beside ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key === grow) move(size + step);
    else if (event.key === shrink) move(size - step);
    else if (event.key === 'Home') move(most());
    else if (event.key === 'End') move(smallest);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => {
    beside = outer.clientWidth >= sideBySide;
    outer.classList.toggle('below', !beside);
    apply();
  }).observe(outer);

  return {
    element: outer,
    get size() {
      return size;
    },
    set size(value) {
      size = value;
      apply();
    },
    open: (open) => outer.classList.toggle('open', open),
  };
}
