import type { Range } from './range.ts';
import { panRange, spanOf, zoomRange } from './range.ts';

/** What mouse and keyboard do to the timeline. */
export interface TimelineInput {
  view(): Range;
  /** Moves the view by the user's hand; `smooth` may be animated. */
  move(view: Range, smooth: boolean): void;
  hover(x: number | undefined, y: number): void;
  click(x: number, y: number): void;
  zoom(factor: number): void;
  step(by: 1 | -1): void;
  lane(by: 1 | -1): void;
  fit(): void;
  follow(): void;
  open(): void;
  clear(): void;
}

/** Pixels that a press may wander and still be a click. */
const slack = 4;
const zoomStep = 1.5;

/** Connects the stage, whose left edge is the view's start. */
export function connectInput(stage: HTMLElement, scroller: HTMLElement, input: TimelineInput): void {
  const timeAt = (x: number): number => {
    const view = input.view();
    return view.from + (x / Math.max(1, stage.clientWidth)) * spanOf(view);
  };
  const place = (event: MouseEvent): readonly [x: number, y: number] => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      const view = input.view();
      const sideways = event.shiftKey ? event.deltaX + event.deltaY : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        input.move(
          panRange(view, ((sideways * scale) / Math.max(1, stage.clientWidth)) * spanOf(view)),
          false,
        );
      } else {
        const factor = Math.exp(Math.max(-240, Math.min(240, event.deltaY * scale)) * 0.0025);
        input.move(zoomRange(view, timeAt(place(event)[0]), factor), false);
      }
    },
    { passive: false },
  );

  let press:
    | {
        readonly x: number;
        readonly y: number;
        readonly view: Range;
        readonly scroll: number;
        moved: boolean;
      }
    | undefined;
  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    press = {
      x: event.clientX,
      y: event.clientY,
      view: input.view(),
      scroll: scroller.scrollTop,
      moved: false,
    };
  });
  stage.addEventListener('pointermove', (event) => {
    const [x, y] = place(event);
    if (press === undefined) {
      input.hover(x, y);
      return;
    }
    const [dx, dy] = [event.clientX - press.x, event.clientY - press.y];
    if (!press.moved && Math.hypot(dx, dy) < slack) return;
    press.moved = true;
    stage.classList.add('dragging');
    input.hover(undefined, 0);
    input.move(panRange(press.view, (-dx / Math.max(1, stage.clientWidth)) * spanOf(press.view)), false);
    scroller.scrollTop = press.scroll - dy;
  });
  stage.addEventListener('pointerup', (event) => {
    if (press?.moved === false) input.click(...place(event));
  });
  stage.addEventListener('lostpointercapture', () => {
    press = undefined;
    stage.classList.remove('dragging');
  });
  stage.addEventListener('pointerleave', () => input.hover(undefined, 0));

  stage.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = input.view();
    const pan = (share: number): void => input.move(panRange(view, share * spanOf(view)), true);
    const actions: Readonly<Record<string, () => void>> = {
      w: () => input.zoom(1 / zoomStep),
      s: () => input.zoom(zoomStep),
      a: () => pan(-0.2),
      d: () => pan(0.2),
      '[': () => input.step(-1),
      ']': () => input.step(1),
      '0': () => input.fit(),
      f: () => input.follow(),
      arrowup: () => input.lane(-1),
      arrowdown: () => input.lane(1),
      pageup: () => scroller.scrollBy(0, -scroller.clientHeight * 0.9),
      pagedown: () => scroller.scrollBy(0, scroller.clientHeight * 0.9),
      end: () => input.follow(),
      enter: () => input.open(),
      escape: () => input.clear(),
    };
    const others: Readonly<Record<string, string>> = {
      '+': 'w',
      '=': 'w',
      '-': 's',
      _: 's',
      arrowleft: 'a',
      arrowright: 'd',
      home: '0',
    };
    const key = event.key.toLowerCase();
    const action = actions[others[key] ?? key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
