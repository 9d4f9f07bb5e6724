import type { SliceRef } from '../model/model.ts';

/** The drawn part of the panel, which stands where the DOM around it puts its element. */
export interface Picture {
  /** Minimap, ruler, lanes and their names, one below the other. It takes the room that it gets. */
  readonly element: HTMLElement;
  /** What takes the keys. */
  focus(): void;
  /** Scrolls the lanes by almost their height, down where 1. */
  scroll(by: 1 | -1): void;
  /** The view as PNG in base64, or as SVG text: what the `picture` message takes. */
  image(format: 'png' | 'svg'): Promise<string>;
  /** The slices that are in view, lane by lane from the top, in the order of time: at most `most`. */
  inView(most: number): readonly SliceRef[];
  /** What the colours and patterns of the lanes mean; it may stand anywhere. */
  readonly legend: HTMLElement;
}
