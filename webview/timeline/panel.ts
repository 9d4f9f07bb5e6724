import type { Connection } from '../connection.ts';
import { perFrame } from '../dom.ts';
import { reducesMotion } from '../theme.ts';
import { surround } from './around.ts';
import { timelinePicture } from './picture/picture.ts';
import { timelineModel } from './model/timeline.ts';

/** Builds the timeline panel; `showInTrace` is how it opens a record where the trace is not a panel of its own. */
export function timelinePanel(root: HTMLElement, connection: Connection, showInTrace?: () => void): void {
  const model = timelineModel(connection, { perFrame, reducesMotion }, showInTrace);
  surround(root, model, timelinePicture(model));
}
