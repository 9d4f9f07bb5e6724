import type { Lane, LaneKind } from '../../protocol.ts';

/** One strip of the timeline, from `y` down, in CSS pixels. */
export type Track = { readonly group: string; readonly y: number; readonly height: number } & (
  | {
      readonly type: 'group';
      /** What is said of it: the plugin's state. */
      readonly note: string;
      readonly collapsed: boolean;
      readonly lanes: number;
      readonly errors: number;
    }
  | { readonly type: 'lane'; readonly lane: Lane }
  | { readonly type: 'compared'; readonly side: 'here' }
  | {
      readonly type: 'compared';
      readonly side: 'other';
      /** What it is compared with. */
      readonly title: string;
      readonly collapsed: boolean;
    }
);

export type LaneTrack = Extract<Track, { type: 'lane' }>;

export const heights = { group: 26, lane: 24, row: 17, counter: 40, compared: 22 } as const;
/** Pixels above and below the slices of a lane. */
export const inset = 4;
/** More nested rows than this are drawn over each other in the last one. */
export const mostRows = 8;

const order: Readonly<Record<LaneKind, number>> = {
  calls: 0,
  effects: 1,
  spans: 2,
  telemetry: 3,
  logs: 4,
  lifecycle: 5,
  counter: 6,
};

/** Counters that tell of the plugin itself stand before those that are worked out from its calls. */
const firstCounters: readonly string[] = ['memory', 'queue', 'dropped'];

function rankOf({ kind, name }: Lane): number {
  const rank = kind === 'counter' ? firstCounters.indexOf(name) : 0;
  return rank === -1 ? firstCounters.length : rank;
}

/** What the layout follows from. */
export interface Arrangement {
  readonly lanes: readonly Lane[];
  /** Groups that are shown even if nothing was recorded of them, each with what is said of it. */
  readonly known: ReadonlyMap<string, string>;
  /** What is said of groups that are not known. */
  readonly otherwise: string;
  readonly collapsed: ReadonlySet<string>;
  /** The group below which a comparison stands, what it is compared with, and the lanes of that. */
  readonly compared?: { readonly group: string; readonly title: string; readonly lanes: readonly Lane[] };
}

/** The group of the lanes that are compared with; no plugin can be called so. */
export const comparedGroup = '\u0000compared';

/** Strips of all groups from the top, each group's lanes in the order of their kinds. */
export function layout(arrangement: Arrangement): Track[] {
  const groups = new Map<string, Lane[]>();
  for (const name of arrangement.known.keys()) groups.set(name, []);
  for (const lane of arrangement.lanes) {
    const group = groups.get(lane.group);
    if (group === undefined) groups.set(lane.group, [lane]);
    else group.push(lane);
  }
  const { compared } = arrangement;
  if (compared !== undefined && !groups.has(compared.group)) groups.set(compared.group, []);

  const tracks: Track[] = [];
  let y = 0;
  const add = (track: Track): void => {
    tracks.push(track);
    y += track.height;
  };
  for (const [group, lanes] of groups) {
    const collapsed = arrangement.collapsed.has(group);
    const errors = lanes.reduce((sum, lane) => sum + lane.errors, 0);
    const note = arrangement.known.get(group) ?? arrangement.otherwise;
    add({ type: 'group', group, y, height: heights.group, note, collapsed, lanes: lanes.length, errors });
    if (!collapsed) {
      for (const lane of lanes.sort(inOrder)) add({ type: 'lane', group, lane, y, height: laneHeight(lane) });
    }
    if (compared?.group !== group) continue;
    const { title } = compared;
    const isClosed = arrangement.collapsed.has(comparedGroup);
    const strip = { type: 'compared', group: comparedGroup, height: heights.compared } as const;
    add({ ...strip, side: 'here', y });
    add({ ...strip, side: 'other', title, collapsed: isClosed, y });
    if (isClosed) continue;
    for (const lane of compared.lanes.toSorted(inOrder))
      add({ type: 'lane', group: comparedGroup, lane, y, height: laneHeight(lane) });
  }
  return tracks;
}

/** Mirrored lanes have ids below 0, which go down as those in view go up. */
function inOrder(one: Lane, other: Lane): number {
  return (
    order[one.kind] - order[other.kind] ||
    rankOf(one) - rankOf(other) ||
    Math.abs(one.id) - Math.abs(other.id)
  );
}

function laneHeight(lane: Lane): number {
  if (lane.kind === 'counter') return heights.counter;
  const rows = rowsOf(lane);
  return rows === 1 ? heights.lane : rows * heights.row + 2 * inset;
}

/** Rows that are drawn of a lane. */
function rowsOf(lane: Lane): number {
  return Math.min(Math.max(1, Math.floor(lane.rows) || 1), mostRows);
}

/** Where the slices of a row are: from the top of the lane down, and how high. */
export function rowBox(lane: Lane, row: number): readonly [y: number, height: number] {
  const rows = rowsOf(lane);
  if (rows === 1) return [inset, heights.lane - 2 * inset];
  return [inset + Math.min(row, rows - 1) * heights.row, heights.row - 1];
}

export function totalHeight(tracks: readonly Track[]): number {
  const last = tracks.at(-1);
  return last === undefined ? 0 : last.y + last.height;
}

/** Position of the track at this height, or of the last one above it; -1 where there is none. */
export function trackAt(tracks: readonly Track[], y: number): number {
  let [low, high] = [0, tracks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tracks[middle]?.y ?? 0) <= y) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Positions of the tracks that are at least partly between two heights: first, and past the last. */
export function tracksBetween(
  tracks: readonly Track[],
  top: number,
  bottom: number,
): readonly [first: number, end: number] {
  if (tracks.length === 0) return [0, 0];
  return [Math.max(0, trackAt(tracks, top)), trackAt(tracks, bottom) + 1];
}

/** Ids of the lanes among some tracks. */
export function laneIds(tracks: readonly Track[], first: number, end: number): number[] {
  const ids: number[] = [];
  for (let index = Math.max(0, first); index < Math.min(end, tracks.length); index += 1) {
    const track = tracks[index];
    if (track?.type === 'lane') ids.push(track.lane.id);
  }
  return ids;
}
