import type { Range } from '../model/range.ts';
import { panRange, spanOf, timeAt, zoomRange } from '../model/range.ts';

/** What the mouse does to the timeline. */
export interface TimelineInput {
  view(): Range | undefined;
  move(view: Range): void;
  /** Marks a stretch between two times, in whichever order. */
  mark(one: number, other: number): void;
  hover(x: number | undefined, y: number): void;
  click(x: number, y: number): void;
  doubleClick(x: number, y: number): void;
}

/** Pixels that a press may wander and still be a click. */
const slack = 4;

/** Connects the stage, whose left edge is the view's start. Drag pans, Shift+drag marks, the wheel zooms. */
export function connectInput(stage: HTMLElement, scroller: HTMLElement, input: TimelineInput): void {
  const place = (event: MouseEvent): readonly [x: number, y: number] => {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  stage.addEventListener(
    'wheel',
    (event) => {
      const view = input.view();
      if (view === undefined) return;
      event.preventDefault();
      const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
      if (event.altKey) {
        scroller.scrollTop += event.deltaY * scale;
        return;
      }
      const sideways = event.shiftKey ? event.deltaX + event.deltaY : event.deltaX;
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        input.move(panRange(view, ((sideways * scale) / Math.max(1, stage.clientWidth)) * spanOf(view)));
      } else {
        const factor = Math.exp(Math.max(-240, Math.min(240, event.deltaY * scale)) * 0.0025);
        input.move(zoomRange(view, timeAt(place(event)[0], view, stage.clientWidth), factor));
      }
    },
    { passive: false },
  );

  let press:
    | {
        readonly x: number;
        readonly y: number;
        readonly left: number;
        readonly view: Range;
        readonly scroll: number;
        readonly marks: boolean;
        moved: boolean;
      }
    | undefined;
  stage.addEventListener('pointerdown', (event) => {
    const view = input.view();
    if (event.button !== 0 || view === undefined) return;
    stage.setPointerCapture(event.pointerId);
    press = {
      x: event.clientX,
      y: event.clientY,
      left: place(event)[0],
      view,
      scroll: scroller.scrollTop,
      marks: event.shiftKey,
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
    const width = stage.clientWidth;
    if (press.marks) {
      input.hover(x, -1);
      input.mark(timeAt(press.left, press.view, width), timeAt(x, press.view, width));
      return;
    }
    stage.classList.add('dragging');
    input.hover(undefined, 0);
    input.move(panRange(press.view, (-dx / Math.max(1, width)) * spanOf(press.view)));
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
  stage.addEventListener('dblclick', (event) => input.doubleClick(...place(event)));
}

/** What the mouse does to the ruler: drag marks a stretch, a click takes the mark away or chooses a note. */
export interface RulerInput {
  view(): Range | undefined;
  mark(one: number, other: number): void;
  click(x: number): void;
  hover(x: number | undefined): void;
}

export function connectRuler(canvas: HTMLCanvasElement, input: RulerInput): void {
  let press: { readonly x: number; readonly view: Range; moved: boolean } | undefined;
  const place = (event: MouseEvent): number => event.clientX - canvas.getBoundingClientRect().left;
  canvas.addEventListener('pointerdown', (event) => {
    const view = input.view();
    if (event.button !== 0 || view === undefined) return;
    canvas.setPointerCapture(event.pointerId);
    press = { x: place(event), view, moved: false };
  });
  canvas.addEventListener('pointermove', (event) => {
    const x = place(event);
    input.hover(x);
    if (press === undefined || (!press.moved && Math.abs(x - press.x) < slack)) return;
    press.moved = true;
    const width = canvas.clientWidth;
    input.mark(timeAt(press.x, press.view, width), timeAt(x, press.view, width));
  });
  canvas.addEventListener('pointerup', (event) => {
    if (press?.moved === false) input.click(place(event));
  });
  canvas.addEventListener('lostpointercapture', () => {
    press = undefined;
  });
  canvas.addEventListener('pointerleave', () => input.hover(undefined));
}
