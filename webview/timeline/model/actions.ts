import type { PanelAction } from '../../protocol.ts';
import type { TimelineModel } from './model.ts';

/** How much one command zooms, and which share of the view it moves by. */
const zoomStep = 1.5;
const panStep = 0.2;

/** What the editor's commands do where that is the model's alone. */
export function modelActions(model: TimelineModel): Readonly<Partial<Record<PanelAction, () => void>>> {
  return {
    zoomIn: () => model.zoomBy(1 / zoomStep),
    zoomOut: () => model.zoomBy(zoomStep),
    zoomToSelection: () => model.zoomToSelection(),
    fit: () => model.fit(),
    panLeft: () => model.pan(-panStep),
    panRight: () => model.pan(panStep),
    pause: () => model.pause(!model.paused),
    nextMatch: () => void model.stepMatch(1),
    previousMatch: () => void model.stepMatch(-1),
    nextSlice: () => void model.step(1),
    previousSlice: () => void model.step(-1),
    nextError: () => void model.stepError(1),
    previousError: () => void model.stepError(-1),
    toggleGroup: () => model.toggleGroup(),
    compareLast: () => {
      if (model.comparable !== undefined) model.compareWith('last');
    },
  };
}
