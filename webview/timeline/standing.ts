/** What stands in place of the picture. */
export type Standing = 'nothing' | 'waiting' | 'empty' | 'failed' | 'noLanes';

/** Which words stand in place of the picture. Needs no page. */
export function standing(model: {
  readonly state: { readonly count: number } | undefined;
  readonly view: object | undefined;
  readonly problem: string | undefined;
  readonly lanes: readonly object[];
  readonly indexed: number;
}): Standing {
  const { state, view, problem, lanes } = model;
  if (state?.count === 0) return 'empty';
  if (view === undefined) return problem === undefined ? 'waiting' : 'failed';
  return state !== undefined && lanes.length === 0 && model.indexed >= 1 && problem === undefined
    ? 'noLanes'
    : 'nothing';
}
