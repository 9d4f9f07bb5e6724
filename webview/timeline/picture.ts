import type { Picture, TimelineModel } from './model.ts';

/** Draws the model and moves it by mouse and keyboard. */
export function timelinePicture(_model: TimelineModel): Picture {
  throw new Error('not yet');
}
