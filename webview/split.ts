import { attributes, element } from './dom.ts';

const step = 24;

export interface SplitOptions {
  /** What the separator is called: `Size of the detail pane`. */
  readonly label: string;
  /** Smallest width of panes that are side by side, and height of those that are not, in CSS pixels. */
  readonly smallest: { readonly width: number; readonly height: number };
  /**
   * The second pane is beside the first from this width on, otherwise below unless there is no room for that;
   * always below where absent.
   */
  readonly besideFrom?: number;
  /** Size of the second pane at first. */
  readonly size: number;
  readonly moved: (size: number) => void;
}

export interface Split {
  readonly element: HTMLElement;
  /** Size of the second pane in CSS pixels: its width, or its height where it is below. */
  size: number;
  open(open: boolean): void;
}

/** Two panes and a separator between them that mouse and keyboard move; the second one can be closed. */
export function split(first: HTMLElement, second: HTMLElement, options: SplitOptions): Split {
  const { smallest, besideFrom } = options;
  let { size } = options;
  let beside = besideFrom !== undefined;
  /** They are beside each other for want of height only. */
  let isLow = false;
  const outer = element('div', 'split');
  outer.style.setProperty('--lowest', `${smallest.height}px`);
  const bar = element('div', 'separator');
  attributes(bar, { role: 'separator', tabindex: '0', 'aria-label': options.label });
  second.classList.add('second');
  outer.append(first, bar, second);

  function room(): number {
    return beside ? outer.clientWidth : outer.clientHeight;
  }

  /** Where there is no room for two panes of the smallest size, each may have half. */
  function least(): number {
    return Math.min(beside ? smallest.width : smallest.height, Math.floor(room() / 2));
  }

  function most(): number {
    return isLow ? Math.floor(room() / 2) : room() - least();
  }

  function place(): void {
    const { clientWidth: width, clientHeight: height } = outer;
    const isWide = besideFrom !== undefined && width >= besideFrom;
    isLow =
      besideFrom !== undefined &&
      !isWide &&
      width >= 2 * smallest.width &&
      // Panes one above the other are given this height, whether or not there is so much.
      height <= 2 * smallest.height;
    beside = isWide || isLow;
    outer.classList.toggle('below', !beside);
    apply();
  }

  function apply(): void {
    const shown = Math.round(Math.max(least(), Math.min(size, most())));
    outer.style.setProperty('--second', `${shown}px`);
    attributes(bar, {
      'aria-orientation': beside ? 'vertical' : 'horizontal',
      'aria-valuenow': String(shown),
      'aria-valuemin': String(least()),
      'aria-valuemax': String(most()),
    });
  }

  function move(next: number): void {
    size = Math.max(least(), Math.min(next, most()));
    apply();
    options.moved(size);
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
    else if (event.key === 'End') move(least());
    else return;
    event.preventDefault();
  });
  new ResizeObserver(place).observe(outer);

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
