import { dragged, gripAt, wholeOf } from './minimap.ts';
import type { Grip } from './minimap.ts';
import { clampRange, panRange, spanOf, timeAt, zoomRange } from '../model/range.ts';
import type { Range } from '../model/range.ts';

/** What the minimap's mouse does. */
export interface MinimapInput {
  view(): Range | undefined;
  duration(): number;
  move(view: Range): void;
}

/** Drag to move the view or one of its ends, or to draw a new one; a click centres; the wheel zooms. */
export function connectMinimap(canvas: HTMLElement, input: MinimapInput): void {
  let press: { readonly grip: Grip; readonly x: number; readonly view: Range; moved: boolean } | undefined;
  const place = (event: MouseEvent): number => event.clientX - canvas.getBoundingClientRect().left;
  canvas.addEventListener('pointerdown', (event) => {
    const view = input.view();
    if (event.button !== 0 || view === undefined) return;
    canvas.setPointerCapture(event.pointerId);
    const x = place(event);
    press = { grip: gripAt(x, view, input.duration(), canvas.clientWidth), x, view, moved: false };
  });
  canvas.addEventListener('pointermove', (event) => {
    const x = place(event);
    if (press === undefined) {
      const view = input.view();
      if (view === undefined) return;
      const grip = gripAt(x, view, input.duration(), canvas.clientWidth);
      canvas.style.cursor = grip === 'move' ? 'grab' : grip === 'new' ? 'crosshair' : 'ew-resize';
      return;
    }
    if (!press.moved && Math.abs(x - press.x) < 3) return;
    press.moved = true;
    input.move(dragged(press.grip, press.view, press.x, x, input.duration(), canvas.clientWidth));
  });
  canvas.addEventListener('pointerup', () => {
    if (press?.moved !== false || press.grip !== 'new') return;
    const time = timeAt(press.x, wholeOf(input.duration()), canvas.clientWidth);
    input.move(panRange(press.view, time - (press.view.from + press.view.to) / 2));
  });
  canvas.addEventListener('lostpointercapture', () => {
    press = undefined;
  });
  canvas.addEventListener(
    'wheel',
    (event) => {
      const view = input.view();
      if (view === undefined || event.ctrlKey) return;
      event.preventDefault();
      const factor = Math.exp(Math.max(-240, Math.min(240, event.deltaY)) * 0.0025);
      const next = zoomRange(view, (view.from + view.to) / 2, factor);
      if (spanOf(next) > 0) input.move(clampRange(next, input.duration()));
    },
    { passive: false },
  );
}
