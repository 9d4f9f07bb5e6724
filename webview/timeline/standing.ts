import type { TimelineModel } from './model.ts';

/** What stands in place of the picture. */
export type Standing = 'nothing' | 'waiting' | 'empty' | 'failed' | 'noLanes';

/** Which words stand in place of the picture. Needs no page. */
export function standing(
  model: Pick<TimelineModel, 'state' | 'view' | 'problem' | 'lanes' | 'indexed'>,
): Standing {
  const { state, view, problem, lanes } = model;
  if (state?.count === 0) return 'empty';
  if (view === undefined) return problem === undefined ? 'waiting' : 'failed';
  return state !== undefined && lanes.length === 0 && model.indexed >= 1 && problem === undefined
    ? 'noLanes'
    : 'nothing';
}
