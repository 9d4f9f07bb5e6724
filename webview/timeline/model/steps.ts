import type { Client } from '../../connection.ts';
import type { Lane, SearchResult } from '../../protocol.ts';
import type { Choice } from './choice.ts';
import type { Contents } from './contents.ts';
import { find } from './find.ts';
import type { Lanes } from './lanes.ts';
import type { Matches } from './matches.ts';
import { otherLifeOf } from './mirror.ts';
import type { SliceRef, TimelineModel } from './model.ts';
import { failedFilter } from './overview.ts';
import { centreRange } from './range.ts';
import { placeIn } from './selection.ts';
import { neighbour, sliceOf } from './slices.ts';
import type { Viewport } from './viewport.ts';

/** The next slice may be far outside of the window, and is looked for in so many buckets. */
const coarseBuckets = 1024;

/** What steps go through. */
interface Uses {
  readonly client: Client;
  readonly contents: Contents;
  readonly viewport: Viewport;
  readonly lanes: Lanes;
  readonly matches: Matches;
  readonly choice: Choice;
}

/** Goes from what is selected to what is next: a slice, a lane, a failure, a match. */
export function steps({
  client,
  contents,
  viewport,
  lanes,
  matches,
  choice,
}: Uses): Pick<TimelineModel, 'step' | 'stepLane' | 'stepError' | 'stepMatch'> {
  async function step(by: 1 | -1): Promise<void> {
    const { target } = viewport;
    const lane = lanes.withSlices;
    if (lane === undefined || target === undefined) return;
    const edge = by > 0 ? target.from : target.to;
    const next = near(lane, edge, by) ?? (await far(lane, edge, by));
    if (next === undefined) return;
    const view = viewport.target ?? target;
    if (next.from < view.from || next.to > view.to)
      viewport.zoomTo(centreRange(view, { from: next.from, to: Math.max(next.to, next.from) }), true);
    choice.select(next.record, next);
    lanes.reveal(lane.id);
  }

  function near(lane: Lane, edge: number, by: 1 | -1): SliceRef | undefined {
    const { window } = contents;
    const slices = window?.slices.find((one) => one.lane === lane.id);
    if (window === undefined || slices === undefined) return undefined;
    const index = neighbour(slices, placeIn(lane, choice.selection), edge, by);
    return index === -1 ? undefined : sliceOf(window, lane, slices, index);
  }

  async function far(lane: Lane, edge: number, by: 1 | -1): Promise<SliceRef | undefined> {
    const within = placeIn(lane, choice.selection);
    const other = otherLifeOf(lane);
    const from = by > 0 ? (within?.from ?? edge) : (other?.from ?? 0);
    const to = by > 0 ? (other?.to ?? viewport.duration) : (within?.from ?? edge);
    if (!(to > from)) return undefined;
    const window = await choice.ask(() =>
      contents.stretch(lane, { from, to }, coarseBuckets, lanes.grouping),
    );
    const slices = window?.slices.find((one) => one.lane === lane.id);
    if (window === undefined || slices === undefined) return undefined;
    const index = neighbour(slices, within, edge, by);
    return index === -1 ? undefined : sliceOf(window, lane, slices, index);
  }

  function stepLane(by: 1 | -1): void {
    const all = lanes.inOrder;
    const at = all.findIndex(({ id }) => id === lanes.lane);
    const next = all[at === -1 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
    if (next === undefined) return;
    const slice = choice.selection?.slice;
    if (slice !== undefined && slice.lane.id !== next.id) choice.clear();
    lanes.setLane(next.id);
    lanes.reveal(next.id);
  }

  /** From the selected record on, else from the edge of the recording; around its end to the other edge. */
  async function search(filter: string, by: 1 | -1, channel: string): Promise<SearchResult | undefined> {
    const edge = by > 0 ? -1 : (contents.state?.count ?? 0);
    const { selection } = choice;
    const from = selection === undefined || selection.other?.isSame === false ? edge : selection.record;
    const found = await find({ filter, by, from, edge }, (query) =>
      choice.ask(() => client.ask('search', { query }, channel)),
    );
    if (found?.record !== undefined) choice.select(found.record);
    return found;
  }

  return {
    step,
    stepLane,
    stepError: async (by) => {
      await search(failedFilter, by, 'step failed');
    },
    stepMatch: async (by) => {
      const { filter } = matches.search;
      if (filter === '') return;
      const found = await search(filter, by, 'step match');
      if (found !== undefined && filter === matches.search.filter) matches.arrive(found);
    },
  };
}
