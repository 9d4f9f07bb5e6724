import { laneKinds } from '../kinds.ts';
import type { Lane, LaneWindow, PanelPlugin } from '../protocol.ts';

/** One strip of the timeline, from `y` down, in CSS pixels. */
export type Track = { readonly plugin: string; readonly y: number; readonly height: number } & (
  | { readonly type: 'plugin'; readonly state: string }
  | { readonly type: 'lane'; readonly kind: Lane['kind']; readonly label: string }
  | { readonly type: 'memory' }
);

export type LaneTrack = Extract<Track, { type: 'lane' }>;

const heights = { plugin: 26, lane: 24, memory: 46 } as const;

/**
 * Strips for every plugin that runs or was recorded. A kind of lane that never had anything in it
 * (telemetry, for most plugins) is left out; `seen` remembers what had, so that nothing jumps
 * while the view moves.
 */
export function layout(
  plugins: readonly PanelPlugin[],
  window: LaneWindow | undefined,
  seen: Set<string>,
): Track[] {
  for (const lane of window?.lanes ?? [])
    if (lane.slices.length > 0) seen.add(laneKey(lane.plugin, lane.kind));
  const states = new Map(plugins.map(({ name, state }) => [name, state]));
  const names = new Set([...states.keys()]);
  for (const { plugin } of window?.lanes ?? []) names.add(plugin);
  for (const { plugin } of window?.memory ?? []) names.add(plugin);

  const tracks: Track[] = [];
  let y = 0;
  for (const plugin of names) {
    tracks.push({
      type: 'plugin',
      plugin,
      state: states.get(plugin) ?? 'recorded',
      y,
      height: heights.plugin,
    });
    y += heights.plugin;
    for (const { kind, label } of laneKinds) {
      if (kind === 'telemetry' && !seen.has(laneKey(plugin, kind))) continue;
      tracks.push({ type: 'lane', plugin, kind, label, y, height: heights.lane });
      y += heights.lane;
    }
    tracks.push({ type: 'memory', plugin, y, height: heights.memory });
    y += heights.memory;
  }
  return tracks;
}

export function laneKey(plugin: string, kind: Lane['kind']): string {
  return `${kind}:${plugin}`;
}

export function totalHeight(tracks: readonly Track[]): number {
  const last = tracks.at(-1);
  return last === undefined ? 0 : last.y + last.height;
}
